// Machine form: BPF instructions on virtual registers (16 and up) beside the real ones (0..10), in basic blocks. Two
// pseudo-instructions live until emission: `set` (result = compare ? 1 : 0) and `frame` (dst = address of a stack slot).
// What an instruction reads and writes follows from its opcode; the tables of that are here.
import { alu, goto } from '../bpf/assemble.js';
import type { Instruction, Reference } from '../bpf/instruction.js';
import {
  classOf,
  isCall,
  isExit,
  isLoadImmediate,
  modeOf,
  operationOf,
  usesRegister,
} from '../bpf/opcode.js';
import { AluOp, AtomicOp, InsnClass, MemMode } from '../bpf/uapi.js';
import type { Span } from '../diagnostics/diagnostic.js';

/** The first virtual register. */
export const VIRTUAL = 16;
export const FRAME_POINTER = 10;

export interface MachineInstr {
  opcode: number;
  dst: number;
  src: number;
  off: number;
  imm: number;
  imm64: string | undefined;
  reference: Reference | undefined;
  readonly span: Span | undefined;
  /** Stack slot whose place is added to `off`; -1: none. */
  slot: number;
  /** `set` only: the register that becomes 1 or 0; the opcode is the jump's. */
  result: number;
  /** Calls only: how many of r1.. are read. */
  args: number;
  pseudo: 'none' | 'set' | 'frame';
}

/** Control at the end of a block. `branch` jumps by `opcode` on dst and src/imm. */
export type MachineEnd =
  | { readonly op: 'jump'; readonly to: number; readonly span: Span | undefined }
  | { readonly op: 'exit'; readonly span: Span | undefined }
  | {
      readonly op: 'branch';
      readonly test: MachineInstr;
      readonly yes: number;
      readonly no: number;
      readonly likely: 'yes' | 'no' | undefined;
      readonly span: Span | undefined;
    };

export interface MachineBlock {
  readonly id: number;
  instrs: MachineInstr[];
  end: MachineEnd;
  /** Expected executions per run of the function. */
  frequency: number;
  /** The target of a branch that is to be jumped to, not run into. */
  jumpsTo?: number | undefined;
}

export interface MachineFunction {
  readonly name: string;
  readonly params: number;
  /** In layout order; the entry first. */
  blocks: MachineBlock[];
  /** One more than the largest register. */
  registers: number;
  slots: StackSlot[];
  /** Registers whose bounds a comparison teaches the verifier: spilling one would lose them. */
  readonly bounded: Set<number>;
}

/** A piece of the stack. `whole`: its address travels, so it is taken to live in the whole function. */
export interface StackSlot {
  readonly size: number;
  readonly align: number;
  readonly spill: boolean;
  whole: boolean;
}

export function machine(insn: Instruction, span: Span | undefined, slot = -1): MachineInstr {
  return {
    opcode: insn.opcode,
    dst: insn.dst,
    src: insn.src,
    off: insn.off,
    imm: insn.imm,
    imm64: insn.imm64,
    reference: insn.reference,
    span,
    slot,
    result: -1,
    args: 0,
    pseudo: 'none',
  };
}

/** dst = address of the slot plus `off`. */
export function frameAddress(dst: number, slot: number, off: number, span: Span | undefined): MachineInstr {
  return { ...machine(goto(off), span, slot), dst, pseudo: 'frame' };
}

const MOV64 = alu('mov', 0, { reg: 0 }).opcode;

/** A plain 64-bit copy between registers, which vanishes when both are one. */
export function isCopy(instr: MachineInstr): boolean {
  return instr.opcode === MOV64 && instr.off === 0 && instr.pseudo === 'none';
}

/** Makes a value from nothing: a constant or an address. Cheaper to repeat than to keep in memory. */
export function isRemakeable(instr: MachineInstr): boolean {
  if (instr.pseudo !== 'none') return instr.pseudo === 'frame';
  if (isLoadImmediate(instr.opcode)) return true;
  const cls = classOf(instr.opcode);
  const isAlu = cls === InsnClass.BPF_ALU || cls === InsnClass.BPF_ALU64;
  return isAlu && operationOf(instr.opcode) === AluOp.BPF_MOV && !usesRegister(instr.opcode);
}

export function isCallInstr(instr: MachineInstr): boolean {
  return instr.pseudo === 'none' && isCall(instr.opcode);
}

const READS_DST = 1;
const WRITES_DST = 2;
const READS_SRC = 4;
const WRITES_SRC = 8;

/** Bits of READS_DST.. for the register fields; calls, exits and cmpxchg's r0 are not in it. */
function roles(instr: MachineInstr): number {
  if (instr.pseudo === 'frame') return WRITES_DST;
  let bits = rolesOf[instr.opcode]!;
  if (bits === UNKNOWN) {
    bits = rolesOfOpcode(instr.opcode);
    rolesOf[instr.opcode] = bits;
  }
  if (bits !== ATOMIC) return bits;
  const fetches = instr.imm !== AtomicOp.BPF_CMPXCHG && (instr.imm & AtomicOp.BPF_FETCH) !== 0;
  return READS_DST | READS_SRC | (fetches ? WRITES_SRC : 0);
}

/** What the immediate decides. */
const ATOMIC = 16;
const UNKNOWN = 255;
/** Every pass asks for each instruction: by opcode, once found out. */
const rolesOf = new Uint8Array(256).fill(UNKNOWN);

function rolesOfOpcode(opcode: number): number {
  switch (classOf(opcode)) {
    case InsnClass.BPF_LD:
      return WRITES_DST;
    case InsnClass.BPF_LDX:
      return READS_SRC | WRITES_DST;
    case InsnClass.BPF_ST:
      return READS_DST;
    case InsnClass.BPF_STX:
      return modeOf(opcode) === MemMode.BPF_ATOMIC ? ATOMIC : READS_DST | READS_SRC;
    case InsnClass.BPF_ALU:
    case InsnClass.BPF_ALU64: {
      const operation = operationOf(opcode);
      if (operation === AluOp.BPF_END || operation === AluOp.BPF_NEG) return READS_DST | WRITES_DST;
      const source = usesRegister(opcode) ? READS_SRC : 0;
      return operation === AluOp.BPF_MOV ? source | WRITES_DST : source | READS_DST | WRITES_DST;
    }
    default: // jumps, as the test of a branch or of `set`
      if (isCall(opcode) || isExit(opcode)) return 0;
      return READS_DST | (usesRegister(opcode) ? READS_SRC : 0);
  }
}

function isCompareExchange(instr: MachineInstr): boolean {
  return (
    classOf(instr.opcode) === InsnClass.BPF_STX &&
    modeOf(instr.opcode) === MemMode.BPF_ATOMIC &&
    instr.imm === AtomicOp.BPF_CMPXCHG
  );
}

export function visitReads(instr: MachineInstr, visit: (register: number) => void): void {
  const bits = roles(instr);
  if (bits & READS_DST && instr.dst !== FRAME_POINTER) visit(instr.dst);
  if (bits & READS_SRC && instr.src !== FRAME_POINTER) visit(instr.src);
  if (isCallInstr(instr)) for (let r = 1; r <= instr.args; r++) visit(r);
  else if (isCompareExchange(instr)) visit(0);
}

/** A call writes r0..r5: the result, and what it clobbers. */
export function visitWrites(instr: MachineInstr, visit: (register: number) => void): void {
  if (instr.pseudo === 'set') {
    visit(instr.result);
    return;
  }
  const bits = roles(instr);
  if (bits & WRITES_DST) visit(instr.dst);
  if (bits & WRITES_SRC) visit(instr.src);
  if (isCallInstr(instr)) for (let r = 0; r <= 5; r++) visit(r);
  else if (isCompareExchange(instr)) visit(0);
}

/** Replaces each register of the instruction's fields. */
export function renameRegisters(instr: MachineInstr, map: (register: number) => number): void {
  const bits = roles(instr);
  if (bits & (READS_DST | WRITES_DST)) instr.dst = map(instr.dst);
  if (bits & (READS_SRC | WRITES_SRC)) instr.src = map(instr.src);
  if (instr.pseudo === 'set') instr.result = map(instr.result);
}

export function endTargets(end: MachineEnd): readonly number[] {
  if (end.op === 'jump') return [end.to];
  return end.op === 'branch' ? [end.yes, end.no] : [];
}

export function visitEndReads(end: MachineEnd, visit: (register: number) => void): void {
  if (end.op === 'branch') visitReads(end.test, visit);
  else if (end.op === 'exit') visit(0);
}
