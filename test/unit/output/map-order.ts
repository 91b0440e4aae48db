// The order in which maps are printed, in every format.
import test from 'ava';
import type { MapOrder } from '../../../src/compiler/object-spec.js';
import type { Type } from '../../../src/compiler/types/type.js';
import type { Value } from '../../../src/compiler/types/value.js';
import { sortedEntries } from '../../../src/output/map-order.js';

const INT: Type = { kind: 'integer', size: 8, signed: true };
const TEXT: Type = { kind: 'string', size: 16 };

function order(
  value: Type,
  entries: readonly (readonly [Value, Value])[],
  options: { top?: number; order?: MapOrder } = {},
  key: Type = INT,
): unknown[] {
  const map = { name: '@', key, value, entries: entries.map(([k, v]) => ({ key: k, value: v })) };
  return sortedEntries(map, { top: options.top ?? 0, order: options.order }).map(entry =>
    entry.key instanceof Uint8Array ? Buffer.from(entry.key).toString() : entry.key,
  );
}

const numbers = [
  [3n, 10n],
  [1n, 30n],
  [2n, 10n],
  [-4n, 20n],
] as const;

test('by value ascending by default, ties by key', t => {
  t.deepEqual(order(INT, numbers), [2n, 3n, -4n, 1n]);
  t.deepEqual(order(INT, numbers, { order: 'value' }), [2n, 3n, -4n, 1n]);
});

test('by value descending, ties by key ascending', t => {
  t.deepEqual(order(INT, numbers, { order: '-value' }), [1n, -4n, 2n, 3n]);
});

test('by key in either direction', t => {
  t.deepEqual(order(INT, numbers, { order: 'key' }), [-4n, 1n, 2n, 3n]);
  t.deepEqual(order(INT, numbers, { order: '-key' }), [3n, 2n, 1n, -4n]);
});

test('top takes the greatest values, whatever the order', t => {
  t.deepEqual(order(INT, numbers, { top: 2 }), [-4n, 1n]);
  t.deepEqual(order(INT, numbers, { top: 2, order: '-value' }), [1n, -4n]);
  t.deepEqual(order(INT, numbers, { top: 2, order: '-key' }), [1n, -4n]);
});

test('values and keys that are text, keys of several parts', t => {
  const text = (s: string) => new TextEncoder().encode(s);
  const words = [
    [text('b'), text('x')],
    [text('a'), text('z')],
    [text('c'), text('y')],
  ] as const;
  t.deepEqual(order(TEXT, words, { order: '-value' }, TEXT), ['a', 'c', 'b']);
  t.deepEqual(order(TEXT, words, { order: 'key' }, TEXT), ['a', 'b', 'c']);
  const pair: Type = { kind: 'tuple', elements: [TEXT, INT] };
  const pairs = [
    [[text('b'), 1n], 1n],
    [[text('a'), 2n], 2n],
    [[text('a'), -1n], 3n],
  ] as const;
  const keys = order(INT, pairs, { order: 'key' }, pair) as readonly (readonly [Uint8Array, bigint])[];
  t.deepEqual(
    keys.map(([, n]) => n),
    [-1n, 2n, 1n],
  );
});

test('histograms by how much they hold; a time series keeps all keys', t => {
  const hist: Type = { kind: 'hist', bits: 0 };
  const held = [
    [1n, [0n, 5n]],
    [2n, [1n, 1n]],
    [3n, [9n, 9n]],
  ] as const;
  t.deepEqual(order(hist, held, { order: '-value', top: 2 }), [3n, 1n]);
  const series: Type = { kind: 'tseries', interval: '1', count: 3, merge: 'last' };
  t.deepEqual(
    order(
      series,
      [
        [2n, []],
        [1n, []],
      ],
      { top: 1 },
    ),
    [1n, 2n],
  );
});
