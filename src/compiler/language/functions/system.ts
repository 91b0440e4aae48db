// Acting on the system from a script: commands, files, signals; and the control groups that processes are in.
import type { CheckContext, TypedCall } from '../../check/typed.js';
import type { Lowering, Operand } from '../../lower/lowering.js';
import { UINT64, VOID } from '../../types/type.js';
import type { AsyncFunction, Signature, ValueFunction } from '../entry.js';
import { signalNumber } from '../names/signal.js';
import { argument, literalText } from './argument.js';
import { emitFormat } from './format.js';

/** A format and what it formats. */
const FORMATTED: Signature = {
  params: [
    { name: 'format', kind: 'format' },
    { name: 'args', kind: 'any', variadic: true, optional: true },
  ],
  returns: VOID,
};

export const system: AsyncFunction = {
  name: 'system',
  role: 'async',
  unsafe: true,
  signatures: [FORMATTED],
  doc: {
    summary: 'Runs a command by the shell and prints its output; events wait until it has ended.',
    example: 'BEGIN { system("echo traced by %d", pid); exit(); }',
    seeAlso: ['cat', 'printf'],
  },
  lower: (lowering, call) => emitFormat(lowering, 'system', call),
  onEvent: (view, effects, site) => effects.runCommand(site, view),
};

export const cat: AsyncFunction = {
  name: 'cat',
  role: 'async',
  signatures: [FORMATTED],
  doc: {
    summary: 'Prints the file of a name, at most max_cat_bytes of it.',
    example: 'tracepoint:syscalls:sys_enter_execve { cat("/proc/%d/cmdline", pid); }',
    seeAlso: ['system', 'printf'],
  },
  lower: (lowering, call) => emitFormat(lowering, 'cat', call),
  onEvent: (view, effects, site) => effects.printFile(site, view),
};

function signalFunction(name: 'signal' | 'signal_thread', whom: string): ValueFunction {
  return {
    name,
    role: 'value',
    pure: false,
    unsafe: true,
    inPackets: { kernel: [6, 16] },
    signatures: [{ params: [{ name: 'signal', kind: 'any' }], returns: VOID }],
    check: (call, context) => checkSignal(name, call, context),
    doc: {
      summary: `Sends a signal, by number or name, to the ${whom} that runs.`,
      example: `tracepoint:syscalls:sys_enter_openat /comm == "intruder"/ { ${name}("SIGTERM"); }`,
      seeAlso: ['signal_name'],
    },
    lower: (lowering, call) => sendSignal(lowering, call, name),
  };
}

export const signal = signalFunction('signal', 'process');
export const signalThread = signalFunction('signal_thread', 'thread');

function checkSignal(name: string, call: TypedCall, { diagnostics, probeType }: CheckContext): void {
  const which = argument(call, 0);
  if (['begin', 'end', 'interval'].includes(probeType.name)) {
    diagnostics.error('not-in-probe', call.span, `${name}() has no process to signal in ${probeType.name}`, {
      hint: 'probes that fire in a process have: tracepoints, kprobes, uprobes, profile',
    });
  } else if (which.kind === 'string') {
    if (signalNumber(literalText(which)) !== undefined) return;
    diagnostics.error('argument-value', which.span, `there is no signal "${literalText(which)}"`, {
      hint: 'e.g. "SIGTERM", "KILL", 9',
    });
  } else if (!['integer', 'error'].includes(which.type.kind)) {
    diagnostics.error('argument-type', which.span, `${name}() takes a number or a name in quotes`);
  } else if (which.kind === 'integer' && (which.value < 1n || which.value > 64n)) {
    diagnostics.error('argument-value', which.span, `there is no signal ${which.value}`, {
      hint: 'signals are 1 to 64, or have a name: "TERM"',
    });
  }
}

function sendSignal(lowering: Lowering, call: TypedCall, name: 'signal' | 'signal_thread'): Operand {
  const { builder } = lowering;
  const which = argument(call, 0);
  const number =
    which.kind === 'string' ? builder.const(signalNumber(literalText(which)) ?? 0) : lowering.word(which);
  const helper = name === 'signal' ? 'send_signal' : 'send_signal_thread';
  const failed = builder.call(helper, [number]);
  builder.ifThen(
    'ne',
    failed,
    builder.const(0n),
    () => lowering.countLoss('readFailed', { helper, returned: failed }),
    { likely: 'else' },
  );
  return { kind: 'none' };
}

export const cgroupid: ValueFunction = {
  name: 'cgroupid',
  role: 'value',
  pure: true,
  signatures: [{ params: [{ name: 'path', kind: 'string-literal' }], returns: UINT64 }],
  check: (call, { env, diagnostics }) => {
    const path = argument(call, 0);
    if (env.cgroupId === undefined || env.cgroupId(literalText(path)) !== undefined) return;
    diagnostics.error('argument-value', path.span, `"${literalText(path)}" is no control group (version 2)`, {
      hint: 'they are folders of a cgroup2 file system, mostly below /sys/fs/cgroup',
    });
  },
  doc: {
    summary: 'Id of the control group (version 2) at a path, looked up when the script starts.',
    example: 'tracepoint:raw_syscalls:sys_enter /cgroup == cgroupid("/sys/fs/cgroup")/ { @ = count(); }',
    seeAlso: ['cgroup', 'cgroup_path'],
  },
  lower: ({ builder, env }, call) => ({
    kind: 'word',
    value: builder.const(env.cgroupId?.(literalText(argument(call, 0))) ?? 0n),
  }),
};

export const cgroupPath: ValueFunction = {
  name: 'cgroup_path',
  role: 'value',
  pure: true,
  signatures: [
    {
      params: [
        { name: 'id', kind: 'integer' },
        { name: 'filter', kind: 'string-literal', optional: true },
      ],
      returns: ([, filter]) => ({
        kind: 'cgroup_path',
        filter: filter === undefined ? '' : literalText(filter),
      }),
    },
  ],
  doc: {
    summary: 'Path of a control group by its id, looked up when it is printed.',
    detail:
      'Of each hierarchy that has one of this id and whose name matches the filter; version 2 is "unified".',
    example: 'tracepoint:sched:sched_process_exec { printf("%s %s\\n", comm, cgroup_path(cgroup)); }',
    seeAlso: ['cgroup', 'cgroupid'],
  },
  lower: (lowering, call) => ({ kind: 'word', value: lowering.word(argument(call, 0)) }),
};
