// Errors that a program meets while it runs (division by zero). No word of the language: lowering emits it.
import { VOID } from '../../types/type.js';
import type { AsyncFunction } from '../entry.js';

export const runtimeError: AsyncFunction = {
  name: 'runtime-error',
  role: 'async',
  signatures: [{ params: [], returns: VOID }],
  doc: { summary: 'Tells of an error at run time.' },
  lower: lowering => lowering.emit('runtime-error', [], { message: '' }),
  onEvent: (_view, effects, site) =>
    effects.runtimeError((site.data as { readonly message: string }).message, site),
};
