// Texts in memory of C programs (members of structs, arguments of tracepoints): what follows their NUL may be anything. What we
// store of them has zeros there, so that equal texts are equal memory.
import type { TypedExpression } from '../check/typed.js';
import type { ValueId } from '../ir/ir.js';
import { copy, littleEndian, type MemoryOperand, stepAt } from './memory.js';
import type { ProgramLowering } from './program-lowering.js';
import { readText } from './string.js';

/** Is it such a text, still in its place? */
export function isForeignText({ kind, type }: TypedExpression): boolean {
  return type.kind === 'string' && ['field', 'deref', 'index', 'args-field'].includes(kind);
}

/** Texts of more bytes than this are read by a helper. */
const LONGEST_COPIED = 256;

/** Copies `size` bytes of such a text, and zeros in place of what follows its NUL. */
export function copyForeignText(
  lowering: ProgramLowering,
  from: MemoryOperand,
  size: number,
  to: { readonly address: ValueId; readonly offset: number },
): void {
  const { builder } = lowering;
  if (size > LONGEST_COPIED) {
    const address = builder.offset(from.address, from.offset);
    readText(lowering, { address, space: from.space }, size, undefined, { ...to, padded: true });
    return;
  }
  copy(lowering, to.address, to.offset, from, size);
  let text = builder.const(-1); // all ones until the NUL was met
  for (let at = to.offset; at < to.offset + size; ) {
    const step = stepAt(at, at, to.offset + size - at);
    const word = builder.load(step, to.address, at);
    // The lowest bit of `ends` is the highest of the first byte that is 0.
    const ends = builder.binary(
      'and',
      builder.binary(
        'and',
        builder.binary('sub', word, pattern(lowering, 0x01, step)),
        inverted(lowering, word),
      ),
      pattern(lowering, 0x80, step),
    );
    const below = builder.binary('and', builder.binaryImm('sub', ends, 1), inverted(lowering, ends));
    const kept = builder.binary('and', builder.binary('and', word, below), text);
    builder.store(step, to.address, at, kept);
    at += step;
    if (at === to.offset + size) return;
    const met = builder.binaryImm(
      'ashr',
      builder.binary('or', ends, builder.binary('sub', builder.const(0), ends)),
      63,
    );
    text = builder.binary('and', text, inverted(lowering, met));
  }
}

/** The byte in each of `size` bytes. */
function pattern({ builder }: ProgramLowering, byte: number, size: number): ValueId {
  return builder.const(littleEndian(new Uint8Array(size).fill(byte), 0, size));
}

function inverted({ builder }: ProgramLowering, word: ValueId): ValueId {
  return builder.binaryImm('xor', word, -1);
}
