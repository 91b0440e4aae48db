// Where the fields of the structs lie that BPF_OBJ_GET_INFO_BY_FD fills: [offset, size in bytes]
// (include/uapi/linux/bpf.h, 6.18). An older kernel fills fewer bytes and says how many.

import { layout } from './attr.js';

/** struct bpf_prog_info; recursion_misses 5.12, verified_insns 5.16. */
export const PROG_INFO = layout(232, {
  type: [0, 4],
  id: [4, 4],
  tag: [8, 8],
  jited_prog_len: [16, 4],
  xlated_prog_len: [20, 4],
  jited_prog_insns: [24, 8],
  xlated_prog_insns: [32, 8],
  load_time: [40, 8],
  created_by_uid: [48, 4],
  nr_map_ids: [52, 4],
  map_ids: [56, 8],
  name: [64, 16],
  ifindex: [80, 4],
  netns_dev: [88, 8],
  netns_ino: [96, 8],
  nr_jited_ksyms: [104, 4],
  nr_jited_func_lens: [108, 4],
  jited_ksyms: [112, 8],
  jited_func_lens: [120, 8],
  btf_id: [128, 4],
  func_info_rec_size: [132, 4],
  func_info: [136, 8],
  nr_func_info: [144, 4],
  nr_line_info: [148, 4],
  line_info: [152, 8],
  jited_line_info: [160, 8],
  nr_jited_line_info: [168, 4],
  line_info_rec_size: [172, 4],
  jited_line_info_rec_size: [176, 4],
  nr_prog_tags: [180, 4],
  prog_tags: [184, 8],
  run_time_ns: [192, 8],
  run_cnt: [200, 8],
  recursion_misses: [208, 8],
  verified_insns: [216, 4],
  attach_btf_obj_id: [220, 4],
  attach_btf_id: [224, 4],
});

/** struct bpf_map_info. */
export const MAP_INFO = layout(88, {
  type: [0, 4],
  id: [4, 4],
  key_size: [8, 4],
  value_size: [12, 4],
  max_entries: [16, 4],
  map_flags: [20, 4],
  name: [24, 16],
  ifindex: [40, 4],
  btf_vmlinux_value_type_id: [44, 4],
  netns_dev: [48, 8],
  netns_ino: [56, 8],
  btf_id: [64, 4],
  btf_key_type_id: [68, 4],
  btf_value_type_id: [72, 4],
  map_extra: [80, 8],
});

/** struct bpf_btf_info; id 5.2, name and kernel_btf 5.11. */
export const BTF_INFO = layout(32, {
  btf: [0, 8],
  btf_size: [8, 4],
  id: [12, 4],
  name: [16, 8],
  name_len: [24, 4],
  kernel_btf: [28, 4],
});

/** struct bpf_link_info (5.8). */
export const LINK_INFO = layout(64, {
  type: [0, 4],
  id: [4, 4],
  prog_id: [8, 4],
  'raw_tracepoint.tp_name': [16, 8],
  'raw_tracepoint.tp_name_len': [24, 4],
  'tracing.attach_type': [16, 4],
  'tracing.target_obj_id': [20, 4],
  'tracing.target_btf_id': [24, 4],
  'xdp.ifindex': [16, 4],
  'tcx.ifindex': [16, 4],
  'tcx.attach_type': [20, 4],
  'kprobe_multi.addrs': [16, 8],
  'kprobe_multi.count': [24, 4],
  'kprobe_multi.flags': [28, 4],
  'kprobe_multi.missed': [32, 8],
  'uprobe_multi.count': [52, 4],
  'uprobe_multi.flags': [56, 4],
  'uprobe_multi.pid': [60, 4],
  'perf_event.type': [16, 4],
  'perf_event.uprobe.offset': [36, 4],
  'perf_event.kprobe.missed': [48, 8],
});
