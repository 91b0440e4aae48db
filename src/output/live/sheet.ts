// A live table shows one sheet at a time: the rows of a record type, the latest snapshot of a map, or the lines of text that
// the script prints. Each keeps its own columns and rows.
import type { Type } from '../../compiler/types/type.js';
import { type Column, cellText, columnOf } from '../table/column.js';
import type { TextContext } from '../text/value-text.js';
import { type Row, RowBuffer } from './row-buffer.js';
import { cellsOf } from './width.js';

export type SheetKind = 'record' | 'map' | 'text';

export interface Sheet {
  readonly id: string;
  /** What tells it from the other sheets of the session; a record sheet may have none. */
  readonly name: string;
  readonly kind: SheetKind;
  readonly columns: readonly Column[];
  rows: RowBuffer;
  /** Widest cell drawn so far of each column, terminal cells. */
  readonly widths: number[];
}

const TEXT: Type = { kind: 'string', size: 1 };

export function recordSheet(id: string, name: string, columns: readonly Column[]): Sheet {
  return { id, name, kind: 'record', columns, rows: new RowBuffer(), widths: headWidths(columns) };
}

export function mapSheet(name: string, columns: readonly Column[]): Sheet {
  return { id: name, name, kind: 'map', columns, rows: new RowBuffer(), widths: headWidths(columns) };
}

/** Rows are lines: their cell is set when they are pushed. */
export function textSheet(id: string, name: string, kind: SheetKind = 'text'): Sheet {
  return {
    id,
    name,
    kind,
    columns: [{ ...columnOf('text', TEXT), head: '' }],
    rows: new RowBuffer(),
    widths: [0],
  };
}

/** Whether the sheet is lines of text, without heads. */
export function isText(sheet: Sheet): boolean {
  return sheet.columns[0]?.head === '';
}

/** Text of a row, escaped and humanised; made once. */
export function rowCells(sheet: Sheet, row: Row, context: TextContext): readonly string[] {
  row.cells ??= sheet.columns.map((column, i) => cellText(column, row.values[i], context));
  return row.cells;
}

/** Remembers how wide these cells are. */
export function growSheet(sheet: Sheet, cells: readonly string[]): void {
  const { widths } = sheet;
  for (let i = 0; i < widths.length; i++) {
    const width = cellsOf(cells[i] ?? '');
    if (width > (widths[i] ?? 0)) widths[i] = width;
  }
}

function headWidths(columns: readonly Column[]): number[] {
  return columns.map(column => cellsOf(column.head));
}
