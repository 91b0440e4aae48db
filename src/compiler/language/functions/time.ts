// Wall-clock time as text: time() at the moment it is handled, strftime() for a timestamp.
import { VOID } from '../../types/type.js';
import type { AsyncFunction, ValueFunction } from '../entry.js';
import { argument } from './argument.js';

export const time: AsyncFunction = {
  name: 'time',
  role: 'async',
  signatures: [{ params: [{ name: 'format', kind: 'string-literal', optional: true }], returns: VOID }],
  doc: {
    summary: 'Prints the wall-clock time by a strftime(3) format; "%H:%M:%S\\n" when none is given.',
    example: 'interval:s:1 { time("%H:%M:%S "); printf("tick\\n"); }',
    seeAlso: ['strftime'],
  },
  lower: (lowering, call) => {
    const format = call.args[0];
    const text = format?.kind === 'string' ? new TextDecoder().decode(format.bytes) : '%H:%M:%S\n';
    lowering.emit('time', [], { format: text });
  },
  onEvent: (_view, effects, site) => effects.time((site.data as { format: string }).format),
};

export const strftime: ValueFunction = {
  name: 'strftime',
  role: 'value',
  pure: true,
  signatures: [
    {
      params: [
        { name: 'format', kind: 'string-literal' },
        { name: 'timestamp', kind: 'integer' },
      ],
      returns: ([format]) => ({
        kind: 'timestamp',
        format: format?.kind === 'string' ? new TextDecoder().decode(format.bytes) : '',
      }),
    },
  ],
  doc: {
    summary: 'A timestamp (nsecs) as wall-clock time by a strftime(3) format; %f gives microseconds.',
    example: 'interval:s:1 { printf("%s\\n", strftime("%H:%M:%S.%f", nsecs)); }',
    seeAlso: ['time', 'nsecs'],
  },
  lower: (lowering, call) => ({ kind: 'word', value: lowering.word(argument(call, 1)) }),
};
