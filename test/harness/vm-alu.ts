// Arithmetic and comparisons of eBPF, exactly as the instruction set's document has them (Documentation/bpf/standardization/
// instruction-set.rst): values are unsigned 64-bit bigints, 32-bit operations clear the upper half.
import { classOf, isByteSwap, operationOf } from '../../src/compiler/bpf/opcode.js';
import { AluOp, InsnClass, JumpOp, Operand } from '../../src/compiler/bpf/uapi.js';
import { VmFault } from './vm-memory.js';

const u = (bits: number, value: bigint): bigint => BigInt.asUintN(bits, value);
const s = (bits: number, value: bigint): bigint => BigInt.asIntN(bits, value);

/** `dst op= src`; `off` and `imm` are the instruction's, for signed division, sign extension and byte order. */
export function runAlu(opcode: number, dst: bigint, src: bigint, off: number, imm: number): bigint {
  const bits = classOf(opcode) === InsnClass.BPF_ALU64 ? 64 : 32;
  if (isByteSwap(opcode)) return swap(opcode, dst, imm);
  return u(bits, operate(operationOf(opcode), bits, u(bits, dst), u(bits, src), off));
}

function operate(operation: number, bits: number, a: bigint, b: bigint, off: number): bigint {
  const count = b & BigInt(bits - 1);
  switch (operation) {
    case AluOp.BPF_ADD:
      return a + b;
    case AluOp.BPF_SUB:
      return a - b;
    case AluOp.BPF_MUL:
      return a * b;
    case AluOp.BPF_DIV:
      if (b === 0n) return 0n;
      return off === 1 ? s(bits, a) / s(bits, b) : a / b;
    case AluOp.BPF_MOD:
      if (b === 0n) return a;
      return off === 1 ? s(bits, a) % s(bits, b) : a % b;
    case AluOp.BPF_OR:
      return a | b;
    case AluOp.BPF_AND:
      return a & b;
    case AluOp.BPF_XOR:
      return a ^ b;
    case AluOp.BPF_LSH:
      return a << count;
    case AluOp.BPF_RSH:
      return a >> count;
    case AluOp.BPF_ARSH:
      return s(bits, a) >> count;
    case AluOp.BPF_NEG:
      return -a;
    case AluOp.BPF_MOV:
      return off === 0 ? b : s(off, b);
    default:
      throw new VmFault(`unknown ALU operation 0x${operation.toString(16)}`);
  }
}

function swap(opcode: number, value: bigint, bits: number): bigint {
  if (bits !== 16 && bits !== 32 && bits !== 64) throw new VmFault(`byte order of ${bits} bits`);
  const always = classOf(opcode) === InsnClass.BPF_ALU64;
  if (!always && (opcode & Operand.BPF_X) === 0) return u(bits, value); // to little endian: already so
  let rest = u(bits, value);
  let swapped = 0n;
  for (let i = 0; i < bits; i += 8) {
    swapped = (swapped << 8n) | (rest & 0xffn);
    rest >>= 8n;
  }
  return swapped;
}

/** Whether a conditional jump is taken. */
export function runJump(opcode: number, left: bigint, right: bigint): boolean {
  const bits = classOf(opcode) === InsnClass.BPF_JMP ? 64 : 32;
  const a = u(bits, left);
  const b = u(bits, right);
  const sa = s(bits, left);
  const sb = s(bits, right);
  switch (operationOf(opcode)) {
    case JumpOp.BPF_JEQ:
      return a === b;
    case JumpOp.BPF_JNE:
      return a !== b;
    case JumpOp.BPF_JGT:
      return a > b;
    case JumpOp.BPF_JGE:
      return a >= b;
    case JumpOp.BPF_JLT:
      return a < b;
    case JumpOp.BPF_JLE:
      return a <= b;
    case JumpOp.BPF_JSET:
      return (a & b) !== 0n;
    case JumpOp.BPF_JSGT:
      return sa > sb;
    case JumpOp.BPF_JSGE:
      return sa >= sb;
    case JumpOp.BPF_JSLT:
      return sa < sb;
    case JumpOp.BPF_JSLE:
      return sa <= sb;
    default:
      throw new VmFault(`unknown jump 0x${opcode.toString(16)}`);
  }
}
