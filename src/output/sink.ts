// Where a session's results go: text, JSON, CSV, a table or the live one. Several sinks may be attached to one session.
import type { RecordView } from '../compiler/language/effects.js';
import type { PageData } from '../compiler/language/functions/page.js';
import type { MapOrder, SiteSpec } from '../compiler/object-spec.js';
import type { Percentile } from '../compiler/types/percentile.js';
import type { RecordType, Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import type { RowOrder } from './selection.js';

/** A map as read (per-CPU values merged), unsorted. `key` type undefined: a scalar map with one entry, or none when unset. */
export interface MapSnapshot {
  readonly name: string; // '@x'
  readonly key: Type | undefined;
  readonly value: Type;
  readonly entries: readonly { readonly key: Value | undefined; readonly value: Value }[];
}

/** How a map is printed. */
export interface MapOptions {
  /** How many entries, of those with the greatest values; 0: all. */
  readonly top: number;
  /** Divisor of the values; 0 or 1: none. */
  readonly div: bigint;
  /** Default: as bpftrace, by ascending value, then key. */
  readonly order?: MapOrder | undefined;
  /** The entries are in the order in which they are to be printed. */
  readonly arranged?: boolean | undefined;
  /** Of a table's columns those that are shown, by index, in their order. */
  readonly columns?: readonly number[] | undefined;
  /** Told beside each histogram. */
  readonly percentiles?: readonly Percentile[] | undefined;
}

/** What the session tells besides the script's own output. */
export interface LossReport {
  readonly lost: number; // events since the last report
  readonly total: number;
}

export interface Sink {
  /** Every probe is attached. */
  attached(probes: number): void;
  printf(site: SiteSpec, view: RecordView): void;
  /** The event of a probe without a block: a line, an object, or a row. */
  event(site: SiteSpec, view: RecordView): void;
  /** print(expr) */
  value(type: Type, value: Value): void;
  map(map: MapSnapshot, options: MapOptions): void;
  /**
   * Where rows can take the place of those that were told under this name before; elsewhere they are values, one after the other.
   * `page`: the script printed them; its order, until somebody asks for another one.
   */
  replaceRows?(
    name: string,
    type: RecordType,
    rows: readonly (readonly Value[])[],
    page?: { readonly sort: RowOrder | undefined },
  ): void;
  /** page(): the rows of that probe that were told since its last one belong together. */
  endPage?(probe: number, page: PageData): void;
  /** What follows is another page of rows. */
  turnPage?(): void;
  /** time(): the wall clock now, by a strftime format. */
  time(format: string): void;
  /** Text made in user space; `kind` is the JSON message type. */
  text(kind: 'cat' | 'join' | 'syscall', text: string): void;
  lost(report: LossReport): void;
  /** A diagnostic of the run: `kind` is the JSON message type. */
  error(
    kind: ErrorKind,
    message: string,
    span?: readonly [start: number, end: number],
    failed?: FailedHelper,
  ): void;
  /** The programs have stopped and END has run: the maps that are printed at exit follow (text: two newlines, as bpftrace). */
  ending(): void;
  /** Called after each drained batch, and on a timer: hand on what is buffered (-B decides). */
  flush(): void;
  /** Last words are printed, the terminal is restored. */
  close(): Promise<void>;
}

/** A diagnostic of the run, by its JSON message type. */
export type ErrorKind = 'runtime_error' | 'helper_error' | 'warnf' | 'errorf';

/** What failed, of a helper_error. */
export interface FailedHelper {
  readonly helper: string; // without bpf_
  readonly returned: number; // a negative errno
}

/** Where bytes go: fd 1, a file (-o), or memory in tests. Write is synchronous and complete; throws BrokenPipe when the reader has gone. */
export interface ByteOutput {
  write(bytes: Uint8Array): void;
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly buffering?: Buffering;
}

/** -B: when output is handed on. line: after each batch of events; full: by 64 KiB; none: after each message. */
export type Buffering = 'line' | 'full' | 'none';
