// The kernel helpers that tracing and XDP programs call: number, arity, result and purity, as data. Numbers are those of
// __BPF_FUNC_MAPPER (include/uapi/linux/bpf.h), names too, without `bpf_`; `since` is the first kernel that has the helper.

/** What r0 holds after the call. 'memory or null' is a ring-buffer record of the size asked for. */
export type HelperResult = 'scalar' | 'void' | 'map value or null' | 'memory or null' | 'btf pointer';

/**
 * - `pure`: the same answer throughout one run of a program; calls may be merged or dropped.
 * - `read`: no effect, but the answer may change (clocks, maps, memory); calls may be dropped when unused, never merged.
 * - `effect`: must stay, in order. Helpers that fill a buffer of the caller count as effects.
 */
export type Purity = 'pure' | 'read' | 'effect';

export interface Helper {
  readonly number: number;
  readonly args: number; // r1..r5 that are read; variadic ones count all five
  readonly result: HelperResult;
  readonly purity: Purity;
  readonly since: readonly [major: number, minor: number];
  /** Programs that may call it on every kernel since; 'tracing' is kprobe, (raw) tracepoint, perf event and BPF_PROG_TYPE_TRACING. */
  readonly programs: 'all' | 'tracing' | 'xdp' | 'tc';
}

function helper(
  number: number,
  args: number,
  result: HelperResult,
  purity: Purity,
  since: readonly [number, number],
  programs: Helper['programs'] = 'all',
): Helper {
  return { number, args, result, purity, since, programs };
}

/** By UAPI name: `HELPERS.BPF_FUNC_map_lookup_elem.number`. */
export const HELPERS = {
  BPF_FUNC_map_lookup_elem: helper(1, 2, 'map value or null', 'read', [3, 19]),
  BPF_FUNC_map_update_elem: helper(2, 4, 'scalar', 'effect', [3, 19]),
  BPF_FUNC_map_delete_elem: helper(3, 2, 'scalar', 'effect', [3, 19]),
  BPF_FUNC_probe_read: helper(4, 3, 'scalar', 'effect', [4, 1], 'tracing'),
  BPF_FUNC_ktime_get_ns: helper(5, 0, 'scalar', 'read', [4, 1]), // CLOCK_MONOTONIC, ns
  BPF_FUNC_trace_printk: helper(6, 5, 'scalar', 'effect', [4, 1]),
  BPF_FUNC_get_prandom_u32: helper(7, 0, 'scalar', 'read', [4, 1]),
  BPF_FUNC_get_smp_processor_id: helper(8, 0, 'scalar', 'pure', [4, 1]),
  BPF_FUNC_l4_csum_replace: helper(11, 5, 'scalar', 'effect', [4, 1], 'tc'),
  BPF_FUNC_tail_call: helper(12, 3, 'void', 'effect', [4, 2]),
  BPF_FUNC_get_current_pid_tgid: helper(14, 0, 'scalar', 'pure', [4, 2], 'tracing'), // tgid << 32 | pid
  BPF_FUNC_get_current_uid_gid: helper(15, 0, 'scalar', 'pure', [4, 2], 'tracing'), // gid << 32 | uid
  BPF_FUNC_get_current_comm: helper(16, 2, 'scalar', 'effect', [4, 2], 'tracing'), // pads with NUL to the size
  BPF_FUNC_redirect: helper(23, 2, 'scalar', 'effect', [4, 4], 'xdp'),
  BPF_FUNC_perf_event_read: helper(22, 2, 'scalar', 'read', [4, 3], 'tracing'),
  BPF_FUNC_perf_event_output: helper(25, 5, 'scalar', 'effect', [4, 4]),
  BPF_FUNC_get_stackid: helper(27, 3, 'scalar', 'effect', [4, 6], 'tracing'),
  BPF_FUNC_csum_diff: helper(28, 5, 'scalar', 'read', [4, 6], 'xdp'),
  BPF_FUNC_get_current_task: helper(35, 0, 'scalar', 'pure', [4, 8], 'tracing'),
  BPF_FUNC_probe_write_user: helper(36, 3, 'scalar', 'effect', [4, 8], 'tracing'),
  BPF_FUNC_current_task_under_cgroup: helper(37, 2, 'scalar', 'read', [4, 9], 'tracing'),
  BPF_FUNC_get_numa_node_id: helper(42, 0, 'scalar', 'pure', [4, 10]),
  BPF_FUNC_skb_vlan_push: helper(18, 3, 'scalar', 'effect', [4, 3], 'tc'),
  BPF_FUNC_skb_vlan_pop: helper(19, 1, 'scalar', 'effect', [4, 3], 'tc'),
  BPF_FUNC_skb_pull_data: helper(39, 2, 'scalar', 'effect', [4, 9], 'tc'),
  BPF_FUNC_xdp_adjust_head: helper(44, 2, 'scalar', 'effect', [4, 10], 'xdp'),
  BPF_FUNC_probe_read_str: helper(45, 3, 'scalar', 'effect', [4, 11], 'tracing'),
  BPF_FUNC_skb_adjust_room: helper(50, 4, 'scalar', 'effect', [4, 13], 'tc'),
  BPF_FUNC_redirect_map: helper(51, 3, 'scalar', 'effect', [4, 14], 'xdp'),
  BPF_FUNC_xdp_adjust_meta: helper(54, 2, 'scalar', 'effect', [4, 15], 'xdp'),
  BPF_FUNC_perf_event_read_value: helper(55, 4, 'scalar', 'effect', [4, 15], 'tracing'),
  BPF_FUNC_override_return: helper(58, 2, 'scalar', 'effect', [4, 16], 'tracing'),
  BPF_FUNC_xdp_adjust_tail: helper(65, 2, 'scalar', 'effect', [4, 18], 'xdp'),
  BPF_FUNC_get_stack: helper(67, 4, 'scalar', 'effect', [4, 18], 'tracing'),
  BPF_FUNC_fib_lookup: helper(69, 4, 'scalar', 'effect', [4, 18], 'xdp'),
  BPF_FUNC_get_current_cgroup_id: helper(80, 0, 'scalar', 'pure', [4, 18], 'tracing'),
  BPF_FUNC_map_push_elem: helper(87, 3, 'scalar', 'effect', [4, 20]),
  BPF_FUNC_map_pop_elem: helper(88, 2, 'scalar', 'effect', [4, 20]),
  BPF_FUNC_map_peek_elem: helper(89, 2, 'scalar', 'effect', [4, 20]),
  BPF_FUNC_spin_lock: helper(93, 1, 'void', 'effect', [5, 1], 'xdp'),
  BPF_FUNC_spin_unlock: helper(94, 1, 'void', 'effect', [5, 1], 'xdp'),
  BPF_FUNC_get_socket_cookie: helper(46, 1, 'scalar', 'effect', [5, 12], 'tracing'), // of a socket; older kernels: of a packet
  BPF_FUNC_send_signal: helper(109, 1, 'scalar', 'effect', [5, 3], 'tracing'),
  BPF_FUNC_probe_read_user: helper(112, 3, 'scalar', 'effect', [5, 5], 'tracing'),
  BPF_FUNC_probe_read_kernel: helper(113, 3, 'scalar', 'effect', [5, 5], 'tracing'),
  BPF_FUNC_probe_read_user_str: helper(114, 3, 'scalar', 'effect', [5, 5], 'tracing'), // bytes read, NUL included
  BPF_FUNC_probe_read_kernel_str: helper(115, 3, 'scalar', 'effect', [5, 5], 'tracing'),
  BPF_FUNC_send_signal_thread: helper(117, 1, 'scalar', 'effect', [5, 6], 'tracing'),
  BPF_FUNC_jiffies64: helper(118, 0, 'scalar', 'read', [5, 6]),
  BPF_FUNC_get_ns_current_pid_tgid: helper(120, 4, 'scalar', 'effect', [5, 7], 'tracing'),
  BPF_FUNC_xdp_output: helper(121, 5, 'scalar', 'effect', [5, 6], 'tracing'),
  BPF_FUNC_get_current_ancestor_cgroup_id: helper(123, 1, 'scalar', 'pure', [5, 6], 'tracing'),
  BPF_FUNC_ktime_get_boot_ns: helper(125, 0, 'scalar', 'read', [5, 8]), // CLOCK_BOOTTIME, ns
  BPF_FUNC_ringbuf_output: helper(130, 4, 'scalar', 'effect', [5, 8]),
  BPF_FUNC_ringbuf_reserve: helper(131, 3, 'memory or null', 'effect', [5, 8]),
  BPF_FUNC_ringbuf_submit: helper(132, 2, 'void', 'effect', [5, 8]),
  BPF_FUNC_ringbuf_discard: helper(133, 2, 'void', 'effect', [5, 8]),
  BPF_FUNC_ringbuf_query: helper(134, 2, 'scalar', 'read', [5, 8]),
  BPF_FUNC_skb_output: helper(111, 5, 'scalar', 'effect', [5, 5], 'tracing'), // fentry, fexit, tp_btf
  BPF_FUNC_seq_printf: helper(126, 5, 'scalar', 'effect', [5, 8], 'tracing'), // iterators
  BPF_FUNC_seq_write: helper(127, 3, 'scalar', 'effect', [5, 8], 'tracing'), // iterators
  BPF_FUNC_d_path: helper(147, 3, 'scalar', 'effect', [5, 10], 'tracing'),
  BPF_FUNC_per_cpu_ptr: helper(153, 2, 'memory or null', 'read', [5, 10]),
  BPF_FUNC_this_cpu_ptr: helper(154, 1, 'btf pointer', 'read', [5, 10]),
  BPF_FUNC_get_current_task_btf: helper(158, 0, 'btf pointer', 'pure', [5, 11], 'tracing'),
  BPF_FUNC_ktime_get_coarse_ns: helper(160, 0, 'scalar', 'read', [5, 11]),
  BPF_FUNC_for_each_map_elem: helper(164, 4, 'scalar', 'effect', [5, 13]),
  BPF_FUNC_snprintf: helper(165, 5, 'scalar', 'effect', [5, 13]),
  BPF_FUNC_get_func_ip: helper(173, 1, 'scalar', 'pure', [5, 15], 'tracing'),
  BPF_FUNC_get_attach_cookie: helper(174, 1, 'scalar', 'pure', [5, 15], 'tracing'),
  BPF_FUNC_task_pt_regs: helper(175, 1, 'btf pointer', 'pure', [5, 15], 'tracing'),
  BPF_FUNC_loop: helper(181, 4, 'scalar', 'effect', [5, 17]),
  BPF_FUNC_strncmp: helper(182, 3, 'scalar', 'read', [5, 17]),
  BPF_FUNC_get_func_arg: helper(183, 3, 'scalar', 'effect', [5, 17], 'tracing'),
  BPF_FUNC_get_func_ret: helper(184, 2, 'scalar', 'effect', [5, 17], 'tracing'),
  BPF_FUNC_get_func_arg_cnt: helper(185, 1, 'scalar', 'pure', [5, 17], 'tracing'),
  BPF_FUNC_xdp_get_buff_len: helper(188, 1, 'scalar', 'read', [5, 18], 'xdp'),
  BPF_FUNC_xdp_load_bytes: helper(189, 4, 'scalar', 'effect', [5, 18], 'xdp'),
  BPF_FUNC_xdp_store_bytes: helper(190, 4, 'scalar', 'effect', [5, 18], 'xdp'),
  BPF_FUNC_map_lookup_percpu_elem: helper(195, 3, 'map value or null', 'read', [5, 19]),
  BPF_FUNC_ktime_get_tai_ns: helper(208, 0, 'scalar', 'read', [6, 1]),
} as const satisfies Readonly<Record<string, Helper>>;

export type HelperName = keyof typeof HELPERS;

/** UAPI name of a helper's number ('BPF_FUNC_loop'), or undefined when the table lacks it. */
export function helperName(number: number): HelperName | undefined {
  for (const name in HELPERS) if (HELPERS[name as HelperName].number === number) return name as HelperName;
  return undefined;
}
