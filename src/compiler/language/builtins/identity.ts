// Whose the current task is: its user by name, its control group, the leader of its threads.
import { BOOL, integer, UINT64 } from '../../types/type.js';
import type { BuiltinEntry } from '../entry.js';
import { loadRelative } from './task-walk.js';

export const username: BuiltinEntry = {
  name: 'username',
  inPackets: { kernel: [6, 16] },
  type: () => ({ kind: 'username' }),
  pure: true,
  doc: {
    summary:
      'Name of the user of the current task, looked up when it is printed; the number when there is none.',
    example: 'tracepoint:syscalls:sys_enter_execve { @[username] = count(); }',
    seeAlso: ['uid'],
  },
  lower: ({ builder }) => {
    const both = builder.call('get_current_uid_gid', [], { pure: true });
    return { kind: 'word', value: builder.extend(both, 4, false) };
  },
};

export const cgroup: BuiltinEntry = {
  name: 'cgroup',
  inPackets: { kernel: [6, 10] },
  type: () => UINT64,
  pure: true,
  doc: {
    summary: 'Id of the control group (version 2) of the current task.',
    example: 'tracepoint:raw_syscalls:sys_enter { @[cgroup_path(cgroup)] = count(); }',
    seeAlso: ['cgroupid', 'cgroup_path'],
  },
  lower: ({ builder }) => ({
    kind: 'word',
    value: builder.call('get_current_cgroup_id', [], { pure: true }),
  }),
};

export const container: BuiltinEntry = {
  name: 'container',
  type: () => ({ kind: 'cgroup_path', filter: '', container: true }),
  pure: true,
  doc: {
    summary:
      'Name of the container that the current task is in, or the beginning of its id; - for none. It is looked up in the state files of docker, podman, containerd, cri-o, runc, crun, systemd-nspawn and lxc.',
    example: 'tracepoint:raw_syscalls:sys_enter { @[container, comm] = count(); }',
    seeAlso: ['cgroup', 'cgroup_path'],
  },
  lower: lowering => {
    const id = lowering.builder.call('get_current_cgroup_id', [], { pure: true });
    lowering.cgroupSeen(id);
    return { kind: 'word', value: id };
  },
};

export const tracedProcess: BuiltinEntry = {
  name: 'traced',
  type: () => BOOL,
  pure: true,
  doc: {
    summary: 'Whether the current task is one of those that -p, --follow, --cgroup and --container ask for.',
    detail:
      'Probes run for these tasks only, so that it is always true, unless config = { own_filter = true } leaves the choice to the script.',
    example:
      'config = { own_filter = true } tracepoint:block:block_rq_issue /traced/ { @ = hist(args.bytes); }',
    seeAlso: ['pid', 'cgroup', 'container'],
  },
  lower: lowering => ({ kind: 'word', value: lowering.traced() }),
};

export const leaderTid: BuiltinEntry = {
  name: 'leader_tid',
  type: () => integer(4, true),
  pure: true,
  requires: { btf: true },
  doc: {
    summary: 'Thread id of the leader of the current process: its first thread.',
    example: 'tracepoint:raw_syscalls:sys_enter { @[leader_tid == tid] = count(); }',
    seeAlso: ['tid', 'leader_comm'],
  },
  lower: lowering => loadRelative(lowering, 'group_leader', 'pid'),
};

export const leaderComm: BuiltinEntry = {
  name: 'leader_comm',
  type: () => ({ kind: 'string', size: 16 }),
  pure: true,
  requires: { btf: true },
  doc: {
    summary: 'Name of the leader of the current process: its first thread.',
    example: 'tracepoint:raw_syscalls:sys_enter { @[leader_comm, comm] = count(); }',
    seeAlso: ['comm', 'leader_tid'],
  },
  lower: lowering => loadRelative(lowering, 'group_leader', 'comm'),
};
