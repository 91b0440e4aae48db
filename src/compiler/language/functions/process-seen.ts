// A process whose addresses the script keeps: user space looks at its mappings at once, since it may be gone when they are
// printed. No word of the language: lowering emits it.
import { InternalError } from '../../diagnostics/diagnostic.js';
import { LITTLE_ENDIAN } from '../../types/decode.js';
import { VOID } from '../../types/type.js';
import type { AsyncFunction } from '../entry.js';

/** Site data: the map that has the stack's frames, '' when it is about one address. */
export interface ProcessSeenData {
  readonly map: string;
}

export const processSeen: AsyncFunction = {
  name: 'process-seen',
  role: 'async',
  signatures: [{ params: [], returns: VOID }],
  doc: { summary: 'Tells of a process whose addresses are to be named.' },
  lower: () => {
    throw new InternalError('process-seen is sent by stacks');
  },
  // u32 site, u32 pid, u64 id of the stack or 0, in host byte order: lower/stack.ts.
  onEvent: ({ data, offset }, effects, site) => {
    const pid = data.getUint32(offset + 4, LITTLE_ENDIAN);
    const { map } = site.data as ProcessSeenData;
    effects.processSeen(pid, map, data.getBigUint64(offset + 8, LITTLE_ENDIAN));
  },
};
