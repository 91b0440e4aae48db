// The look-up table of a load balancer: each backend has places by its weight, and keeps them when others come and go.
import test from 'ava';
import { placeOf, TABLE_SIZE } from '../../../src/compiler/types/backend-table.js';
import { hashOf } from '../../../src/compiler/types/flow-hash.js';
import { maglevTable, type WeightedName } from '../../../src/runtime/maglev.js';

const named = (count: number, weightOf = (_: number) => 1): WeightedName[] =>
  Array.from({ length: count }, (_, i) => ({ name: `10.0.0.${i + 1}`, weight: weightOf(i) }));

function placesOf(backends: readonly WeightedName[]): number[] {
  const counts = backends.map(() => 0);
  for (const index of maglevTable(backends) ?? []) counts[index]! += 1;
  return counts;
}

/** By name, since indices move. */
function owners(backends: readonly WeightedName[]): string[] {
  return Array.from(maglevTable(backends) ?? [], index => backends[index]!.name);
}

/** Of the places that `name` did not have before and has not now, how many changed hands. */
function movedOthers(before: readonly string[], after: readonly string[], name: string): number {
  const others = before.filter((owner, i) => owner !== name && after[i] !== name).length;
  return (
    before.filter((owner, i) => owner !== name && after[i] !== name && owner !== after[i]).length / others
  );
}

test('backends of one weight have the same number of places, within one', t => {
  for (const count of [1, 2, 3, 10, 100]) {
    const places = placesOf(named(count));
    t.is(
      places.reduce((a, b) => a + b),
      TABLE_SIZE,
    );
    t.true(Math.max(...places) - Math.min(...places) <= 1);
  }
});

test('places follow the weights within a thousandth', t => {
  const backends = named(10, i => i + 1);
  for (const [i, places] of placesOf(backends).entries())
    t.true(Math.abs(places / ((TABLE_SIZE * (i + 1)) / 55) - 1) < 0.001, `${i}: ${places}`);
});

test('the smallest weight has a place beside the largest, and weight 0 has none', t => {
  const [none, least, most] = placesOf([
    { name: '10.0.0.1', weight: 0 },
    { name: '10.0.0.2', weight: 1 },
    { name: '10.0.0.3', weight: 65_535 },
  ]);
  t.is(none, 0);
  t.true(least! >= 1 && least! <= 2);
  t.is(least! + most!, TABLE_SIZE);
});

test('without a weight there is no table', t => {
  t.is(maglevTable([]), undefined);
  t.is(maglevTable([{ name: '10.0.0.1', weight: 0 }]), undefined);
});

test('the order of backends does not matter', t => {
  const backends = named(7, i => 1 + (i % 3));
  t.deepEqual(owners(backends), owners([...backends].reverse()));
});

test('one that goes, or comes, moves few places of the others', t => {
  const all = named(10);
  const before = owners(all);
  for (const gone of all) {
    const after = owners(all.filter(each => each !== gone));
    t.true(movedOthers(before, after, gone.name) < 0.05, gone.name);
  }
  const weighted = named(10, i => 1 + (i % 4));
  const gone = weighted[3]!;
  const after = owners(weighted.filter(each => each !== gone));
  t.true(movedOthers(owners(weighted), after, gone.name) < 0.1);
});

test('flows share the places evenly', t => {
  const counts = new Uint32Array(256);
  const flows = 1 << 16;
  for (let i = 0; i < flows; i++) {
    const hash = hashOf([0x0a00_0000n + BigInt(i >> 8), 0n, 40_000n + BigInt(i & 255)]);
    counts[Math.floor((placeOf(hash) / TABLE_SIZE) * counts.length)]! += 1;
  }
  // Of 255 degrees of freedom: the mean is 255, 5 standard deviations above it 368.
  const mean = flows / counts.length;
  const square = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  t.true(square < 368, `${square}`);
});

test('all low bits of a hash change with each word', t => {
  const low = (words: readonly bigint[]) => Number(hashOf(words) & 0xffn);
  const seen = [0, 1, 2].map(
    place =>
      new Set(
        Array.from({ length: 4096 }, (_, i) =>
          low([0, 1, 2].map(at => (at === place ? BigInt(i) << 12n : 7n))),
        ),
      ),
  );
  for (const values of seen) t.is(values.size, 256);
});
