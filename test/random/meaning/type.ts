// Types of the language as the evaluator understands them, written from the language's rules and probes of bpftrace 0.27,
// not from our checker: it is a second opinion. An integer that can only be one of some literals remembers their range,
// because a literal takes the sign of what it meets.

export interface SourceInteger {
  readonly kind: 'integer';
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  /** Set when only literals flow here: least and greatest of them. */
  readonly literals?: readonly [least: bigint, most: bigint];
}

export interface SourceAggregate {
  readonly kind: 'aggregate';
  readonly name: string; // count, sum, ...
  readonly signed: boolean;
  /** lhist: min, max, step. */
  readonly bounds?: readonly bigint[];
}

export type SourceType =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'bool' }
  | SourceInteger
  | { readonly kind: 'string'; readonly size: number } // bytes, NUL included
  | {
      readonly kind: 'tuple';
      readonly items: readonly SourceType[];
      /** Set for records. */
      readonly names?: readonly string[];
    }
  | SourceAggregate;

/** The program is outside the language (a constant out of range, types that do not meet): it is not run. */
export class Refused extends Error {}

export const UNKNOWN: SourceType = { kind: 'unknown' };
export const BOOL: SourceType = { kind: 'bool' };
export const INT64: SourceInteger = { kind: 'integer', bits: 64, signed: true };
export const UINT64: SourceInteger = { kind: 'integer', bits: 64, signed: false };

const WIDTHS = [8, 16, 32, 64] as const;

export function integerOf(bits: SourceInteger['bits'], signed: boolean): SourceInteger {
  return { kind: 'integer', bits, signed };
}

/** Least and greatest value. */
export function rangeOf(type: SourceInteger): readonly [bigint, bigint] {
  const half = 1n << BigInt(type.bits - 1);
  return type.signed ? [-half, half - 1n] : [0n, 2n * half - 1n];
}

function smallest(least: bigint, most: bigint, signed: boolean): SourceInteger | undefined {
  return WIDTHS.map(bits => integerOf(bits, signed)).find(type => {
    const [low, high] = rangeOf(type);
    return low <= least && most <= high;
  });
}

/** Literals are signed and as small as can be; those above 2^63 - 1 are unsigned. */
export function literalType(least: bigint, most: bigint = least): SourceInteger {
  const fits = most >= 1n << 63n ? UINT64 : (smallest(least, most, true) ?? INT64);
  return { ...fits, literals: [least, most] };
}

/** The integer type that holds the values of both, int64 when there is none. */
export function joinIntegers(a: SourceInteger, b: SourceInteger): SourceInteger {
  if (a.literals !== undefined && b.literals !== undefined) {
    const least = a.literals[0] < b.literals[0] ? a.literals[0] : b.literals[0];
    const most = a.literals[1] > b.literals[1] ? a.literals[1] : b.literals[1];
    return literalType(least, most);
  }
  const [aLow, aHigh] = a.literals ?? rangeOf(a);
  const [bLow, bHigh] = b.literals ?? rangeOf(b);
  const signed = (a.signed && a.literals === undefined) || (b.signed && b.literals === undefined);
  const least = aLow < bLow ? aLow : bLow;
  const most = aHigh > bHigh ? aHigh : bHigh;
  return smallest(least, most, signed || least < 0n) ?? INT64;
}

export function join(a: SourceType, b: SourceType): SourceType {
  if (a.kind === 'unknown') return b;
  if (b.kind === 'unknown') return a;
  if (a.kind === 'integer' && b.kind === 'integer') return joinIntegers(a, b);
  if (a.kind === 'string' && b.kind === 'string') return a.size >= b.size ? a : b;
  if (a.kind === 'bool' && b.kind === 'bool') return a;
  if (a.kind === 'tuple' && b.kind === 'tuple' && a.items.length === b.items.length) {
    if (`${a.names}` !== `${b.names}`) throw new Refused('records of different fields');
    return { ...a, items: a.items.map((item, i) => join(item, b.items[i]!)) };
  }
  if (
    a.kind === 'aggregate' &&
    b.kind === 'aggregate' &&
    a.name === b.name &&
    `${a.bounds}` === `${b.bounds}`
  ) {
    return { ...a, signed: a.signed || b.signed };
  }
  throw new Refused(`${a.kind} meets ${b.kind}`);
}

export function sameType(a: SourceType, b: SourceType): boolean {
  return describe(a) === describe(b);
}

/** For comparison and messages. */
export function describe(type: SourceType): string {
  switch (type.kind) {
    case 'integer':
      return `${type.signed ? 'i' : 'u'}${type.bits}${type.literals === undefined ? '' : `{${type.literals}}`}`;
    case 'string':
      return `string${type.size}`;
    case 'tuple':
      return `(${type.items.map(describe)})${type.names ?? ''}`;
    case 'aggregate':
      return `${type.name}${type.signed}${type.bounds ?? ''}`;
    default:
      return type.kind;
  }
}

export function wrap(value: bigint, type: SourceInteger): bigint {
  return type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
}
