// What every sink is told of the session, whatever its format.
import type { Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import type { Buffering } from './byte-output.js';
import type { ByteOutput } from './sink.js';

export interface SinkOptions {
  readonly buffering: Buffering;
  /** Where messages go that are not the script's output: stderr. */
  readonly messages: ByteOutput;
  readonly quiet: boolean;
  readonly source: { readonly name: string; readonly text: string };
  /** config max_strlen, bytes, and the mark of a string cut to it. */
  readonly maxStrlen: number;
  readonly trailer: string;
  /** ns to add to a timestamp of the kernel (nsecs) for ns since 1970; asked once per use. */
  readonly epochOffset: () => bigint;
  /** Wall clock, ns since 1970. */
  readonly now: () => bigint;
  /** Names that the run time looks up: kernel and user symbols, stacks, users. */
  readonly symbol?: (type: Type, value: Value) => string | undefined;
  /** Renders a diagnostic with its source line (diagnostics/render.ts); without it one line is printed. */
  readonly render?: (
    severity: 'error' | 'warning',
    message: string,
    span: readonly [number, number],
  ) => string;
  readonly live?: LiveOptions;
}

/** What the live table shows beside rows. */
export interface LiveOptions {
  readonly title: string; // 'tsbpf tcpstates'
  /** `q` was pressed: end the session as SIGINT would. */
  readonly onQuit: () => void;
  /** Share of one CPU that tracing costs so far, 0..1, when known. */
  readonly cpu?: () => number | undefined;
}

export const DEFAULT_MAX_STRLEN = 1024;
