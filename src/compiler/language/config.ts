// Settings of a script: keys of `config = { ... }` and the environment variables of the same name, BPFTRACE_* and TSBPF_*.
// The environment wins over the block, as in bpftrace. Keys that mean nothing here are accepted, so that scripts run.
import type { Config } from '../check/typed.js';
import type { MapOrder } from '../object-spec.js';

interface ConfigBase {
  readonly key: string;
  readonly doc: string;
  /** What it sets; without, it is accepted and means nothing here. */
  readonly field?: Exclude<keyof Config, 'settings'>;
}

/** `preset`: what the script finds without a word about it; of an integer undefined is told as 0. */
export type ConfigEntry = ConfigBase &
  (
    | {
        readonly kind: 'integer';
        readonly preset: number | undefined;
        readonly least: number;
        readonly most: number;
        /** Rounded up to a power of two. */
        readonly powerOfTwo?: boolean;
        /** A larger number is brought down to `most`, with a warning. */
        readonly bounded?: boolean;
        /** It means something only when it is given. */
        readonly whenGiven?: boolean;
      }
    | { readonly kind: 'bool'; readonly preset: boolean }
    | { readonly kind: 'string'; readonly preset: string }
    | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly preset: string | undefined }
    /** '50,p99.9,max': see types/percentile.ts. */
    | { readonly kind: 'percentiles'; readonly preset: undefined }
  );

export const MAP_ORDERS: readonly MapOrder[] = ['value', '-value', 'key', '-key'];

/** Licenses that the kernel takes for GPL-compatible: include/linux/license.h. */
const LICENSES = [
  'GPL',
  'GPL v2',
  'GPL and additional rights',
  'Dual BSD/GPL',
  'Dual MIT/GPL',
  'Dual MPL/GPL',
];

const NO_EFFECT = 'Accepted for bpftrace scripts; without effect.';
const UNSTABLE = ['error', 'warn', 'enable'];

export const CONFIG: readonly ConfigEntry[] = [
  {
    key: 'max_strlen',
    kind: 'integer',
    field: 'maxStrlen',
    preset: 1024,
    least: 0,
    most: 32_768,
    bounded: true,
    doc: 'Bytes of the longest string that str() reads, its NUL included.',
  },
  {
    key: 'max_map_keys',
    kind: 'integer',
    field: 'maxMapKeys',
    preset: 4096,
    least: 1,
    most: 0x7fff_ffff,
    doc: 'Most keys of a map; further ones are lost, and counted as such.',
  },
  {
    key: 'perf_rb_pages',
    kind: 'integer',
    field: 'ringPages',
    preset: undefined,
    least: 1,
    most: 1 << 19,
    powerOfTwo: true,
    doc: 'Size of the event ring, or of the perf buffer of each CPU, in pages of 4 KiB; by default it fits the machine.',
  },
  {
    key: 'event_buffer',
    kind: 'choice',
    field: 'eventBuffer',
    choices: ['ring', 'perf'],
    preset: undefined,
    doc: 'How events reach user space: by one ring for all CPUs (Linux 5.8), or by a perf buffer for each, merged in order of time.',
  },
  {
    key: 'print_maps_on_exit',
    kind: 'bool',
    field: 'printMapsOnExit',
    preset: true,
    doc: 'Whether maps are printed at the end.',
  },
  {
    key: 'str_trunc_trailer',
    kind: 'string',
    field: 'strTruncTrailer',
    preset: '..',
    doc: 'What follows a string that was cut at max_strlen.',
  },
  {
    key: 'max_cat_bytes',
    kind: 'integer',
    field: 'maxCatBytes',
    preset: 10_240,
    least: 0,
    most: 64 << 20,
    doc: 'Most bytes of a file that cat() prints.',
  },
  {
    key: 'missing_probes',
    kind: 'choice',
    field: 'missingProbes',
    choices: ['error', 'warn', 'ignore'],
    preset: 'error',
    doc: 'What an attach point that matches nothing is. With `ignore` it is an error where nothing is left to be traced.',
  },
  {
    key: 'max_probes',
    kind: 'integer',
    field: 'maxProbes',
    preset: 1024,
    least: 0,
    most: 0x7fff_ffff,
    doc: 'Most attachments; functions that one link attaches to count as one. Many slow the system down.',
  },
  {
    key: 'max_bpf_progs',
    kind: 'integer',
    field: 'maxBpfProgs',
    preset: 1024,
    least: 0,
    most: 0x7fff_ffff,
    doc: 'Most BPF programs that a script may become.',
  },
  {
    key: 'cpp_demangle',
    kind: 'bool',
    field: 'cppDemangle',
    preset: true,
    doc: 'Whether names of C++ functions are printed as they are written in the source.',
  },
  {
    key: 'own_filter',
    kind: 'bool',
    field: 'ownFilter',
    preset: false,
    doc: 'Whether -p, --follow, --cgroup and --container filter no probe, since the script asks for itself, by the word traced, whose events count: for probes that run in whatever task the kernel interrupts.',
  },
  {
    key: 'stack_mode',
    kind: 'choice',
    field: 'stackMode',
    choices: ['bpftrace', 'perf', 'raw', 'build_id'],
    preset: 'bpftrace',
    doc: 'How kstack and ustack are printed when they name no mode.',
  },
  {
    key: 'map_order',
    kind: 'choice',
    field: 'mapOrder',
    choices: MAP_ORDERS,
    preset: undefined,
    doc: 'In which order maps are printed; with a minus descending. By default by ascending value.',
  },
  {
    key: 'percentiles',
    kind: 'percentiles',
    field: 'percentiles',
    preset: undefined,
    doc: 'Percentiles that are printed beside each histogram, as in "50,90,99.9,max".',
  },
  {
    key: 'unstable_tseries',
    kind: 'choice',
    field: 'unstableTseries',
    choices: UNSTABLE,
    preset: 'warn',
    doc: 'Whether tseries() is refused, warned of or used in silence.',
  },
  {
    key: 'license',
    kind: 'choice',
    field: 'license',
    choices: LICENSES,
    preset: 'GPL',
    doc: 'The license that the kernel is told.',
  },
  {
    key: 'unstable_typeinfo',
    kind: 'choice',
    field: 'unstableTypeinfo',
    choices: UNSTABLE,
    preset: 'error',
    doc: 'Whether `typeinfo()` may be used.',
  },
  {
    key: 'cache_user_symbols',
    kind: 'choice',
    choices: ['PER_PID', 'PER_PROGRAM', 'NONE'],
    preset: undefined,
    doc: NO_EFFECT,
  },
  { key: 'lazy_symbolication', kind: 'bool', preset: true, doc: NO_EFFECT },
  { key: 'use_blazesym', kind: 'bool', preset: false, doc: NO_EFFECT },
  { key: 'show_debug_info', kind: 'bool', preset: false, doc: NO_EFFECT },
  ...(
    [
      ['log_size', 1_000_000],
      ['on_stack_limit', 32],
    ] as const
  ).map(
    ([key, preset]) =>
      ({ key, kind: 'integer', preset, least: 0, most: Number.MAX_SAFE_INTEGER, doc: NO_EFFECT }) as const,
  ),
  ...(
    [
      ['unstable_import_statement', 'error'],
      ['unstable_dw_ustack', 'warn'],
    ] as const
  ).map(([key, preset]) => ({ key, kind: 'choice', choices: UNSTABLE, preset, doc: NO_EFFECT }) as const),
];

/** Keys that earlier releases of bpftrace had under another name, and those that mean nothing any more. */
export const RENAMED: Readonly<Record<string, string>> = {
  strlen: 'max_strlen',
  map_keys_max: 'max_map_keys',
  cat_bytes_max: 'max_cat_bytes',
  no_cpp_demangle: 'cpp_demangle',
};
export const DEPRECATED: readonly string[] = [
  'symbol_source',
  'max_type_res_iterations',
  'unstable_macro',
  'unstable_map_decl',
  'unstable_import',
  'unstable_addr',
];
/** Of the environment only, not of a script. */
export const ENVIRONMENT_ONLY: readonly string[] = ['btf', 'kernel_source', 'kernel_build', 'vmlinux'];

/** Order of the fields of the builtin `config`; others follow. */
export const RECORD_ORDER: readonly string[] = (
  'cpp_demangle lazy_symbolication print_maps_on_exit use_blazesym show_debug_info log_size max_bpf_progs max_cat_bytes ' +
  'max_map_keys max_probes max_strlen on_stack_limit perf_rb_pages str_trunc_trailer unstable_import_statement ' +
  'unstable_tseries unstable_typeinfo unstable_dw_ustack missing_probes stack_mode license'
).split(' ');

/** `max_strlen`, `MAX_STRLEN` and `BPFTRACE_MAX_STRLEN` are one key. */
export function canonicalKey(key: string): string {
  return key.toLowerCase().replace(/^(bpftrace|tsbpf)_/, '');
}

/** The environment variables that set a key, the stronger first. */
export function environmentNames(key: string): readonly string[] {
  return [`TSBPF_${key.toUpperCase()}`, `BPFTRACE_${key.toUpperCase()}`];
}
