// Questions about an instruction's opcode bits, for the encoder, the disassembler and the interpreter of the tests.
//
//   ALU, JMP:     op:4 | source:1 | class:3        LD, LDX, ST, STX:     mode:3 | size:2 | class:3
import type { Instruction } from './instruction.js';
import { AluOp, InsnClass, JumpOp, MemMode, MemSize, Operand } from './uapi.js';

export const classOf = (opcode: number): number => opcode & 0x07;
export const operationOf = (opcode: number): number => opcode & 0xf0;
export const modeOf = (opcode: number): number => opcode & 0xe0;
/** The second operand is a register. */
export const usesRegister = (opcode: number): boolean => (opcode & Operand.BPF_X) !== 0;

/** Bytes that a load or store moves. */
export function accessSize(opcode: number): 1 | 2 | 4 | 8 {
  switch (opcode & 0x18) {
    case MemSize.BPF_B:
      return 1;
    case MemSize.BPF_H:
      return 2;
    case MemSize.BPF_W:
      return 4;
    default:
      return 8;
  }
}

export const isLoadImmediate = (opcode: number): boolean =>
  opcode === (InsnClass.BPF_LD | MemMode.BPF_IMM | MemSize.BPF_DW);

export function isJumpClass(opcode: number): boolean {
  const cls = classOf(opcode);
  return cls === InsnClass.BPF_JMP || cls === InsnClass.BPF_JMP32;
}

export function isAluClass(opcode: number): boolean {
  const cls = classOf(opcode);
  return cls === InsnClass.BPF_ALU || cls === InsnClass.BPF_ALU64;
}

export const isCall = (opcode: number): boolean => opcode === (InsnClass.BPF_JMP | JumpOp.BPF_CALL);
export const isExit = (opcode: number): boolean => opcode === (InsnClass.BPF_JMP | JumpOp.BPF_EXIT);
export const isGoto = (opcode: number): boolean => opcode === (InsnClass.BPF_JMP | JumpOp.BPF_JA);
/** A conditional or unconditional jump inside the function: `off` is its distance. */
export const isJump = (opcode: number): boolean => isJumpClass(opcode) && !isCall(opcode) && !isExit(opcode);
export const isByteSwap = (opcode: number): boolean =>
  isAluClass(opcode) && operationOf(opcode) === AluOp.BPF_END;

/** Slots of 8 bytes that the kernel counts for this element. */
export const slotsOf = (insn: Instruction): 1 | 2 => (isLoadImmediate(insn.opcode) ? 2 : 1);

/** Slots of a sequence. */
export function slots(insns: readonly Instruction[]): number {
  let total = 0;
  for (const insn of insns) total += slotsOf(insn);
  return total;
}
