// enum_name(): a number of an enum type, whose enumerators are shown without what they all begin with. It stays a number in
// the kernel; the names are of its type, and user space prints them.
import { type IntegerType, UINT64 } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument, literalText } from './argument.js';

export const enumName: ValueFunction = {
  name: 'enum_name',
  role: 'value',
  pure: true,
  signatures: [
    {
      params: [
        { name: 'number', kind: 'integer' },
        { name: 'prefix', kind: 'string-literal' },
      ],
      returns: ([number, text]): IntegerType => {
        const type = number?.type;
        if (type?.kind !== 'integer') return UINT64;
        if (type.enum === undefined || text?.kind !== 'string') return type;
        const prefix = literalText(text);
        const values = type.enum.values.map(
          ([name, value]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, value] as const,
        );
        return { ...type, enum: { ...type.enum, name: `${type.enum.name} ${prefix}`, values, named: true } };
      },
    },
  ],
  check: ({ args: [number] }, { diagnostics }) => {
    const type = number?.type;
    if (number === undefined || (type?.kind === 'integer' && type.enum !== undefined)) return;
    diagnostics.error('argument-type', number.span, 'enum_name() wants a number of an enum type', {
      hint: 'a cast makes it one: enum_name((enum tcp_ca_state)$n, "TCP_CA_")',
    });
  },
  doc: {
    summary: 'A number of an enum type, printed by name without the prefix that its names have.',
    detail:
      'Names that do not begin with it are printed as they are. As a key and in comparisons it is the number.',
    example:
      'enum vec { VEC_TIMER = 1, VEC_NET_RX = 3, VEC_SCHED = 7, VEC_RCU = 9 } tracepoint:irq:softirq_entry { @[enum_name((enum vec)args.vec, "VEC_")] = count(); }',
    seeAlso: ['flag_names', 'errno_symbol'],
  },
  lower: (lowering, call) => ({ kind: 'word', value: lowering.word(argument(call, 0)) }),
};
