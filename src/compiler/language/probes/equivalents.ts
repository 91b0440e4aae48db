// Static events that see what is often traced by probing a function: told where the function cannot be probed, or is gone.
import type { Env } from '../../env.js';

/** Function -> tracepoints that see the same or nearly, the nearest first. */
const EQUIVALENTS: Readonly<Record<string, string>> = {
  blk_account_io_done: 'block:block_rq_complete',
  blk_account_io_start: 'block:block_io_start block:block_rq_insert',
  blk_mq_start_request: 'block:block_rq_issue',
  do_exit: 'sched:sched_process_exit',
  do_execveat_common: 'syscalls:sys_enter_execve sched:sched_process_exec',
  do_filp_open: 'syscalls:sys_enter_openat',
  do_fork: 'sched:sched_process_fork',
  kernel_clone: 'sched:sched_process_fork',
  do_nanosleep: 'syscalls:sys_enter_nanosleep syscalls:sys_enter_clock_nanosleep',
  do_page_fault: 'exceptions:page_fault_user',
  do_sys_open: 'syscalls:sys_enter_openat',
  do_sys_openat2: 'syscalls:sys_enter_openat',
  do_syscall_64: 'raw_syscalls:sys_enter',
  do_unlinkat: 'syscalls:sys_enter_unlinkat',
  filp_close: 'syscalls:sys_enter_close',
  finish_task_switch: 'sched:sched_switch',
  handle_mm_fault: 'exceptions:page_fault_user',
  icmp_send: 'icmp:icmp_send',
  inet_csk_accept: 'sock:inet_sock_set_state syscalls:sys_exit_accept4',
  inet_listen: 'syscalls:sys_enter_listen',
  ip_rcv: 'net:netif_receive_skb',
  __kmalloc: 'kmem:kmalloc',
  kfree: 'kmem:kfree',
  kfree_skb: 'skb:kfree_skb',
  kmem_cache_alloc: 'kmem:kmem_cache_alloc',
  ksys_read: 'syscalls:sys_enter_read',
  ksys_write: 'syscalls:sys_enter_write',
  mark_page_accessed: 'pagemap:mm_lru_activate',
  mutex_lock: 'lock:contention_begin',
  oom_kill_process: 'oom:mark_victim',
  out_of_memory: 'oom:mark_victim',
  schedule: 'sched:sched_switch',
  shrink_node: 'vmscan:mm_vmscan_direct_reclaim_begin',
  sock_sendmsg: 'sock:sock_send_length syscalls:sys_enter_sendto',
  submit_bio: 'block:block_bio_queue',
  tcp_close: 'sock:inet_sock_set_state',
  tcp_connect: 'sock:inet_sock_set_state syscalls:sys_enter_connect',
  tcp_drop: 'skb:kfree_skb',
  tcp_rcv_established: 'tcp:tcp_probe',
  tcp_reset: 'tcp:tcp_receive_reset',
  tcp_retransmit_skb: 'tcp:tcp_retransmit_skb',
  tcp_sendmsg: 'sock:sock_send_length syscalls:sys_enter_sendto',
  tcp_set_state: 'sock:inet_sock_set_state',
  tcp_v4_connect: 'syscalls:sys_enter_connect sock:inet_sock_set_state',
  tcp_v6_connect: 'syscalls:sys_enter_connect sock:inet_sock_set_state',
  try_to_wake_up: 'sched:sched_waking',
  udp_recvmsg: 'syscalls:sys_enter_recvfrom',
  udp_sendmsg: 'syscalls:sys_enter_sendto',
  vfs_create: 'syscalls:sys_enter_openat',
  vfs_fsync: 'syscalls:sys_enter_fsync',
  vfs_mkdir: 'syscalls:sys_enter_mkdirat',
  vfs_open: 'syscalls:sys_enter_openat',
  vfs_read: 'syscalls:sys_enter_read',
  vfs_readv: 'syscalls:sys_enter_readv',
  vfs_rename: 'syscalls:sys_enter_renameat2',
  vfs_statx: 'syscalls:sys_enter_newfstatat syscalls:sys_enter_statx',
  vfs_unlink: 'syscalls:sys_enter_unlinkat',
  vfs_write: 'syscalls:sys_enter_write',
  vfs_writev: 'syscalls:sys_enter_writev',
  wake_up_new_task: 'sched:sched_wakeup_new',
};

/** Tracepoints of this machine that see calls of a function. Functions of system calls are told by their names. */
export function equivalentsOf(name: string, env: Env): readonly string[] {
  const call = /^(?:__x64_|__arm64_|__ia32_|__se_|__do_)?sys_(\w+)$/.exec(name)?.[1];
  const known = EQUIVALENTS[name] ?? (call === undefined ? '' : `syscalls:sys_enter_${call}`);
  const there = known.split(' ').filter(each => {
    const [category = '', event = ''] = each.split(':');
    return event !== '' && env.tracepoint(category, event) !== undefined;
  });
  return there.map(each => `tracepoint:${each}`);
}

/** As a hint; undefined when there is none. */
export function equivalentHint(name: string, env: Env): string | undefined {
  const known = equivalentsOf(name, env);
  return known.length === 0 ? undefined : `a tracepoint sees much the same: ${known.join(', ')}`;
}
