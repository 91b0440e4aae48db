// Types of the language as the evaluator understands them, written from the language's rules and probes of bpftrace 0.27,
// not from our checker: it is a second opinion. An integer that can only be one of some literals remembers their range,
// because a literal takes the sign of what it meets.

export interface SourceInteger {
  readonly kind: 'integer';
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  /** Set when only literals flow here: least and greatest of them. */
  readonly literals?: readonly [least: bigint, most: bigint];
  /** Name of the enum it is of. */
  readonly enum?: string;
  /** Given by uptr(): an address of the process. */
  readonly space?: 'user';
}

export interface SourceAggregate {
  readonly kind: 'aggregate';
  readonly name: string; // count, sum, ...
  readonly signed: boolean;
  /** lhist: min, max, step; hist: log2 of the parts of each power of two. */
  readonly bounds?: readonly bigint[];
}

export interface SourceTuple {
  readonly kind: 'tuple';
  readonly items: readonly SourceType[];
  /** Set for records. */
  readonly names?: readonly string[];
}

export interface SourceField {
  readonly name: string;
  readonly type: SourceType;
  readonly offset: number; // bytes
  /** A bitfield: bits from the start of the struct. */
  readonly bits?: { readonly at: number; readonly width: number };
}

/** As it lies in the memory of the traced system. */
export interface SourceStruct {
  readonly kind: 'struct';
  readonly name: string; // 'struct a'
  readonly size: number; // bytes
  readonly align: number;
  readonly fields: readonly SourceField[];
}

export interface SourcePointer {
  readonly kind: 'pointer';
  readonly to: SourceType | (() => SourceType); // a struct may point to itself
  readonly space: 'kernel' | 'user';
}

export interface SourceArray {
  readonly kind: 'array';
  readonly of: SourceType;
  readonly count: number;
}

export type SourceType =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'void' }
  | { readonly kind: 'bool' }
  | SourceInteger
  | { readonly kind: 'string'; readonly size: number } // bytes, NUL included
  | SourceTuple
  | SourceArray
  | SourceStruct
  | SourcePointer
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

/** Without what it remembers. */
export function plainInteger({ bits, signed }: SourceInteger): SourceInteger {
  return integerOf(bits, signed);
}

/** Least and greatest value. */
export function rangeOf(type: SourceInteger): readonly [bigint, bigint] {
  return type.signed ? SIGNED[type.bits] : UNSIGNED[type.bits];
}

const UNSIGNED = {
  8: [0n, 0xffn],
  16: [0n, 0xffffn],
  32: [0n, 0xffff_ffffn],
  64: [0n, (1n << 64n) - 1n],
} as const;
const SIGNED = {
  8: [-0x80n, 0x7fn],
  16: [-0x8000n, 0x7fffn],
  32: [-0x8000_0000n, 0x7fff_ffffn],
  64: [-(1n << 63n), (1n << 63n) - 1n],
} as const;

function smallest(least: bigint, most: bigint, signed: boolean): SourceInteger | undefined {
  for (const bits of WIDTHS) {
    const [low, high] = signed ? SIGNED[bits] : UNSIGNED[bits];
    if (low <= least && most <= high) return integerOf(bits, signed);
  }
  return undefined;
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
  if (a.enum !== undefined && a.enum === b.enum) return a;
  const [aLow, aHigh] = a.literals ?? rangeOf(a);
  const [bLow, bHigh] = b.literals ?? rangeOf(b);
  const signed = (a.signed && a.literals === undefined) || (b.signed && b.literals === undefined);
  const least = aLow < bLow ? aLow : bLow;
  const most = aHigh > bHigh ? aHigh : bHigh;
  return smallest(least, most, signed || least < 0n) ?? INT64;
}

/** What holds both; Refused when nothing does. */
export function join(a: SourceType, b: SourceType): SourceType {
  if (a === b || b.kind === 'unknown') return a;
  if (a.kind === 'unknown') return b;
  if (a.kind === 'integer' && b.kind === 'integer') return joinIntegers(a, b);
  if (a.kind === 'string' && b.kind === 'string') return a.size >= b.size ? a : b;
  if (a.kind === 'tuple' && b.kind === 'tuple') return joinTuples(a, b);
  if (a.kind === 'aggregate' && b.kind === 'aggregate') {
    if (a.name === b.name && `${a.bounds}` === `${b.bounds}`) return { ...a, signed: a.signed || b.signed };
  } else if (sameType(a, b)) return a;
  throw new Refused(`${a.kind} meets ${b.kind}`);
}

/** Records agree by the names of their fields, in whatever order. */
function joinTuples(a: SourceTuple, b: SourceTuple): SourceTuple {
  if (a.items.length !== b.items.length) throw new Refused('tuples of different lengths');
  if ((a.names === undefined) !== (b.names === undefined)) throw new Refused('a record meets a tuple');
  return { ...a, items: a.items.map((item, i) => join(item, b.items[partnerOf(a, b, i)]!)) };
}

/** Which member of `from` is the member at `index` of `to`. */
export function partnerOf(to: SourceTuple, from: SourceTuple, index: number): number {
  if (to.names === undefined || from.names === undefined || to.names === from.names) return index;
  const found = from.names.indexOf(to.names[index]!);
  if (found < 0) throw new Refused('records of different fields');
  return found;
}

export function target(pointer: SourcePointer): SourceType {
  return typeof pointer.to === 'function' ? pointer.to() : pointer.to;
}

export function sameType(a: SourceType, b: SourceType): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'integer': {
      if (b.kind !== 'integer' || a.bits !== b.bits || a.signed !== b.signed || a.enum !== b.enum)
        return false;
      return a.literals?.[0] === b.literals?.[0] && a.literals?.[1] === b.literals?.[1];
    }
    case 'string':
      return b.kind === 'string' && a.size === b.size;
    case 'tuple':
      return (
        b.kind === 'tuple' &&
        a.items.length === b.items.length &&
        `${a.names}` === `${b.names}` &&
        a.items.every((item, i) => sameType(item, b.items[i]!))
      );
    case 'array':
      return b.kind === 'array' && a.count === b.count && sameType(a.of, b.of);
    case 'struct':
      return b.kind === 'struct' && a.name === b.name;
    case 'pointer':
      return b.kind === 'pointer' && a.space === b.space && sameType(target(a), target(b));
    case 'aggregate':
      return (
        b.kind === 'aggregate' &&
        a.name === b.name &&
        a.signed === b.signed &&
        `${a.bounds}` === `${b.bounds}`
      );
    default:
      return a.kind === b.kind;
  }
}

/** Bytes in the memory of the traced system, as C has it; and of text. */
export function sizeInMemory(type: SourceType): number {
  switch (type.kind) {
    case 'bool':
      return 1;
    case 'integer':
      return type.bits / 8;
    case 'pointer':
      return 8;
    case 'array':
      return type.count * sizeInMemory(type.of);
    case 'string':
    case 'struct':
      return type.size;
    default:
      throw new Refused(`${type.kind} in memory`);
  }
}

export function wrap(value: bigint, type: SourceInteger): bigint {
  return type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
}
