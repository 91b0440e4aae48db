// Which integer type comes out of two: the promotion rules of bpftrace 0.27, as observed on its binary. A literal has the
// smallest signed type that holds it, but takes the sign of what it meets as long as no negative literal is among
// the values it may stand for; so the type of a literal (or of a variable that only ever holds literals) remembers their range.
import { type IntegerType, integer, type Type } from '../types/type.js';

const RANGE: unique symbol = Symbol('literals');

/** Least and greatest of the literals that a value may be. */
export interface LiteralRange {
  readonly least: bigint;
  readonly most: bigint;
}

/** Under a symbol, so that neither JSON nor a printer sees it. */
type LiteralType = IntegerType & { readonly [RANGE]: LiteralRange };

export const INT64_MIN = -(1n << 63n);
export const INT64_MAX = (1n << 63n) - 1n;
export const UINT64_MAX = (1n << 64n) - 1n;

const SIZES = [1, 2, 4, 8] as const;

/** Type of a literal, or of any of several: the smallest signed one, uint64 beyond. */
export function literalType(least: bigint, most: bigint = least): IntegerType {
  const type: LiteralType = {
    ...(most > INT64_MAX ? integer(8, false) : integer(sizeFor(least, most, true), true)),
    [RANGE]: { least, most },
  };
  return type;
}

export function literalRange(type: Type): LiteralRange | undefined {
  return type.kind === 'integer' && RANGE in type ? (type as LiteralType)[RANGE] : undefined;
}

/** Whether two types stand for the same literals (or both for none): part of what a walk may learn. */
export function sameLiterals(a: Type, b: Type): boolean {
  if (a.kind === 'tuple' && b.kind === 'tuple') {
    return a.elements.every((e, i) => sameLiterals(e, b.elements[i] ?? e));
  }
  if (a.kind === 'record' && b.kind === 'record') {
    return a.fields.every((f, i) => sameLiterals(f.type, b.fields[i]?.type ?? f.type));
  }
  const left = literalRange(a);
  const right = literalRange(b);
  return left?.least === right?.least && left?.most === right?.most;
}

/** Whether every value of `from` is a value of `to`. */
export function fits(from: IntegerType, to: IntegerType): boolean {
  const range = literalRange(from);
  if (range !== undefined) return range.least >= leastOf(to) && range.most <= mostOf(to);
  if (from.signed && !to.signed) return false;
  return from.signed === to.signed ? from.size <= to.size : from.size < to.size;
}

export function leastOf(type: IntegerType): bigint {
  return type.signed ? -(1n << BigInt(type.size * 8 - 1)) : 0n;
}

export function mostOf(type: IntegerType): bigint {
  return (1n << BigInt(type.size * 8 - (type.signed ? 1 : 0))) - 1n;
}

/** A value brought into the range of a type, as a conversion in the kernel does. */
export function wrap(value: bigint, type: IntegerType): bigint {
  return type.signed ? BigInt.asIntN(type.size * 8, value) : BigInt.asUintN(type.size * 8, value);
}

/** The type that a variable, map value or key has when it holds both; int64 when none holds all of both. */
export function joinIntegers(a: IntegerType, b: IntegerType): IntegerType {
  const left = literalRange(a);
  const right = literalRange(b);
  if (left !== undefined && right !== undefined) {
    return literalType(lower(left.least, right.least), lower(left.most, right.most, true));
  }
  if (left !== undefined) return joinLiteral(b, a, left);
  if (right !== undefined) return joinLiteral(a, b, right);
  if (a.signed === b.signed) {
    const wider = a.size >= b.size ? a : b;
    return a.enum !== undefined && a.enum.name === b.enum?.name ? wider : integer(wider.size, wider.signed);
  }
  const [signed, unsigned] = a.signed ? [a, b] : [b, a];
  const size = signed.size > unsigned.size ? signed.size : doubled(unsigned.size);
  return integer(size, true);
}

function joinLiteral(type: IntegerType, literal: IntegerType, range: LiteralRange): IntegerType {
  if (range.least < 0n || type.signed) {
    if (range.least >= 0n || type.signed) {
      return integer(larger(type.size, literal.size), true);
    }
    return integer(literal.size > type.size ? literal.size : doubled(type.size), true);
  }
  return integer(larger(type.size, sizeFor(range.least, range.most, false)), false);
}

/** Arithmetic and bitwise operators work on 64 bits; `-` always gives a signed result. */
export function promote(operator: string, a: IntegerType, b: IntegerType): IntegerType {
  return integer(8, operator === '-' || joinIntegers(a, b).signed);
}

function sizeFor(least: bigint, most: bigint, signed: boolean): IntegerType['size'] {
  const found = SIZES.find(size => {
    const type = integer(size, signed);
    return least >= leastOf(type) && most <= mostOf(type);
  });
  return found ?? 8;
}

/** The smaller of two (or the greater): Math.min takes no bigints. */
function lower(a: bigint, b: bigint, greater = false): bigint {
  return a < b === greater ? b : a;
}

function doubled(size: IntegerType['size']): IntegerType['size'] {
  return size === 1 ? 2 : size === 2 ? 4 : 8;
}

function larger(a: IntegerType['size'], b: IntegerType['size']): IntegerType['size'] {
  return a > b ? a : b;
}
