// What the compiler may know of the world: a read-only interface of lazy, memoised look-ups. kernel/host implements it on a
// live machine; a recording replays another one in tests. Same source and env, same bytes.
import type { UserSpace } from './binary-view.js';
import type { BtfView } from './btf/btf-view.js';
import type { Type } from './types/type.js';

/** One field of a tracepoint's record, from tracefs `events/CATEGORY/NAME/format`. */
export interface TracepointField {
  readonly name: string;
  readonly declaration: string; // the C type as written: 'const char *', 'char[16]', '__data_loc char[]'
  readonly offset: number; // bytes
  readonly size: number; // bytes
  readonly signed: boolean;
  readonly common: boolean; // common_type, common_flags, ...: not shown by -lv
}

export interface TracepointFormat {
  readonly category: string;
  readonly name: string;
  readonly id: number;
  readonly fields: readonly TracepointField[];
}

export type FeatureName =
  | 'ringbuf' // 5.8
  | 'for_each_map_elem' // 5.13
  | 'loop' // bpf_loop, 5.17
  | 'atomic_fetch' // 5.12: fetching and comparing atomics
  | 'lookup_percpu_elem' // 5.19
  | 'get_current_task_btf' // 5.11
  | 'signed_division' // cpu v4, 6.6
  | 'perf_link' // 5.15
  | 'ktime_get_boot_ns' // 5.8
  | 'kprobe' // attachable, not merely loadable
  | 'fentry'; // attachable

/** A file that the program includes. */
export interface HeaderFile {
  readonly path: string;
  readonly text: string;
  /** Of the system: it is read only when something in it is asked for. */
  readonly system: boolean;
}

/** What `import` finds: the script, or all scripts of a folder in order of name; or why not, and where it looked. */
export type ImportedFiles =
  | { readonly files: readonly { readonly path: string; readonly name: string; readonly text: string }[] }
  | {
      /** `compiled`: C that would have to be compiled. */
      readonly problem: 'missing' | 'writable' | 'unreadable' | 'kind' | 'compiled';
      readonly checked: readonly string[];
    };

/** Files that a program names. */
export interface SourceFiles {
  /** Local headers that come before the program (--include). */
  readonly first: readonly string[];
  /** `#include "name"` (`quoted`) or `<name>` in the file at `from`, '' being the program. Undefined: there is none. */
  header(name: string, quoted: boolean, from: string): HeaderFile | undefined;
  /** `import "name"` in the file at `from`. */
  imported(name: string, from: string): ImportedFiles;
}

export interface Env {
  readonly arch: 'x86_64' | 'aarch64';
  /** [major, minor, patch] of the running kernel. */
  readonly kernelVersion: readonly [number, number, number];
  /** vmlinux BTF, or undefined when the kernel has none. Opened at first use. */
  btf(): BtfView | undefined;
  /** Undefined when there is no such tracepoint. */
  tracepoint(category: string, name: string): TracepointFormat | undefined;
  /** All `category:name`, sorted; listing is slow, so only wildcards, -l and suggestions ask. */
  tracepoints(): readonly string[];
  has(feature: FeatureName): boolean;
  /** Address of a function of the kernel or a module; undefined: there is none, or addresses are hidden. */
  kernelSymbol?(name: string): bigint | undefined;
  /** The tracer's process id namespace; undefined: it is the initial one. */
  pidNamespace?(): { readonly device: bigint; readonly inode: bigint } | undefined;
  /** Programs and libraries, for probes of them. */
  readonly userSpace?: UserSpace;
  /** Id of the control group (version 2) at a path; undefined: there is none. */
  cgroupId?(path: string): bigint | undefined;
  /** Headers and imports; undefined: the program can name none. */
  readonly files?: SourceFiles;
  /** Positional parameters ($1...) and named options for getopt(), as typed on the command line. */
  readonly params: readonly string[];
  readonly options: ReadonlyMap<string, string | true>;
  /** Pid of the -p target; the -c child's is written into globals at run time. */
  readonly targetPid: number | undefined;
  /** Environment variables BPFTRACE_*, TSBPF_* that set config. */
  readonly variables: ReadonlyMap<string, string>;
}

/** A type of the running kernel turned into ours (struct members stay lazy). */
export type TypeSource = (declaration: string) => Type | undefined;
