// Random packet programs as trees: written as source, and evaluated directly on a frame by the reference. The rules evaluated
// here are the language's: a comparison that reads a field of a header which is not there is false, any other read of it is 0.
import { ADDRESSES4, ADDRESSES6, MACS, PORTS } from './generate.js';
import type { Random } from './random.js';
import {
  type Parsed,
  parsePacket,
  REFERENCE_FIELDS,
  type ReferenceField,
  readField,
  referenceField,
  writeField,
} from './reference.js';

export type Number_ =
  | { readonly kind: 'constant'; readonly value: bigint }
  | { readonly kind: 'field'; readonly field: ReferenceField }
  | { readonly kind: 'either'; readonly name: string; readonly fields: readonly ReferenceField[] }
  | { readonly kind: 'proto' | 'len' | 'payload.len' }
  /** Of the loop around, from 0. */
  | { readonly kind: 'turn' }
  | { readonly kind: 'byte'; readonly index: Number_ }
  | {
      readonly kind: 'operation';
      readonly operator: '+' | '&' | '|' | '^';
      readonly a: Number_;
      readonly b: Number_;
    }
  | { readonly kind: 'choice'; readonly condition: Condition; readonly a: Number_; readonly b: Number_ }
  | { readonly kind: 'truth'; readonly condition: Condition };

export type Condition =
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'payload' }
  | { readonly kind: 'number'; readonly number: Number_ }
  | { readonly kind: 'compare'; readonly operator: string; readonly a: Number_; readonly b: Number_ }
  | {
      readonly kind: 'listed';
      readonly number: Number_;
      readonly list: readonly (readonly [bigint, bigint])[];
    }
  | {
      readonly kind: 'address';
      readonly address: Address;
      readonly operator: '==' | '!=' | 'in';
      readonly text: string;
      readonly ranges: readonly Range[];
    }
  | { readonly kind: 'same'; readonly a: Address; readonly b: Address; readonly operator: '==' | '!=' }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: '&&' | '||'; readonly a: Condition; readonly b: Condition };

/** The first of these fields that is there. */
export interface Address {
  readonly name: string;
  readonly fields: readonly ReferenceField[];
}

/** Of addresses as numbers, with their width. */
export interface Range {
  readonly width: number;
  readonly first: bigint;
  readonly last: bigint;
}

export type Statement =
  | { readonly kind: 'return'; readonly verdict: number | Number_ | undefined }
  | {
      readonly kind: 'if';
      readonly condition: Condition;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
    }
  | {
      readonly kind: 'loop';
      readonly form: 'for' | 'while' | 'unroll';
      readonly count: number;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'set'; readonly field: ReferenceField; readonly value: Number_ }
  | { readonly kind: 'swap'; readonly names: readonly [string, string]; readonly pairs: readonly Pair[] }
  | { readonly kind: 'copy'; readonly to: ReferenceField; readonly from: ReferenceField }
  | { readonly kind: 'fill'; readonly to: ReferenceField; readonly text: string; readonly value: bigint };

/** Two fields of one header. */
export type Pair = readonly [ReferenceField, ReferenceField];

export interface Clause {
  readonly predicate: Condition | undefined;
  readonly body: readonly Statement[];
}

export interface PacketProgram {
  readonly clauses: readonly Clause[];
}

const VERDICTS = ['XDP_ABORTED', 'XDP_DROP', 'XDP_PASS', 'XDP_TX'];
export const PASS = 2;

/** A field that the reference reads and the language writes NAME.FIELD. */
const numberFields = REFERENCE_FIELDS.filter(({ name, width }) => width <= 32 && !/addr|gateway/.test(name));
const nameOf = ({ header, name }: ReferenceField) => `${header}.${name}`;

const ADDRESS_WORDS: readonly Address[] = [
  { name: 'ip.saddr', fields: [referenceField('ip', 'saddr')] },
  { name: 'ip.daddr', fields: [referenceField('ip', 'daddr')] },
  { name: 'ip6.saddr', fields: [referenceField('ip6', 'saddr')] },
  { name: 'ip6.daddr', fields: [referenceField('ip6', 'daddr')] },
  { name: 'arp.saddr_ip', fields: [referenceField('arp', 'saddr_ip')] },
  { name: 'eth.saddr', fields: [referenceField('eth', 'saddr')] },
  { name: 'eth.daddr', fields: [referenceField('eth', 'daddr')] },
  { name: 'src', fields: [referenceField('ip', 'saddr'), referenceField('ip6', 'saddr')] },
  { name: 'dst', fields: [referenceField('ip', 'daddr'), referenceField('ip6', 'daddr')] },
];

export interface ProgramOptions {
  /** Fields are assigned too. */
  readonly writes: boolean;
}

export function randomProgram(r: Random, options: ProgramOptions): PacketProgram {
  const clauses = Array.from({ length: 1 + r.weighted([50, 25, 15, 5]) }, () => randomClause(r, options));
  return { clauses };
}

function randomClause(r: Random, options: ProgramOptions): Clause {
  return {
    predicate: r.chance(0.8) ? randomCondition(r, 3) : undefined,
    body: randomBody(r, 2, options),
  };
}

function randomBody(r: Random, depth: number, options: ProgramOptions): Statement[] {
  const body: Statement[] = [];
  const count = 1 + r.below(options.writes ? 3 : 2);
  for (let i = 0; i < count; i++) {
    if (depth > 0 && r.chance(0.12)) body.push(randomLoop(r, options));
    else if (options.writes && r.chance(0.6)) body.push(randomWrite(r));
    else if (depth > 0 && r.chance(0.4)) {
      body.push({
        kind: 'if',
        condition: randomCondition(r, 2),
        yes: randomBody(r, depth - 1, options),
        no: r.chance(0.5) ? randomBody(r, depth - 1, options) : [],
      });
    } else {
      body.push({ kind: 'return', verdict: randomVerdict(r) });
      break;
    }
  }
  return body;
}

/** Not nested: there is one counter. */
function randomLoop(r: Random, options: ProgramOptions): Statement {
  const form = r.pick(['for', 'while', 'unroll'] as const);
  const byte: Number_ = { kind: 'byte', index: { kind: 'turn' } };
  const condition: Condition =
    form !== 'unroll' && r.chance(0.5)
      ? { kind: 'compare', operator: r.pick(['==', '<', '>']), a: byte, b: constantFor(r) }
      : randomCondition(r, 2);
  const found: Statement = { kind: 'if', condition, yes: randomBody(r, 0, options), no: [] };
  return {
    kind: 'loop',
    form,
    count: 1 + r.below(4),
    body: options.writes ? [found, randomWrite(r)] : [found],
  };
}

function randomVerdict(r: Random): number | Number_ | undefined {
  if (r.chance(0.1)) return undefined;
  return r.chance(0.5) ? r.below(4) : randomNumber(r, 2);
}

const SWAPS: readonly (readonly [a: string, b: string, headers: readonly string[]])[] = [
  ['saddr', 'daddr', ['ip']],
  ['saddr', 'daddr', ['ip6']],
  ['saddr', 'daddr', ['eth']],
  ['sport', 'dport', ['tcp']],
  ['sport', 'dport', ['udp']],
  ['sequence', 'ackseq', ['tcp']],
  ['type', 'code', ['icmp']],
  ['dport', 'window', ['tcp']],
  ['sport', 'dport', ['tcp', 'udp']],
  ['saddr', 'daddr', ['ip', 'ip6']],
];

function randomSwap(r: Random): Statement {
  const [a, b, headers] = r.pick(SWAPS);
  const pairs = headers.map((header): Pair => [referenceField(header, a), referenceField(header, b)]);
  const bare = (name: string) => name.replace('addr', '').replace(/^s$/, 'src').replace(/^d$/, 'dst');
  const names: [string, string] =
    headers.length > 1 ? [bare(a), bare(b)] : [`${headers[0]}.${a}`, `${headers[0]}.${b}`];
  return { kind: 'swap', names, pairs };
}

/** Not what tells of a packet's form: what follows would be another packet. */
const FIXED = /^(ip|ip6)\.(version|hdrlength)$|^tcp\.doff$/;

function randomWrite(r: Random): Statement {
  if (r.chance(0.15)) return randomSwap(r);
  if (r.chance(0.3)) {
    const family = r.pick(['ip', 'ip6', 'eth']);
    const to = referenceField(family, r.pick(['saddr', 'daddr']));
    if (r.chance(0.5)) return { kind: 'copy', to, from: referenceField(family, r.pick(['saddr', 'daddr'])) };
    const text = r.pick(family === 'ip' ? ADDRESSES4 : family === 'ip6' ? ADDRESSES6 : MACS);
    return { kind: 'fill', to, text, value: addressNumber(text) };
  }
  const fields = numberFields.filter(field => !FIXED.test(nameOf(field)));
  return { kind: 'set', field: r.pick(fields), value: randomNumber(r, 1) };
}

export function randomCondition(r: Random, depth: number): Condition {
  if (depth > 0 && r.chance(0.45)) {
    if (r.chance(0.25)) return { kind: 'not', of: randomCondition(r, depth - 1) };
    const kind = r.pick(['&&', '||'] as const);
    return { kind, a: randomCondition(r, depth - 1), b: randomCondition(r, depth - 1) };
  }
  switch (r.weighted([12, 3, 10, 40, 10, 20, 5])) {
    case 0:
      return {
        kind: 'header',
        name: r.pick(['eth', 'vlan', 'cvlan', 'arp', 'ip', 'ip6', 'tcp', 'udp', 'icmp', 'icmp6']),
      };
    case 1:
      return { kind: 'payload' };
    case 2:
      return { kind: 'number', number: randomNumber(r, 1) };
    case 3: {
      const a = randomNumber(r, 1);
      const operator = r.pick(['==', '!=', '<', '<=', '>', '>=']);
      return { kind: 'compare', operator, a, b: r.chance(0.8) ? constantFor(r) : randomNumber(r, 1) };
    }
    case 4: {
      const list = Array.from({ length: 1 + r.below(3) }, (): [bigint, bigint] => {
        const first = BigInt(r.pick([...PORTS, 6, 17, r.below(300)]));
        return [first, r.chance(0.5) ? first : first + BigInt(r.below(1000))];
      });
      return { kind: 'listed', number: simpleNumber(r), list };
    }
    case 5:
      return randomAddressTest(r);
    default: {
      const four = ADDRESS_WORDS.slice(0, 2);
      const six = ADDRESS_WORDS.slice(2, 4);
      const any = ADDRESS_WORDS.slice(7);
      const group = r.pick([four, six, any, [...four, ...any], [...six, ...any]]);
      return { kind: 'same', a: r.pick(group), b: r.pick(group), operator: r.pick(['==', '!='] as const) };
    }
  }
}

function randomAddressTest(r: Random): Condition {
  const address = r.pick(ADDRESS_WORDS);
  const widths = new Set(address.fields.map(field => field.width));
  const pool = [
    ...(widths.has(32) ? ADDRESSES4 : []),
    ...(widths.has(128) ? ADDRESSES6 : []),
    ...(widths.has(48) ? MACS : []),
  ];
  if (r.chance(0.4)) {
    const text = r.pick(pool);
    const value = addressNumber(text);
    const ranges = [{ width: widthOf(text), first: value, last: value }];
    return { kind: 'address', address, operator: r.pick(['==', '!='] as const), text, ranges };
  }
  const items = Array.from({ length: 1 + r.below(4) }, () => randomItem(r, pool));
  return {
    kind: 'address',
    address,
    operator: 'in',
    text: items.map(item => item.text).join(','),
    ranges: items.map(item => item.range),
  };
}

function randomItem(r: Random, pool: readonly string[]): { text: string; range: Range } {
  const text = r.pick(pool);
  const width = widthOf(text);
  const value = addressNumber(text);
  switch (r.below(3)) {
    case 0:
      return { text, range: { width, first: value, last: value } };
    case 1: {
      const length = r.below(width + 1);
      const host = (1n << BigInt(width - length)) - 1n;
      return { text: `${text}/${length}`, range: { width, first: value & ~host, last: value | host } };
    }
    default: {
      const others = pool.filter(other => widthOf(other) === width && !/^[0-9a-f]{2}:/.test(other));
      const other = others.length === 0 ? text : r.pick(others);
      const [low, high] = addressNumber(other) < value ? [other, text] : [text, other];
      const range = { width, first: addressNumber(low), last: addressNumber(high) };
      return width === 48
        ? { text, range: { width, first: value, last: value } }
        : { text: `${low}-${high}`, range };
    }
  }
}

function constantFor(r: Random): Number_ {
  const value = r.pick([
    0,
    1,
    2,
    5,
    6,
    8,
    17,
    64,
    100,
    255,
    0x0800,
    0x86dd,
    0x8100,
    ...PORTS,
    r.below(65536),
  ]);
  return { kind: 'constant', value: BigInt(value) };
}

function simpleNumber(r: Random): Number_ {
  switch (r.weighted([60, 15, 5, 3, 3, 8])) {
    case 0:
      return { kind: 'field', field: r.pick(numberFields) };
    case 1: {
      const name = r.pick(['sport', 'dport']);
      return { kind: 'either', name, fields: [referenceField('tcp', name), referenceField('udp', name)] };
    }
    case 2:
      return { kind: 'proto' };
    case 3:
      return { kind: 'len' };
    case 4:
      return { kind: 'payload.len' };
    default: {
      const index: Number_ = r.chance(0.7)
        ? { kind: 'constant', value: BigInt(r.below(30)) }
        : { kind: 'field', field: r.pick(numberFields.filter(field => field.width <= 8)) };
      return { kind: 'byte', index };
    }
  }
}

export function randomNumber(r: Random, depth: number): Number_ {
  if (depth > 0 && r.chance(0.35)) {
    if (r.chance(0.15)) {
      return {
        kind: 'choice',
        condition: randomCondition(r, 1),
        a: randomNumber(r, depth - 1),
        b: randomNumber(r, depth - 1),
      };
    }
    const operator = r.pick(['+', '&', '|', '^'] as const);
    return {
      kind: 'operation',
      operator,
      a: randomNumber(r, depth - 1),
      b: r.chance(0.5) ? constantFor(r) : randomNumber(r, depth - 1),
    };
  }
  if (r.chance(0.05)) return { kind: 'truth', condition: randomCondition(r, 1) };
  return simpleNumber(r);
}

// --- as source

export function programSource({ clauses }: PacketProgram, attach = 'xdp:lo'): string {
  return clauses
    .map(({ predicate, body }) => {
      const test = predicate === undefined ? '' : ` /${conditionSource(predicate)}/`;
      return `${attach}${test} { ${body.map(statementSource).join(' ')} }`;
    })
    .join('\n');
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

export function conditionSource(c: Condition): string {
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

// --- evaluated

/** Thrown within a comparison by a read of what is not there. */
const ABSENT = Symbol('absent');

export interface Outcome {
  readonly verdict: number;
  readonly packet: readonly number[];
}

export class Evaluation {
  packet: number[];
  #parsed: Parsed;
  #turn = 0n;
  /** How many comparisons are around. */
  #comparing = 0;

  constructor(packet: readonly number[]) {
    this.packet = [...packet];
    this.#parsed = parsePacket(packet);
  }

  run({ clauses }: PacketProgram): Outcome {
    for (const { predicate, body } of clauses) {
      if (predicate !== undefined && !this.condition(predicate)) continue;
      const verdict = this.#body(body);
      if (typeof verdict === 'number') return { verdict, packet: this.packet };
    }
    return { verdict: PASS, packet: this.packet };
  }

  /** A verdict; 'left' when the clause is left; undefined: it ran to its end. */
  #body(body: readonly Statement[]): number | 'left' | undefined {
    for (const statement of body) {
      const verdict = this.#statement(statement);
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  #statement(s: Statement): number | 'left' | undefined {
    switch (s.kind) {
      case 'return':
        if (s.verdict === undefined) return 'left';
        return typeof s.verdict === 'number' ? s.verdict : Number(this.number(s.verdict) & 3n);
      case 'if':
        return this.#body(this.condition(s.condition) ? s.yes : s.no);
      case 'loop':
        for (let turn = 0; turn < s.count; turn++) {
          this.#turn = BigInt(turn);
          const verdict = this.#body(s.body);
          if (verdict !== undefined) return verdict;
        }
        return undefined;
      case 'set': {
        const value = this.number(s.value);
        this.#write(s.field, value);
        return undefined;
      }
      case 'swap': {
        const pair = s.pairs.find(([field]) => this.#parsed.at.has(field.header));
        if (pair === undefined) return undefined;
        const [a, b] = pair.map(field => readField(this.packet, this.#parsed, field)!);
        this.#swap(pair, [b!, a!]);
        return undefined;
      }
      case 'copy':
        this.#write(s.to, readField(this.packet, this.#parsed, s.from) ?? 0n);
        return undefined;
      case 'fill':
        this.#write(s.to, s.value);
        return undefined;
    }
  }

  /** Of whole words the sum stays; else the checksum follows each. */
  #swap(pair: Pair, values: readonly [bigint, bigint]): void {
    pair.forEach((field, i) => {
      if (pair.every(each => each.bit % 16 === 0 && each.width % 16 === 0)) {
        this.packet = writeField(this.packet, field, values[i]!);
      } else this.#write(field, values[i]!);
    });
  }

  #write(field: ReferenceField, value: bigint): void {
    const before = this.packet;
    const after = writeField(before, field, value & ((1n << BigInt(field.width)) - 1n));
    this.packet = after;
    if (this.#parsed.at.has(field.header)) this.#adjust(field, before, after);
    this.#parsed = parsePacket(this.packet);
  }

  /** Checksums gain what the words they cover gain (RFC 1624, equation 3). */
  #adjust(field: ReferenceField, before: readonly number[], after: number[]): void {
    if (field.name === 'checksum') return;
    const start = this.#parsed.at.get(field.header)!;
    const fix = (header: string, offset: number) => {
      const at = this.#parsed.at.get(header)! + offset;
      const old = (after[at]! << 8) | after[at + 1]!;
      if (header === 'udp' && old === 0) return;
      let sum = ~old & 0xffff;
      const first = start + 2 * Math.floor(field.bit / 16);
      const last = start + 2 * Math.ceil((field.bit + field.width) / 16);
      for (let i = first; i < last; i += 2) {
        sum += ~((before[i]! << 8) | before[i + 1]!) & 0xffff;
        sum += (after[i]! << 8) | after[i + 1]!;
      }
      while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
      let checksum = ~sum & 0xffff;
      if (header === 'udp' && checksum === 0) checksum = 0xffff;
      after[at] = checksum >> 8;
      after[at + 1] = checksum & 0xff;
    };
    const has = (header: string) => this.#parsed.at.has(header);
    switch (field.header) {
      case 'ip':
        fix('ip', 10);
        if (!field.name.endsWith('addr')) return;
        if (has('tcp')) fix('tcp', 16);
        if (has('udp')) fix('udp', 6);
        return;
      case 'ip6':
        if (!field.name.endsWith('addr')) return;
        if (has('tcp')) fix('tcp', 16);
        if (has('udp')) fix('udp', 6);
        if (has('icmp6')) fix('icmp6', 2);
        return;
      case 'tcp':
        fix('tcp', 16);
        return;
      case 'udp':
        fix('udp', 6);
        return;
      case 'icmp':
      case 'icmp6':
        fix(field.header, 2);
        return;
      default:
        return;
    }
  }

  condition(c: Condition): boolean {
    switch (c.kind) {
      case 'header':
        return this.#parsed.at.has(c.name);
      case 'payload':
        return this.#payloadLength(true) > 0n;
      case 'number':
        return this.number(c.number) !== 0n;
      case 'compare':
        return this.#compare(() => {
          const a = this.number(c.a);
          return compare(c.operator, a, this.number(c.b));
        });
      case 'listed':
        return this.#compare(() => {
          const value = this.number(c.number);
          return c.list.some(([first, last]) => value >= first && value <= last);
        });
      case 'address':
        return this.#compare(() => {
          const { width, value } = this.#address(c.address);
          const inside = c.ranges.some(
            range => range.width === width && value >= range.first && value <= range.last,
          );
          return inside === (c.operator !== '!=');
        });
      case 'same':
        return this.#compare(() => {
          const a = this.#address(c.a);
          const b = this.#address(c.b);
          return (a.width === b.width && a.value === b.value) === (c.operator === '==');
        });
      case 'not':
        return !this.condition(c.of);
      case '&&':
        return this.condition(c.a) && this.condition(c.b);
      case '||':
        return this.condition(c.a) || this.condition(c.b);
    }
  }

  #compare(test: () => boolean): boolean {
    this.#comparing++;
    try {
      return test();
    } catch (error) {
      if (error !== ABSENT) throw error;
      return false;
    } finally {
      this.#comparing--;
    }
  }

  #missing(): bigint {
    if (this.#comparing > 0) throw ABSENT;
    return 0n;
  }

  number(n: Number_): bigint {
    switch (n.kind) {
      case 'constant':
        return n.value;
      case 'field':
        return readField(this.packet, this.#parsed, n.field) ?? this.#missing();
      case 'either': {
        for (const field of n.fields) {
          const value = readField(this.packet, this.#parsed, field);
          if (value !== undefined) return value;
        }
        return this.#missing();
      }
      case 'len':
        return BigInt(this.packet.length);
      case 'turn':
        return this.#turn;
      case 'proto':
        return this.#parsed.protocol === undefined ? this.#missing() : BigInt(this.#parsed.protocol);
      case 'payload.len':
        return this.#payloadLength(false);
      case 'byte': {
        const index = this.number(n.index);
        const { payload } = this.#parsed;
        if (payload === undefined || index >= BigInt(payload.to - payload.from)) return this.#missing();
        return BigInt(this.packet[payload.from + Number(index)]!);
      }
      case 'operation': {
        const a = this.number(n.a);
        const b = this.number(n.b);
        return n.operator === '+' ? a + b : n.operator === '&' ? a & b : n.operator === '|' ? a | b : a ^ b;
      }
      case 'choice':
        return this.condition(n.condition) ? this.number(n.a) : this.number(n.b);
      case 'truth':
        return this.condition(n.condition) ? 1n : 0n;
    }
  }

  /** `asked`: whether it is there, of which 0 is an answer. */
  #payloadLength(asked: boolean): bigint {
    const { payload } = this.#parsed;
    if (payload === undefined) return asked ? 0n : this.#missing();
    return BigInt(payload.to - payload.from);
  }

  #address({ fields }: Address): { width: number; value: bigint } {
    for (const field of fields) {
      const value = readField(this.packet, this.#parsed, field);
      if (value !== undefined) return { width: field.width, value };
    }
    throw ABSENT;
  }
}

function compare(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

function widthOf(text: string): number {
  if (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(text)) return 48;
  return text.includes(':') ? 128 : 32;
}

function addressNumber(text: string): bigint {
  const width = widthOf(text);
  if (width === 48) return BigInt(`0x${text.replaceAll(':', '')}`);
  if (width === 32) return text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  const [before = '', after] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map(group => BigInt(`0x${group}`)));
  const head = groups(before);
  const tail = after === undefined ? [] : groups(after);
  const all = [...head, ...new Array<bigint>(8 - head.length - tail.length).fill(0n), ...tail];
  return all.reduce((sum, group) => (sum << 16n) | group, 0n);
}
