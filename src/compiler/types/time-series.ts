// How tseries() keeps its intervals: a ring of them in each CPU's value, an interval in the place that its number modulo the
// ring's length gives. Intervals are numbered from 1970, so that they begin on round times of the wall clock.
//
//   last           | u64 time, ns since 1970 (0: none) | i64 value |
//   min, max, sum  | u64 number of the interval        | i64 value |
//   avg            | u64 number of the interval        | i64 total | u64 count |
import type { AggregationType } from './type.js';

export type TimeSeriesType = Extract<AggregationType, { kind: 'tseries' }>;

/** PCPU_MIN_UNIT_SIZE (include/linux/percpu.h): what a value may take on each CPU. */
const MOST_BYTES = 32 << 10;

/** Bytes of one interval. */
export function intervalSize({ merge }: Pick<TimeSeriesType, 'merge'>): number {
  return merge === 'avg' ? 24 : 16;
}

/** Most intervals that are kept. */
export function mostIntervals(type: Pick<TimeSeriesType, 'merge'>): number {
  return Math.floor(MOST_BYTES / intervalSize(type)) - 1; // a scalar has a word behind its value
}
