// Packet programs as source text.
import { type Condition, type Number_, nameOf, type PacketProgram, type Statement } from './program.js';

const VERDICTS = ['XDP_ABORTED', 'XDP_DROP', 'XDP_PASS', 'XDP_TX'];

export type Hook = 'xdp:lo' | 'tc:lo:ingress';

/** In tc what is left undecided is decided as in XDP, by a clause behind all others. */
export function programSource({ clauses }: PacketProgram, hook: Hook = 'xdp:lo'): string {
  const own = clauses.map(({ predicate, body }) => {
    const test = predicate === undefined ? '' : ` /${conditionSource(predicate)}/`;
    return `${hook}${test} { ${body.map(statementSource).join(' ')} }`;
  });
  if (hook === 'xdp:lo') return own.join('\n');
  const numbers = own.map(clause =>
    clause.replace(/XDP_[A-Z]+/g, name => `(uint64)${VERDICTS.indexOf(name)} & 3`),
  );
  return [...numbers, `${hook} { return ${VERDICTS.indexOf('XDP_PASS')}; }`].join('\n');
}

function statementSource(s: Statement): string {
  switch (s.kind) {
    case 'return':
      if (s.verdict === undefined) return 'return;';
      if (typeof s.verdict === 'number') return `return ${VERDICTS[s.verdict]};`;
      return `return (uint64)${inner(s.verdict)} & 3;`;
    case 'if': {
      const otherwise = s.no.length === 0 ? '' : ` else { ${s.no.map(statementSource).join(' ')} }`;
      return `if (${conditionSource(s.condition)}) { ${s.yes.map(statementSource).join(' ')} }${otherwise}`;
    }
    case 'loop': {
      const body = s.body.map(statementSource).join(' ');
      if (s.form === 'for') return `for $i : 0..${s.count} { ${body} }`;
      if (s.form === 'unroll') return `unroll(${s.count}) { ${body} }`;
      // Counted before the body, which may end it.
      return `$n = 0; while ($n < ${s.count}) { $i = $n; $n++; ${body} }`;
    }
    case 'set':
      return `${nameOf(s.field)} = (uint64)${inner(s.value)};`;
    case 'swap':
      return `swap(${s.names.join(', ')});`;
    case 'copy':
      return `${nameOf(s.to)} = ${nameOf(s.from)};`;
    case 'fill':
      return `${nameOf(s.to)} = "${s.text}";`;
  }
}

function conditionSource(c: Condition): string {
  switch (c.kind) {
    case 'header':
      return c.name;
    case 'payload':
      return 'payload';
    case 'number':
      return inner(c.number);
    case 'compare':
      return `${inner(c.a)} ${c.operator} ${inner(c.b)}`;
    case 'listed': {
      const list = c.list.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
      return `${numberSource(c.number)} in "${list.join(',')}"`;
    }
    case 'address':
      return `${c.address.name} ${c.operator} "${c.text}"`;
    case 'same':
      return `${c.a.name} ${c.operator} ${c.b.name}`;
    case 'not':
      return `!${cond(c.of)}`;
    default:
      return `${cond(c.a)} ${c.kind} ${cond(c.b)}`;
  }
}

function cond(c: Condition): string {
  const text = conditionSource(c);
  return c.kind === 'header' || c.kind === 'payload' ? text : `(${text})`;
}

/** In parentheses where it has parts: a bare word between them would read as the type of a cast. */
function inner(n: Number_): string {
  const text = numberSource(n);
  return ['operation', 'choice', 'truth'].includes(n.kind) ? `(${text})` : text;
}

function numberSource(n: Number_): string {
  switch (n.kind) {
    case 'constant':
      return String(n.value);
    case 'field':
      return nameOf(n.field);
    case 'either':
      return n.name;
    case 'len':
      return 'pkt.len';
    case 'turn':
      return '$i';
    case 'proto':
    case 'payload.len':
      return n.kind;
    case 'byte':
      return `payload[${numberSource(n.index)}]`;
    case 'operation':
      return `(uint64)${inner(n.a)} ${n.operator} (uint64)${inner(n.b)}`;
    case 'choice':
      return `${cond(n.condition)} ? (uint64)${inner(n.a)} : (uint64)${inner(n.b)}`;
    case 'truth':
      return `${cond(n.condition)} ? (uint64)1 : (uint64)0`;
  }
}

/** The same program, in which each block captures as well: to three files, with as many bytes as there have been blocks. */
export function capturing(source: string): string {
  let blocks = 0;
  return source.replaceAll('{ ', block => `${block}capture("${++blocks % 3}.pcap", ${blocks}); `);
}

/** The same program, in which each block asks a set as well, which holds nothing. */
export function asking(source: string): string {
  const asks = 'if (src in @none) { @asked++; }';
  return `let @none = lpmtrie(9);\n${source.replaceAll('{ ', `{ ${asks} `)}\nEND { print(@none); }`;
}

/** The same program, in which each block asks for a backend as well, of which there is none. */
export function balancing(source: string): string {
  const asks = 'if (backend(@none, hash(src, sport, eth.daddr), hash(dst)).id != 0) { @chosen++; }';
  return `let @none = backends(9);\n${source.replaceAll('{ ', `{ ${asks} `)}`;
}
