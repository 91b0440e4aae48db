import test from 'ava';
import { decodeRecordField, decodeStored, isCut } from '../../../../src/compiler/types/decode.js';
import { memberOffsets } from '../../../../src/compiler/types/layout.js';
import type { RecordLayout } from '../../../../src/compiler/types/record-layout.js';
import { INT32, INT64, integer, type Type, UINT64 } from '../../../../src/compiler/types/type.js';
import type { Value } from '../../../../src/compiler/types/value.js';

function bytesOf(...words: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(words, word => BigInt.asUintN(64, word)).buffer);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const decodes = test.macro<[Type, Uint8Array, Value]>({
  exec: (t, type, bytes, expected) => {
    t.deepEqual(decodeStored(type, bytes, new DataView(bytes.buffer), 0), expected);
  },
  title: (name, type) => `stored ${name ?? type.kind}`,
});

test('int32, sign from its own width', decodes, INT32, bytesOf(0xffff_ffffn), -1n);
test('uint8 narrowed', decodes, integer(1, false), bytesOf(0x1ffn), 0xffn);
test('uint64', decodes, UINT64, bytesOf(-1n), 0xffff_ffff_ffff_ffffn);
test('bool', decodes, { kind: 'bool' }, bytesOf(1n), true);
test('sum', decodes, { kind: 'sum', signed: true }, bytesOf(-7n), -7n);
test('min never set', decodes, { kind: 'min', signed: true }, bytesOf(5n, 0n), 0n);
test('avg', decodes, { kind: 'avg', signed: true }, bytesOf(-9n, 2n), { total: -9n, count: 2n });
test('string', decodes, { kind: 'string', size: 8 }, text('abc\0\0\0\0\0'), text('abc'));
test('string without NUL', decodes, { kind: 'string', size: 4 }, text('abcdefgh'), text('abcd'));
test(decodes, { kind: 'buffer', size: 4 }, new Uint8Array([2, 0, 0, 0, 7, 8, 9, 9]), new Uint8Array([7, 8]));
test(
  'array of int8',
  decodes,
  { kind: 'array', of: integer(1, true), count: 3 },
  new Uint8Array([1, 255, 3]),
  [1n, -1n, 3n],
);

test('stored tuple follows memberOffsets', t => {
  const type: Type = { kind: 'tuple', elements: [INT64, { kind: 'string', size: 4 }, INT64] };
  const { offsets, size } = memberOffsets(type.elements);
  const bytes = new Uint8Array(size);
  const data = new DataView(bytes.buffer);
  data.setBigInt64(offsets[0]!, 5n, true);
  bytes.set(text('ab'), offsets[1]);
  data.setBigInt64(offsets[2]!, -6n, true);
  t.deepEqual(decodeStored(type, bytes, data, 0), [5n, text('ab'), -6n]);
});

test('event fields are compact, tails follow in field order', t => {
  const layout: RecordLayout = {
    size: 20,
    fields: [
      { name: 'a', type: integer(1, true), offset: 4, storage: 'fixed' },
      { name: 's', type: { kind: 'string', size: 64 }, offset: 8, storage: 'tail' },
      { name: 'b', type: INT32, offset: 12, storage: 'fixed' },
      { name: 'u', type: { kind: 'string', size: 64 }, offset: 16, storage: 'tail' },
    ],
  };
  const bytes = new Uint8Array(64);
  const data = new DataView(bytes.buffer);
  const at = 8;
  data.setInt8(at + 4, -3);
  data.setUint32(at + 8, 2, true);
  data.setInt32(at + 12, -70_000, true);
  data.setUint32(at + 16, 0x8000_0003, true);
  bytes.set(text('hixyz'), at + 20);
  const view = { bytes, data, offset: at, length: 25 };
  const values = layout.fields.map(field => decodeRecordField(layout, field, view));
  t.deepEqual(values.slice(0, 3), [-3n, text('hi'), -70_000n]);
  const last = values[3] as Uint8Array;
  t.deepEqual(new Uint8Array(last), text('xyz'));
  t.true(isCut(layout.fields[3]!.type, last, 64));
  t.false(isCut(layout.fields[1]!.type, values[1] as Uint8Array, 64));
});

test('a string that fills more than max_strlen is cut, one that fits exactly is not', t => {
  t.true(isCut({ kind: 'string', size: 65 }, new Uint8Array(64), 64));
  t.false(isCut({ kind: 'string', size: 64 }, new Uint8Array(63), 64));
  t.false(isCut({ kind: 'string', size: 16 }, new Uint8Array(15), 64));
});
