// What a session is told, and what it tells when it is over.
import type { BtfView } from '../compiler/btf/btf-view.js';
import type { ObjectSpec } from '../compiler/object-spec.js';
import type { AttachContext } from '../kernel/attach/link.js';
import type { Sink } from '../output/sink.js';
import type { CaptureFiles } from './capture-files.js';
import type { EffectsContext } from './effects.js';
import type { Ending } from './ending.js';
import type { SessionFilters } from './filters.js';
import type { Lifecycle } from './lifecycle.js';
import type { Losses } from './losses.js';
import type { Rehearsal } from './rehearsal.js';
import type { SetFilesOptions } from './set-files.js';
import type { Symbols } from './symbols.js';
import type { Instead } from './trial.js';

export interface SessionOptions {
  readonly spec: ObjectSpec;
  readonly sink: Sink;
  readonly host: {
    readonly btf: BtfView | undefined;
    moduleBtf?(module: string): BtfView | undefined;
    readonly possibleCpus: number;
    readonly attach: AttachContext;
    /** ns of the clock that `nsecs` reads. */
    now(): bigint;
    /** ns to add to that for ns since 1970. */
    wallClockOffset(): bigint;
  };
  /** Bytes of the event ring, or of each CPU's perf buffer: a power of two times the page size. */
  readonly ringSize: number;
  /** -c: started held, released when everything is attached; the session ends with it. */
  readonly command?: readonly string[] | undefined;
  /** -p: the session ends with it. */
  readonly pid?: number | undefined;
  /** --follow, --cgroup, --container. */
  readonly filters?: SessionFilters | undefined;
  /** --for, seconds. */
  readonly deadline?: number | undefined;
  /** --set: files of the script's sets of prefixes, by name with the @, and who is told of them. */
  readonly sets?: SessionSets;
  /** --test, --bench, --packets: between BEGIN and END only this is done with their probes; nothing is attached. */
  readonly instead?: Instead | undefined;
  /** --events: lines that are printed for events. */
  readonly events?: number | undefined;
  /** --interval, seconds: how often maps that the script only fills are printed and cleared. */
  readonly interval?: number | undefined;
  /** It ends after so many of them. */
  readonly prints?: number | undefined;
  /** What has become of packets is printed like a map, where programs count it (default). */
  readonly verdicts?: boolean;
  /** --live, seconds: how often it is told what packets each rule has met. */
  readonly rulesEvery?: number | undefined;
  /** Load and attach, then end; nothing is run. Packet programs are not attached: one could cut the connection it is tried over. */
  readonly dryRun?: boolean;
  /** With dryRun: packet programs are attached too, where they meet no packets. */
  readonly withoutPackets?: boolean;
  /** Told before anything is attached: what packet programs would do to certain packets. */
  readonly rehearsal?: Rehearsal | undefined;
  /** Everything is attached. */
  readonly onAttached?: () => void;
  /** Everything is printed and told; detaching comes after it, which may take long. */
  readonly onEnd?: (result: SessionResult) => Promise<void>;
  /** Names of addresses and stacks. */
  readonly symbols?: Symbols | undefined;
  /** What system(), cat(), errorf() and warnf() need: their text, a line for stderr, whether warnings are heard. */
  readonly eventText?: EffectsContext['eventText'];
  readonly notice?: EffectsContext['notice'];
  readonly warnings?: boolean;
  /** Told how far attaching is, when it takes long. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
  /** How maps are printed. */
  readonly mapStyle?: EffectsContext['mapStyle'];
  readonly lifecycle?: Lifecycle | undefined;
  /** 1 or 2: the verifier's log of accepted programs, each handed to onVerifierLog. */
  readonly verifierLog?:
    | { readonly level: number; readonly write: (program: string, log: string) => void }
    | undefined;
}

export interface SessionSets extends Pick<SetFilesOptions, 'files' | 'onReload' | 'onFailure'> {
  /** Told how far loading one is, when it takes long. */
  readonly progress: ((done: number, total: number) => void) | undefined;
}

export const NO_SETS: SessionSets = { files: new Map(), progress: undefined, onReload() {}, onFailure() {} };

export interface SessionResult {
  readonly code: number;
  readonly losses: Losses;
  readonly ending: Ending;
  /** Packets that capture() has written, by file. */
  readonly captured: CaptureFiles['captured'];
}
