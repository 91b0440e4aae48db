// Instruction[] -> bytes as the kernel takes them (struct bpf_insn, little-endian). References become numbers here: those to
// functions of the same program by layout, all others by asking the caller, who knows fds and BTF ids.
import { InternalError } from '../diagnostics/diagnostic.js';
import type { Instruction, Reference } from './instruction.js';
import { isCall, isLoadImmediate, slots, slotsOf } from './opcode.js';

/** What a reference stands for on the running kernel. */
export interface Resolution {
  /** int32 or uint32: map fd, BTF id of a variable or kfunc. */
  readonly imm: number;
  /** Upper half of a ld_imm64: offset into a map value; fd of the module's BTF for a variable. Default 0. */
  readonly high?: number;
  /** kfunc call: index into fd_array of the module's BTF. Default 0 (vmlinux). */
  readonly off?: number;
}

/** Answers for every reference but those to functions. */
export type Resolve = (reference: Exclude<Reference, { kind: 'function' }>) => Resolution;

/** A function as far as its bytes are concerned (FunctionSpec fits). */
export interface CodeSource {
  readonly name: string;
  readonly insns: readonly Instruction[];
}

export interface EncodedProgram {
  readonly bytes: Uint8Array;
  /** Slot at which each function starts, in order. */
  readonly starts: readonly number[];
}

/** Bytes of one slot. */
export const SLOT_SIZE = 8;

/** For programs without maps and kernel symbols. */
export const refuse: Resolve = reference => {
  throw new InternalError(`unresolved ${reference.kind} reference`);
};

/** One straight sequence: its jumps are its own, and it references no function. */
export function encode(insns: readonly Instruction[], resolve: Resolve = refuse): Uint8Array {
  return encodeProgram([{ name: '', insns }], resolve).bytes;
}

/** Functions one after another, calls and callback addresses between them linked. */
export function encodeProgram(functions: readonly CodeSource[], resolve: Resolve = refuse): EncodedProgram {
  const starts: number[] = [];
  const startOf = new Map<string, number>();
  let total = 0;
  for (const fn of functions) {
    starts.push(total);
    startOf.set(fn.name, total);
    total += slots(fn.insns);
  }
  const bytes = new Uint8Array(total * SLOT_SIZE);
  const view = new DataView(bytes.buffer);
  let slot = 0;
  for (const fn of functions) {
    for (const insn of fn.insns) {
      const link = (reference: Reference): Resolution => {
        if (reference.kind !== 'function') return resolve(reference);
        const target = startOf.get(reference.name);
        if (target === undefined) throw new InternalError(`no function ${reference.name} in the program`);
        return { imm: target - (slot + 1) }; // the same base for calls and for BPF_PSEUDO_FUNC
      };
      writeInstruction(view, slot * SLOT_SIZE, insn, link);
      slot += slotsOf(insn);
    }
  }
  return { bytes, starts };
}

function writeInstruction(
  view: DataView,
  at: number,
  insn: Instruction,
  link: (reference: Reference) => Resolution,
): void {
  const found = insn.reference === undefined ? undefined : link(insn.reference);
  let low = found?.imm ?? insn.imm;
  let high = found?.high ?? 0;
  if (isLoadImmediate(insn.opcode)) {
    if (found === undefined && insn.imm64 !== undefined) {
      const value = BigInt(insn.imm64);
      low = Number(BigInt.asIntN(32, value));
      high = Number(BigInt.asIntN(32, value >> 32n));
    }
    view.setInt32(at + 12, within(high, -0x8000_0000, 0xffff_ffff, 'upper half', insn), true);
  } else if (found !== undefined && !isCall(insn.opcode)) {
    throw new InternalError(`reference on opcode ${insn.opcode}`);
  }
  const least = -0x8000_0000;
  const most = found === undefined ? 0x7fff_ffff : 0xffff_ffff;
  view.setUint8(at, within(insn.opcode, 0, 0xff, 'opcode', insn));
  view.setUint8(at + 1, (within(insn.src, 0, 10, 'src', insn) << 4) | within(insn.dst, 0, 10, 'dst', insn));
  view.setInt16(at + 2, within(found?.off ?? insn.off, -0x8000, 0x7fff, 'offset', insn), true);
  view.setInt32(at + 4, within(low, least, most, 'immediate', insn), true);
}

/** The set* methods of DataView wrap silently, so a value out of range is found here. */
function within(value: number, least: number, most: number, what: string, insn: Instruction): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InternalError(`${what} ${value} out of range in opcode 0x${insn.opcode.toString(16)}`);
}
