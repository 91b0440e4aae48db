// Each kernel feature in words: for --info. A feature that is added does not compile until it has its row here.
import { featureSince, type KernelFeature } from './features.js';

const needs = (feature: KernelFeature) => `needs Linux ${featureSince(feature).join('.')}`;

export interface FeatureText {
  readonly label: string;
  /** What its absence means, and what helps: for one who lacks it. */
  readonly without: string;
}

export const FEATURE_TEXT: Readonly<Record<KernelFeature, FeatureText>> = {
  ringbuf: { label: 'ring buffer', without: `${needs('ringbuf')}; --event-buffer perf is used instead` },
  perf_link: {
    label: 'links of perf events, cookies',
    without: `${needs('perf_link')}; older kernels attach without a link`,
  },
  atomic_fetch: {
    label: 'fetching atomics',
    without: `${needs('atomic_fetch')}; without, x = @n++ may repeat a value`,
  },
  for_each_map_elem: {
    label: 'bpf_for_each_map_elem',
    without: `${needs('for_each_map_elem')}; without, len(@map) and loops over maps are refused`,
  },
  loop: { label: 'bpf_loop', without: `${needs('loop')}; without, loops are bounded more tightly` },
  lookup_percpu_elem: {
    label: 'reads of other CPUs’ values',
    without: `${needs('lookup_percpu_elem')}; without, aggregations cannot be read in expressions`,
  },
  get_current_task_btf: {
    label: 'typed current task',
    without: `${needs('get_current_task_btf')}; without, its fields are read more slowly`,
  },
  signed_division: {
    label: 'signed division (CPU v4)',
    without: `${needs('signed_division')}; without, it is expanded`,
  },
  ktime_get_boot_ns: {
    label: 'clock that counts sleep',
    without: `${needs('ktime_get_boot_ns')}; without, nsecs stands still while the machine sleeps`,
  },
  kprobe: {
    label: 'kprobes',
    without: 'needs CONFIG_KPROBES and CONFIG_KPROBE_EVENTS; tracepoints and raw tracepoints still work',
  },
  kprobe_multi: {
    label: 'many kprobes at once',
    without: `${needs('kprobe_multi')} and CONFIG_FPROBE; without, they are attached one by one`,
  },
  kprobe_session: {
    label: 'kprobe sessions',
    without: `${needs('kprobe_session')} and CONFIG_FPROBE; without, kprobe and kretprobe are attached by themselves`,
  },
  fentry: {
    label: 'fentry and fexit',
    without: `${needs('fentry')}, BTF and CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS; tracepoints still work`,
  },
  get_func_arg: {
    label: 'arguments by helper',
    without: `${needs('get_func_arg')} and BTF; without, fentry does not stand in for kprobes`,
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
    without: `${needs('uprobe_multi')}; without, they are attached one by one`,
  },
  tp_btf: {
    label: 'typed raw tracepoints',
    without: `${needs('tp_btf')} and BTF; without, their arguments are bare numbers`,
  },
  raw_tracepoint_cookie: {
    label: 'cookies of raw tracepoints',
    without: `${needs('raw_tracepoint_cookie')}; without, each target has a program of its own`,
  },
  tcx: { label: 'tc programs as links (tcx)', without: needs('tcx') },
  program_btf: { label: 'types of programs', without: `${needs('program_btf')}; dumps then show no source` },
  map_batch: {
    label: 'many map entries at once',
    without: `${needs('map_batch')}; maps are then read one by one`,
  },
};
