// Rows to aligned lines. Column widths start from the heads and what the types usually take, so that they fit a terminal's
// usual width; they grow where cells need it, first out of what others have to spare. The last column is not padded, nothing is cut.
import { type Column, widthOf } from './column.js';

/** Characters of a line that fits everywhere. */
export const USUAL_WIDTH = 80;

/** Width of each column before there are any cells, characters. */
export function initialWidths(columns: readonly Column[]): number[] {
  return fittingWidths(columns, headWidths(columns));
}

export function headWidths(columns: readonly Column[]): number[] {
  return columns.map(({ head }) => widthOf(head));
}

/** `cells`: what heads and cells take so far. Room to spare is given up, the widest text's first, where all of it does not fit. */
export function fittingWidths(columns: readonly Column[], cells: readonly number[]): number[] {
  // Text at the end of a line moves no other column, however long: their places stay where the head has them.
  const used = columns.map((column, i) =>
    i === columns.length - 1 && !column.right ? widthOf(column.head) : cells[i]!,
  );
  const widths = columns.map((column, i) => Math.max(used[i]!, column.typical));
  for (const ofNumbers of [false, true]) {
    const mayShrink = columns.flatMap((column, i) => (column.right === ofNumbers ? [i] : []));
    const spare = (i: number) => widths[i]! > Math.max(used[i]!, columns[i]!.least);
    while (lineWidth(widths) > USUAL_WIDTH) {
      const [widest] = mayShrink.filter(spare).sort((a, b) => widths[b]! - widths[a]!);
      if (widest === undefined) break;
      widths[widest] = widths[widest]! - 1;
    }
  }
  return widths;
}

export function lineWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + 1, -1);
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
