// Time series as read from the kernel: the CPUs' rings merged into one list of intervals, and the lists of a map's keys cut
// to the window that ends with the last interval that any of them has.
import { intervalSize, type TimeSeriesType } from '../compiler/types/time-series.js';
import type { Value } from '../compiler/types/value.js';

interface Interval {
  /** Of what is merged to a last value: when it was recorded. */
  readonly time: bigint;
  readonly value: bigint;
  readonly count: bigint;
}

/** By number since 1970. */
export type Series = ReadonlyMap<bigint, Interval>;

/** The rings at these offsets, one for each CPU. */
export function mergeSeries(type: TimeSeriesType, data: DataView, copies: readonly number[]): Series {
  const merged = new Map<bigint, Interval>();
  const length = BigInt(type.interval);
  const size = intervalSize(type);
  for (const copy of copies) {
    for (let at = copy; at < copy + type.count * size; at += size) {
      const head = data.getBigUint64(at, true);
      if (head === 0n) continue;
      const number = type.merge === 'last' ? head / length : head;
      const value = data.getBigInt64(at + 8, true);
      const count = type.merge === 'avg' ? data.getBigUint64(at + 16, true) : 1n;
      const own: Interval = { time: head, value, count };
      const other = merged.get(number);
      merged.set(number, other === undefined ? own : merge(type, other, own));
    }
  }
  return merged;
}

function merge({ merge: how }: TimeSeriesType, a: Interval, b: Interval): Interval {
  switch (how) {
    case 'last':
      return b.time > a.time ? b : a;
    case 'min':
      return b.value < a.value ? b : a;
    case 'max':
      return b.value > a.value ? b : a;
    default:
      return { ...a, value: BigInt.asIntN(64, a.value + b.value), count: a.count + b.count };
  }
}

/**
 * The values of a map: of each series its intervals, from the first that holds something to the end of the window, as
 * [ns since 1970, value or undefined].
 */
export function alignSeries(type: TimeSeriesType, all: readonly Series[]): Value[] {
  let end = 0n;
  for (const series of all) for (const number of series.keys()) if (number > end) end = number;
  const begin = end - BigInt(type.count) + 1n;
  return all.map(series => {
    const first = [...series.keys()].filter(number => number >= begin).sort((a, b) => (a < b ? -1 : 1))[0];
    if (first === undefined) return [];
    return Array.from({ length: Number(end - first) + 1 }, (_, i) => {
      const number = first + BigInt(i);
      return [number * BigInt(type.interval), shownValue(type, series.get(number))];
    });
  });
}

function shownValue(type: TimeSeriesType, interval: Interval | undefined): bigint | undefined {
  if (interval === undefined) return undefined;
  return type.merge === 'avg' ? interval.value / interval.count : interval.value;
}
