// `config`: the settings of the script as a record of constants.
import { InternalError } from '../../diagnostics/diagnostic.js';
import { VOID } from '../../types/type.js';
import { RECORD_ORDER } from '../config.js';
import type { BuiltinEntry } from '../entry.js';

export const configRecord: BuiltinEntry = {
  name: 'config',
  type: () => VOID,
  pure: true,
  constant: ({ config: { settings } }) => {
    const keys = [...RECORD_ORDER, ...[...settings.keys()].filter(key => !RECORD_ORDER.includes(key))];
    return Object.fromEntries(keys.map(key => [key, settings.get(key) ?? '']));
  },
  doc: {
    summary: 'A record of the settings, which CONFIGURATION lists: `config.max_strlen`.',
    example: 'BEGIN { print(config.max_map_keys); exit(); }',
  },
  lower: () => {
    throw new InternalError('config was not replaced by its values');
  },
};
