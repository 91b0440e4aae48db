// The order in which a map's entries are printed: ascending by value, histograms by how much they hold, what has no order of
// its own by key; or as is asked for. `top` keeps those with the greatest values, whatever the order.
import type { MapOrder } from '../compiler/object-spec.js';
import { isAggregation, type Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import type { MapOptions, MapSnapshot } from './sink.js';
import { averageOf } from './text/value-text.js';

export type Entry = MapSnapshot['entries'][number];

export function sortedEntries(
  map: MapSnapshot,
  { top, order, arranged: inOrder }: Pick<MapOptions, 'top' | 'order' | 'arranged'>,
): Entry[] {
  if (inOrder === true) return [...map.entries];
  const entries = map.entries.map(entry => ({ entry, weight: weightOf(map.value, entry.value) }));
  const key = map.key;
  entries.sort((a, b) => {
    const byWeight = compare(a.weight, b.weight);
    return byWeight !== 0 || key === undefined ? byWeight : compareValues(a.entry.key, b.entry.key);
  });
  const sorted = entries.map(({ entry }) => entry);
  // A time series has no greatest value: bpftrace prints all.
  const kept = top > 0 && top < sorted.length && map.value.kind !== 'tseries' ? sorted.slice(-top) : sorted;
  return order === undefined || key === undefined ? kept : arranged(kept, map.value, order);
}

function arranged(entries: readonly Entry[], type: Type, order: MapOrder): Entry[] {
  const sign = order.startsWith('-') ? -1 : 1;
  const byKey = (a: Entry, b: Entry) => compareValues(a.key, b.key);
  const weights = new Map(entries.map(entry => [entry, weightOf(type, entry.value)]));
  const byValue = (a: Entry, b: Entry) =>
    compare(weights.get(a)!, weights.get(b)!) || (hasWeight(type) ? 0 : compareValues(a.value, b.value));
  // Entries of one value are in order of their keys, ascending in both directions.
  return order.endsWith('key')
    ? [...entries].sort((a, b) => sign * byKey(a, b))
    : [...entries].sort((a, b) => sign * byValue(a, b) || byKey(a, b));
}

/** What an entry is ordered by; types without an order all weigh the same. */
function weightOf(type: Type, value: Value): bigint {
  switch (type.kind) {
    case 'integer':
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
      return (value as bigint | undefined) ?? 0n;
    case 'avg':
    case 'stats':
      return averageOf(value);
    case 'hist':
    case 'lhist':
      return (value as readonly bigint[]).reduce((sum, count) => sum + count, 0n);
    default:
      return 0n;
  }
}

function hasWeight(type: Type): boolean {
  return isAggregation(type) || type.kind === 'integer';
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Of the same type: numbers by size, bytes and members one by one. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return compare(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compareValues(a[i], b[i]);
      if (order !== 0) return order;
    }
  }
  return 0;
}
