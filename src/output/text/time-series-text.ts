// tseries() as a plot: a line for each interval, its value's place between the least and the greatest marked by '*', that of
// zero by '.', as bpftrace draws it.
import type { TimeSeriesType } from '../../compiler/types/time-series.js';
import type { Value } from '../../compiler/types/value.js';
import { formatTime } from './strftime.js';

/** [ns since 1970, value or undefined] of intervals in a row. */
export type Points = readonly (readonly [start: bigint, value: bigint | undefined])[];

/** Characters from one border to the other, both included. */
const WIDTH = 53;

export function pointsOf(value: Value): Points {
  return (value ?? []) as unknown as Points;
}

/** Lines, each with its newline. */
export function timeSeriesText(type: TimeSeriesType, points: Points): string {
  const values = points.flatMap(([, value]) => (value === undefined ? [] : [value]));
  if (values.length === 0) return '<no data>\n';
  let [least, most] = [values[0]!, values[0]!];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least === most) [least, most] = [least - 1n, most + 1n];
  const placeOf = (value: bigint) => Number(((value - least) * BigInt(WIDTH - 1)) / (most - least));
  const zero = zeroPlace(least, most);
  const digits = fractionDigits(type, points.length);
  const times = points.map(([start]) => timeText(start, digits));
  const margin = times[0]!.length + 1;
  const scale = `${' '.repeat(margin)}${least}${String(most).padStart(WIDTH - String(least).length)}\n`;
  const rule = '_'.repeat(WIDTH - 2);
  const rows = points.map(([, value], i) => {
    const line = ['|', ...' '.repeat(WIDTH - 2), '|'];
    if (zero > 0 && zero < WIDTH - 1) line[zero] = '.';
    if (value !== undefined) line[placeOf(value)] = '*';
    return `${times[i]} ${line.join('')} ${value ?? '-'}\n`;
  });
  return `${scale}${headOf(digits).padEnd(margin)}|${rule}|\n${rows.join('')}${' '.repeat(margin)}v${rule}v\n${scale}\n`;
}

/** Rounded towards the nearer border, on which it is not drawn; 0: there is none. */
function zeroPlace(least: bigint, most: bigint): number {
  if (least >= 0n || most <= 0n) return 0;
  const span = BigInt(WIDTH - 1);
  const range = most - least;
  return Number(-least > most ? span - (most * span) / range : (-least * span) / range);
}

/** Digits of a second that tell intervals apart; of a single one all. */
function fractionDigits({ interval }: TimeSeriesType, rows: number): number {
  const ns = BigInt(interval);
  if (rows === 1) return 9;
  return ns >= 1_000_000_000n ? 0 : ns >= 1_000_000n ? 3 : ns >= 1000n ? 6 : 9;
}

function headOf(digits: number): string {
  return `hh:mm:ss${{ 3: '.ms', 6: '.us', 9: '.ns' }[digits] ?? ''}`;
}

function timeText(ns: bigint, digits: number): string {
  const whole = formatTime('%H:%M:%S', ns, { fraction: false });
  return digits === 0 ? whole : `${whole}.${fraction(ns).slice(0, digits)}`;
}

/** `2026-11-28 07:38:38.100000000`, local time. */
export function dateText(ns: bigint): string {
  return `${formatTime('%Y-%m-%d %H:%M:%S', ns, { fraction: false })}.${fraction(ns)}`;
}

function fraction(ns: bigint): string {
  return String(ns % 1_000_000_000n).padStart(9, '0');
}
