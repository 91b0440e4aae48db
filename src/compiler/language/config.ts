// Settings of a script: keys of `config = { ... }` and the environment variables of the same name, BPFTRACE_* and TSBPF_*.
// The environment wins over the block, as in bpftrace. Keys that mean nothing here are accepted, so that scripts run.
import type { Config } from '../check/typed.js';
import type { MapOrder } from '../object-spec.js';

interface ConfigBase {
  readonly key: string;
  readonly doc: string;
}

export type ConfigEntry = ConfigBase &
  (
    | {
        readonly kind: 'integer';
        readonly field:
          | 'maxStrlen'
          | 'maxMapKeys'
          | 'ringPages'
          | 'maxCatBytes'
          | 'maxProbes'
          | 'maxBpfProgs';
        readonly preset: number | undefined;
        readonly least: number;
        readonly most: number;
        /** Rounded up to a power of two. */
        readonly powerOfTwo?: boolean;
      }
    | { readonly kind: 'bool'; readonly field: 'printMapsOnExit' | 'cppDemangle'; readonly preset: boolean }
    | { readonly kind: 'string'; readonly field: 'strTruncTrailer'; readonly preset: string }
    | {
        readonly kind: 'choice';
        readonly field: 'missingProbes';
        readonly choices: readonly Config['missingProbes'][];
        readonly preset: Config['missingProbes'];
      }
    | {
        readonly kind: 'choice';
        readonly field: 'stackMode';
        readonly choices: readonly Config['stackMode'][];
        readonly preset: Config['stackMode'];
      }
    | {
        readonly kind: 'choice';
        readonly field: 'eventBuffer';
        readonly choices: readonly NonNullable<Config['eventBuffer']>[];
        readonly preset: undefined;
      }
    | {
        readonly kind: 'choice';
        readonly field: 'unstableTseries';
        readonly choices: readonly Config['unstableTseries'][];
        readonly preset: Config['unstableTseries'];
      }
    | {
        readonly kind: 'choice';
        readonly field: 'mapOrder';
        readonly choices: readonly MapOrder[];
        readonly preset: undefined;
      }
    /** '50,p99.9,max': see types/percentile.ts. */
    | { readonly kind: 'percentiles'; readonly field: 'percentiles'; readonly preset: undefined }
    /** Accepted without effect. */
    | { readonly kind: 'ignored' }
  );

export const MAP_ORDERS: readonly MapOrder[] = ['value', '-value', 'key', '-key'];

export const CONFIG: readonly ConfigEntry[] = [
  {
    key: 'max_strlen',
    kind: 'integer',
    field: 'maxStrlen',
    preset: 1024,
    least: 1,
    most: 32_768,
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
    doc: 'What an attach point that matches nothing is.',
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
    choices: ['error', 'warn', 'enable'],
    preset: 'warn',
    doc: 'Whether tseries() is refused, warned of or used in silence.',
  },
  ...[
    'cache_user_symbols',
    'lazy_symbolication',
    'license',
    'log_size',
    'on_stack_limit',
    'show_debug_info',
    'unstable_dw_ustack',
  ].map(key => ({ key, kind: 'ignored', doc: 'Accepted for bpftrace scripts; without effect.' }) as const),
];

/** `max_strlen`, `MAX_STRLEN` and `BPFTRACE_MAX_STRLEN` are one key. */
export function canonicalKey(key: string): string {
  return key.toLowerCase().replace(/^(bpftrace|tsbpf)_/, '');
}

/** The environment variables that set a key, the stronger first. */
export function environmentNames(key: string): readonly string[] {
  return [`TSBPF_${key.toUpperCase()}`, `BPFTRACE_${key.toUpperCase()}`];
}
