// Addresses: what memory they are of, and the struct around a member.
import { InternalError } from '../../diagnostics/diagnostic.js';
import { type AddressSpace, ERROR, type Type } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument } from './argument.js';

function inSpace(name: string, space: AddressSpace, whose: string, example: string): ValueFunction {
  return {
    name,
    role: 'value',
    pure: true,
    signatures: [
      {
        params: [{ name: 'address', kind: 'any' }],
        returns: ([address]): Type => {
          const type = address?.type;
          if (type?.kind === 'pointer') return { kind: 'pointer', to: type.to, space };
          return type?.kind === 'integer' ? { ...type, space } : ERROR;
        },
      },
    ],
    check: (call, { diagnostics }) => {
      const { type, span } = argument(call, 0);
      if (['pointer', 'integer', 'error'].includes(type.kind)) return;
      diagnostics.error('argument-type', span, `${name}() takes an address, not a ${type.kind}`);
    },
    doc: {
      summary: `The same address, as one of ${whose} memory: where it is read from depends on it.`,
      example,
      seeAlso: [name === 'kptr' ? 'uptr' : 'kptr', 'str'],
    },
    lower: (lowering, call) => ({ kind: 'word', value: lowering.word(argument(call, 0)) }),
  };
}

export const kptr = inSpace(
  'kptr',
  'kernel',
  "the kernel's",
  'tracepoint:sched:sched_switch { @[kptr(curtask).tgid] = count(); }',
);
export const uptr = inSpace(
  'uptr',
  'user',
  "the process's",
  'tracepoint:raw_syscalls:sys_enter /args.id == 257/ { @[str(uptr(args.args[1]))] = count(); }',
);

/** The checker makes a cast of the call. */
export const containerOf: ValueFunction = {
  name: 'container_of',
  role: 'value',
  pure: true,
  signatures: [
    {
      params: [
        { name: 'pointer', kind: 'any' },
        { name: 'type', kind: 'any' },
        { name: 'member', kind: 'any' },
      ],
      returns: ERROR,
    },
  ],
  doc: {
    summary: 'A pointer to the struct around a member, given a pointer to the member.',
    detail: 'The type is written `struct NAME` or `typeof(x)`, the member as in `offsetof()`.',
    example:
      'tracepoint:sched:sched_switch { $se = &curtask.se; @[container_of($se, struct task_struct, se).pid] = count(); }',
    seeAlso: ['kptr'],
  },
  lower: () => {
    throw new InternalError('container_of() was not replaced by a cast');
  },
};
