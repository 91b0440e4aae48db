// The verifier refused a program that type-checked: our bug or the kernel's limit, never the user's puzzle. Finds the
// instruction in the log and the source line it came from, and says the reason in words.

import { slotsOf } from '../../compiler/bpf/opcode.js';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.js';
import type { ProgramSpec } from '../../compiler/object-spec.js';
import type { VerifierError } from '../sys/error.js';

const TOO_COMPLEX = /BPF program is too large|The sequence of \d+ jumps is too complex/;

export class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly program: ProgramSpec;
  /** The verifier's whole log. */
  readonly log: string;
  /** At the source of the refused instruction; at the start of the program when the log names none. */
  readonly diagnostic: Diagnostic;

  constructor(error: VerifierError, program: ProgramSpec, starts: readonly number[]) {
    super(`the kernel's verifier refused ${program.title}: ${reason(error.log)}`);
    this.program = program;
    this.log = error.log;
    this.diagnostic = {
      severity: 'error',
      code: 'verifier-rejection',
      span: spanOfSlot(failingSlot(error.log), program, starts),
      message: `the kernel's verifier refused this: ${reason(error.log)}`,
      notes: [],
      hint: TOO_COMPLEX.test(error.log)
        ? 'shorter strings, str(x, 64), and loops of fewer turns are simpler; newer kernels take more'
        : 'this is a fault of tsbpf or a limit of this kernel, not of the script; -d verifier shows the whole log',
    };
  }
}

const LIMITS: readonly (readonly [RegExp, string])[] = [
  [TOO_COMPLEX, 'the program is too complex for this kernel'],
  [/combined stack size|stack depth \d+ exceeds/, 'the program needs more than 512 bytes of stack'],
  [/unknown func|invalid func/, 'it calls a helper that this kernel, or this probe type, does not have'],
  [/back-edge|infinite loop/, 'it has a loop that this kernel cannot bound'],
];

/** The verifier gave up after too many steps: another form of the same program may do. */
export function isTooComplex(error: unknown): boolean {
  return error instanceof Rejection && TOO_COMPLEX.test(error.log);
}

/** Of a refusal, in words. */
export function reason(log: string): string {
  for (const [pattern, words] of LIMITS) if (pattern.test(log)) return words;
  return lastWords(log);
}

/** The line before the statistics. */
function lastWords(log: string): string {
  const lines = log
    .split('\n')
    .filter(line => line.trim() !== '' && !/^processed \d+ insns|^stack depth|^verification time/.test(line));
  return lines.at(-1) ?? 'no reason given';
}

/** Slot of the last instruction printed in the log ("12: (85) call ..."). */
export function failingSlot(log: string): number | undefined {
  const last = [...log.matchAll(/^(\d+): \([0-9a-f]{2}\)/gm)].at(-1);
  return last === undefined ? undefined : Number(last[1]);
}

function spanOfSlot(slot: number | undefined, program: ProgramSpec, starts: readonly number[]) {
  let span = { start: 0, end: 0 };
  const first = program.functions[0]?.lines[0];
  if (first !== undefined) span = { start: first.start, end: first.end };
  if (slot === undefined) return span;
  for (const [index, fn] of program.functions.entries()) {
    let at = starts[index] ?? 0;
    if (at > slot) break;
    const lineAt = new Map(fn.lines.map(line => [line.insn, line]));
    for (const [insn, each] of fn.insns.entries()) {
      const line = lineAt.get(insn);
      if (line !== undefined) span = { start: line.start, end: line.end };
      if (at >= slot) return span;
      at += slotsOf(each);
    }
  }
  return span;
}
