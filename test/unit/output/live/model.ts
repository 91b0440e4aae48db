import test from 'ava';
import { INT64, type Type } from '../../../../src/compiler/types/type.js';
import { Lister, type Listing } from '../../../../src/output/live/listing.js';
import {
  cycleSort,
  follow,
  isFollowing,
  move,
  moveEnd,
  moveHome,
  NEW_VIEW,
  reverseSort,
  scrollSideways,
  setFilter,
  shownColumns,
  type TableView,
  toggleColumn,
  windowOf,
} from '../../../../src/output/live/model.js';
import { RowBuffer } from '../../../../src/output/live/row-buffer.js';
import { recordSheet } from '../../../../src/output/live/sheet.js';
import { columnOf } from '../../../../src/output/table/column.js';
import type { TextContext } from '../../../../src/output/text/value-text.js';

const STRING: Type = { kind: 'string', size: 16 };
const CONTEXT: TextContext = { maxStrlen: 1024, trailer: '..', epochOffset: () => 0n, escape: true };
const COLUMNS = [columnOf('pid', INT64), columnOf('comm', STRING), columnOf('age_ns', INT64)];
const HEIGHT = 10;

function sheetOf(count: number, capacity?: number) {
  const sheet = recordSheet('test', 'test', COLUMNS);
  sheet.rows = new RowBuffer(capacity);
  add(sheet.rows, count);
  return sheet;
}

function add(rows: RowBuffer, count: number): void {
  for (let i = 0; i < count; i++) {
    const pid = (rows.next * 7) % 100;
    rows.push([BigInt(pid), Buffer.from(`name${rows.next % 3}`), BigInt(rows.next)]);
  }
}

function list(sheet: ReturnType<typeof sheetOf>, view: TableView): Listing {
  return new Lister(CONTEXT).list(sheet, sheet.rows, view.filter, view.sort);
}

test('a new view shows the last rows and keeps showing them', t => {
  const sheet = sheetOf(100);
  t.deepEqual(windowOf(NEW_VIEW, list(sheet, NEW_VIEW), HEIGHT), { start: 90, end: 100, selected: -1 });
  add(sheet.rows, 5);
  t.is(windowOf(NEW_VIEW, list(sheet, NEW_VIEW), HEIGHT).start, 95);
});

test('up selects the last row, then those above; the window stays while rows arrive', t => {
  const sheet = sheetOf(100);
  let view = move(NEW_VIEW, list(sheet, NEW_VIEW), HEIGHT, -1);
  t.is(view.selected, 99);
  view = move(view, list(sheet, view), HEIGHT, -1);
  t.is(view.selected, 98);
  add(sheet.rows, 50);
  t.deepEqual(windowOf(view, list(sheet, view), HEIGHT), { start: 90, end: 100, selected: 98 });
});

test('down past the last row follows again', t => {
  const listing = list(sheetOf(20), NEW_VIEW);
  const up = move(NEW_VIEW, listing, HEIGHT, -1);
  t.false(isFollowing(up));
  t.true(isFollowing(move(up, listing, HEIGHT, 1)));
});

test('the window scrolls by a row only when the selection would leave it', t => {
  const listing = list(sheetOf(100), NEW_VIEW);
  let view = NEW_VIEW;
  for (let i = 0; i < HEIGHT; i++) view = move(view, listing, HEIGHT, -1);
  t.deepEqual(windowOf(view, listing, HEIGHT), { start: 90, end: 100, selected: 90 });
  view = move(view, listing, HEIGHT, -1);
  t.deepEqual(windowOf(view, listing, HEIGHT), { start: 89, end: 99, selected: 89 });
});

test('a page moves the window by its height, and stops at the ends', t => {
  const listing = list(sheetOf(25), NEW_VIEW);
  let view = move(NEW_VIEW, listing, HEIGHT, -HEIGHT, true);
  t.is(windowOf(view, listing, HEIGHT).start, 5);
  view = move(view, listing, HEIGHT, -HEIGHT, true);
  t.is(windowOf(view, listing, HEIGHT).start, 0);
  for (let i = 0; i < 3; i++) view = move(view, listing, HEIGHT, HEIGHT, true);
  t.true(isFollowing(view));
});

test('Home selects the first row, End follows', t => {
  const listing = list(sheetOf(50), NEW_VIEW);
  const home = moveHome(NEW_VIEW, listing);
  t.deepEqual(windowOf(home, listing, HEIGHT), { start: 0, end: 10, selected: 0 });
  t.true(isFollowing(moveEnd(home, listing, HEIGHT)));
});

test("when the window's rows are gone, it shows the oldest that are kept", t => {
  const sheet = sheetOf(100, 100);
  const view = moveHome(NEW_VIEW, list(sheet, NEW_VIEW));
  add(sheet.rows, 30);
  t.deepEqual(windowOf(view, list(sheet, view), HEIGHT), { start: 0, end: 10, selected: -1 });
  t.is(list(sheet, view).at(0).number, 30);
});

test('moving in an empty listing does nothing', t => {
  const listing = list(sheetOf(0), NEW_VIEW);
  t.true(isFollowing(move(NEW_VIEW, listing, HEIGHT, -1)));
  t.true(isFollowing(moveHome(NEW_VIEW, listing)));
  t.deepEqual(windowOf(NEW_VIEW, listing, HEIGHT), { start: 0, end: 0, selected: -1 });
});

test('sorting goes through the columns and back to the order of arrival', t => {
  const seen: unknown[] = [];
  let view = NEW_VIEW;
  for (let i = 0; i < 4; i++) {
    view = cycleSort(view, COLUMNS);
    seen.push(view.sort && [view.sort.column, view.sort.descending]);
  }
  t.deepEqual(seen, [[0, true], [1, false], [2, true], undefined]);
});

test('sorted, the window stays at the first rows, and up from there follows', t => {
  const sheet = sheetOf(100);
  const view = cycleSort(NEW_VIEW, COLUMNS);
  const listing = list(sheet, view);
  t.is(windowOf(view, listing, HEIGHT).start, 0);
  t.deepEqual(listing.at(0).values[0], 99n);
  const down = move(view, listing, HEIGHT, 1);
  t.is(down.selected, listing.at(0).number);
  t.true(isFollowing(move(down, listing, HEIGHT, -1)));
  t.is(list(sheet, reverseSort(view)).at(0).values[0], 0n);
});

test('equal values keep the order of arrival', t => {
  const view = { ...NEW_VIEW, sort: { column: 1, descending: true } };
  const listing = list(sheetOf(9), view);
  t.deepEqual(
    Array.from({ length: 9 }, (_, i) => listing.at(i).number),
    [2, 5, 8, 1, 4, 7, 0, 3, 6],
  );
});

test('a filter follows anew, and matches rows that come later', t => {
  const sheet = sheetOf(6);
  const lister = new Lister(CONTEXT);
  const view = setFilter(moveHome(NEW_VIEW, list(sheet, NEW_VIEW)), 'name1');
  t.true(isFollowing(view));
  t.is(lister.list(sheet, sheet.rows, view.filter, undefined).length, 2);
  add(sheet.rows, 6);
  const listing = lister.list(sheet, sheet.rows, view.filter, undefined);
  t.is(listing.length, 4);
  t.is(listing.indexOf(7), 2);
  t.is(listing.indexOf(8), -1);
});

test('a filtered listing forgets rows that are not kept any more', t => {
  const sheet = sheetOf(9, 9);
  const lister = new Lister(CONTEXT);
  t.is(lister.list(sheet, sheet.rows, 'name0', undefined).length, 3);
  add(sheet.rows, 9);
  const listing = lister.list(sheet, sheet.rows, 'name0', undefined);
  t.deepEqual([listing.length, listing.at(0).number], [3, 9]);
});

test('columns are hidden and shown; the last one stays; a hidden one is not sorted by', t => {
  let view = cycleSort(NEW_VIEW, COLUMNS);
  view = toggleColumn(view, COLUMNS, 0);
  t.deepEqual(shownColumns(view, COLUMNS), [1, 2]);
  t.is(view.sort, undefined);
  view = toggleColumn(toggleColumn(view, COLUMNS, 1), COLUMNS, 2);
  t.deepEqual(shownColumns(view, COLUMNS), [2]);
  t.deepEqual(shownColumns(toggleColumn(view, COLUMNS, 0), COLUMNS), [0, 2]);
});

test('scrolling sideways leaves one column in sight', t => {
  t.is(scrollSideways(NEW_VIEW, COLUMNS, 9).left, 2);
  t.is(scrollSideways(NEW_VIEW, COLUMNS, -1).left, 0);
});

test('follow() drops the selection', t => {
  const view = moveHome(NEW_VIEW, list(sheetOf(5), NEW_VIEW));
  t.is(follow(view).selected, undefined);
});
