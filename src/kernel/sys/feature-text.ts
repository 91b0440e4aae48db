// Each kernel feature in words: for --info. A feature that is added does not compile until it has its row here.
import type { KernelFeature } from './features.js';

export interface FeatureText {
  readonly label: string;
  /** What its absence means, and what helps: for one who lacks it. */
  readonly without: string;
}

export const FEATURE_TEXT: Readonly<Record<KernelFeature, FeatureText>> = {
  ringbuf: { label: 'ring buffer', without: 'needs Linux 5.8; --event-buffer perf is used instead' },
  perf_link: {
    label: 'links of perf events, cookies',
    without: 'needs Linux 5.15; older kernels attach without a link',
  },
  atomic_fetch: {
    label: 'fetching atomics',
    without: 'needs Linux 5.12; without, x = @n++ may repeat a value',
  },
  for_each_map_elem: {
    label: 'bpf_for_each_map_elem',
    without: 'needs Linux 5.13; without, len(@map) and loops over maps are refused',
  },
  loop: { label: 'bpf_loop', without: 'needs Linux 5.17; without, loops are bounded more tightly' },
  lookup_percpu_elem: {
    label: 'reads of other CPUs’ values',
    without: 'needs Linux 5.19; without, aggregations cannot be read in expressions',
  },
  get_current_task_btf: {
    label: 'typed current task',
    without: 'needs Linux 5.11; without, its fields are read more slowly',
  },
  signed_division: { label: 'signed division (CPU v4)', without: 'needs Linux 6.6; without, it is expanded' },
  ktime_get_boot_ns: {
    label: 'clock that counts sleep',
    without: 'needs Linux 5.8; without, nsecs stands still while the machine sleeps',
  },
  kprobe: {
    label: 'kprobes',
    without: 'needs CONFIG_KPROBES and CONFIG_KPROBE_EVENTS; tracepoints and raw tracepoints still work',
  },
  kprobe_multi: {
    label: 'many kprobes at once',
    without: 'needs Linux 5.18 and CONFIG_FPROBE; without, they are attached one by one',
  },
  fentry: {
    label: 'fentry and fexit',
    without: 'needs Linux 5.5, BTF and CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS; tracepoints still work',
  },
  get_func_arg: {
    label: 'arguments by helper',
    without: 'needs Linux 5.17 and BTF; without, fentry does not stand in for kprobes',
  },
  override_return: {
    label: 'override() of return values',
    without: 'needs CONFIG_BPF_KPROBE_OVERRIDE, which distributions leave out',
  },
  probe_write_user: {
    label: 'write_user()',
    without: 'needs a kernel that is not locked down (/sys/kernel/security/lockdown)',
  },
  uprobe: { label: 'uprobes', without: 'needs CONFIG_UPROBES' },
  uprobe_multi: {
    label: 'many uprobes at once',
    without: 'needs Linux 6.6; without, they are attached one by one',
  },
  tp_btf: {
    label: 'typed raw tracepoints',
    without: 'needs Linux 5.5 and BTF; without, their arguments are bare numbers',
  },
  raw_tracepoint_cookie: {
    label: 'cookies of raw tracepoints',
    without: 'needs Linux 6.10; without, each target has a program of its own',
  },
  tcx: { label: 'tc programs as links (tcx)', without: 'needs Linux 6.6' },
  program_btf: { label: 'types of programs', without: 'needs Linux 5.0; dumps then show no source' },
  map_batch: { label: 'many map entries at once', without: 'needs Linux 5.6; maps are then read one by one' },
};
