// A control group whose container is to be named: user space looks at once. No word of the language: lowering emits it.
import { InternalError } from '../../diagnostics/diagnostic.js';
import { LITTLE_ENDIAN } from '../../types/decode.js';
import { VOID } from '../../types/type.js';
import type { AsyncFunction } from '../entry.js';

export const cgroupSeen: AsyncFunction = {
  name: 'cgroup-seen',
  role: 'async',
  signatures: [{ params: [], returns: VOID }],
  doc: { summary: 'Tells of a control group whose container is to be named.' },
  lower: () => {
    throw new InternalError('cgroup-seen is sent by container');
  },
  onEvent: ({ data, offset }, effects, site) => {
    effects.cgroupSeen(data.getBigUint64(offset + site.layout.fields[0]!.offset, LITTLE_ENDIAN));
  },
};
