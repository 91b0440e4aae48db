// Numbers printed as the names of their bits: flag_names().
import test from 'ava';
import type { IntegerType } from '../../../src/compiler/types/type.js';
import { jsonValue } from '../../../src/output/json-value.js';
import { type TextContext, valueText } from '../../../src/output/text/value-text.js';

const context: TextContext = { maxStrlen: 64, trailer: '..', epochOffset: () => 0n, escape: false };
const values = [
  ['SYNC', '24'],
  ['WRITE', '1'],
  ['RDWR', '2'],
  ['READ', '0'],
  ['DSYNC', '8'],
] as const;
const type = (size: 4 | 8, signed = false): IntegerType => ({
  kind: 'integer',
  size,
  signed,
  enum: { name: 'modes', values, flags: true },
});

const shows = test.macro({
  exec: (t, value: bigint, text: string, of: IntegerType) => {
    t.is(valueText(of, value, context), text);
    t.is(jsonValue(of, value, context), `"${text}"`);
  },
  title: (_, value, text) => `${value} is ${text}`,
});

test(shows, 1n, 'WRITE', type(4));
test(shows, 0n, 'READ', type(4));
test(shows, 25n, 'SYNC|WRITE', type(4));
test(shows, 8n, 'READ|DSYNC', type(4));
test(shows, 0x103n, 'WRITE|RDWR|0x100', type(4));
test(shows, -1n, 'SYNC|WRITE|RDWR|0xffffffe4', type(4, true));
test(shows, -1n, 'SYNC|WRITE|RDWR|0xffffffffffffffe4', type(8, true));

test('nothing set and no name for that is 0', t => {
  const plain = { ...type(4), enum: { name: 'x', values: [['A', '1']] as const, flags: true as const } };
  t.is(valueText(plain, 0n, context), '0');
});

test('enum_name(): by name in JSON too; a number without a name stays one', t => {
  const named = { ...type(4), enum: { name: 'x', values: [['A', '1']] as const, named: true as const } };
  t.is(valueText(named, 1n, context), 'A');
  t.is(jsonValue(named, 1n, context), '"A"');
  t.is(jsonValue(named, 2n, context), '"2"');
  t.is(jsonValue({ ...named, enum: { name: 'x', values: [['A', '1']] } }, 1n, context), '1');
});
