// What is typed behind a script: getopt(), an option, which the checker replaces by its value, a constant; and expression(),
// which the parser replaces by what a parameter holds.
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

export const expression: ValueFunction = {
  name: 'expression',
  role: 'value',
  pure: true,
  signatures: [
    {
      params: [
        { name: 'parameter', kind: 'any' },
        { name: 'default', kind: 'any', optional: true },
      ],
      returns: INT64,
    },
  ],
  doc: {
    summary:
      'The expression that a positional parameter holds, as if it were written here: `args.ret`, or `comm, pid` for two keys.',
    example: 'tracepoint:syscalls:sys_exit_read { @[expression($1, args.ret)] = count(); }',
    seeAlso: ['getopt'],
  },
  check: (call, { diagnostics }) =>
    diagnostics.error('bad-parameter', call.span, 'expression() takes a parameter as it is written', {
      hint: 'expression($1), or expression($1, default)',
    }),
  lower: () => {
    throw new InternalError('expression() was not replaced by what it holds');
  },
};
