// What stays on the normal screen when the live table has gone: the rows that were shown, as plain columns.
import type { TextContext } from '../text/value-text.js';
import { fittedLine } from './fit.js';
import { fitSheet } from './frame.js';
import type { Listing } from './listing.js';
import { type TableView, windowOf } from './model.js';
import { growSheet, isText, rowCells, type Sheet } from './sheet.js';

/** At most `height` rows with their heads, lines without newlines. */
export function lastRows(
  sheet: Sheet,
  view: TableView,
  listing: Listing,
  width: number,
  height: number,
  context: TextContext,
): string[] {
  const { start, end } = windowOf(view, listing, height);
  if (start === end) return [];
  const rows = [];
  for (let i = start; i < end; i++) {
    const cells = rowCells(sheet, listing.at(i), context);
    growSheet(sheet, cells);
    rows.push(cells);
  }
  if (isText(sheet)) return rows.map(([line = '']) => line); // the terminal wraps them
  const fit = fitSheet(sheet, view, width);
  const lines = rows.map(cells => fittedLine(sheet.columns, fit, cells).trimEnd());
  const heads = sheet.columns.map(column => column.head);
  return [fittedLine(sheet.columns, fit, heads).trimEnd(), ...lines];
}
