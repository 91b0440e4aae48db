// What is being traced: the target's name and the context's fields.
import type { Type } from '../../types/type.js';
import type { BuiltinEntry } from '../entry.js';

export const probe: BuiltinEntry = {
  name: 'probe',
  type: ({ targets }) => textType(targets.map(target => target.name)),
  pure: true,
  perTarget: true,
  doc: {
    summary: 'Full name of the attach point that fired.',
    example: 'tracepoint:syscalls:sys_enter_open* { @[probe] = count(); }',
    seeAlso: ['args'],
  },
  lower: lowering => lowering.targetText(lowering.targets.map(target => target.name)),
};

/** A string that holds each of them. */
export function textType(texts: readonly string[]): Type {
  const encoder = new TextEncoder();
  return { kind: 'string', size: Math.max(...texts.map(text => encoder.encode(text).length)) + 1 };
}
