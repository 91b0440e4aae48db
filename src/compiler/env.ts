// What the compiler may know of the world: a read-only interface of lazy, memoised look-ups. kernel/host implements it on a
// live machine; a recording replays another one in tests. Same source and env, same bytes.
import type { UserSpace } from './binary-view.js';
import type { BtfView } from './btf/btf-view.js';
import type { ProgramAttributes } from './object-spec.js';

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
  | 'kprobe_multi' // many functions by one link, 5.18
  | 'kprobe_session' // entry and return of functions by one program and link, 6.10
  | 'fentry' // attachable
  | 'tp_btf' // raw tracepoints whose arguments are typed, 5.5
  | 'raw_tracepoint_cookie' // 6.10
  | 'get_func_arg' // bpf_get_func_arg, 5.17
  | 'override_return' // bpf_override_return: a build option
  | 'probe_write_user' // bpf_probe_write_user: not on kernels that are locked down
  | 'uprobe_multi' // 6.6
  | 'tcx'; // tc programs by links, 6.6

/** A function of the kernel that can be traced. */
export interface KernelFunction {
  readonly name: string;
  readonly module: string; // 'vmlinux' for the kernel itself
}

/** Functions of the kernel and its modules. Addresses and sizes are unknown where the kernel hides them (kptr_restrict). */
export interface KernelFunctions {
  /** Modules that have a function of this name, traceable or not; 'vmlinux' first. */
  modulesOf(name: string): readonly string[];
  /** Whether a module is there, loaded or built in. */
  hasModule(name: string): boolean;
  /** Bytes of a function's code. */
  sizeOf(name: string, module?: string): number | undefined;
  /** The function that an address lies in, and how many bytes behind its start. */
  at(address: bigint): (KernelFunction & { readonly offset: number }) | undefined;
  /** All that can be traced, sorted by name: 60,000 and more, so only wildcards, -l and suggestions ask. */
  traceable(): readonly KernelFunction[];
}

/** A BPF program that runs now, and the functions of it that can be traced. */
export interface RunningProgram {
  readonly id: number;
  readonly functions: readonly string[];
}

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

/** Whose events count, besides those of targetPid. */
export interface ProcessFilters {
  /** The process of -p or -c and all that descend from it. */
  readonly follow: boolean;
  /** How many control groups a process must be in. */
  readonly cgroups: number;
}

export interface Env {
  readonly arch: 'x86_64' | 'aarch64';
  /** [major, minor, patch] of the running kernel. */
  readonly kernelVersion: readonly [number, number, number];
  /** BTF of vmlinux or, with it, of a module (5.11); undefined when the kernel has none. Opened at first use. */
  btf(module?: string): BtfView | undefined;
  /** Undefined when there is no such tracepoint. */
  tracepoint(category: string, name: string): TracepointFormat | undefined;
  /** All `category:name`, sorted; listing is slow, so only wildcards, -l and suggestions ask. */
  tracepoints(): readonly string[];
  has(feature: FeatureName): boolean;
  /** Address of a function of the kernel or a module; undefined: there is none, or addresses are hidden. */
  kernelSymbol?(name: string): bigint | undefined;
  kernelFunctions?(): KernelFunctions;
  /** Loaded modules that have type information, sorted. */
  modules?(): readonly string[];
  /**
   * Whether a typed program of a raw tracepoint may read through these of its arguments, pointers to structs: some kernels
   * refuse those that may be null. Undefined: it may.
   */
  readsThrough?(
    event: { readonly module: string | undefined; readonly name: string },
    pointers: readonly number[],
  ): boolean;
  /** Whether a program may call a kernel function (kfunc); undefined: nobody can tell. */
  kfuncAllowed?(name: string, program: ProgramAttributes): boolean;
  /** BPF programs that can be traced: with type information, not our own. */
  runningPrograms?(): readonly RunningProgram[];
  /** A build option of the kernel ('CONFIG_KPROBES'): 'y', 'm', 'n'; undefined: it does not tell. */
  kernelOption?(name: string): string | undefined;
  /** The tracer's process id namespace; undefined: it is the initial one. */
  pidNamespace?(): { readonly device: bigint; readonly inode: bigint } | undefined;
  /** Programs and libraries, for probes of them. */
  readonly userSpace?: UserSpace;
  /** Names of the network interfaces of this network namespace, in order of index; undefined: any may exist. */
  interfaces?(): readonly string[];
  /** Id of the control group (version 2) at a path; undefined: there is none. */
  cgroupId?(path: string): bigint | undefined;
  /** Number (dev_t) of a block device by its name; undefined: there is none. */
  diskNumber?(name: string): bigint | undefined;
  /** Headers and imports; undefined: the program can name none. */
  readonly files?: SourceFiles;
  /** Positional parameters ($1...) and named options for getopt(), as typed on the command line. */
  readonly params: readonly string[];
  readonly options: ReadonlyMap<string, string | true>;
  /** Pid of the -p target; the -c child's is written into globals at run time. */
  readonly targetPid: number | undefined;
  readonly filters?: ProcessFilters | undefined;
  /** What is attached may outlive the tracer, where the kernel has nothing better (--persist). */
  readonly persist?: boolean | undefined;
  /** Environment variables BPFTRACE_*, TSBPF_* that set config. */
  readonly variables: ReadonlyMap<string, string>;
}
