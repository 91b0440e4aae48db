// Where the program runs: kind of probe, node of memory, user or kernel mode.
import { ProgType } from '../../bpf/uapi.js';
import { integer, UINT32, UINT64 } from '../../types/type.js';
import type { BuiltinEntry } from '../entry.js';

export const probetype: BuiltinEntry = {
  name: 'probetype',
  type: ({ target }) => ({ kind: 'string', size: typeOf(target.name).length + 1 }),
  pure: true,
  doc: {
    summary: 'Type of the probe: tracepoint, interval ...; BEGIN and END are "special".',
    example: 'tracepoint:sched:sched_switch, interval:ms:10 { @[probetype] = count(); }',
    seeAlso: ['probe'],
  },
  constant: ({ target }) => typeOf(target.name),
  lower: lowering => lowering.text(new TextEncoder().encode(typeOf(lowering.targets[0]?.name ?? ''))),
};

/** Of 'tracepoint:sched:sched_switch'. */
function typeOf(target: string): string {
  const [type = ''] = target.split(':');
  return ['begin', 'end', 'self'].includes(type.toLowerCase()) ? 'special' : type;
}

export const numaid: BuiltinEntry = {
  name: 'numaid',
  type: () => UINT32,
  pure: true,
  doc: {
    summary: 'Number of the memory node (NUMA) of the CPU that the program runs on.',
    example: 'tracepoint:sched:sched_switch { @[numaid] = count(); }',
    seeAlso: ['cpu'],
  },
  lower: ({ builder }) => ({
    kind: 'word',
    value: builder.extend(builder.call('get_numa_node_id', [], { pure: true }), 4, false),
  }),
};

export const jiffies: BuiltinEntry = {
  name: 'jiffies',
  type: () => UINT64,
  pure: false,
  doc: {
    summary: 'Ticks of the kernel since boot.',
    example: 'interval:s:1 { print(jiffies); }',
    seeAlso: ['nsecs', 'elapsed'],
  },
  lower: ({ builder }) => ({ kind: 'word', value: builder.call('jiffies64', []) }),
};

/** Offsets in bytes of the registers that tell the mode: cs in struct pt_regs, pstate in struct user_pt_regs. */
const MODE = {
  x86_64: { offset: 17 * 8, mask: 3n, user: 3n },
  aarch64: { offset: 33 * 8, mask: 0xfn, user: 0n },
} as const;

export const usermode: BuiltinEntry = {
  name: 'usermode',
  type: () => integer(1, false),
  pure: true,
  doc: {
    summary:
      'Whether a sample (profile, interval, hardware or software event) interrupted a process in user mode.',
    detail: '0 in other probes: they fire in the kernel.',
    example: 'interval:ms:10 { @[usermode] = count(); }',
    seeAlso: ['cpu'],
  },
  lower: ({ builder, env, context, programType }) => {
    if (programType !== ProgType.BPF_PROG_TYPE_PERF_EVENT) return { kind: 'word', value: builder.const(0) };
    const { offset, mask, user } = MODE[env.arch];
    const register = builder.load(8, context, offset, { invariant: true });
    const mode = builder.binaryImm('and', register, mask);
    return { kind: 'word', value: builder.compare('eq', mode, builder.const(user)) };
  },
};
