// With -k, a helper that failed: a read of memory, an update of a map. No word of the language: lowering emits it.
import { decodeRecordField } from '../../types/decode.js';
import { VOID } from '../../types/type.js';
import type { AsyncFunction } from '../entry.js';

/** Site data. */
export interface HelperErrorData {
  readonly helper: string; // without bpf_
}

export const helperError: AsyncFunction = {
  name: 'helper-error',
  role: 'async',
  signatures: [{ params: [], returns: VOID }],
  doc: { summary: 'Tells of a helper that failed.' },
  lower: lowering => lowering.emit('helper-error', [], { helper: '' } satisfies HelperErrorData),
  onEvent: (view, effects, site) => {
    const field = site.layout.fields[0];
    const returned = field === undefined ? 0 : Number(decodeRecordField(site.layout, field, view));
    effects.helperError((site.data as HelperErrorData).helper, returned, site);
  },
};
