// What compile() makes and the loader takes: plain data that survives JSON. No fds, no CPU count, no kernel addresses.
import type { Instruction } from './bpf/instruction.js';
import type { SourceFile } from './diagnostics/diagnostic.js';
import type { Percentile } from './types/percentile.js';
import type { RecordLayout } from './types/record-layout.js';
import type { Type } from './types/type.js';

export interface ObjectSpec {
  readonly source: SourceFile;
  readonly license: string; // GPL-compatible
  readonly maps: readonly MapSpec[];
  readonly programs: readonly ProgramSpec[];
  /** Source order; BEGIN first, END last are run-time matters. */
  readonly probes: readonly ProbeSpec[];
  /** Of --follow: the program that keeps the map `followed`, at the raw tracepoint sched_process_fork. */
  readonly tracker?: number;
  /** Of --for with packet programs: the program, of a perf event, that sets the stop word. */
  readonly deadline?: number;
  /** The script's sets of prefixes and of backends; none when absent. */
  readonly sets?: readonly SetSpec[];
  /** Of --live: what the map `verdicts` counts, in source order. */
  readonly rules?: readonly RuleSpec[];
  /** Indexed by the u32 site id at the head of each event record. */
  readonly sites: readonly SiteSpec[];
  /** Name, size (bytes) and offset of each word in the one-entry array map `globals`. */
  readonly globals: GlobalsSpec;
  readonly config: {
    readonly maxStrlen: number;
    readonly printMapsOnExit: boolean;
    readonly strTruncTrailer: string;
    readonly ringPages: number | undefined;
    readonly cppDemangle?: boolean; // default true
    readonly maxCatBytes?: number; // default 10240
    readonly mapOrder?: MapOrder | undefined; // as bpftrace, by value
    readonly percentiles?: readonly Percentile[] | undefined; // none
    readonly missingProbes?: 'error' | 'warn' | 'ignore'; // default 'error'
  };
}

/** In which order a map's entries are printed; with a minus descending. */
export type MapOrder = 'value' | '-value' | 'key' | '-key';

/** `map type` numbers are BPF_MAP_TYPE_* of include/uapi/linux/bpf.h. */
export interface MapSpec {
  readonly name: string; // '@x' for a script's map; 'ring', 'globals', 'scratch', ... for ours
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number; // for 'ring' and 'perf': bytes of events; the loader puts in what the kernel wants
  readonly flags: number; // BPF_F_*
  /** Initial contents of key 0 (array maps), bytes; zero otherwise. */
  readonly initial?: readonly number[];
  /** Of an array of maps: what each map in it is like. */
  readonly inner?: Pick<MapSpec, 'type' | 'keySize' | 'valueSize' | 'maxEntries' | 'flags'>;
  /** What the loader puts in: facts of the machine. */
  readonly fill?: MapFill;
  /** Set for the script's own maps: how to read and print them. A scalar map (no key) is an array of one. */
  readonly user?: {
    readonly key: Type | undefined; // a tuple type for several keys
    readonly value: Type;
    readonly perCpu: boolean;
    readonly span: readonly [start: number, end: number]; // first use
    /** Of two generations: the map that is the other one, and the word of `globals` (0: this one, 1: the other) that tells which programs write to. */
    readonly twin?: { readonly map: string; readonly word: string };
    /** To be printed and cleared every so often (--interval); it has two generations then. */
    readonly periodic?: true;
  };
}

/**
 * A set of prefixes, which user space loads from a file. `maps`: of each family that programs ask for, the array of two tries
 * (values: u64, how often each prefix was the longest match, when `counted`); `word` of `globals` (u64, 0 or 1) tells which of them
 * is asked.
 */
export interface PrefixSetSpec {
  readonly type: 'lpmtrie';
  readonly name: string; // '@block'
  readonly span: readonly [start: number, end: number]; // of its declaration
  readonly maxEntries: number; // prefixes, of both families together
  readonly counted: boolean;
  readonly word: string;
  readonly maps: { readonly v4: string | undefined; readonly v6: string | undefined };
}

/**
 * A set of backends, which user space loads from a file: the maps of types/backend-table.ts, none when no program asks; `word` of
 * `globals` (u64, 0 or 1) tells which generation is asked.
 */
export interface BackendSetSpec {
  readonly type: 'backends';
  readonly name: string; // '@web'
  readonly span: readonly [start: number, end: number]; // of its declaration
  readonly maxEntries: number; // backends
  readonly word: string;
  readonly maps: { readonly table: string | undefined; readonly counts: string | undefined };
}

export type SetSpec = PrefixSetSpec | BackendSetSpec;

/** u32 keys from 0. 'devices': the numbers of these interfaces; 'cpus': the value for each online CPU. */
export type MapFill =
  | { readonly kind: 'devices'; readonly names: readonly string[] }
  | { readonly kind: 'cpus'; readonly value: number };

/** A clause on an interface. */
export interface RuleSpec {
  readonly probe: number; // index of the clause's probe
  readonly type: ProbeTypeName;
  readonly interface: string;
  /** BPF_XDP, BPF_TCX_INGRESS, BPF_TCX_EGRESS. */
  readonly hook: number;
  /** From 1, of the script's packet clauses; undefined: the SSH guard's. */
  readonly number: number | undefined;
  /** Its predicate, or the block of a clause that has none: on one line, cut. */
  readonly text: string;
}

/** What the kernel is told of a program when it is loaded. */
export interface ProgramAttributes {
  readonly type: number; // BPF_PROG_TYPE_*
  readonly expectedAttachType?: number; // BPF_TRACE_FENTRY, BPF_TRACE_KPROBE_MULTI, ...
  /** What it traces, by BTF: of vmlinux, of a module, or of another BPF program. */
  readonly attachTo?: AttachTo;
  /** BPF_F_*: BPF_F_SLEEPABLE, ... */
  readonly flags?: number;
  /** Another program may run on the same CPU before this one is done: it must add atomically. */
  readonly interruptible?: boolean;
}

export interface AttachTo {
  /** 'iter' NAME is the function bpf_iter_NAME; 'program' a function of the BPF program with this id. */
  readonly kind: 'func' | 'typedef' | 'iter' | 'program';
  readonly name: string;
  readonly module?: string;
  readonly programId?: number;
}

export interface ProgramSpec extends ProgramAttributes {
  readonly name: string; // what bpftool shows, at most 15 characters
  /** functions[0] is the entry; others are callbacks and subprograms, laid out in this order. */
  readonly functions: readonly FunctionSpec[];
  /** Spelling of the probe(s) it serves, for dumps. */
  readonly title: string;
}

export interface FunctionSpec {
  readonly name: string;
  readonly params: number; // how many arguments (r1..), for its BTF prototype
  readonly insns: readonly Instruction[];
  /** Source place of insns[i..], ascending by insn index into `insns`. */
  readonly lines: readonly { readonly insn: number; readonly start: number; readonly end: number }[];
}

export interface ProbeSpec {
  /** What it is called where its targets do not say it: another probe has attached them. */
  readonly name?: string;
  readonly span: readonly [start: number, end: number];
  /** Tried in order; the first that can attach serves. */
  readonly alternatives: readonly ProbeAlternative[];
  /** Written alternatives that cannot be on this machine, and why: for -v. */
  readonly impossible?: readonly { readonly name: string; readonly reason: string }[];
}

export interface ProbeAlternative {
  readonly type: ProbeTypeName;
  /** Each target with the program that serves it: indexes into ObjectSpec.programs. */
  readonly targets: readonly TargetSpec[];
}

export type ProbeTypeName =
  | 'begin'
  | 'end'
  | 'tracepoint'
  | 'rawtracepoint'
  | 'kprobe'
  | 'kretprobe'
  | 'fentry'
  | 'fexit'
  | 'interval'
  | 'profile'
  | 'software'
  | 'hardware'
  | 'uprobe'
  | 'uretprobe'
  | 'usdt'
  | 'watchpoint'
  | 'iter'
  | 'self'
  | 'test'
  | 'bench'
  | 'xdp'
  | 'tc';

/** One matched attach point, its parts canonical: ['tracepoint', 'sched', 'sched_switch'], ['interval', 's', '1'], ['begin']. */
export interface TargetSpec {
  readonly name: string; // what `probe` prints: 'tracepoint:sched:sched_switch'
  readonly parts: readonly string[];
  readonly program: number;
  /** u64 decimal, which the program finds at each run: the target's index in its table of names. */
  readonly cookie?: string;
  /** The probe, an earlier one, that attaches the program for this target too: its index. */
  readonly attachedBy?: number;
  /** As in ExpandedTarget. */
  readonly mode?: string;
  readonly data?: unknown;
}

/** An asynchronous call site: printf #3, print #1, exit #0. `entry` names the registry function that handles its events. */
export interface SiteSpec {
  readonly id: number;
  /** Index of its probe. */
  readonly probe: number;
  readonly entry: string;
  readonly layout: RecordLayout;
  readonly span: readonly [start: number, end: number];
  /** What the handler needs beyond the record: format string, map name, types... JSON data owned by the entry. */
  readonly data: unknown;
}

/**
 * The `globals` map: one value of `size` bytes. Offsets in bytes. `stop`: u32, programs leave at once when it is not 0.
 * `start`: u64 CLOCK_BOOTTIME ns at attach, written by the run time (elapsed). `loss`: base of the u64 counters
 * [probe index][LossKind], added to atomically only when something is lost.
 */
export interface GlobalsSpec {
  readonly size: number;
  readonly stop: number;
  readonly start: number;
  readonly loss: number;
  readonly lossKinds: readonly LossKind[];
  /** Values the run time writes before attaching, by name, e.g. 'cpid'. */
  readonly words: readonly { readonly name: string; readonly offset: number; readonly size: number }[];
}

/** Why an event or an update did not arrive. `truncated` and `readFailed` are not losses of an event but are told. */
export type LossKind =
  | 'ringFull'
  | 'mapFull'
  | 'readFailed'
  | 'truncated'
  | 'scratchBusy'
  | 'divideByZero'
  | 'stackLost';
