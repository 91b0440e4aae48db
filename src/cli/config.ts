// What the command line asked for, as plain data: made by command-line.ts, used by everything after it.
import type { MapOrder } from '../compiler/object-spec.js';
import type { Percentile } from '../compiler/types/percentile.js';
import type { Selection } from '../output/selection.js';
import type { ColorChoice } from '../output/terminal.js';

export type Format = 'text' | 'json' | 'csv' | 'table' | 'folded';
export type Buffering = 'line' | 'full' | 'none';
/** What is done with the program: run it, only its test: or bench: probes, or only compile it. */
export type Mode = 'run' | 'test' | 'bench' | 'codegen' | 'compiler-bench';
/** What --emit writes instead of running the program. */
export type Emitted = 'asm' | 'spec' | 'elf';

export interface CliConfig {
  /** argv[0] as invoked: the process's name. */
  readonly invokedAs: string;
  readonly expression: string | undefined; // -e
  /** Script, tool name or '-', when there is no -e. */
  readonly script: string | undefined;
  /** Everything after the script: positional parameters and the tool's options. */
  readonly scriptArgs: readonly string[];
  readonly list: boolean; // -l: `script` is then the pattern
  readonly info: boolean;
  readonly format: Format | undefined; // undefined: text, or what the tool prefers
  /** --fmt, with the files to format; with none, the program of -e or standard input. */
  readonly formatting:
    | { readonly files: readonly string[]; readonly check: boolean; readonly write: boolean }
    | undefined;
  readonly mode: Mode;
  readonly output: string | undefined;
  readonly buffering: Buffering | undefined;
  /** --sort, --percentiles: win over the script's config. */
  readonly mapOrder: MapOrder | undefined;
  readonly percentiles: readonly Percentile[] | undefined;
  /** --columns, --where, --sort by a column, --top, --timestamp. */
  readonly selection: Selection | undefined;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: readonly string[]; // -d stages
  readonly dryRun: boolean;
  readonly unsafe: boolean;
  readonly warnings: boolean;
  readonly strict: boolean;
  readonly emit: Emitted | undefined;
  /** -k: a warning for each failed read, with its place; else only their number is told at the end. */
  readonly warnOfReads: boolean;
  /** Check the compiler's intermediate code. */
  readonly checkIr: boolean;
  /** Features of the kernel that are not to be used (--no-feature). */
  readonly withoutFeatures: readonly string[];
  /** --include, -I: as if the program began with #include of each; where headers are looked for first. */
  readonly includes: readonly string[];
  readonly includeFolders: readonly string[];
  /** --debuginfo, split at colons: where debug information is looked for. */
  readonly debugFolders: readonly string[];
  /** --traceable-functions: read instead of tracefs' available_filter_functions. */
  readonly traceableFunctions: string | undefined;
  /** --event-buffer: wins over the script's config. */
  readonly eventBuffer: 'ring' | 'perf' | undefined;
  /** --probe-filter: a regular expression that names of probes must match. */
  readonly probeFilter: string | undefined;
  readonly pid: number | undefined;
  readonly follow: boolean;
  readonly cgroup: string | undefined;
  readonly container: string | undefined;
  readonly command: string | undefined;
  readonly deadline: number | undefined; // --for, seconds
  readonly events: number | undefined;
  readonly interval: number | undefined; // seconds
  /** --count with --interval: it ends after so many of them. */
  readonly prints: number | undefined;
  /** --packets: run on a capture instead of an interface. */
  readonly packets: PacketTrial | undefined;
  /** --set: files by name of the set, with the @. */
  readonly sets: ReadonlyMap<string, string>;
  /** Off with --no-ssh-guard. */
  readonly sshGuard: boolean;
  /** --filter: what packets must be for packet probes to see them, in the words of pcap-filter(7). */
  readonly filter: string | undefined;
  /** --verdicts: packet programs count what they return. */
  readonly verdicts: boolean;
  /** --live: packets, bytes and verdicts of each rule are told every second, or --interval. */
  readonly live: boolean;
  /** --persist: where tc programs have no links they are attached by filters, which outlive a tracer that is killed. */
  readonly persist: boolean;
  readonly color: ColorChoice;
}

/** --packets, --write-passed, --repeat. */
export interface PacketTrial {
  readonly file: string; // '-': stdin
  readonly writePassed: string | undefined;
  /** Runs of the program on each packet. */
  readonly repeat: number;
}

/** The command line is wrong; the message says how. Exit code 1. `tool`: whose --help tells more, if not the command's own. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  readonly tool: string | undefined;

  constructor(message: string, tool?: string) {
    super(message);
    this.tool = tool;
  }
}
