// The rows of a sheet in the order in which they are shown: filtered, then sorted. Made anew only when something changed; a
// filter looks at each row once.
import { compileFilter, type RowTest } from '../table/row-filter.js';
import { compareCells } from '../table/row-order.js';
import type { TextContext } from '../text/value-text.js';
import type { Row, RowBuffer } from './row-buffer.js';
import { rowCells, type Sheet } from './sheet.js';

export interface Listing {
  readonly length: number;
  at(index: number): Row;
  /** Index of the row of this number, -1 when it is not (or no longer) shown. */
  indexOf(number: number): number;
}

export interface Sort {
  readonly column: number;
  readonly descending: boolean;
}

/** Keeps the last listing and what it was made of. */
export class Lister {
  readonly #context: TextContext;
  #rows: RowBuffer | undefined;
  #filter = '';
  #test: RowTest | undefined;
  #matches: Row[] = [];
  /** Number of the first row that the filter has not seen. */
  #seen = 0;
  #sort: Sort | undefined;
  #sorted: { readonly of: number; readonly rows: readonly Row[] } | undefined;

  constructor(context: TextContext) {
    this.#context = context;
  }

  list(sheet: Sheet, rows: RowBuffer, filter: string, sort: Sort | undefined): Listing {
    if (rows !== this.#rows || filter !== this.#filter) {
      this.#rows = rows;
      this.#filter = filter;
      this.#test = compileFilter(filter, sheet.columns);
      this.#matches = [];
      this.#seen = rows.first;
      this.#sorted = undefined;
    }
    if (sort?.column !== this.#sort?.column || sort?.descending !== this.#sort?.descending) {
      this.#sort = sort;
      this.#sorted = undefined;
    }
    if (this.#test !== undefined) this.#match(sheet, rows, this.#test);
    if (sort !== undefined) return sortedListing(this.#sortRows(rows, sort));
    return this.#test === undefined ? allOf(rows) : inOrder(this.#matches);
  }

  #match(sheet: Sheet, rows: RowBuffer, test: RowTest): void {
    const matches = this.#matches;
    const gone = matches.findIndex(row => row.number >= rows.first);
    if (gone !== 0) matches.splice(0, gone === -1 ? matches.length : gone);
    for (let number = Math.max(this.#seen, rows.first); number < rows.next; number++) {
      const row = rows.get(number);
      if (test(row.values, () => rowCells(sheet, row, this.#context))) matches.push(row);
    }
    this.#seen = rows.next;
  }

  #sortRows(rows: RowBuffer, { column, descending }: Sort): readonly Row[] {
    if (this.#sorted?.of === rows.next) return this.#sorted.rows;
    const all = this.#test === undefined ? Array.from(eachOf(rows)) : this.#matches.slice();
    const sign = descending ? -1 : 1;
    // Text rows have no values: their cell is compared.
    all.sort((a, b) => sign * compareRows(a, b, column) || a.number - b.number);
    this.#sorted = { of: rows.next, rows: all };
    return all;
  }
}

function compareRows(a: Row, b: Row, column: number): number {
  if (a.values.length > 0) return compareCells(a.values[column], b.values[column]);
  const [x = '', y = ''] = [a.cells?.[column], b.cells?.[column]];
  return x < y ? -1 : x > y ? 1 : 0;
}

function* eachOf(rows: RowBuffer): Generator<Row> {
  for (let number = rows.first; number < rows.next; number++) yield rows.get(number);
}

function allOf(rows: RowBuffer): Listing {
  const { first, length } = rows;
  return {
    length,
    at: index => rows.get(first + index),
    indexOf: number => (number >= first && number < first + length ? number - first : -1),
  };
}

/** By ascending number. */
function inOrder(rows: readonly Row[]): Listing {
  return {
    length: rows.length,
    at: index => rows[index]!,
    indexOf(number) {
      let low = 0;
      let high = rows.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (rows[middle]!.number < number) low = middle + 1;
        else high = middle;
      }
      return rows[low]?.number === number ? low : -1;
    },
  };
}

function sortedListing(rows: readonly Row[]): Listing {
  return {
    length: rows.length,
    at: index => rows[index]!,
    indexOf: number => rows.findIndex(row => row.number === number),
  };
}
