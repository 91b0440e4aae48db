// Rows to aligned lines. Column widths start from the heads and what the types usually take and only grow; the last column
// is not padded, nothing is cut.
import { type Column, widthOf } from './column.js';

/** Initial width of each column, characters. */
export function initialWidths(columns: readonly Column[]): number[] {
  return columns.map(column => Math.max(widthOf(column.head), column.typical));
}

/** Widens `widths` to hold these cells. */
export function growWidths(widths: number[], cells: readonly string[]): void {
  for (let i = 0; i < widths.length; i++) widths[i] = Math.max(widths[i] ?? 0, widthOf(cells[i] ?? ''));
}

export function headLine(columns: readonly Column[], widths: readonly number[]): string {
  return alignedLine(
    columns,
    columns.map(column => column.head),
    widths,
  );
}

export function alignedLine(
  columns: readonly Column[],
  cells: readonly string[],
  widths: readonly number[],
): string {
  return columns
    .map((column, i) => padCell(cells[i] ?? '', widths[i] ?? 0, column.right))
    .join(' ')
    .trimEnd();
}

export function padCell(text: string, width: number, right: boolean): string {
  const missing = width - widthOf(text);
  if (missing <= 0) return text;
  return right ? ' '.repeat(missing) + text : text + ' '.repeat(missing);
}
