// Instructions that touch registers only, and atomics: the parts of the interpreter that know nothing of programs.
import type { Instruction } from '../../src/compiler/bpf/instruction.js';
import { classOf, operationOf, usesRegister } from '../../src/compiler/bpf/opcode.js';
import { AluOp, AtomicOp, InsnClass } from '../../src/compiler/bpf/uapi.js';
import { runAlu } from './vm-alu.js';
import { loadUnsigned, type Place, storeBytes, VmFault } from './vm-memory.js';

/** r0..r10; undefined: not initialised. */
export type Registers = (bigint | undefined)[];

/** The value of a register that must have one. */
export function read(registers: Registers, index: number): bigint {
  const value = registers[index];
  if (value === undefined) throw new VmFault(`r${index} is not initialised`);
  return value;
}

/** Modulo 2^64; r10 is read-only. */
export function write(registers: Registers, index: number, value: bigint): void {
  if (index > 9) throw new VmFault(`r${index} cannot be written`);
  registers[index] = BigInt.asUintN(64, value);
}

/** An ALU instruction on the registers; what the verifier refuses of constants is a fault. */
export function alu(insn: Instruction, registers: Registers): void {
  const { opcode } = insn;
  const operation = operationOf(opcode);
  const register = usesRegister(opcode) && operation !== AluOp.BPF_END && operation !== AluOp.BPF_NEG;
  const source = register ? read(registers, insn.src) : BigInt(insn.imm);
  const old = operation === AluOp.BPF_MOV ? 0n : read(registers, insn.dst);
  const bits = classOf(opcode) === InsnClass.BPF_ALU64 ? 64 : 32;
  if (!register && (operation === AluOp.BPF_DIV || operation === AluOp.BPF_MOD) && insn.imm === 0) {
    throw new VmFault('division by a constant zero');
  }
  const shift = operation === AluOp.BPF_LSH || operation === AluOp.BPF_RSH || operation === AluOp.BPF_ARSH;
  if (!register && shift && (insn.imm < 0 || insn.imm >= bits)) throw new VmFault(`shift by ${insn.imm}`);
  write(registers, insn.dst, runAlu(opcode, old, source, insn.off, insn.imm));
}

/** Read, modify, write at `place`; the old value comes back where the instruction wants it. */
export function atomic(insn: Instruction, place: Place, size: number, registers: Registers): void {
  const old = loadUnsigned(place, size);
  const value = read(registers, insn.src);
  const operation = insn.imm & ~AtomicOp.BPF_FETCH;
  if (insn.imm === AtomicOp.BPF_CMPXCHG) {
    if (old === BigInt.asUintN(size * 8, read(registers, 0))) storeBytes(place, size, value);
    write(registers, 0, old);
    return;
  }
  if (insn.imm === AtomicOp.BPF_XCHG) storeBytes(place, size, value);
  else if (operation === AtomicOp.BPF_ADD) storeBytes(place, size, old + value);
  else if (operation === AtomicOp.BPF_OR) storeBytes(place, size, old | value);
  else if (operation === AtomicOp.BPF_AND) storeBytes(place, size, old & value);
  else if (operation === AtomicOp.BPF_XOR) storeBytes(place, size, old ^ value);
  else throw new VmFault(`unknown atomic 0x${insn.imm.toString(16)}`);
  if ((insn.imm & AtomicOp.BPF_FETCH) !== 0) write(registers, insn.src, old);
}
