// What an aggregation accumulates, and how it reads.
import { Refused, type SourceAggregate } from './type.js';

export const AGGREGATIONS = ['count', 'sum', 'avg', 'stats', 'min', 'max', 'hist', 'lhist'];
export const UNREADABLE = ['stats', 'hist', 'lhist'];

export class Aggregate {
  count = 0n;
  total = 0n;
  least: bigint | undefined;
  most: bigint | undefined;
  readonly buckets = new Map<number, bigint>();

  /** `n` is a 64-bit word, signed or not as the map is. */
  add(type: SourceAggregate, n: bigint): void {
    this.count++;
    this.total += n;
    if (this.least === undefined || n < this.least) this.least = n;
    if (this.most === undefined || n > this.most) this.most = n;
    if (type.name !== 'hist' && type.name !== 'lhist') return;
    const bucket = type.name === 'hist' ? powerBucket(n, type.bounds![0]!) : stepBucket(n, type.bounds!);
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0n) + 1n);
  }
}

/**
 * 0: negative; then, for parts = 0, 1: 0, 2: 1, 3: 2 and 3, 4: 4 to 7, ... With parts each power of two from 2^parts on is
 * split into 2^parts buckets of equal width, and what is below has a bucket for each number.
 */
function powerBucket(n: bigint, parts: bigint): number {
  if (n < 0n) return 0;
  const first = 1n << parts;
  let bucket = 1n;
  if (n < first) return Number(bucket + n);
  bucket += first;
  for (let power = parts; ; power++, bucket += first) {
    const low = 1n << power;
    if (n >= low * 2n) continue;
    return Number(bucket + (n - low) / (low / first));
  }
}

/** 0: below min; then whole steps; the last holds what is at or above the end of the last whole step. */
function stepBucket(n: bigint, [min, max, step]: readonly bigint[]): number {
  if (n < min!) return 0;
  const steps = (max! - min!) / step!;
  const index = (n - min!) / step!;
  return Number(index < steps ? index : steps) + 1;
}

function word(type: SourceAggregate, n: bigint): bigint {
  return type.signed ? BigInt.asIntN(64, n) : BigInt.asUintN(64, n);
}

/** An aggregation as the integer it reads as. */
export function readAggregate(type: SourceAggregate, data: Aggregate): bigint {
  const { count, total, least, most } = data;
  switch (type.name) {
    case 'count':
      return count;
    case 'sum':
      return word(type, total);
    case 'min':
      return least ?? 0n;
    case 'max':
      return most ?? 0n;
    case 'avg':
      return count === 0n ? 0n : word(type, total) / count;
    default:
      throw new Refused(`${type.name}() is not read`);
  }
}

/** An aggregation at the end of a run, merged over CPUs; `buckets`: those that are not empty. */
export function showAggregate(type: SourceAggregate, data: Aggregate): string {
  switch (type.name) {
    case 'avg':
    case 'stats':
      return `total ${word(type, data.total)} count ${data.count}`;
    case 'hist':
    case 'lhist':
      return showBuckets([...data.buckets]);
    default:
      return readAggregate(type, data).toString();
  }
}

export function showBuckets(buckets: readonly (readonly [number, bigint])[]): string {
  return [...buckets]
    .sort((a, b) => a[0] - b[0])
    .map(([index, n]) => `${index}:${n}`)
    .join(' ');
}
