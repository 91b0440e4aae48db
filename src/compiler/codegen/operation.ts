// Which BPF operation each operation of the IR is, and what can be said about one from its name.
import type { AluName, JumpName } from '../bpf/assemble.js';
import type { BinaryOp, CompareOp } from '../ir/ir.js';

export const ALU_NAMES: Readonly<Record<Exclude<BinaryOp, 'sdiv' | 'smod'>, AluName>> = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  udiv: 'div',
  umod: 'mod',
  and: 'and',
  or: 'or',
  xor: 'xor',
  shl: 'lsh',
  lshr: 'rsh',
  ashr: 'arsh',
};

export const JUMP_NAMES: Readonly<Record<CompareOp, JumpName>> = {
  eq: 'eq',
  ne: 'ne',
  ult: 'lt',
  ule: 'le',
  ugt: 'gt',
  uge: 'ge',
  slt: 'slt',
  sle: 'sle',
  sgt: 'sgt',
  sge: 'sge',
  set: 'set',
};

export const COMMUTATIVE: ReadonlySet<BinaryOp> = new Set(['add', 'mul', 'and', 'or', 'xor']);

export const isShift = (fn: BinaryOp) => fn === 'shl' || fn === 'lshr' || fn === 'ashr';
export const isDivision = (fn: BinaryOp) => fn === 'udiv' || fn === 'umod' || fn === 'sdiv' || fn === 'smod';

/** The stored bytes of an immediate as a number that fits its field. */
export function narrow(value: number, size: number): number {
  if (size === 1) return value & 0xff;
  return size === 2 ? value & 0xffff : value;
}
