// Which rows and columns are shown, in which order: --columns, --where, --sort, --top, --timestamp.

import type { RecordType } from '../compiler/types/type.js';
import type { Column } from './table/column.js';

export interface Selection {
  /** Names or heads, in the order in which they are shown; undefined: all. */
  readonly columns: readonly string[] | undefined;
  /** As the `/` of a live table: table/row-filter.ts. */
  readonly where: string | undefined;
  readonly sort: RowOrder | undefined;
  /** Of each map the entries with the greatest values; of sorted rows the first. */
  readonly top: number | undefined;
  /** Rows without a column `time` get one. */
  readonly timestamp: boolean;
}

export interface RowOrder {
  readonly column: string;
  /** Undefined: numbers with the largest first, text in alphabetical order. */
  readonly descending: boolean | undefined;
}

export const NO_SELECTION: Selection = {
  columns: undefined,
  where: undefined,
  sort: undefined,
  top: undefined,
  timestamp: false,
};

/** -1: there is none. Letters match either case; the value of a map @x is found as x too. */
export function columnIndex(columns: readonly Column[], wanted: string): number {
  const name = wanted.toLowerCase();
  if (name === '') return -1;
  const known = (column: Column) => [column.name, column.head].map(each => each.toLowerCase());
  const exact = columns.findIndex(column => known(column).includes(name));
  return exact !== -1 ? exact : columns.findIndex(column => known(column).includes(`@${name}`));
}

/** Indexes of the columns that are wanted and there; all when none of them is. */
export function chosenColumns(columns: readonly Column[], { columns: wanted }: Selection): number[] {
  const found = (wanted ?? []).map(name => columnIndex(columns, name)).filter(index => index !== -1);
  return found.length === 0 ? columns.map((_, i) => i) : [...new Set(found)];
}

export interface ColumnOrder {
  readonly column: number;
  readonly descending: boolean;
}

export function orderOf(
  columns: readonly Column[],
  { sort }: Pick<Selection, 'sort'>,
): ColumnOrder | undefined {
  if (sort === undefined) return undefined;
  const column = columnIndex(columns, sort.column);
  if (column === -1) return undefined;
  return { column, descending: sort.descending ?? columns[column]?.right === true };
}

/** The type of records of these fields of it, in their order. */
export function projected(type: RecordType, indexes: readonly number[]): RecordType {
  return { ...type, fields: indexes.map(index => type.fields[index]!) };
}
