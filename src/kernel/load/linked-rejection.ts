// The verifier refused a program of somebody else's compiler: the reason in words, at the source line that its line information
// tells. The text of the source is what that information has of it.
import type { BtfBlob } from '../../compiler/btf/blob.js';
import type { BtfReader } from '../../compiler/btf/reader.js';
import type { Diagnostic, SourceFile } from '../../compiler/diagnostics/diagnostic.js';
import type { LinkedProgram } from '../../compiler/elf/link-object.js';
import type { VerifierError } from '../sys/error.js';
import { failingSlot, reason } from './rejection.js';

export class LinkedRejection extends Error {
  override readonly name = 'LinkedRejection';
  /** The verifier's whole log. */
  readonly log: string;
  /** Where in the source, and the lines that are known of it; undefined without line information. */
  readonly place: { readonly source: SourceFile; readonly diagnostic: Diagnostic } | undefined;

  constructor(error: VerifierError, program: LinkedProgram, types: BtfReader | undefined) {
    const slot = failingSlot(error.log) ?? 0;
    const fn = program.functions.findLast(each => each.slot <= slot)?.name ?? program.name;
    const missing = program.missing.get(slot);
    const why = missing === undefined ? reason(error.log) : `this kernel has no ${missing}`;
    const where = fn === program.name ? fn : `${fn}() in ${program.name}`;
    super(`the kernel's verifier refused ${where}: ${why}`);
    this.log = error.log;
    this.place = types && placeOf(slot, program, types.blob, this.message);
  }
}

export const REJECTION_HINT = '-v shows the whole log of the verifier.';

function placeOf(slot: number, { lineInfo }: LinkedProgram, strings: BtfBlob, message: string) {
  const places = lineInfo === undefined ? [] : placesOf(lineInfo, strings);
  const found = places.findLast(each => each.slot <= slot);
  if (found === undefined) return undefined;
  const lines: string[] = [];
  for (const { file, line, text } of places) if (file === found.file) lines[line - 1] = text;
  const known = Array.from(lines, line => line ?? '');
  const text = known[found.line - 1] ?? '';
  const start = known.slice(0, found.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const from = Math.min(Math.max(0, found.column - 1), text.length);
  // Columns of tabs and of letters of several bytes are the compiler's own affair: the caret is at a word.
  const span = { start: start + from, end: start + Math.max(from + 1, from + wordLength(text.slice(from))) };
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'verifier-rejection',
    span,
    message,
    notes: [],
    hint: REJECTION_HINT,
  };
  return { source: { name: found.file, text: known.join('\n') }, diagnostic };
}

interface Place {
  readonly slot: number;
  readonly file: string;
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** More lines than any source has are damage. */
const MOST_LINES = 1 << 20;

function placesOf(info: Uint8Array, strings: BtfBlob): Place[] {
  const view = new DataView(info.buffer, info.byteOffset, info.byteLength);
  return Array.from({ length: info.byteLength / 16 }, (_, i) => {
    const place = view.getUint32(i * 16 + 12, true);
    return {
      slot: view.getUint32(i * 16, true),
      file: strings.string(view.getUint32(i * 16 + 4, true)),
      text: strings.string(view.getUint32(i * 16 + 8, true)),
      line: place >>> 10,
      column: place & 0x3ff,
    };
  }).filter(({ line, file }) => line > 0 && line < MOST_LINES && file !== '');
}

function wordLength(text: string): number {
  return /^(\w+|\W)/.exec(text)?.[0].length ?? 0;
}
