// find(): has_key() and a read in one look-up.
import { InternalError } from '../../diagnostics/diagnostic.js';
import { BOOL } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument, placeOf } from './argument.js';

export const find: ValueFunction = {
  name: 'find',
  role: 'value',
  pure: false,
  signatures: [
    {
      params: [
        { name: 'map', kind: 'map' },
        { name: 'key', kind: 'any' },
        { name: 'value', kind: 'variable' },
      ],
      returns: BOOL,
    },
  ],
  doc: {
    summary: 'Whether a map has a key; when it has, a variable is set to its value, else left as it is.',
    example:
      'tracepoint:raw_syscalls:sys_enter { @start[tid] = nsecs; } tracepoint:raw_syscalls:sys_exit ' +
      '{ let $t; if (find(@start, tid, $t)) { @ = hist(nsecs - $t); } }',
    seeAlso: ['has_key', 'delete'],
  },
  lower: (lowering, call) => {
    const { builder } = lowering;
    const { map, key } = placeOf(call);
    const target = argument(call, 2);
    if (target.kind !== 'variable') throw new InternalError('find() without a variable');
    const address = lowering.lookup(map, key);
    const none = builder.const(0n);
    // A variable that is met here for the first time starts as zeros, in each turn of a loop.
    if (target.variable.span.start === target.span.start) lowering.clearVariable(target.variable);
    const value = { kind: 'memory', address, offset: 0, space: 'none', btf: false } as const;
    builder.ifThen('ne', address, none, () => lowering.setVariable(target.variable, value, map.value));
    return { kind: 'word', value: builder.compare('ne', address, none) };
  },
};
