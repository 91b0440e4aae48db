// The current process as another namespace sees it, and the relatives of any task.
import type { CheckContext, TypedCall } from '../../check/typed.js';
import type { Operand } from '../../lower/lowering.js';
import { BOOL, integer, type Type, UINT32 } from '../../types/type.js';
import { initialId, ownId } from '../builtins/process-id.js';
import { loadCommOf, loadCurrentComm, loadRelative } from '../builtins/task-walk.js';
import type { ValueFunction } from '../entry.js';
import { argument, wordOf } from './argument.js';

const MODES = ['curr_ns', 'init'] as const;

function idFunction(name: 'pid' | 'tid', summary: string): ValueFunction {
  return {
    inPackets: { kernel: [6, 10] },
    name,
    role: 'value',
    pure: true,
    signatures: [
      { params: [], returns: UINT32 },
      { params: [{ name: 'namespace', kind: 'word' }], returns: UINT32 },
    ],
    check: checkNamespace,
    doc: {
      summary,
      example: `tracepoint:raw_syscalls:sys_enter { @[${name}(curr_ns)] = count(); }`,
      seeAlso: [name === 'pid' ? 'tid' : 'pid'],
    },
    lower: (lowering, call) => {
      const initial = call.args[0] !== undefined && wordOf(call.args[0]) === 'init';
      return { kind: 'word', value: initial ? initialId(lowering, name) : ownId(lowering, name) };
    },
  };
}

export const pidFunction = idFunction(
  'pid',
  'Process id as the initial namespace (init) or that of the tracer (curr_ns) knows it.',
);
export const tidFunction = idFunction(
  'tid',
  'Thread id as the initial namespace (init) or that of the tracer (curr_ns) knows it.',
);

function checkNamespace(call: TypedCall, { diagnostics }: CheckContext): void {
  const [where] = call.args;
  const word = where && wordOf(where);
  if (where === undefined || word === undefined || (MODES as readonly string[]).includes(word)) return;
  diagnostics.error('argument-value', where.span, `there is no namespace "${word}"`, {
    hint: `there are ${MODES.join(' and ')}`,
  });
}

function relative(
  name: string,
  link: 'real_parent' | 'group_leader',
  field: 'tgid' | 'pid' | 'comm',
  returns: Type,
  summary: string,
): ValueFunction {
  return {
    name,
    role: 'value',
    pure: true,
    requires: { btf: true },
    signatures: [
      { params: [], returns },
      { params: [{ name: 'task', kind: 'pointer' }], returns },
    ],
    check: (call, { diagnostics }) => {
      const [task] = call.args;
      if (task?.type.kind !== 'pointer') return;
      if (task.type.to.kind === 'struct' && task.type.to.name === 'task_struct') return;
      diagnostics.error('argument-type', task.span, `${name}() takes a pointer to a task_struct`);
    },
    doc: {
      summary,
      example: `tracepoint:sched:sched_switch { print(${name}(curtask)); }`,
      seeAlso: ['curtask'],
    },
    lower: (lowering, call): Operand => {
      const task = call.args.length === 0 ? undefined : lowering.word(argument(call, 0));
      return loadRelative(lowering, link, field, task);
    },
  };
}

const COMM: Type = { kind: 'string', size: 16 };
const INT32 = integer(4, true);

/** Gives a reference to the task of an id, from Linux 6.2 on; newer kernels let more programs call it. */
const TASK_FROM_PID = 'bpf_task_from_pid';

export const commFunction: ValueFunction = {
  name: 'comm',
  role: 'value',
  pure: false,
  contextual: true,
  inPackets: false,
  signatures: [
    { params: [], returns: COMM },
    { params: [{ name: 'pid', kind: 'integer' }], returns: COMM, requires: { btf: true } },
  ],
  check: ({ args: [id], span }, { env, attributes, probeType, diagnostics }) => {
    if (id === undefined || env.btf() === undefined) return;
    if (probeType.origin === 'session') {
      diagnostics.error(
        'not-in-probe',
        span,
        `comm() of another process cannot be asked in ${probeType.name}`,
        { hint: 'probes of the kernel can; names can be kept in a map: @name[pid] = comm' },
      );
    } else if (env.kfuncAllowed?.(TASK_FROM_PID, attributes) === false) {
      const message = `comm() of another process needs a kernel that lets a ${probeType.name} probe call ${TASK_FROM_PID}()`;
      diagnostics.error('kernel-too-old', span, message, {
        hint: 'newer kernels let more probes do so; names can be kept in a map: @name[pid] = comm',
      });
    }
  },
  doc: {
    summary: 'Name of the current thread, or of the process or thread with an id; N/A when there is none.',
    detail: 'The id is that of the initial namespace.',
    example: 'tracepoint:syscalls:sys_enter_kill { printf("%s signals %s\\n", comm, comm(args.pid)); }',
    seeAlso: ['pid', 'pcomm'],
  },
  lower: (lowering, call) =>
    call.args.length === 0
      ? loadCurrentComm(lowering)
      : loadCommOf(lowering, lowering.word(argument(call, 0))),
};

export const ppidFunction = relative(
  'ppid',
  'real_parent',
  'tgid',
  INT32,
  'Process id of the parent of a task.',
);
export const pcommFunction = relative('pcomm', 'real_parent', 'comm', COMM, 'Name of the parent of a task.');
export const leaderTidFunction = relative(
  'leader_tid',
  'group_leader',
  'pid',
  INT32,
  "Thread id of the leader of a task's process.",
);
export const leaderCommFunction = relative(
  'leader_comm',
  'group_leader',
  'comm',
  COMM,
  "Name of the leader of a task's process.",
);

export const tracedFunction: ValueFunction = {
  name: 'traced',
  role: 'value',
  pure: false,
  signatures: [
    { params: [], returns: BOOL },
    { params: [{ name: 'process', kind: 'integer' }], returns: BOOL },
  ],
  check: ({ args: [process], span }, { env, diagnostics }) => {
    if (process === undefined || (env.filters?.cgroups ?? 0) === 0) return;
    const message = 'whether another process is in a control group or container is not known here';
    diagnostics.error('not-supported', span, message, { hint: '-p and --follow choose processes.' });
  },
  doc: {
    summary:
      'Whether a process is one of those that -p and --follow ask for: one that is not the current one.',
    detail:
      'For scripts that choose by themselves: config = { own_filter = true }. --cgroup and --container cannot be asked so.',
    example:
      'config = { own_filter = true } rawtracepoint:sched_switch /traced(args.next.tgid)/ { @[args.next.comm] = count(); }',
    seeAlso: ['pid'],
  },
  lower: (lowering, call) => ({
    kind: 'word',
    value: lowering.traced(call.args[0] && lowering.word(call.args[0])),
  }),
};
