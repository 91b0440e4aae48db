// BTF for our own programs: a prototype per function, and the source place of instructions, so that `bpftool prog dump` and
// the verifier's log show the script. One blob per program; loading it needs 5.0, all else is refused by nothing we support.
import { slotsOf } from '../bpf/opcode.js';
import { partAt, type SourceFile } from '../diagnostics/diagnostic.js';
import type { FunctionSpec, ProgramSpec } from '../object-spec.js';
import { BTF_HEADER_SIZE, BTF_MAGIC, BTF_VERSION, BtfInt, BtfKind, BtfLinkage } from './kind.js';

export interface ProgramBtf {
  /** For BPF_BTF_LOAD. */
  readonly btf: Uint8Array;
  /** struct bpf_func_info[], 8 bytes each: { insn_off, type_id }. */
  readonly funcInfo: Uint8Array;
  /** struct bpf_line_info[], 16 bytes each: { insn_off, file_name_off, line_off, line << 10 | column }. */
  readonly lineInfo: Uint8Array;
}

/** BPF_LINE_INFO_LINE_COL has 10 bits of column and 22 of line. */
const MOST_COLUMN = 0x3ff;
const MOST_LINE = 0x3f_ffff;
/** A line longer than this (a one-liner) is shown from the place on, since the kernel prints no column of ours. */
const LONG_LINE = 100;

/** `starts`: the slot at which each function begins, as encodeProgram() gives them. */
export function encodeProgramBtf(
  program: ProgramSpec,
  source: SourceFile,
  starts: readonly number[],
): ProgramBtf {
  const blob = new BlobWriter();
  const long = blob.int('long', 8, BtfInt.BTF_INT_SIGNED);
  const funcInfo = new WordWriter();
  const lineInfo = new WordWriter();
  const lines = new SourceLines(source.text);
  const used = new Set<string>();
  program.functions.forEach((fn, index) => {
    const name = identifier(fn.name, used);
    // The entry is global; callbacks must be static, so that the verifier follows them with what the caller passes.
    const linkage = index === 0 ? BtfLinkage.BTF_FUNC_GLOBAL : BtfLinkage.BTF_FUNC_STATIC;
    const start = starts[index] ?? 0;
    funcInfo.push(start, blob.func(name, blob.prototype(long, fn.params), linkage));
    for (const { slot, place } of linesOf(fn, start)) {
      const file = partAt(source, place.start);
      const { line, column, text } = lines.at(place.start, place.end);
      const own = Math.min(line - lines.lineOf(file.start), MOST_LINE);
      lineInfo.push(slot, blob.text(file.name), blob.text(text), (own << 10) | column);
    }
  });
  return { btf: blob.finish(), funcInfo: funcInfo.bytes(), lineInfo: lineInfo.bytes() };
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Ascending, one per slot, and always one for the first instruction: the kernel insists. */
function linesOf(fn: FunctionSpec, start: number): { slot: number; place: Place }[] {
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
function identifier(name: string, used: Set<string>): string {
  let clean = name.replace(/[^A-Za-z0-9_]/g, '_').slice(0, 100);
  if (!/^[A-Za-z_]/.test(clean)) clean = `_${clean}`;
  let unique = clean;
  for (let i = 2; used.has(unique); i++) unique = `${clean}_${i}`;
  used.add(unique);
  return unique;
}

/** Offsets of a text -> line, column (from 1, capped to what fits) and the words to show. */
class SourceLines {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** Lines before that of an offset. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  at(start: number, end: number): { line: number; column: number; text: string } {
    const low = this.lineOf(start);
    const first = this.#starts[low]!;
    const next = this.#starts[low + 1] ?? this.#text.length + 1;
    const line = this.#text.slice(first, next - 1).trim();
    const shown = line.length <= LONG_LINE ? line : this.#text.slice(start, Math.min(end, next - 1));
    return {
      line: low + 1,
      column: Math.min(start - first + 1, MOST_COLUMN),
      text: shown.slice(0, 2 * LONG_LINE),
    };
  }
}

class WordWriter {
  readonly #words: number[] = [];

  get length(): number {
    return this.#words.length;
  }

  push(...words: readonly number[]): void {
    this.#words.push(...words);
  }

  bytes(): Uint8Array {
    const view = new DataView(new ArrayBuffer(this.#words.length * 4));
    for (const [i, word] of this.#words.entries()) view.setUint32(i * 4, word >>> 0, true);
    return new Uint8Array(view.buffer);
  }
}

/** Types and strings of a blob in the making; methods return the new type's id. */
class BlobWriter {
  readonly #types = new WordWriter();
  readonly #offsets = new Map<string, number>([['', 0]]);
  readonly #chunks: Uint8Array[] = [new Uint8Array(1)];
  readonly #encoder = new TextEncoder();
  readonly #prototypes = new Map<number, number>();
  #stringSize = 1;
  #lastId = 0;

  /** Offset in the string section; equal texts share it. */
  text(text: string): number {
    const clean = text.replaceAll('\0', '');
    let offset = this.#offsets.get(clean);
    if (offset === undefined) {
      offset = this.#stringSize;
      const chunk = this.#encoder.encode(`${clean}\0`);
      this.#chunks.push(chunk);
      this.#stringSize += chunk.length;
      this.#offsets.set(clean, offset);
    }
    return offset;
  }

  int(name: string, size: number, encoding: number): number {
    return this.#type(name, BtfKind.BTF_KIND_INT, 0, size, (encoding << 24) | (size * 8));
  }

  /** `long f(long arg1, ...)`: every parameter needs a name. */
  prototype(word: number, params: number): number {
    let id = this.#prototypes.get(params);
    if (id === undefined) {
      const list: number[] = [];
      for (let i = 1; i <= params; i++) list.push(this.text(params === 1 ? 'ctx' : `arg${i}`), word);
      id = this.#type('', BtfKind.BTF_KIND_FUNC_PROTO, params, word, ...list);
      this.#prototypes.set(params, id);
    }
    return id;
  }

  func(name: string, prototype: number, linkage: number): number {
    return this.#type(name, BtfKind.BTF_KIND_FUNC, linkage, prototype);
  }

  finish(): Uint8Array {
    const types = this.#types.bytes();
    const header = new DataView(new ArrayBuffer(BTF_HEADER_SIZE));
    header.setUint16(0, BTF_MAGIC, true);
    header.setUint8(2, BTF_VERSION);
    header.setUint32(4, BTF_HEADER_SIZE, true);
    header.setUint32(8, 0, true);
    header.setUint32(12, types.length, true);
    header.setUint32(16, types.length, true);
    header.setUint32(20, this.#stringSize, true);
    const out = new Uint8Array(BTF_HEADER_SIZE + types.length + this.#stringSize);
    out.set(new Uint8Array(header.buffer));
    out.set(types, BTF_HEADER_SIZE);
    let at = BTF_HEADER_SIZE + types.length;
    for (const chunk of this.#chunks) {
      out.set(chunk, at);
      at += chunk.length;
    }
    return out;
  }

  #type(name: string, kind: number, vlen: number, sizeOrType: number, ...more: readonly number[]): number {
    this.#types.push(this.text(name), (kind << 24) | vlen, sizeOrType, ...more);
    return ++this.#lastId;
  }
}
