// Constructors: one function per kind of instruction, named as the kernel's macros mean (include/linux/filter.h), so that
// code generation and tests never put opcode bits together themselves. Operands are numbers: a register is `reg(n)`.
import { InternalError } from '../diagnostics/diagnostic.js';
import type { HelperName } from './helper.js';
import { HELPERS } from './helper.js';
import type { Instruction, Reference } from './instruction.js';
import {
  AluOp,
  AtomicOp,
  InsnClass,
  JumpOp,
  MemMode,
  MemSize,
  Operand,
  PseudoCall,
  PseudoLoad,
} from './uapi.js';

/** Second operand of an ALU or jump instruction: a register, or a sign-extended 32-bit constant. */
export type Source = { readonly reg: number } | { readonly imm: number };

export const reg = (n: number): Source => ({ reg: n });
export const imm = (value: number): Source => ({ imm: value });

export type AluName =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'or'
  | 'and'
  | 'lsh'
  | 'rsh'
  | 'mod'
  | 'xor'
  | 'mov'
  | 'arsh';
export type JumpName = 'eq' | 'gt' | 'ge' | 'set' | 'ne' | 'sgt' | 'sge' | 'lt' | 'le' | 'slt' | 'sle';
export type AtomicName = 'add' | 'or' | 'and' | 'xor' | 'xchg' | 'cmpxchg';
/** Bytes of a memory access. */
export type AccessSize = 1 | 2 | 4 | 8;
/** 64: the whole register. 32: the low half; the upper half of an ALU result is zero. */
export type Width = 32 | 64;

const ALU: Record<AluName, number> = {
  add: AluOp.BPF_ADD,
  sub: AluOp.BPF_SUB,
  mul: AluOp.BPF_MUL,
  div: AluOp.BPF_DIV,
  or: AluOp.BPF_OR,
  and: AluOp.BPF_AND,
  lsh: AluOp.BPF_LSH,
  rsh: AluOp.BPF_RSH,
  mod: AluOp.BPF_MOD,
  xor: AluOp.BPF_XOR,
  mov: AluOp.BPF_MOV,
  arsh: AluOp.BPF_ARSH,
};

const JUMP: Record<JumpName, number> = {
  eq: JumpOp.BPF_JEQ,
  gt: JumpOp.BPF_JGT,
  ge: JumpOp.BPF_JGE,
  set: JumpOp.BPF_JSET,
  ne: JumpOp.BPF_JNE,
  sgt: JumpOp.BPF_JSGT,
  sge: JumpOp.BPF_JSGE,
  lt: JumpOp.BPF_JLT,
  le: JumpOp.BPF_JLE,
  slt: JumpOp.BPF_JSLT,
  sle: JumpOp.BPF_JSLE,
};

const SIZE: Record<AccessSize, number> = {
  1: MemSize.BPF_B,
  2: MemSize.BPF_H,
  4: MemSize.BPF_W,
  8: MemSize.BPF_DW,
};

const ATOMIC: Record<AtomicName, number> = {
  add: AtomicOp.BPF_ADD,
  or: AtomicOp.BPF_OR,
  and: AtomicOp.BPF_AND,
  xor: AtomicOp.BPF_XOR,
  xchg: AtomicOp.BPF_XCHG,
  cmpxchg: AtomicOp.BPF_CMPXCHG,
};

function insn(opcode: number, dst: number, src: number, off: number, value: number): Instruction {
  return { opcode, dst, src, off, imm: value };
}

/** `dst op= source`. Shift counts are masked by the width; x / 0 is 0 and x % 0 is x. */
export function alu(op: AluName, dst: number, source: Source, width: Width = 64): Instruction {
  const cls = width === 64 ? InsnClass.BPF_ALU64 : InsnClass.BPF_ALU;
  return 'reg' in source
    ? insn(cls | Operand.BPF_X | ALU[op], dst, source.reg, 0, 0)
    : insn(cls | Operand.BPF_K | ALU[op], dst, 0, 0, source.imm);
}

export const alu64 = (op: AluName, dst: number, source: Source): Instruction => alu(op, dst, source, 64);
export const alu32 = (op: AluName, dst: number, source: Source): Instruction => alu(op, dst, source, 32);

/** Signed division or remainder, truncating as in C. Minimum kernel 6.6 (cpu v4). */
export function signedDivide(op: 'div' | 'mod', dst: number, source: Source, width: Width = 64): Instruction {
  return { ...alu(op, dst, source, width), off: 1 };
}

export const mov = (dst: number, source: Source): Instruction => alu('mov', dst, source);
export const mov32 = (dst: number, source: Source): Instruction => alu('mov', dst, source, 32);

/** `dst = -dst`. */
export function negate(dst: number, width: Width = 64): Instruction {
  return insn((width === 64 ? InsnClass.BPF_ALU64 : InsnClass.BPF_ALU) | AluOp.BPF_NEG, dst, 0, 0, 0);
}

/** `dst` = low `bits` of `src`, sign-extended to 64 bits. One instruction on cpu v4 (6.6), else two or three on any kernel. */
export function signExtend(dst: number, src: number, bits: 8 | 16 | 32, v4 = false): Instruction[] {
  if (v4) return [insn(InsnClass.BPF_ALU64 | Operand.BPF_X | AluOp.BPF_MOV, dst, src, bits, 0)];
  const shifts = [alu64('lsh', dst, imm(64 - bits)), alu64('arsh', dst, imm(64 - bits))];
  return dst === src ? shifts : [mov(dst, reg(src)), ...shifts];
}

/** Converts the low `bits` of dst to (or from) the named byte order and clears the rest. */
export function toEndian(dst: number, order: 'big' | 'little', bits: 16 | 32 | 64): Instruction {
  const x = order === 'big' ? Operand.BPF_X : Operand.BPF_K;
  return insn(InsnClass.BPF_ALU | AluOp.BPF_END | x, dst, 0, 0, bits);
}

/** Swaps the low `bits` of dst unconditionally and clears the rest. Minimum kernel 6.6 (cpu v4). */
export function byteSwap(dst: number, bits: 16 | 32 | 64): Instruction {
  return insn(InsnClass.BPF_ALU64 | AluOp.BPF_END, dst, 0, 0, bits);
}

/** `dst = *(uN *)(base + off)`, zero-extended. */
export function load(size: AccessSize, dst: number, base: number, off: number): Instruction {
  return insn(InsnClass.BPF_LDX | MemMode.BPF_MEM | SIZE[size], dst, base, off, 0);
}

/** `dst = *(sN *)(base + off)`, sign-extended. Minimum kernel 6.6 (cpu v4). */
export function loadSigned(size: 1 | 2 | 4, dst: number, base: number, off: number): Instruction {
  return insn(InsnClass.BPF_LDX | MemMode.BPF_MEMSX | SIZE[size], dst, base, off, 0);
}

/** `*(uN *)(base + off) = source`; a constant is sign-extended to the size. */
export function store(size: AccessSize, base: number, off: number, source: Source): Instruction {
  return 'reg' in source
    ? insn(InsnClass.BPF_STX | MemMode.BPF_MEM | SIZE[size], base, source.reg, off, 0)
    : insn(InsnClass.BPF_ST | MemMode.BPF_MEM | SIZE[size], base, 0, off, source.imm);
}

/**
 * Atomic on `*(uN *)(base + off)`, 4 or 8 bytes. Without `fetch` only add, or, and, xor; plain add works on every kernel, the
 * others and every fetch (old value into `src`) need 5.12. xchg and cmpxchg always fetch; cmpxchg compares with r0 and returns there.
 */
export function atomic(
  op: AtomicName,
  size: 4 | 8,
  base: number,
  off: number,
  src: number,
  fetch = false,
): Instruction {
  const flags = ATOMIC[op] | (fetch ? AtomicOp.BPF_FETCH : 0);
  return insn(InsnClass.BPF_STX | MemMode.BPF_ATOMIC | SIZE[size], base, src, off, flags);
}

/** Jumps `off` slots from the next instruction when `dst op source`; 'set' tests `dst & source`. */
export function jump(op: JumpName, dst: number, source: Source, off: number, width: Width = 64): Instruction {
  const cls = width === 64 ? InsnClass.BPF_JMP : InsnClass.BPF_JMP32;
  return 'reg' in source
    ? insn(cls | Operand.BPF_X | JUMP[op], dst, source.reg, off, 0)
    : insn(cls | Operand.BPF_K | JUMP[op], dst, 0, off, source.imm);
}

/** Unconditional jump of `off` slots from the next instruction. */
export function goto(off: number): Instruction {
  return insn(InsnClass.BPF_JMP | JumpOp.BPF_JA, 0, 0, off, 0);
}

export function exit(): Instruction {
  return insn(InsnClass.BPF_JMP | JumpOp.BPF_EXIT, 0, 0, 0, 0);
}

/** Calls a kernel helper: arguments in r1..r5, which are dead afterwards; result in r0. */
export function callHelper(name: HelperName): Instruction {
  return insn(InsnClass.BPF_JMP | JumpOp.BPF_CALL, 0, 0, 0, HELPERS[name].number);
}

/** Calls another function of the same program. */
export function callFunction(name: string): Instruction {
  return {
    ...insn(InsnClass.BPF_JMP | JumpOp.BPF_CALL, 0, PseudoCall.BPF_PSEUDO_CALL, 0, -1),
    reference: { kind: 'function', name },
  };
}

/** Calls an exported kernel function (5.13). */
export function callKfunc(name: string): Instruction {
  return {
    ...insn(InsnClass.BPF_JMP | JumpOp.BPF_CALL, 0, PseudoCall.BPF_PSEUDO_KFUNC_CALL, 0, 0),
    reference: { kind: 'kfunc', name },
  };
}

const LD_IMM64 = InsnClass.BPF_LD | MemMode.BPF_IMM | MemSize.BPF_DW;

/** `dst` = any 64-bit constant: two slots, one element. Taken modulo 2^64. */
export function loadImmediate(dst: number, value: bigint): Instruction {
  return { ...insn(LD_IMM64, dst, 0, 0, 0), imm64: BigInt.asUintN(64, value).toString() };
}

/** `dst` = address of a map, a map value, a function (callback) or a kernel variable. */
export function loadReference(dst: number, reference: Exclude<Reference, { kind: 'kfunc' }>): Instruction {
  return { ...insn(LD_IMM64, dst, pseudoLoad(reference), 0, 0), reference };
}

export const loadMap = (dst: number, map: string): Instruction => loadReference(dst, { kind: 'map', map });
export const loadMapValue = (dst: number, map: string, offset: number): Instruction =>
  loadReference(dst, { kind: 'map-value', map, offset });
export const loadFunction = (dst: number, name: string): Instruction =>
  loadReference(dst, { kind: 'function', name });

/** `dst = value` in the shortest way: a mov when it fits a sign-extended or a zero-extended 32-bit constant. */
export function loadConstant(dst: number, value: bigint): Instruction {
  const signed = BigInt.asIntN(64, value);
  if (BigInt.asIntN(32, signed) === signed) return mov(dst, imm(Number(signed)));
  if (BigInt.asUintN(32, signed) === signed) return mov32(dst, imm(Number(BigInt.asIntN(32, signed))));
  return loadImmediate(dst, value);
}

function pseudoLoad(reference: Reference): number {
  switch (reference.kind) {
    case 'map':
      return PseudoLoad.BPF_PSEUDO_MAP_FD;
    case 'map-value':
      return PseudoLoad.BPF_PSEUDO_MAP_VALUE;
    case 'function':
      return PseudoLoad.BPF_PSEUDO_FUNC;
    case 'ksym':
      return PseudoLoad.BPF_PSEUDO_BTF_ID;
    case 'kfunc':
      throw new InternalError('a kfunc is called, not loaded');
  }
}
