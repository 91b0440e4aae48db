// Records this machine for tests: `node build/test/harness/record-env.js > test/fixtures/env/6.12.json`, as root, on the kernel
// in question. Asks a fixed set of questions, those that scripts of the tests give rise to; widen the lists and record again.
import type { Env, FeatureName } from '../../src/compiler/env.js';
import { hostEnv } from '../../src/kernel/host/env.js';
import { recordEnv } from '../../src/kernel/host/recorder.js';

const FEATURES: readonly FeatureName[] = [
  'ringbuf',
  'for_each_map_elem',
  'loop',
  'atomic_fetch',
  'lookup_percpu_elem',
  'get_current_task_btf',
  'signed_division',
  'perf_link',
  'ktime_get_boot_ns',
  'kprobe',
  'kprobe_multi',
  'kprobe_session',
  'fentry',
  'tp_btf',
  'raw_tracepoint_cookie',
  'get_func_arg',
  'override_return',
  'probe_write_user',
  'uprobe_multi',
];

/** Traced functions of examples and tests, and those that see nothing. */
const FUNCTIONS = [
  'vfs_read',
  'vfs_write',
  'vfs_open',
  'do_sys_openat2',
  'tcp_set_state',
  'tcp_connect',
  'do_nanosleep',
  'fget',
  'should_failslab',
  '__x64_sys_getuid',
  'nosuch',
];

const OPTIONS = ['CONFIG_KPROBES', 'CONFIG_KPROBE_EVENTS', 'CONFIG_FUNCTION_TRACER'];

const TRACEPOINTS = [
  'sched:sched_switch',
  'sched:sched_wakeup',
  'sched:sched_process_exec',
  'sched:sched_process_exit',
  'sched:sched_process_fork',
  'sock:inet_sock_set_state',
  'tcp:tcp_retransmit_skb',
  'raw_syscalls:sys_enter',
  'raw_syscalls:sys_exit',
  'syscalls:sys_enter_openat',
  'syscalls:sys_exit_openat',
  'syscalls:sys_enter_read',
  'syscalls:sys_exit_read',
  'syscalls:sys_enter_write',
  'syscalls:sys_exit_write',
  'syscalls:sys_enter_execve',
  'syscalls:sys_enter_connect',
  'syscalls:sys_enter_kill',
  'syscalls:sys_enter_nanosleep',
  'syscalls:sys_enter_getpid',
  'block:block_rq_issue',
  'block:block_rq_complete',
  'kmem:kmalloc',
  'timer:hrtimer_start',
  'irq:softirq_entry',
  'net:netif_receive_skb',
  'signal:signal_generate',
  'vmscan:mm_vmscan_direct_reclaim_begin',
  'no:such',
  'syscalls:sys_enter_nosuch',
];

/** Their members too. */
const STRUCTS = [
  'task_struct',
  'pt_regs',
  'file',
  'dentry',
  'sockaddr',
  'sock',
  'sock_common',
  'inet_sock',
  'path',
  'qstr',
  'nsproxy',
  'pid',
  'upid',
  'in6_addr',
  'cred',
  'sched_entity',
  'thread_info',
  'timespec64',
  'list_head',
  'sk_buff',
  'seq_file',
  'bpf_iter_meta',
  'bpf_iter__task',
  'bpf_iter__task_file',
];

const TYPES = [
  'u8',
  'u16',
  'u32',
  'u64',
  's32',
  '__u8',
  '__u16',
  '__u32',
  '__u64',
  '__s32',
  '__be16',
  '__be32',
].concat(
  [
    'pid_t',
    'uid_t',
    'gid_t',
    'umode_t',
    'size_t',
    'ssize_t',
    'loff_t',
    'dev_t',
    'sector_t',
    'gfp_t',
    'bool',
    'char',
  ],
  [
    'int',
    'long',
    'unsigned int',
    'unsigned long',
    'unsigned char',
    'unsigned short',
    'short',
    'nosuch',
    'struct nosuch',
  ],
  [
    'uint8_t',
    'uint16_t',
    'uint32_t',
    'uint64_t',
    'int8_t',
    'int16_t',
    'int32_t',
    'int64_t',
    'qid_t',
    'clockid_t',
  ],
);

const ENUMERATORS = [
  'TCP_ESTABLISHED',
  'TCP_SYN_SENT',
  'TCP_LISTEN',
  'TCP_CLOSE',
  'TCP_FIN_WAIT1',
  'NOSUCH',
  'PIDTYPE_PID',
];

function ask(env: Env): void {
  for (const feature of FEATURES) env.has(feature);
  env.tracepoints();
  for (const name of TRACEPOINTS) {
    const [category = '', event = ''] = name.split(':');
    env.tracepoint(category, event);
  }
  for (const name of OPTIONS) env.kernelOption?.(name);
  for (const name of FUNCTIONS) env.kernelFunctions?.().modulesOf(name);
  const btf = env.btf();
  if (btf === undefined) return;
  for (const name of FUNCTIONS) {
    btf.func(name);
    btf.prototype(name);
    btf.idOf(name, 'func');
  }
  for (const name of [...STRUCTS, 'nosuch']) {
    for (const tag of ['struct', undefined, 'union'] as const) {
      const type = btf.struct(name, tag);
      if (type?.layout.from === 'btf') btf.fields(type.layout.id);
    }
    btf.typeByName(name);
    btf.typeByName(`struct ${name}`);
    btf.idOf(name, 'struct');
  }
  for (const name of TYPES) btf.typeByName(name);
  for (const name of ENUMERATORS) btf.enumerator(name);
  btf.variable('runqueues');
  btf.idOf('bpf_task_from_pid', 'func');
  btf.idOf('bpf_iter_task', 'func');
  btf.idOf('bpf_iter_task_file', 'func');
  btf.variable('nosuch');
  for (const name of [
    'btf_trace_sched_switch',
    'btf_trace_sched_process_exec',
    'btf_trace_sys_enter',
    'btf_trace_inet_sock_set_state',
    'btf_trace_net_dev_queue',
    'nosuch',
  ]) {
    btf.func(name);
    btf.idOf(name, 'typedef');
  }
}

const { env, recording } = recordEnv(hostEnv({ variables: {} }));
ask(env);
process.stdout.write(`${JSON.stringify(recording(), undefined, 1)}\n`);
