import test from 'ava';
import { RowBuffer } from '../../../../src/output/live/row-buffer.js';
import { cleanLine, TextLines } from '../../../../src/output/live/text-lines.js';

test('lines are taken when they are complete', t => {
  const lines = new TextLines();
  t.deepEqual(lines.take('one\ntw', 10), ['one']);
  t.deepEqual(lines.take('o', 10), []);
  t.deepEqual(lines.take('\n\nthree', 10), ['two', '']);
  t.deepEqual(lines.takeRest(), ['three']);
  t.deepEqual(lines.takeRest(), []);
});

test('of many lines the last ones are taken', t => {
  const text = Array.from({ length: 100 }, (_, i) => `${i}\n`).join('');
  t.deepEqual(new TextLines().take(text, 3), ['97', '98', '99']);
  t.is(new TextLines().take(text, 100).length, 100);
  t.deepEqual(new TextLines().take('\na\n', 2), ['', 'a']);
  t.deepEqual(new TextLines().take('\na\n', 1), ['a']);
});

test('a line that does not end is broken', t => {
  t.is(new TextLines().take('x'.repeat(9000), 10)[0]?.length, 9000);
});

test('colours and cursor movements go, other control characters are shown', t => {
  t.is(cleanLine('\x1b[1;31mred\x1b[0m \x1b[2Jtext\x1b]0;title\x07'), 'red text');
  t.is(cleanLine('a\tb'), 'a       b');
  t.is(cleanLine('bell\x07 \x9b31m'), 'bell\\x07 \\x9b31m');
  t.is(cleanLine('dos\r'), 'dos');
});

test('a buffer keeps the last rows under their numbers', t => {
  const rows = new RowBuffer(3);
  for (let i = 0n; i < 5n; i++) rows.push([i]);
  t.deepEqual([rows.first, rows.next, rows.length], [2, 5, 3]);
  t.deepEqual([rows.get(2).values, rows.get(4).values], [[2n], [4n]]);
});

test('a copy of a buffer stays as it was', t => {
  const rows = new RowBuffer(3);
  rows.push([1n]);
  const copy = rows.copy();
  for (let i = 0; i < 5; i++) rows.push([2n]);
  t.deepEqual([copy.length, copy.get(0).values], [1, [1n]]);
});
