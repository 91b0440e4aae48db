// Where instructions come from, as BTF tells it: slots and the lines of the script, for dumps and the verifier's log.
import { slotsOf } from '../bpf/opcode.js';
import { partAt, type SourceFile } from '../diagnostics/diagnostic.js';
import type { FunctionSpec } from '../object-spec.js';

/** BPF_LINE_INFO_LINE_COL has 10 bits of column and 22 of line. */
const MOST_COLUMN = 0x3ff;
const MOST_LINE = 0x3f_ffff;
/** A line longer than this (a one-liner) is shown from the place on, since the kernel prints no column of ours. */
const LONG_LINE = 100;

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Ascending, one per slot, and always one for the first instruction: the kernel insists. */
export function linesOf(fn: FunctionSpec, start: number): { slot: number; place: Place }[] {
  const slotAt: number[] = [];
  let slot = start;
  for (const insn of fn.insns) {
    slotAt.push(slot);
    slot += slotsOf(insn);
  }
  const out: { slot: number; place: Place }[] = [];
  for (const place of fn.lines) {
    const at = slotAt[place.insn];
    if (at === undefined) continue;
    const last = out[out.length - 1];
    if (last !== undefined && last.slot >= at) out.pop();
    out.push({ slot: at, place });
  }
  if (out[0]?.slot !== start) out.unshift({ slot: start, place: out[0]?.place ?? { start: 0, end: 0 } });
  return out;
}

/** Letters, digits and `_`, as the kernel demands of function names; unique within the program. */
export function identifier(name: string, used: Set<string>): string {
  let clean = name.replace(/[^A-Za-z0-9_]/g, '_').slice(0, 100);
  if (!/^[A-Za-z_]/.test(clean)) clean = `_${clean}`;
  let unique = clean;
  for (let i = 2; used.has(unique); i++) unique = `${clean}_${i}`;
  used.add(unique);
  return unique;
}

/** Offsets of a text -> the file, line and column in it (from 1, capped to what fits) as one word, and the words to show. */
export class SourceLines {
  readonly #source: SourceFile;
  readonly #starts: number[] = [0];

  constructor(source: SourceFile) {
    const { text } = source;
    this.#source = source;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  at(start: number, end: number): { file: string; text: string; lineColumn: number } {
    const { text } = this.#source;
    const file = partAt(this.#source, start);
    const low = this.#lineOf(start);
    const first = this.#starts[low]!;
    const next = this.#starts[low + 1] ?? text.length + 1;
    const line = text.slice(first, next - 1).trim();
    const shown = line.length <= LONG_LINE ? line : text.slice(start, Math.min(end, next - 1));
    const own = Math.min(low + 1 - this.#lineOf(file.start), MOST_LINE);
    const column = Math.min(start - first + 1, MOST_COLUMN);
    return { file: file.name, text: shown.slice(0, 2 * LONG_LINE), lineColumn: (own << 10) | column };
  }

  /** Lines before that of an offset. */
  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
