// The Linux release that each feature of the kernel came with: read by the checker's messages and by the manual.
import type { FeatureName } from '../env.js';

/** 'MAJOR.MINOR'; where no release guarantees it the option of the kernel's configuration, or what the kernel must be. */
export const FEATURE_SINCE: Readonly<Record<FeatureName, string>> = {
  ringbuf: '5.8',
  for_each_map_elem: '5.13',
  loop: '5.17',
  atomic_fetch: '5.12',
  lookup_percpu_elem: '5.19',
  get_current_task_btf: '5.11',
  signed_division: '6.6',
  perf_link: '5.15',
  ktime_get_boot_ns: '5.8',
  kprobe: 'CONFIG_KPROBES',
  kprobe_multi: '5.18',
  kprobe_session: '6.10',
  fentry: '5.5',
  tp_btf: '5.5',
  raw_tracepoint_cookie: '6.10',
  get_func_arg: '5.17',
  override_return: 'CONFIG_BPF_KPROBE_OVERRIDE',
  probe_write_user: 'not locked down',
  uprobe_multi: '6.6',
  tcx: '6.6',
};
