// getopt(): a script's own option. The checker replaces the call by the option's value, a constant.
import { InternalError } from '../../diagnostics/diagnostic.js';
import { BOOL, INT64, type Type } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';

export const getopt: ValueFunction = {
  name: 'getopt',
  role: 'value',
  pure: true,
  signatures: [
    {
      params: [
        { name: 'name', kind: 'string-literal' },
        { name: 'default', kind: 'any', optional: true },
        { name: 'help', kind: 'string-literal', optional: true },
      ],
      returns: ([, fallback], { config }): Type => {
        if (fallback === undefined || fallback.type.kind === 'bool') return BOOL;
        if (fallback.type.kind === 'integer') return INT64;
        return { kind: 'string', size: config.maxStrlen };
      },
    },
  ],
  doc: {
    summary: 'Value of an option given on the command line, or a default, which also tells its type.',
    example: 'BEGIN { printf("%d\\n", getopt("count", 5, "how many")); exit(); }',
  },
  lower: () => {
    throw new InternalError('getopt() was not replaced by its value');
  },
};
