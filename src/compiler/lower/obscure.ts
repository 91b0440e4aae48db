// Words that the verifier must not know. It walks a callback until its state repeats (before 6.7 only once), starting from what
// it knows at the call: with a counter that it takes for 0 it would walk turn after turn, or drop branches of later turns.
import { InternalError } from '../diagnostics/diagnostic.js';
import type { ValueId } from '../ir/ir.js';
import type { ProgramLowering } from './program-lowering.js';

/** The same number, of which neither the verifier nor our optimizer knows anything: x ^ m ^ m, where m is read in two widths. */
export function obscure({ builder, object }: ProgramLowering, value: ValueId): ValueId {
  const offset = object.globals.words.find(word => word.name === 'ncpus')?.offset;
  if (offset === undefined) throw new InternalError('no global ncpus');
  const address = builder.mapValue('globals', offset);
  const wide = builder.load(8, address, 0);
  const narrow = builder.load(4, address, 0); // below 2^32, and little-endian
  return builder.binary('xor', builder.binary('xor', value, wide), narrow);
}
