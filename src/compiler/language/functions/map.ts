// Questions to a map, and removal of one key.
import { BOOL, INT64, type Type } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument, placeOf } from './argument.js';

export const deleteKey: ValueFunction = {
  name: 'delete',
  role: 'value',
  pure: false,
  // The checker also takes delete(@m[key]) and hands it on as delete(@m, key); delete(@m) is for a scalar map.
  signatures: [
    {
      params: [
        { name: 'map', kind: 'map' },
        { name: 'key', kind: 'any', optional: true },
      ],
      returns: BOOL,
    },
  ],
  doc: {
    summary: 'Removes a key of a map; true when it was there.',
    example:
      'tracepoint:raw_syscalls:sys_enter { @start[tid] = nsecs; } ' +
      'tracepoint:raw_syscalls:sys_exit { delete(@start, tid); }',
    seeAlso: ['clear', 'has_key'],
  },
  lower: (lowering, call) => {
    const { map, key } = placeOf(call);
    return { kind: 'word', value: lowering.remove(map, key) };
  },
};

export const hasKey: ValueFunction = {
  name: 'has_key',
  role: 'value',
  pure: false,
  signatures: [
    {
      params: [
        { name: 'map', kind: 'map' },
        { name: 'key', kind: 'any' },
      ],
      returns: BOOL,
    },
  ],
  doc: {
    summary: 'Whether a map has a key.',
    example:
      'tracepoint:raw_syscalls:sys_exit { if (has_key(@start, tid)) { @ = count(); } @start[tid] = 1; }',
    seeAlso: ['delete', 'len'],
  },
  lower: (lowering, call) => {
    const { map, key } = placeOf(call);
    const { builder } = lowering;
    const address = lowering.lookup(map, key);
    return { kind: 'word', value: builder.compare('ne', address, builder.const(0n)) };
  },
};

export const len: ValueFunction = {
  name: 'len',
  role: 'value',
  pure: false,
  signatures: [
    {
      params: [{ name: 'map', kind: 'map' }],
      returns: INT64,
      requires: { features: ['for_each_map_elem'], alternative: 'keep a count of your own in another map' },
    },
    { params: [{ name: 'value', kind: 'any' }], returns: INT64 },
  ],
  check: (call, { diagnostics }) => {
    const value = call.args[0];
    if (value === undefined || value.kind === 'map') return;
    const kinds: readonly Type['kind'][] = ['string', 'array', 'tuple', 'buffer', 'stack', 'error'];
    if (kinds.includes(value.type.kind)) return;
    diagnostics.error(
      'argument-type',
      value.span,
      'len() takes a map, a string, an array, a tuple or a stack',
    );
  },
  doc: {
    summary: 'Number of keys of a map; bytes of a string; elements of an array; frames of a stack.',
    example: 'tracepoint:raw_syscalls:sys_enter { @[tid] = 1; } interval:s:1 { printf("%d\\n", len(@)); }',
    seeAlso: ['has_key'],
  },
  lower: (lowering, call) => ({ kind: 'word', value: lowering.length(argument(call, 0)) }),
};
