// Wall-clock time as text: time() at the moment it is handled, strftime() for a timestamp.
import { UINT64, VOID } from '../../types/type.js';
import type { AsyncFunction, ValueFunction } from '../entry.js';
import { argument, wordOf } from './argument.js';

const CLOCKS: Readonly<Record<string, string>> = {
  boot: 'ktime_get_boot_ns',
  monotonic: 'ktime_get_ns',
  tai: 'ktime_get_tai_ns',
  sw_tai: 'ktime_get_tai_ns', // bpftrace works it out where the kernel does not give it
};

export const nsecsFunction: ValueFunction = {
  name: 'nsecs',
  role: 'value',
  pure: false,
  signatures: [
    { params: [], returns: UINT64 },
    { params: [{ name: 'clock', kind: 'word' }], returns: UINT64 },
  ],
  check: (call, { diagnostics, env }) => {
    const [clock] = call.args;
    const name = clock && wordOf(clock);
    if (clock === undefined || name === undefined) return;
    const [major, minor] = env.kernelVersion;
    if (CLOCKS[name] === undefined) {
      diagnostics.error('argument-value', clock.span, `there is no clock "${name}"`, {
        hint: `the clocks are ${Object.keys(CLOCKS).join(', ')}`,
      });
    } else if (name.endsWith('tai') && (major < 6 || (major === 6 && minor < 1))) {
      diagnostics.error(
        'kernel-too-old',
        clock.span,
        `nsecs(${name}) needs Linux 6.1; this is ${major}.${minor}`,
      );
    }
  },
  doc: {
    summary: 'Nanoseconds of one of the clocks boot, monotonic (which stands still in sleep) and tai.',
    example: 'tracepoint:raw_syscalls:sys_enter { @start[tid] = nsecs(monotonic); }',
    seeAlso: ['elapsed', 'strftime'],
  },
  lower: ({ builder }, call) => {
    const name = call.args[0] && wordOf(call.args[0]);
    return { kind: 'word', value: builder.call(CLOCKS[name ?? 'boot'] ?? 'ktime_get_boot_ns', []) };
  },
};

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
