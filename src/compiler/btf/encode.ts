// BTF for our own programs: a prototype per function, and the source place of instructions, so that `bpftool prog dump` and
// the verifier's log show the script. One blob per program; loading it needs 5.0, all else is refused by nothing we support.
import type { SourceFile } from '../diagnostics/diagnostic.js';
import type { ProgramSpec } from '../object-spec.js';
import { BlobWriter, WordWriter } from './blob-writer.js';
import { BtfInt, BtfLinkage } from './kind.js';
import { identifier, linesOf, SourceLines } from './source-lines.js';

export interface ProgramBtf {
  /** For BPF_BTF_LOAD. */
  readonly btf: Uint8Array;
  /** struct bpf_func_info[], 8 bytes each: { insn_off, type_id }. */
  readonly funcInfo: Uint8Array;
  /** struct bpf_line_info[], 16 bytes each: { insn_off, file_name_off, line_off, line << 10 | column }. */
  readonly lineInfo: Uint8Array;
}

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
  const lines = new SourceLines(source);
  const used = new Set<string>();
  program.functions.forEach((fn, index) => {
    const name = identifier(fn.name, used);
    // The entry is global; callbacks must be static, so that the verifier follows them with what the caller passes.
    const linkage = index === 0 ? BtfLinkage.BTF_FUNC_GLOBAL : BtfLinkage.BTF_FUNC_STATIC;
    const start = starts[index] ?? 0;
    funcInfo.push(start, blob.func(name, blob.prototype(long, fn.params), linkage));
    for (const { slot, place } of linesOf(fn, start)) {
      const { file, text, lineColumn } = lines.at(place.start, place.end);
      lineInfo.push(slot, blob.text(file), blob.text(text), lineColumn);
    }
  });
  return { btf: blob.finish(), funcInfo: funcInfo.bytes(), lineInfo: lineInfo.bytes() };
}
