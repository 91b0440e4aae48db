// Columns into the width there is. Text shrinks first, the widest of it first; then addresses; both lose their middle, where a
// mark says so. Numbers are never cut; what has no room then is left out on the right (the arrow keys bring it in).
import type { Column } from '../table/column.js';
import { cutEnd, cutMiddle, pad } from './width.js';

/** A column shown: its index, and its width in terminal cells. */
export interface Fitted {
  readonly index: number;
  readonly width: number;
}

export interface Fit {
  readonly columns: readonly Fitted[];
  /** How many had no room on the right. */
  readonly dropped: number;
}

const GAP = 1;
/** A gap and ›. */
const MARK = 2;
/** What text can shrink to, cells. */
const LEAST_TEXT = 6;
/** What addresses can shrink to: every IPv4 one is whole. */
const LEAST_ADDRESS = 15;

/** `shown`: indexes in order; `widths`: what their cells take so far; `whole`: nothing shrinks, so fewer columns fit. */
export function fitColumns(
  columns: readonly Column[],
  shown: readonly number[],
  widths: readonly number[],
  width: number,
  whole = false,
): Fit {
  const wanted = shown.map(index => widths[index] ?? 0);
  const kept = [...shown];
  // When columns are left out, a mark at the right edge says so.
  const room = () => (kept.length < shown.length ? width - MARK : width);
  const excess = () => total(wanted) - room();
  const least = (i: number): number =>
    whole ? (wanted[i] ?? 0) : leastWidth(columns[kept[i] ?? 0], wanted[i] ?? 0);
  while (kept.length > 1 && total(wanted.map((_, i) => least(i))) > room()) {
    kept.pop();
    wanted.pop();
  }
  for (const kind of ['text', 'address', 'number'] as const) {
    const mayShrink = kept.map((index, i) => (kindOf(columns[index]) === kind ? i : -1)).filter(i => i >= 0);
    while (excess() > 0) {
      const most = Math.max(...mayShrink.map(i => (wanted[i]! > least(i) ? wanted[i]! : 0)), 0);
      const widest = mayShrink.find(i => wanted[i] === most);
      if (most === 0 || widest === undefined) break;
      wanted[widest] = most - 1;
    }
  }
  if (excess() > 0 && kept.length === 1) wanted[0] = Math.max(1, room()); // one that is wider than the screen
  spread(columns, kept, wanted, room());
  return {
    columns: kept.map((index, i) => ({ index, width: wanted[i] ?? 0 })),
    dropped: shown.length - kept.length,
  };
}

/** A line of the cells of all columns, exactly as wide as the fit. */
export function fittedLine(columns: readonly Column[], fit: Fit, cells: readonly string[]): string {
  return fit.columns
    .map(({ index, width }) => {
      const column = columns[index];
      const cell = cells[index] ?? '';
      const text = column?.head === '' ? cutEnd(cell, width) : cutMiddle(cell, width);
      return pad(text, width, column?.right === true);
    })
    .join(' '.repeat(GAP));
}

/** Room that is left goes to columns narrower than their type usually is, so that they need not grow later. */
function spread(columns: readonly Column[], kept: readonly number[], wanted: number[], width: number): void {
  let room = width - total(wanted);
  kept.forEach((index, i) => {
    const more = Math.min(room, Math.max(0, (columns[index]?.typical ?? 0) - (wanted[i] ?? 0)));
    wanted[i] = (wanted[i] ?? 0) + more;
    room -= more;
  });
}

function leastWidth(column: Column | undefined, wanted: number): number {
  const kind = kindOf(column);
  if (kind === 'number') return wanted;
  return Math.min(wanted, kind === 'text' ? LEAST_TEXT : LEAST_ADDRESS);
}

function kindOf(column: Column | undefined): 'text' | 'address' | 'number' {
  if (column === undefined || column.right) return 'number';
  switch (column.type.kind) {
    case 'bool':
    case 'timestamp':
    case 'mac':
    case 'pointer':
      return 'number';
    case 'inet':
      return 'address';
    default:
      return 'text';
  }
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1);
}
