// Random packet programs.

import type { RandomSource } from '../random-source.js';
import { address as addressBytes, addressNumber } from './frame.js';
import { ADDRESSES4, ADDRESSES6, MACS, PORTS } from './generate.js';
import {
  type Address,
  type Clause,
  type Condition,
  type Number_,
  nameOf,
  type PacketProgram,
  type Pair,
  type Range,
  type Statement,
} from './program.js';
import { REFERENCE_FIELDS, referenceField } from './reference.js';

/** A field that the reference reads and the language writes NAME.FIELD. */
const numberFields = REFERENCE_FIELDS.filter(({ name, width }) => width <= 32 && !/addr|gateway/.test(name));

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
  /** Those of tags as well (default). */
  readonly tags?: boolean;
}

export function randomProgram(r: RandomSource, options: ProgramOptions): PacketProgram {
  const clauses = Array.from({ length: 1 + r.weighted([50, 25, 15, 5]) }, () => randomClause(r, options));
  return { clauses };
}

function randomClause(r: RandomSource, options: ProgramOptions): Clause {
  return {
    predicate: r.chance(80) ? randomCondition(r, 3) : undefined,
    body: randomBody(r, 2, options),
  };
}

function randomBody(r: RandomSource, depth: number, options: ProgramOptions): Statement[] {
  const body: Statement[] = [];
  const count = 1 + r.below(options.writes ? 3 : 2);
  for (let i = 0; i < count; i++) {
    if (depth > 0 && r.chance(12)) body.push(randomLoop(r, options));
    else if (options.writes && r.chance(60)) body.push(randomWrite(r, options));
    else if (depth > 0 && r.chance(40)) {
      body.push({
        kind: 'if',
        condition: randomCondition(r, 2),
        yes: randomBody(r, depth - 1, options),
        no: r.chance(50) ? randomBody(r, depth - 1, options) : [],
      });
    } else {
      body.push({ kind: 'return', verdict: randomVerdict(r) });
      break;
    }
  }
  return body;
}

/** Not nested: there is one counter. */
function randomLoop(r: RandomSource, options: ProgramOptions): Statement {
  const form = r.pick(['for', 'while', 'unroll'] as const);
  const byte: Number_ = { kind: 'byte', index: { kind: 'turn' } };
  const condition: Condition =
    form !== 'unroll' && r.chance(50)
      ? { kind: 'compare', operator: r.pick(['==', '<', '>']), a: byte, b: constantFor(r) }
      : randomCondition(r, 2);
  const found: Statement = { kind: 'if', condition, yes: randomBody(r, 0, options), no: [] };
  return {
    kind: 'loop',
    form,
    count: 1 + r.below(4),
    body: options.writes ? [found, randomWrite(r, options)] : [found],
  };
}

function randomVerdict(r: RandomSource): number | Number_ | undefined {
  if (r.chance(10)) return undefined;
  return r.chance(50) ? r.below(4) : randomNumber(r, 2);
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

function randomSwap(r: RandomSource): Statement {
  const [a, b, headers] = r.pick(SWAPS);
  const pairs = headers.map((header): Pair => [referenceField(header, a), referenceField(header, b)]);
  const bare = (name: string) => name.replace('addr', '').replace(/^s$/, 'src').replace(/^d$/, 'dst');
  const names: [string, string] =
    headers.length > 1 ? [bare(a), bare(b)] : [`${headers[0]}.${a}`, `${headers[0]}.${b}`];
  return { kind: 'swap', names, pairs };
}

/** Not what tells of a packet's form: what follows would be another packet. */
const FIXED = /^(ip|ip6)\.(version|hdrlength)$|^tcp\.doff$/;

function randomWrite(r: RandomSource, { tags = true }: ProgramOptions): Statement {
  if (r.chance(15)) return randomSwap(r);
  if (r.chance(30)) {
    const family = r.pick(['ip', 'ip6', 'eth']);
    const to = referenceField(family, r.pick(['saddr', 'daddr']));
    if (r.chance(50)) return { kind: 'copy', to, from: referenceField(family, r.pick(['saddr', 'daddr'])) };
    const text = r.pick(family === 'ip' ? ADDRESSES4 : family === 'ip6' ? ADDRESSES6 : MACS);
    return { kind: 'fill', to, text, value: addressNumber(text) };
  }
  const fields = numberFields.filter(
    field => !FIXED.test(nameOf(field)) && (tags || !/^c?vlan\./.test(nameOf(field))),
  );
  return { kind: 'set', field: r.pick(fields), value: randomNumber(r, 1) };
}

function randomCondition(r: RandomSource, depth: number): Condition {
  if (depth > 0 && r.chance(45)) {
    if (r.chance(25)) return { kind: 'not', of: randomCondition(r, depth - 1) };
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
      return { kind: 'compare', operator, a, b: r.chance(80) ? constantFor(r) : randomNumber(r, 1) };
    }
    case 4: {
      const list = Array.from({ length: 1 + r.below(3) }, (): [bigint, bigint] => {
        const first = BigInt(r.pick([...PORTS, 6, 17, r.below(300)]));
        return [first, r.chance(50) ? first : first + BigInt(r.below(1000))];
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

function randomAddressTest(r: RandomSource): Condition {
  const address = r.pick(ADDRESS_WORDS);
  const widths = new Set(address.fields.map(field => field.width));
  const pool = [
    ...(widths.has(32) ? ADDRESSES4 : []),
    ...(widths.has(128) ? ADDRESSES6 : []),
    ...(widths.has(48) ? MACS : []),
  ];
  if (r.chance(40)) {
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

function randomItem(r: RandomSource, pool: readonly string[]): { text: string; range: Range } {
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

function constantFor(r: RandomSource): Number_ {
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

function simpleNumber(r: RandomSource): Number_ {
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
      const index: Number_ = r.chance(70)
        ? { kind: 'constant', value: BigInt(r.below(30)) }
        : { kind: 'field', field: r.pick(numberFields.filter(field => field.width <= 8)) };
      return { kind: 'byte', index };
    }
  }
}

function randomNumber(r: RandomSource, depth: number): Number_ {
  if (depth > 0 && r.chance(35)) {
    if (r.chance(15)) {
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
      b: r.chance(50) ? constantFor(r) : randomNumber(r, depth - 1),
    };
  }
  if (r.chance(5)) return { kind: 'truth', condition: randomCondition(r, 1) };
  return simpleNumber(r);
}

/** In bits. */
const widthOf = (text: string): number => 8 * addressBytes(text).length;
