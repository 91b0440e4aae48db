// What the person at the keyboard has done to a sheet: filter, sort, columns, scroll, selection. Plain data and pure functions
// from it to it; a listing says which rows there are. Following: the window stays where rows arrive, at the end, or at the
// beginning when they are sorted.
import type { Column } from '../table/column.js';
import type { Listing, Sort } from './listing.js';

export interface TableView {
  readonly filter: string;
  readonly sort: Sort | undefined;
  /** Columns that are not shown, by index. */
  readonly hidden: ReadonlySet<number>;
  /** Cells are never cut: columns for which no room is left are to the right. */
  readonly whole: boolean;
  /** How many of the shown columns are scrolled off on the left. */
  readonly left: number;
  /** Number of the selected row; undefined while following. */
  readonly selected: number | undefined;
  /** First row of the window, by number, and by index for when it is gone; undefined while following. */
  readonly top: { readonly number: number; readonly index: number } | undefined;
}

export interface Window {
  /** Indexes into the listing: [start, end). */
  readonly start: number;
  readonly end: number;
  /** Of the selected row; -1 when there is none. */
  readonly selected: number;
}

export const NEW_VIEW: TableView = {
  filter: '',
  sort: undefined,
  hidden: new Set(),
  whole: false,
  left: 0,
  selected: undefined,
  top: undefined,
};

export function isFollowing(view: TableView): boolean {
  return view.top === undefined;
}

export function follow(view: TableView): TableView {
  return { ...view, selected: undefined, top: undefined };
}

/** The part of the listing that `height` rows show. */
export function windowOf(view: TableView, listing: Listing, height: number): Window {
  const { length } = listing;
  const last = Math.max(0, length - height);
  const start = clamp(startOf(view, listing, last), 0, last);
  const selected = view.selected === undefined ? -1 : listing.indexOf(view.selected);
  return { start, end: Math.min(length, start + height), selected };
}

function startOf(view: TableView, listing: Listing, last: number): number {
  if (view.top === undefined) return view.sort === undefined ? last : 0;
  const index = listing.indexOf(view.top.number);
  if (index !== -1) return index;
  return view.sort === undefined ? 0 : view.top.index;
}

/** Selects the row `delta` rows away; a page moves the window as far. Past the end where rows arrive, it follows again. */
export function move(
  view: TableView,
  listing: Listing,
  height: number,
  delta: number,
  page = false,
): TableView {
  const { length } = listing;
  if (length === 0) return follow(view);
  const window = windowOf(view, listing, height);
  const sorted = view.sort !== undefined;
  let from = window.selected === -1 ? window.start : window.selected;
  if (isFollowing(view)) {
    if (sorted ? delta < 0 : delta > 0) return view;
    from = sorted ? (page ? 0 : -1) : page ? length - 1 : length;
  } else if (sorted ? from + delta < 0 && from <= 0 : from + delta >= length && from >= length - 1) {
    return follow(view);
  }
  const to = clamp(from + delta, 0, length - 1);
  const shifted = clamp(window.start + (page ? delta : 0), 0, Math.max(0, length - height));
  return select(view, listing, to, clamp(shifted, to - height + 1, to));
}

export function moveHome(view: TableView, listing: Listing): TableView {
  return view.sort !== undefined || listing.length === 0 ? follow(view) : select(view, listing, 0, 0);
}

export function moveEnd(view: TableView, listing: Listing, height: number): TableView {
  if (view.sort === undefined || listing.length === 0) return follow(view);
  return select(view, listing, listing.length - 1, Math.max(0, listing.length - height));
}

function select(view: TableView, listing: Listing, index: number, start: number): TableView {
  const first = Math.max(0, start);
  return {
    ...view,
    selected: listing.at(index).number,
    top: { number: listing.at(first).number, index: first },
  };
}

export function setFilter(view: TableView, filter: string): TableView {
  return filter === view.filter ? view : follow({ ...view, filter });
}

/** None, then each shown column in turn. */
export function cycleSort(view: TableView, columns: readonly Column[]): TableView {
  const shown = shownColumns(view, columns);
  const at = view.sort === undefined ? -1 : shown.indexOf(view.sort.column);
  if (view.sort !== undefined && at === shown.length - 1) return follow({ ...view, sort: undefined });
  const column = shown[at + 1];
  return column === undefined ? view : sortBy(view, columns, column);
}

/** Numbers with the largest first, text in alphabetical order; the other way round when it is sorted so already. */
export function sortBy(view: TableView, columns: readonly Column[], column: number): TableView {
  if (view.sort?.column === column) return reverseSort(view);
  return follow({ ...view, sort: { column, descending: columns[column]?.right === true } });
}

export function reverseSort(view: TableView): TableView {
  if (view.sort === undefined) return view;
  return follow({ ...view, sort: { ...view.sort, descending: !view.sort.descending } });
}

/** Indexes of the columns that are not hidden. */
export function shownColumns(view: TableView, columns: readonly Column[]): number[] {
  return columns.map((_, i) => i).filter(i => !view.hidden.has(i));
}

/** Shows or hides a column; the last one stays. */
export function toggleColumn(view: TableView, columns: readonly Column[], index: number): TableView {
  const hidden = new Set(view.hidden);
  if (!hidden.delete(index)) hidden.add(index);
  if (hidden.size >= columns.length) return view;
  const sort = view.sort !== undefined && hidden.has(view.sort.column) ? undefined : view.sort;
  return { ...view, hidden, sort, left: 0 };
}

/** Scrolls sideways by columns; one stays in sight. */
export function scrollSideways(view: TableView, columns: readonly Column[], delta: number): TableView {
  const most = shownColumns(view, columns).length - 1;
  return { ...view, left: clamp(view.left + delta, 0, Math.max(0, most)) };
}

function clamp(n: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, n));
}
