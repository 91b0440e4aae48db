// printf() of a pinned iterator: into the file that is read, by the kernel's own formats (bpf_seq_printf, 5.8), since no session
// is there to print. What those lack the checker has refused (language/functions/file-format.ts).
import type { TypedExpression } from '../check/typed.js';
import type { ValueId } from '../ir/ir.js';
import { kernelFormat } from '../language/functions/file-format.js';
import { seqFile } from '../language/probes/iter.js';
import { argumentSegments, type IntegerBits, parseFormat } from '../types/format.js';
import type { ProgramLowering } from './program-lowering.js';

export function lowerSeqPrint(
  lowering: ProgramLowering,
  format: string,
  values: readonly TypedExpression[],
): void {
  const { builder } = lowering;
  const file = seqFile(lowering);
  if (file === undefined) return;
  const segments = argumentSegments(parseFormat(format));
  const words = values.map((value, i) => {
    const segment = segments[i];
    return wordOf(lowering, value, segment?.kind === 'conversion' ? segment.bits : 64);
  });
  const none = builder.const(0);
  const data = words.length === 0 ? none : lowering.temporary(words.length * 8);
  for (const [i, word] of words.entries()) builder.store(8, data, i * 8, word);
  const bytes = Uint8Array.from(kernelFormat(format), c => c.charCodeAt(0));
  const text = builder.mapValue('literals', lowering.object.literal(bytes));
  const size = builder.const(bytes.length + 1);
  builder.call('seq_printf', [file, text, size, data, builder.const(words.length * 8)]);
}

/** A number of so many bits, extended; a string's address. */
function wordOf(lowering: ProgramLowering, value: TypedExpression, bits: IntegerBits): ValueId {
  const { type } = value;
  if (type.kind === 'string') return lowering.address(value);
  const word = lowering.word(value);
  if (type.kind !== 'integer' || bits === 64) return word;
  return lowering.builder.extend(word, (bits / 8) as 1 | 2 | 4, type.signed);
}
