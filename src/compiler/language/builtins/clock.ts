// Time, CPU and chance.
import { UINT64 } from '../../types/type.js';
import type { BuiltinEntry } from '../entry.js';

export const nsecs: BuiltinEntry = {
  name: 'nsecs',
  type: () => UINT64,
  pure: false,
  doc: {
    summary: 'Nanoseconds since boot, time asleep included (CLOCK_BOOTTIME).',
    example: 'tracepoint:raw_syscalls:sys_enter { @start[tid] = nsecs; }',
    seeAlso: ['elapsed', 'strftime'],
  },
  lower: ({ builder }) => ({ kind: 'word', value: builder.call('ktime_get_boot_ns', []) }),
};

export const elapsed: BuiltinEntry = {
  name: 'elapsed',
  type: () => UINT64,
  pure: false,
  doc: {
    summary: 'Nanoseconds since the tracer attached.',
    example: 'interval:s:1 { printf("%d ms\\n", elapsed / 1000000); }',
    seeAlso: ['nsecs'],
  },
  lower: lowering => {
    const now = lowering.builder.call('ktime_get_boot_ns', []);
    return { kind: 'word', value: lowering.builder.binary('sub', now, lowering.globalWord('start')) };
  },
};

export const cpu: BuiltinEntry = {
  name: 'cpu',
  type: () => UINT64,
  pure: true,
  doc: {
    summary: 'Number of the CPU the program runs on.',
    example: 'tracepoint:sched:sched_switch { @[cpu] = count(); }',
    seeAlso: ['ncpus'],
  },
  lower: ({ builder }) => ({
    kind: 'word',
    value: builder.extend(builder.call('get_smp_processor_id', [], { pure: true }), 4, false),
  }),
};

export const ncpus: BuiltinEntry = {
  name: 'ncpus',
  type: () => UINT64,
  pure: true,
  doc: {
    summary: 'How many CPUs the machine may have.',
    example: 'BEGIN { printf("%d\\n", ncpus); exit(); }',
    seeAlso: ['cpu'],
  },
  lower: lowering => ({ kind: 'word', value: lowering.globalWord('ncpus') }),
};

export const rand: BuiltinEntry = {
  name: 'rand',
  type: () => UINT64,
  pure: false,
  doc: {
    summary: 'A random number of 32 bits.',
    example: 'interval:s:1 { printf("%d\\n", rand % 6 + 1); }',
  },
  lower: ({ builder }) => ({
    kind: 'word',
    value: builder.extend(builder.call('get_prandom_u32', []), 4, false),
  }),
};
