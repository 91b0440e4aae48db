// Where the fields of union bpf_attr lie, by command: [offset, size in bytes] (include/uapi/linux/bpf.h, 6.18).
// Fields that share a place are listed under each name that is used here. Only fields that tsbpf passes.

import { layout } from './attr.js';

/** BPF_MAP_CREATE. */
export const MAP_CREATE = layout(72, () => ({
  map_type: [0, 4],
  key_size: [4, 4],
  value_size: [8, 4],
  max_entries: [12, 4],
  map_flags: [16, 4],
  inner_map_fd: [20, 4],
  numa_node: [24, 4],
  map_name: [28, 16],
  map_ifindex: [44, 4],
  btf_fd: [48, 4],
  btf_key_type_id: [52, 4],
  btf_value_type_id: [56, 4],
  btf_vmlinux_value_type_id: [60, 4],
  map_extra: [64, 8],
}));

/** BPF_MAP_*_ELEM, BPF_MAP_GET_NEXT_KEY, BPF_MAP_FREEZE. */
export const MAP_ELEM = layout(32, () => ({
  map_fd: [0, 4],
  key: [8, 8],
  value: [16, 8],
  next_key: [16, 8],
  flags: [24, 8],
}));

/** BPF_MAP_*_BATCH (5.6). */
export const MAP_BATCH = layout(56, () => ({
  in_batch: [0, 8],
  out_batch: [8, 8],
  keys: [16, 8],
  values: [24, 8],
  count: [32, 4],
  map_fd: [36, 4],
  elem_flags: [40, 8],
  flags: [48, 8],
}));

/** BPF_PROG_LOAD; fd_array 5.14, log_true_size (written by the kernel) 6.4. */
export const PROG_LOAD = layout(144, () => ({
  prog_type: [0, 4],
  insn_cnt: [4, 4],
  insns: [8, 8],
  license: [16, 8],
  log_level: [24, 4],
  log_size: [28, 4],
  log_buf: [32, 8],
  kern_version: [40, 4],
  prog_flags: [44, 4],
  prog_name: [48, 16],
  prog_ifindex: [64, 4],
  expected_attach_type: [68, 4],
  prog_btf_fd: [72, 4],
  func_info_rec_size: [76, 4],
  func_info: [80, 8],
  func_info_cnt: [88, 4],
  line_info_rec_size: [92, 4],
  line_info: [96, 8],
  line_info_cnt: [104, 4],
  attach_btf_id: [108, 4],
  attach_btf_obj_fd: [112, 4],
  fd_array: [120, 8],
  log_true_size: [140, 4],
}));

/** BPF_OBJ_PIN, BPF_OBJ_GET. */
export const OBJ = layout(16, () => ({
  pathname: [0, 8],
  bpf_fd: [8, 4],
  file_flags: [12, 4],
}));

/** BPF_PROG_TEST_RUN; flags and cpu 5.10, batch_size 5.18. */
export const PROG_TEST_RUN = layout(80, () => ({
  prog_fd: [0, 4],
  retval: [4, 4],
  data_size_in: [8, 4],
  data_size_out: [12, 4],
  data_in: [16, 8],
  data_out: [24, 8],
  repeat: [32, 4],
  duration: [36, 4],
  ctx_size_in: [40, 4],
  ctx_size_out: [44, 4],
  ctx_in: [48, 8],
  ctx_out: [56, 8],
  flags: [64, 4],
  cpu: [68, 4],
  batch_size: [72, 4],
}));

/** BPF_*_GET_NEXT_ID, BPF_*_GET_FD_BY_ID (the id lies at start_id). */
export const GET_ID = layout(16, () => ({
  start_id: [0, 4],
  next_id: [4, 4],
  open_flags: [8, 4],
}));

/** BPF_OBJ_GET_INFO_BY_FD. */
export const INFO_BY_FD = layout(16, () => ({
  bpf_fd: [0, 4],
  info_len: [4, 4],
  info: [8, 8],
}));

/** BPF_RAW_TRACEPOINT_OPEN; cookie 6.10. */
export const RAW_TRACEPOINT_OPEN = layout(24, () => ({
  name: [0, 8],
  prog_fd: [8, 4],
  cookie: [16, 8],
}));

/** BPF_BTF_LOAD. */
export const BTF_LOAD = layout(32, () => ({
  btf: [0, 8],
  btf_log_buf: [8, 8],
  btf_size: [16, 4],
  btf_log_size: [20, 4],
  btf_log_level: [24, 4],
  btf_log_true_size: [28, 4],
}));

/** BPF_LINK_CREATE. */
export const LINK_CREATE = layout(64, () => ({
  prog_fd: [0, 4],
  target_fd: [4, 4],
  target_ifindex: [4, 4],
  attach_type: [8, 4],
  flags: [12, 4],
  target_btf_id: [16, 4],
  iter_info: [16, 8],
  iter_info_len: [24, 4],
  'perf_event.bpf_cookie': [16, 8],
  'kprobe_multi.flags': [16, 4],
  'kprobe_multi.cnt': [20, 4],
  'kprobe_multi.syms': [24, 8],
  'kprobe_multi.addrs': [32, 8],
  'kprobe_multi.cookies': [40, 8],
  'tracing.target_btf_id': [16, 4],
  'tracing.cookie': [24, 8],
  'tcx.relative_fd': [16, 4],
  'tcx.expected_revision': [24, 8],
  'uprobe_multi.path': [16, 8],
  'uprobe_multi.offsets': [24, 8],
  'uprobe_multi.ref_ctr_offsets': [32, 8],
  'uprobe_multi.cookies': [40, 8],
  'uprobe_multi.cnt': [48, 4],
  'uprobe_multi.flags': [52, 4],
  'uprobe_multi.pid': [56, 4],
}));

/** BPF_LINK_UPDATE. */
export const LINK_UPDATE = layout(16, () => ({
  link_fd: [0, 4],
  new_prog_fd: [4, 4],
  flags: [8, 4],
  old_prog_fd: [12, 4],
}));

/** BPF_LINK_DETACH. */
export const LINK_DETACH = layout(4, () => ({
  link_fd: [0, 4],
}));

/** BPF_ENABLE_STATS (5.8). */
export const ENABLE_STATS = layout(4, () => ({
  type: [0, 4],
}));

/** BPF_ITER_CREATE (5.8). */
export const ITER_CREATE = layout(8, () => ({
  link_fd: [0, 4],
  flags: [4, 4],
}));

/** BPF_PROG_QUERY; by interface and with links 6.6. */
export const PROG_QUERY = layout(64, () => ({
  target_ifindex: [0, 4],
  attach_type: [4, 4],
  query_flags: [8, 4],
  attach_flags: [12, 4],
  prog_ids: [16, 8],
  count: [24, 4],
  prog_attach_flags: [32, 8],
  link_ids: [40, 8],
  link_attach_flags: [48, 8],
  revision: [56, 8],
}));

/** BPF_PROG_BIND_MAP (5.10). */
export const PROG_BIND_MAP = layout(16, () => ({
  prog_fd: [0, 4],
  map_fd: [4, 4],
  flags: [8, 4],
}));
