// What is being traced: the target's name and the context's fields.
import type { BuiltinEntry } from '../entry.js';

export const probe: BuiltinEntry = {
  name: 'probe',
  // A string as long as this target's name: a probe that uses it gets a program per target.
  type: ({ target }) => ({ kind: 'string', size: new TextEncoder().encode(target.name).length + 1 }),
  pure: true,
  perTarget: true,
  doc: {
    summary: 'Full name of the attach point that fired.',
    example: 'tracepoint:syscalls:sys_enter_open* { @[probe] = count(); }',
    seeAlso: ['args'],
  },
  lower: lowering => lowering.text(new TextEncoder().encode(lowering.targetNames[0] ?? '')),
};

export const args: BuiltinEntry = {
  name: 'args',
  // The checker turns args.x into a field of the context; alone it is no value yet.
  type: () => undefined,
  pure: true,
  doc: {
    summary: 'Arguments of the attach point, by name.',
    example: 'tracepoint:syscalls:sys_enter_openat { printf("%s\\n", str(args.filename)); }',
    seeAlso: ['probe'],
  },
  lower: () => ({ kind: 'none' }),
};
