import test from 'ava';
import { INT64, type Type } from '../../../../src/compiler/types/type.js';
import { fitColumns, fittedLine } from '../../../../src/output/live/fit.js';
import { cellsOf, cutEnd, cutMiddle, pad, wrap } from '../../../../src/output/live/width.js';
import { columnOf } from '../../../../src/output/table/column.js';

const STRING: Type = { kind: 'string', size: 16 };
const COLUMNS = [
  { ...columnOf('pid', INT64), typical: 5 },
  { ...columnOf('comm', STRING), typical: 4 },
  columnOf('addr', { kind: 'inet' }),
  { ...columnOf('file', STRING), typical: 4 },
];
const WIDTHS = [5, 10, 39, 30];
const ALL = [0, 1, 2, 3];

function widthsAt(width: number, widths: readonly number[] = WIDTHS): number[] {
  return fitColumns(COLUMNS, ALL, widths, width).columns.map(column => column.width);
}

test('what fits has the width it wants', t => {
  t.deepEqual(widthsAt(87), [5, 10, 39, 30]);
});

test('the widest text shrinks first', t => {
  t.deepEqual(widthsAt(80), [5, 10, 39, 23]);
  t.deepEqual(widthsAt(63), [5, 8, 39, 8]);
});

test('addresses shrink when text cannot, numbers never', t => {
  t.deepEqual(widthsAt(50), [5, 6, 30, 6]);
});

test('columns on the right are left out when nothing can shrink, and there is room for the mark', t => {
  const fit = fitColumns(COLUMNS, ALL, WIDTHS, 20);
  t.is(fit.dropped, 2);
  t.deepEqual(
    fit.columns.map(c => c.width),
    [5, 10],
  );
});

test('a single column wider than the screen is cut to it', t => {
  t.deepEqual(fitColumns(COLUMNS, [2], WIDTHS, 10).columns, [{ index: 2, width: 10 }]);
});

test('room that is left goes to columns that are narrower than usual', t => {
  t.deepEqual(widthsAt(80, [5, 4, 9, 4]), [5, 4, 15, 4]);
});

test('a line is as wide as the fit says, wide characters and all', t => {
  const fit = fitColumns(COLUMNS, ALL, [5, 8, 15, 8], 40);
  const line = fittedLine(COLUMNS, fit, ['1', '日本語日本語', '10.0.0.1', 'file']);
  t.is(
    cellsOf(line),
    fit.columns.reduce((sum, c) => sum + c.width, 3),
  );
  t.is(line, '    1 日本…語  10.0.0.1        file    ');
});

test('what is cut is marked', t => {
  t.is(cutEnd('hello', 5), 'hello');
  t.is(cutEnd('hello', 4), 'hel…');
  t.is(cutEnd('hello', 1), '…');
  t.is(cutEnd('hello', 0), '');
  t.is(cutMiddle('2001:db8:1:2:3:4:5:6', 15), '2001:db8:1…:5:6');
  t.is(cutMiddle('FIN_WAIT1', 7), 'FIN_…T1');
  t.is(cutEnd('日本語', 4), '日…');
});

test('padding counts cells', t => {
  t.is(pad('日本', 6, false), '日本  ');
  t.is(pad('7', 3, true), '  7');
});

test('wrapping keeps everything', t => {
  t.deepEqual(wrap('abcdefgh', 3), ['abc', 'def', 'gh']);
  t.deepEqual(wrap('', 3), ['']);
  t.deepEqual(wrap('日本語', 4), ['日本', '語']);
});
