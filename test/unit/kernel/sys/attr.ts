import test from 'ava';
import {
  cStringArray,
  field,
  fromCString,
  layout,
  pack,
  readInteger,
} from '../../../../src/kernel/sys/attr.js';
import { withFakeNative } from '../../../harness/fake-native.js';

const LAYOUT = layout(32, () => ({
  small: [0, 1],
  half: [2, 2],
  word: [4, 4],
  wide: [8, 8],
  text: [16, 4],
  memory: [24, 8],
}));

const packed = test.macro(
  (t, values: Parameters<typeof pack<keyof typeof LAYOUT.fields>>[1], hex: string) => {
    const { value } = withFakeNative(
      () => 0,
      () => pack(LAYOUT, values),
    );
    t.is(Buffer.from(value.bytes).toString('hex'), hex);
  },
);

const rest = (...words: string[]): string => words.join('').replaceAll(' ', '').padEnd(64, '0');

test(
  'integers lie in host order',
  packed,
  { small: 1, half: 0x203, word: 0x4050607, wide: 8n },
  rest('01000302 07060504 0800000000000000'),
);
test('-1 fills a word', packed, { word: -1 }, rest('00000000 ffffffff'));
test('a u64 takes bigints and -1n', packed, { wide: -1n }, rest('00000000 00000000 ffffffffffffffff'));
test('text in place is cut before the NUL', packed, { text: 'abcdef' }, rest('00'.repeat(16), '61626300'));
test(
  'memory goes by address',
  packed,
  { memory: new Uint8Array(3) },
  rest('00'.repeat(24), '0010000000000000'),
);
test(
  'text for a pointer goes by address',
  packed,
  { memory: 'x' },
  rest('00'.repeat(24), '0010000000000000'),
);
test('empty memory is NULL', packed, { memory: new Uint8Array(0) }, rest());
test('undefined is 0', packed, { word: undefined }, rest());

const refused = test.macro((t, values: Parameters<typeof pack<keyof typeof LAYOUT.fields>>[1]) => {
  t.throws(() => pack(LAYOUT, values), { instanceOf: RangeError });
});

test('a number above the field is refused', refused, { word: 2 ** 32 });
test('a number below the field is refused', refused, { half: -32769 });
test('a fraction is refused', refused, { word: 1.5 });

test('text by address is NUL-terminated and pinned', t => {
  const { value } = withFakeNative(
    () => 0,
    () => pack(LAYOUT, { memory: 'ab' }),
  );
  t.deepEqual(value.pinned, [Uint8Array.of(0x61, 0x62, 0)]);
});

test('fields are read back unsigned', t => {
  const attr = { bytes: new Uint8Array(32).fill(0xff), pinned: [] };
  t.is(field(LAYOUT, attr, 'word'), 0xffffffff);
  t.is(readInteger(attr.bytes, [8, 8]), 2n ** 64n - 1n);
});

test('a field beyond what an old kernel wrote reads as 0', t => {
  t.is(readInteger(new Uint8Array(12).fill(1), [8, 8]), 0n);
});

test('text ends at the first NUL', t => {
  t.is(fromCString(Uint8Array.of(0x61, 0, 0x62)), 'a');
  t.is(fromCString(Uint8Array.of(0x61)), 'a');
});

test('an array of strings holds their addresses', t => {
  const { value } = withFakeNative(
    () => 0,
    () => cStringArray(['a', 'bc']),
  );
  t.deepEqual([...value.pointers], [0x1000n, 0x2000n]);
  t.is(value.pinned[1]?.length, 3);
});
