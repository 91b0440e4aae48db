// Percentiles of histograms: how they are named, and what a histogram's buckets tell of them.
import { histogramBounds, linearBounds } from './histogram.js';
import type { AggregationType } from './type.js';

export type HistogramType = Extract<AggregationType, { kind: 'hist' | 'lhist' }>;

/** `p99.9` is { name: 'p99.9', share: '0.999' } of the values, as a fraction of 10^4: 9990. */
export interface Percentile {
  readonly name: string;
  /** In hundredths of a percent: 0 (min) to 10000 (max). */
  readonly share: number;
}

/** What --percentiles asks for when it says no more. */
export const USUAL_PERCENTILES = 'p50,p90,p99,max';

/** `50,p99.9,max`: numbers from 0 to 100 with two decimals at most, min, max. Undefined: it is written otherwise. */
export function parsePercentiles(text: string): readonly Percentile[] | undefined {
  const list = text.split(',').map((word): Percentile | undefined => {
    const name = word.trim();
    if (name === 'min') return { name, share: 0 };
    if (name === 'max') return { name, share: 10_000 };
    const match = /^p?(\d{1,3})(?:\.(\d{1,2}))?$/.exec(name);
    if (match === null) return undefined;
    const share = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
    return share > 10_000 ? undefined : { name: `p${name.replace(/^p/, '')}`, share };
  });
  return list.every(each => each !== undefined) ? list : undefined;
}

/** An estimate; in a bucket that is open at one side only its bound is known. */
export interface Estimate {
  readonly percentile: Percentile;
  readonly value: bigint;
  readonly open?: 'above' | 'below';
}

/**
 * Of N values the percentile p is the one of rank ceil(N * p / 100) in ascending order, at least the first. The bucket that
 * holds it is known exactly; within it values are taken as evenly spread: the r-th of c values between low and high (both
 * included) is low + (high - low) * r / c, rounded down. So an estimate is at most high - low from the true value: in a
 * bucket of one value it is that value. min and max are the ends of the first and the last bucket.
 */
export function estimatePercentiles(
  type: HistogramType,
  counts: readonly bigint[],
  wanted: readonly Percentile[],
): readonly Estimate[] {
  const total = counts.reduce((sum, count) => sum + count, 0n);
  if (total === 0n) return [];
  return wanted.map(percentile => {
    const share = BigInt(percentile.share);
    const exact = (total * share + 9999n) / 10_000n;
    const rank = exact === 0n ? 1n : exact;
    let before = 0n;
    const index = counts.findIndex(count => {
      before += count;
      return before >= rank;
    });
    const count = counts[index]!;
    const bounds = type.kind === 'hist' ? histogramBounds(index, type.bits) : linearBounds(type, index);
    const { low, high } = bounds;
    if (low === undefined) return { percentile, value: high ?? 0n, open: 'below' };
    if (high === undefined) return { percentile, value: low, open: 'above' };
    if (percentile.share === 0) return { percentile, value: low };
    return { percentile, value: low + ((high - 1n - low) * (rank - (before - count))) / count };
  });
}
