// hist() and lhist() as rows: a bucket's label, its count and a bar of at most 52 characters.
import { histogramBounds, linearBounds } from '../../compiler/types/histogram.js';
import type { HistogramType } from '../../compiler/types/percentile.js';

/** `low` and `high` are the smallest and one past the largest value; an outer bucket lacks one. */
export interface Bucket {
  readonly low: bigint | undefined;
  readonly high: bigint | undefined;
  readonly count: bigint;
}

const BAR_WIDTH = 52;
const SUFFIXES = ['', 'K', 'M', 'G', 'T', 'P', 'E'];

/** From the first to the last bucket that holds something, counts divided. */
export function bucketsOf(type: HistogramType, counts: readonly bigint[], divisor: bigint): Bucket[] {
  const first = counts.findIndex(count => count !== 0n);
  if (first === -1) return [];
  const last = counts.findLastIndex(count => count !== 0n);
  return counts.slice(first, last + 1).map((count, i) => {
    const bounds =
      type.kind === 'hist' ? histogramBounds(first + i, type.bits) : linearBounds(type, first + i);
    return { ...bounds, count: count / divisor };
  });
}

/** One line per bucket, each with its newline. */
export function histogramText(type: HistogramType, counts: readonly bigint[], divisor: bigint): string {
  const buckets = bucketsOf(type, counts, divisor);
  let most = 0n;
  for (const { count } of buckets) if (count > most) most = count;
  return buckets
    .map(bucket => {
      const filled = most === 0n ? 0 : Number((bucket.count * BigInt(BAR_WIDTH)) / most);
      const bar = '@'.repeat(filled).padEnd(BAR_WIDTH);
      return `${bucketLabel(type, bucket).padEnd(16)}${String(bucket.count).padStart(8)} |${bar}|\n`;
    })
    .join('');
}

export function bucketLabel(type: HistogramType, { low, high }: Pick<Bucket, 'low' | 'high'>): string {
  const label = (n: bigint): string => (type.kind === 'hist' ? scaled(n, type.bits) : divided(n));
  if (low === undefined) return `(..., ${label(high ?? 0n)})`;
  if (high === undefined) return `[${label(low)}, ...)`;
  return high === low + 1n ? `[${label(low)}]` : `[${label(low)}, ${label(high)})`;
}

/** In the largest unit that every sub-bucket's bound at this size is a whole number of. */
function scaled(n: bigint, bits: number): string {
  const top = n.toString(2).length - 1;
  const power = Math.max(0, Math.floor((top - bits) / 10));
  return `${n >> BigInt(10 * power)}${SUFFIXES[power] ?? ''}`;
}

/** In the largest unit that divides it. */
function divided(n: bigint): string {
  let rest = n;
  let power = 0;
  while (rest !== 0n && rest % 1024n === 0n && power < SUFFIXES.length - 1) {
    rest /= 1024n;
    power++;
  }
  return `${rest}${SUFFIXES[power] ?? ''}`;
}
