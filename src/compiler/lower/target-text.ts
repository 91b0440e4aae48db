// What differs among the targets of a program, as text: a literal when there is one target; else a table of texts in the map
// `literals`, indexed by the cookie that each attachment carries (5.15).
import { alignUp } from '../types/layout.js';
import type { Operand } from './lowering.js';
import { memory } from './memory.js';
import type { ProgramLowering } from './program-lowering.js';

export function lowerTargetText(lowering: ProgramLowering, texts: readonly string[]): Operand {
  const { builder, object } = lowering;
  const encoder = new TextEncoder();
  const encoded = texts.map(text => encoder.encode(text));
  const same = texts.every(text => text === texts[0]);
  if (same) return lowering.text(encoded[0] ?? new Uint8Array());
  const size = alignUp(Math.max(...encoded.map(text => text.length)) + 1, 8);
  const table = object.literalTable(encoded, size);
  const cookie = lowering.cookie();
  // The verifier wants to see that the index is in the table.
  const last = builder.const(texts.length - 1);
  const index = builder.select(
    'ugt',
    cookie,
    last,
    () => last,
    () => cookie,
  );
  const base = builder.mapValue('literals', table);
  return memory(builder.binary('add', base, builder.binaryImm('mul', index, size)));
}
