// A program as the kernel hands it back, after the verifier's rewriting, as text: functions by name, source lines where they
// change, maps and called functions by name (kernel/bpf/syscall.c, bpf_insn_prepare_dump, says what their numbers are).
import { decode } from './decode.js';
import { disassemble } from './disassemble.js';
import type { Instruction, Reference } from './instruction.js';
import { isCall, isLoadImmediate, slotsOf } from './opcode.js';
import { PseudoCall, PseudoLoad } from './uapi.js';

export interface XlatedProgram {
  /** struct bpf_insn, 8 bytes each. */
  readonly insns: Uint8Array;
  /** Where its functions begin, in order. */
  readonly functions: readonly { readonly name: string; readonly slot: number }[];
  /** Source lines, in order of slot. */
  readonly lines: readonly { readonly slot: number; readonly place: string; readonly text: string }[];
  /** Of a map by its id. */
  map(id: number): string;
  /** What a call that leaves the program calls; undefined: nobody knows. */
  called(insn: Instruction): string | undefined;
}

/** With the bytes of each instruction below it, if wanted. */
export function listXlated(program: XlatedProgram, opcodes = false): string[] {
  const insns = decode(program.insns);
  if (insns === undefined) return ['the kernel gave no whole instructions'];
  const names = new Map(program.functions.map(({ name, slot }) => [slot, name]));
  const lines = new Map(program.lines.map(line => [line.slot, line]));
  const out: string[] = [];
  let slot = 0;
  for (const insn of insns) {
    const name = names.get(slot);
    if (name !== undefined) out.push(...(slot === 0 ? [] : ['']), `${name}:`);
    const line = lines.get(slot);
    if (line !== undefined) out.push(`; ${line.place}  ${line.text}`.trimEnd());
    out.push(`${String(slot).padStart(4)}: ${disassemble(named(insn, slot, program, names))}`);
    const next = slot + slotsOf(insn);
    if (opcodes) out.push(`      ${hex(program.insns.subarray(slot * 8, next * 8))}`);
    slot = next;
  }
  return out;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(' ');
}

function named(
  insn: Instruction,
  slot: number,
  program: XlatedProgram,
  names: ReadonlyMap<number, string>,
): Instruction {
  const reference = referenceOf(insn, slot, program, names);
  return reference === undefined ? insn : { ...insn, reference };
}

function referenceOf(
  insn: Instruction,
  slot: number,
  program: XlatedProgram,
  names: ReadonlyMap<number, string>,
): Reference | undefined {
  if (isLoadImmediate(insn.opcode)) {
    const value = BigInt(insn.imm64 ?? 0);
    const low = Number(BigInt.asUintN(32, value));
    switch (insn.src) {
      case PseudoLoad.BPF_PSEUDO_MAP_FD:
        return { kind: 'map', map: program.map(low) };
      case PseudoLoad.BPF_PSEUDO_MAP_VALUE:
        return { kind: 'map-value', map: program.map(low), offset: Number(value >> 32n) };
      case PseudoLoad.BPF_PSEUDO_FUNC:
        return functionAt(names, slot + 1 + (low | 0));
      default:
        return undefined;
    }
  }
  if (!isCall(insn.opcode)) return undefined;
  // In machine code the distance stands in `off`, and `imm` is the number of the function.
  if (insn.src === PseudoCall.BPF_PSEUDO_CALL) return functionAt(names, slot + 1 + (insn.off || insn.imm));
  const name = program.called(insn);
  return name === undefined ? undefined : { kind: 'kfunc', name };
}

function functionAt(names: ReadonlyMap<number, string>, slot: number): Reference {
  return { kind: 'function', name: names.get(slot) ?? `function at ${slot}` };
}
