// exit(), unwatch().
import { UINT64, VOID } from '../../types/type.js';
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

export const unwatch: AsyncFunction = {
  name: 'unwatch',
  role: 'async',
  signatures: [{ params: [{ name: 'address', kind: 'address' }], returns: VOID }],
  doc: {
    summary: 'Detaches the watchpoints of this address; what they see until then they still tell.',
    example: 'watchpoint:0x10000000:8:w { printf("%s\\n", comm); unwatch(0x10000000); }',
    seeAlso: ['exit', 'watchpoint'],
  },
  lower: (lowering, call) => {
    const value = lowering.word(call.args[0]!);
    lowering.emit(
      'unwatch',
      [{ name: 'address', value: { type: UINT64, operand: { kind: 'word', value } } }],
      {},
    );
  },
  onEvent: (view, effects, site) => {
    const at = view.offset + (site.layout.fields[0]?.offset ?? 0);
    effects.unwatch(view.data.getBigUint64(at, LITTLE_ENDIAN));
  },
};

/** Both architectures we know are little-endian. */
const LITTLE_ENDIAN = true;
