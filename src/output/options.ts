// What every sink is told of the session, whatever its format.
import type { SourceFile } from '../compiler/diagnostics/diagnostic.js';
import type { SiteSpec } from '../compiler/object-spec.js';
import type { Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import type { Selection } from './selection.js';
import type { LossReport } from './sink.js';
import type { ColorChoice } from './terminal.js';

/** What the command line knows. All but the first few have defaults: see resolveOptions(). */
export interface OpenOptions {
  readonly title: string; // 'tsbpf tcpstates': heads the live table
  readonly source: SourceFile;
  /** Messages that are not the script's output: whole lines, for stderr. A quiet session swallows them. */
  readonly notice: (text: string) => void;
  /** Messages of the script itself (errorf, warnf), heard in a quiet session too; default: notice. */
  readonly say?: ((text: string) => void) | undefined;
  /** `q` was pressed in a live table: end the session as SIGINT would. */
  readonly onQuit: () => void;
  /** Of the session: what columns the events of its probes without a block have. */
  readonly sites?: readonly SiteSpec[] | undefined;
  /** The script shows nothing before its end: a live table says so. */
  readonly atEndOnly?: boolean | undefined;
  /** config max_strlen, bytes, NUL included. */
  readonly maxStrlen?: number | undefined;
  /** Marks a string cut to it. */
  readonly strTruncTrailer?: string | undefined;
  /** What is shown of rows and maps; default: all. */
  readonly selection?: Selection | undefined;
  /** Colours of the live table; default: as the environment says. */
  readonly color?: ColorChoice | undefined;
  /** No "attached" message in JSON (-q). */
  readonly quiet?: boolean | undefined;
  /** ns to add to a timestamp of the kernel (nsecs) for ns since 1970. */
  readonly epochOffset?: (() => bigint) | undefined;
  /** Wall clock, ns since 1970. */
  readonly now?: (() => bigint) | undefined;
  /** Names that only the run time can look up: symbols, stacks, users; undefined: the number is printed. */
  readonly symbol?: ((type: Type, value: Value) => string | undefined) | undefined;
  /** A diagnostic with its source line and caret, ending in a newline; without it one line is printed. */
  readonly render?: ((severity: 'error' | 'warning', message: string, span: SpanPair) => string) | undefined;
  /** Share of one CPU that tracing has cost lately, 0 to 1: the live table's title. */
  readonly cpu?: (() => number | undefined) | undefined;
  /** Losses so far, for the live table's title; without it what lost() told. */
  readonly losses?: (() => LossReport) | undefined;
}

export type SpanPair = readonly [start: number, end: number];

export type SinkOptions = OpenOptions & {
  readonly maxStrlen: number;
  readonly strTruncTrailer: string;
  readonly quiet: boolean;
  readonly epochOffset: () => bigint;
  readonly now: () => bigint;
};

export function resolveOptions(options: OpenOptions): SinkOptions {
  return {
    ...options,
    maxStrlen: options.maxStrlen ?? 1024,
    strTruncTrailer: options.strTruncTrailer ?? '..',
    quiet: options.quiet ?? false,
    epochOffset: options.epochOffset ?? monotonicOffset(),
    now: options.now ?? wallClock,
  };
}

function wallClock(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}

/** The kernel's clock taken for CLOCK_MONOTONIC, as process.hrtime reads it; fixed at the first use. */
function monotonicOffset(): () => bigint {
  let offset: bigint | undefined;
  return () => {
    offset ??= BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
    return offset;
  };
}
