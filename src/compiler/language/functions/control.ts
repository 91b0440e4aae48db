// exit().
import { VOID } from '../../types/type.js';
import type { AsyncFunction } from '../entry.js';

export const exit: AsyncFunction = {
  name: 'exit',
  role: 'async',
  signatures: [{ params: [{ name: 'code', kind: 'integer', optional: true }], returns: VOID }],
  doc: {
    summary: 'Ends the session, with an exit code; the statements after it are not run.',
    example: 'interval:s:10 { exit(); }',
    seeAlso: ['time'],
  },
  lower: (lowering, call) => lowering.exit(call.args[0]),
  onEvent: (view, effects, site) => {
    const field = site.layout.fields[0];
    effects.exit(field === undefined ? 0 : view.data.getInt32(view.offset + field.offset, LITTLE_ENDIAN));
  },
};

/** Both architectures we know are little-endian. */
const LITTLE_ENDIAN = true;
