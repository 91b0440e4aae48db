// What BPF computes, on bigints: the folder's counterpart of the machine. Operands are taken modulo 2^width, results are
// unsigned and zero-extended; x / 0 is 0, x % 0 is x, shift counts are taken modulo the width, signed division truncates.
import { assertNever } from '../diagnostics/diagnostic.js';
import type { BinaryOp, CompareOp } from '../ir/ir.js';

export function foldBinary(fn: BinaryOp, width: 32 | 64, x: bigint, y: bigint): bigint {
  return BigInt.asUintN(width, compute(fn, width, BigInt.asUintN(width, x), BigInt.asUintN(width, y)));
}

function compute(fn: BinaryOp, width: 32 | 64, a: bigint, b: bigint): bigint {
  const signed = (value: bigint) => BigInt.asIntN(width, value);
  const count = b & BigInt(width - 1);
  switch (fn) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    case 'udiv':
      return b === 0n ? 0n : a / b;
    case 'umod':
      return b === 0n ? a : a % b;
    case 'sdiv':
      return b === 0n ? 0n : signed(a) / signed(b);
    case 'smod':
      return b === 0n ? a : signed(a) % signed(b);
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'shl':
      return a << count;
    case 'lshr':
      return a >> count;
    case 'ashr':
      return signed(a) >> count;
    default:
      return assertNever(fn);
  }
}

export function foldCompare(fn: CompareOp, width: 32 | 64, x: bigint, y: bigint): boolean {
  const a = BigInt.asUintN(width, x);
  const b = BigInt.asUintN(width, y);
  switch (fn) {
    case 'eq':
      return a === b;
    case 'ne':
      return a !== b;
    case 'ult':
      return a < b;
    case 'ule':
      return a <= b;
    case 'ugt':
      return a > b;
    case 'uge':
      return a >= b;
    case 'slt':
      return BigInt.asIntN(width, x) < BigInt.asIntN(width, y);
    case 'sle':
      return BigInt.asIntN(width, x) <= BigInt.asIntN(width, y);
    case 'sgt':
      return BigInt.asIntN(width, x) > BigInt.asIntN(width, y);
    case 'sge':
      return BigInt.asIntN(width, x) >= BigInt.asIntN(width, y);
    case 'set':
      return (a & b) !== 0n;
    default:
      return assertNever(fn);
  }
}

export function foldExtend(value: bigint, from: 1 | 2 | 4, signed: boolean): bigint {
  const bits = from * 8;
  return BigInt.asUintN(64, signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
}

export function foldSwap(value: bigint, bits: 16 | 32 | 64): bigint {
  let out = 0n;
  for (let shift = 0; shift < bits; shift += 8) out = (out << 8n) | ((value >> BigInt(shift)) & 0xffn);
  return out;
}

/** The comparison that holds exactly when the other does not; `set` has none. */
export const NEGATED: Readonly<Partial<Record<CompareOp, CompareOp>>> = {
  eq: 'ne',
  ne: 'eq',
  ult: 'uge',
  uge: 'ult',
  ule: 'ugt',
  ugt: 'ule',
  slt: 'sge',
  sge: 'slt',
  sle: 'sgt',
  sgt: 'sle',
};
