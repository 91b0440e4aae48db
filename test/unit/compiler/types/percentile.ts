// Percentiles from buckets: the bucket is the true value's own, the error within its width.
import test from 'ava';
import { histogramBounds, histogramIndex, linearBuckets } from '../../../../src/compiler/types/histogram.js';
import {
  estimatePercentiles,
  type HistogramType,
  parsePercentiles,
} from '../../../../src/compiler/types/percentile.js';

function histogram(bits: number, values: readonly bigint[]): bigint[] {
  const counts = Array.from({ length: histogramIndex(2n ** 63n - 1n, bits) + 1 }, () => 0n);
  for (const value of values) counts[histogramIndex(value, bits)]! += 1n;
  return counts;
}

const valuesOf = (type: HistogramType, counts: readonly bigint[], list: string) =>
  estimatePercentiles(type, counts, parsePercentiles(list)!).map(({ percentile, value, open }) =>
    [percentile.name, value, ...(open === undefined ? [] : [open])].join(' '),
  );

test('lists: numbers with or without p, min and max; anything else is refused', t => {
  t.deepEqual(parsePercentiles('50, p99.9,max,min,0,100'), [
    { name: 'p50', share: 5000 },
    { name: 'p99.9', share: 9990 },
    { name: 'max', share: 10_000 },
    { name: 'min', share: 0 },
    { name: 'p0', share: 0 },
    { name: 'p100', share: 10_000 },
  ]);
  for (const text of ['', '101', '99.999', 'p', 'median', '50;90', '-1']) {
    t.is(parsePercentiles(text), undefined, text);
  }
});

test('within a bucket values are evenly spread', t => {
  const type: HistogramType = { kind: 'hist', bits: 0 };
  const counts = histogram(0, [...Array(7).fill(20n), ...Array(3).fill(40n)]);
  t.deepEqual(valuesOf(type, counts, 'min,10,50,70,90,99,max'), [
    'min 16',
    'p10 18',
    'p50 26',
    'p70 31',
    'p90 52',
    'p99 63',
    'max 63',
  ]);
});

test('buckets of one value are exact', t => {
  const type: HistogramType = { kind: 'lhist', min: '0', max: '10', step: '1' };
  const counts = Array.from({ length: linearBuckets(type) }, () => 0n);
  for (const value of [1, 1, 2, 3, 3, 3, 9]) counts[value + 1]! += 1n;
  t.deepEqual(valuesOf(type, counts, '1,28,29,50,99,max'), [
    'p1 1',
    'p28 1',
    'p29 2',
    'p50 3',
    'p99 9',
    'max 9',
  ]);
});

test('open buckets give their bound', t => {
  const type: HistogramType = { kind: 'lhist', min: '10', max: '30', step: '10' };
  t.deepEqual(valuesOf(type, [2n, 0n, 1n, 1n], 'min,50,75,max'), [
    'min 10 below',
    'p50 10 below',
    'p75 29',
    'max 30 above',
  ]);
  t.deepEqual(valuesOf({ kind: 'hist', bits: 0 }, histogram(0, [-5n]), '50'), ['p50 0 below']);
});

test('nothing is said of an empty histogram', t => {
  t.deepEqual(valuesOf({ kind: 'hist', bits: 0 }, histogram(0, []), '50'), []);
});

for (const bits of [0, 1, 3, 5]) {
  test(`hist(n, ${bits}): against the sorted values themselves`, t => {
    let seed = 12_345 + bits;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    for (let round = 0; round < 50; round++) {
      const values = Array.from({ length: 1 + Math.floor(random() * 300) }, () =>
        BigInt(Math.floor(2 ** (random() * 40))),
      );
      const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      const wanted = parsePercentiles('min,0.01,25,50,75,90,99,99.99,max')!;
      for (const { percentile, value } of estimatePercentiles(
        { kind: 'hist', bits },
        histogram(bits, values),
        wanted,
      )) {
        const rank = Math.max(1, Math.ceil((sorted.length * percentile.share) / 10_000));
        const exact = sorted[rank - 1]!;
        const { low, high } = histogramBounds(histogramIndex(exact, bits), bits);
        t.true(value >= low! && value < high, `${percentile.name}: ${value} for ${exact}`);
        const error = value > exact ? value - exact : exact - value;
        t.true(error * 2n ** BigInt(bits) <= exact, `${percentile.name}: ${value} for ${exact}`);
      }
    }
  });
}
