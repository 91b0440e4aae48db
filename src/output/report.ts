// Losses and errors as lines for people, on stderr.
import { partAt, type SourceFile } from '../compiler/diagnostics/diagnostic.js';
import type { SinkOptions } from './options.js';
import type { ErrorKind, FailedHelper, LossReport } from './sink.js';
import { escapeText } from './text/escape.js';

/** What to do about a full map. */
export const LARGER_MAP = 'raise config max_map_keys, or declare the map as in let @a = hash(5000)';

export function reportLoss({ lost }: LossReport, options: SinkOptions): void {
  options.notice(`Lost ${lost} events\n`);
}

export function reportError(
  kind: ErrorKind,
  message: string,
  span: readonly [start: number, end: number] | undefined,
  options: SinkOptions,
  failed?: FailedHelper,
): void {
  const severity = kind === 'errorf' ? 'error' : 'warning';
  const own = kind === 'errorf' || kind === 'warnf';
  const tell = own ? (options.say ?? options.notice) : options.notice;
  const words = failed === undefined ? escapeText(message) : failureText(message, failed);
  tell(describe(severity, words, span, kind, options));
}

/** As bpftrace tells it. */
function failureText(message: string, { helper, returned }: FailedHelper): string {
  const full = helper === 'map_update_elem' && message === 'Argument list too long';
  const reason = full ? `the map is full, and this update is lost; ${LARGER_MAP};` : message;
  return `${reason}\nAdditional Info - helper: ${helper}, retcode: ${returned}`;
}

function describe(
  severity: 'error' | 'warning',
  message: string,
  span: readonly [start: number, end: number] | undefined,
  kind: string,
  options: SinkOptions,
): string {
  if (span === undefined) return `${severity.toUpperCase()}: ${message}\n`;
  if (options.render !== undefined && !kind.endsWith('f')) return options.render(severity, message, span);
  const { name, line, column } = placeOf(options.source, span[0]);
  const end = placeOf(options.source, span[1]);
  const place = end.line === line ? `${line}:${column}-${end.column}` : `${line}-${end.line}`;
  return `${name}:${place}: ${severity.toUpperCase()}: ${message}\n`;
}

/** File, line and column (both from 1) of an offset. */
export function placeOf(source: SourceFile, offset: number): { name: string; line: number; column: number } {
  const { name, start } = partAt(source, offset);
  const before = source.text.slice(start, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { name, line: before.split('\n').length, column: before.length - lineStart + 1 };
}
