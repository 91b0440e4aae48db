// Values of the evaluator: integers and booleans (0 or 1) as bigint, strings as one character per byte, tuples as arrays.
// And what an aggregation accumulates.
import { join, Refused, type SourceAggregate, type SourceType, wrap } from './source-type.js';

export type SourceValue = bigint | string | readonly SourceValue[];

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
    const bucket = type.name === 'hist' ? powerBucket(n) : stepBucket(n, type.bounds!);
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0n) + 1n);
  }
}

/** 0: negative, 1: 0, 2: 1, 3: 2 and 3, 4: 4 to 7, ... */
function powerBucket(n: bigint): number {
  if (n < 0n) return 0;
  return n === 0n ? 1 : n.toString(2).length + 1;
}

function stepBucket(n: bigint, [min, max, step]: readonly bigint[]): number {
  if (n < min!) return 0;
  const steps = (max! - min!) / step!;
  const index = (n - min!) / step!;
  return Number(index < steps ? index : steps) + 1;
}

/** `value` of one type as a value of another. */
export function convertValue(value: SourceValue, from: SourceType, to: SourceType): SourceValue {
  switch (to.kind) {
    case 'integer':
      return wrap(value as bigint, to);
    case 'bool':
      return value === 0n ? 0n : 1n;
    case 'string':
      return (value as string).slice(0, to.size - 1);
    case 'tuple': {
      const items = from.kind === 'tuple' ? from.items : [];
      return (value as readonly SourceValue[]).map((item, i) => convertValue(item, items[i]!, to.items[i]!));
    }
    default:
      throw new Refused(`conversion to ${to.kind}`);
  }
}

/** What is read where nothing was stored. */
export function zeroOf(type: SourceType): SourceValue {
  switch (type.kind) {
    case 'string':
      return '';
    case 'tuple':
      return type.items.map(zeroOf);
    default:
      return 0n;
  }
}

/** An aggregation as the integer it reads as. */
export function readAggregate(type: SourceAggregate, data: Aggregate): bigint {
  const { count, total, least, most } = data;
  const word = (n: bigint) => (type.signed ? BigInt.asIntN(64, n) : BigInt.asUintN(64, n));
  switch (type.name) {
    case 'count':
      return count;
    case 'sum':
      return word(total);
    case 'min':
      return least ?? 0n;
    case 'max':
      return most ?? 0n;
    case 'avg':
      return count === 0n ? 0n : word(total) / count;
    default:
      throw new Refused(`${type.name}() is not read`);
  }
}

/** Text form in which values are compared and shown. */
export function show(value: SourceValue): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return JSON.stringify(value);
  return `(${value.map(show).join(', ')})`;
}

/** An aggregation at the end of a run, merged over CPUs; `buckets`: those that are not empty. */
export function showAggregate(type: SourceAggregate, data: Aggregate): string {
  switch (type.name) {
    case 'avg':
    case 'stats':
      return `total ${type.signed ? BigInt.asIntN(64, data.total) : BigInt.asUintN(64, data.total)} count ${data.count}`;
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

export function equalValues(a: SourceValue, aType: SourceType, b: SourceValue, bType: SourceType): boolean {
  const type = join(aType, bType);
  return show(convertValue(a, aType, type)) === show(convertValue(b, bType, type));
}
