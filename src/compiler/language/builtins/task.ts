// Who is running: process, thread, user, command name, and the current task_struct.
import { BOOL, type IntegerType, integer, UINT32, UINT64 } from '../../types/type.js';
import type { BuiltinEntry } from '../entry.js';
import { ownId } from './process-id.js';
import { loadCurrentComm, loadRelative, taskWord } from './task-walk.js';

const INT32: IntegerType = integer(4, true);

export const pid: BuiltinEntry = {
  name: 'pid',
  inPackets: { kernel: [6, 10] },
  type: () => UINT32,
  pure: true,
  doc: {
    summary: 'Process id (thread group id) of the current task.',
    example: 'tracepoint:syscalls:sys_enter_openat { @[pid] = count(); }',
    seeAlso: ['tid', 'ppid', 'comm'],
  },
  lower: lowering => ({ kind: 'word', value: ownId(lowering, 'pid') }),
};

export const tid: BuiltinEntry = {
  name: 'tid',
  inPackets: { kernel: [6, 10] },
  type: () => UINT32,
  pure: true,
  doc: {
    summary: 'Thread id of the current task.',
    example: 'tracepoint:raw_syscalls:sys_enter { @start[tid] = nsecs; }',
    seeAlso: ['pid'],
  },
  lower: lowering => ({ kind: 'word', value: ownId(lowering, 'tid') }),
};

export const uid: BuiltinEntry = {
  name: 'uid',
  inPackets: { kernel: [6, 16] },
  type: () => UINT64,
  pure: true,
  doc: {
    summary: 'User id of the current task, as the initial user namespace knows it.',
    example: 'tracepoint:syscalls:sys_enter_execve { printf("%d\\n", uid); }',
    seeAlso: ['gid'],
  },
  lower: ({ builder }) => {
    const both = builder.call('get_current_uid_gid', [], { pure: true });
    return { kind: 'word', value: builder.extend(both, 4, false) };
  },
};

export const gid: BuiltinEntry = {
  name: 'gid',
  inPackets: { kernel: [6, 16] },
  type: () => UINT64,
  pure: true,
  doc: {
    summary: 'Group id of the current task, as the initial user namespace knows it.',
    example: 'tracepoint:syscalls:sys_enter_execve { printf("%d\\n", gid); }',
    seeAlso: ['uid'],
  },
  lower: ({ builder }) => {
    const both = builder.call('get_current_uid_gid', [], { pure: true });
    return { kind: 'word', value: builder.binaryImm('lshr', both, 32) };
  },
};

export const comm: BuiltinEntry = {
  name: 'comm',
  inPackets: { kernel: [5, 17], btf: true },
  type: () => ({ kind: 'string', size: 16 }),
  pure: true,
  doc: {
    summary: 'Name of the current task, at most 15 bytes.',
    example: 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }',
    seeAlso: ['pid', 'pcomm'],
  },
  lower: lowering => loadCurrentComm(lowering),
};

export const curtask: BuiltinEntry = {
  name: 'curtask',
  type: ({ env }) => {
    const task = env.btf()?.struct('task_struct');
    return task === undefined
      ? UINT64
      : { kind: 'pointer', to: task, space: 'kernel', btf: env.has('get_current_task_btf') };
  },
  pure: true,
  doc: {
    summary: 'Pointer to the current task_struct; an integer when the kernel has no BTF.',
    example: 'tracepoint:sched:sched_process_exit { printf("%d\\n", curtask.exit_code >> 8); }',
    seeAlso: ['comm', 'ppid'],
  },
  lower: lowering => ({ kind: 'word', value: taskWord(lowering) }),
};

export const ppid: BuiltinEntry = {
  name: 'ppid',
  type: () => INT32,
  pure: true,
  requires: { btf: true },
  doc: {
    summary: 'Process id of the parent of the current process.',
    example: 'tracepoint:syscalls:sys_enter_execve { printf("%d %d\\n", pid, ppid); }',
    seeAlso: ['pid', 'pcomm'],
  },
  lower: lowering => loadRelative(lowering, 'real_parent', 'tgid'),
};

export const pcomm: BuiltinEntry = {
  name: 'pcomm',
  type: () => ({ kind: 'string', size: 16 }),
  pure: true,
  requires: { btf: true },
  doc: {
    summary: 'Name of the parent of the current process.',
    example: 'tracepoint:syscalls:sys_enter_execve { printf("%s\\n", pcomm); }',
    seeAlso: ['comm', 'ppid'],
  },
  lower: lowering => loadRelative(lowering, 'real_parent', 'comm'),
};

export const cpid: BuiltinEntry = {
  name: 'cpid',
  type: () => UINT64,
  pure: true,
  doc: {
    summary: 'Process id of the command that -c runs; 0 without one.',
    example: 'tracepoint:syscalls:sys_enter_openat /pid == cpid/ { @ = count(); }',
    seeAlso: ['pid'],
  },
  lower: lowering => ({ kind: 'word', value: lowering.globalWord('cpid') }),
};

export const hasCpid: BuiltinEntry = {
  name: 'has_cpid',
  type: () => BOOL,
  pure: true,
  doc: {
    summary: 'Whether -c runs a command, whose process id cpid is.',
    example: 'tracepoint:syscalls:sys_enter_openat /!has_cpid || pid == cpid/ { @ = count(); }',
    seeAlso: ['cpid'],
  },
  lower: lowering => {
    const { builder } = lowering;
    return { kind: 'word', value: builder.compare('ne', lowering.globalWord('cpid'), builder.const(0n)) };
  },
};
