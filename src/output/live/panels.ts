// What takes the table's place for a while: a row's details, the list of columns, help. Lines, scrolled and cut to the space.
import { plainText } from '../table/column.js';
import type { TextContext } from '../text/value-text.js';
import type { Line } from './frame.js';
import type { TableView } from './model.js';
import type { Row } from './row-buffer.js';
import { isText, rowCells, type Sheet } from './sheet.js';
import { cellsOf, cutEnd, pad, wrap } from './width.js';

/** Every field, whole, as it is in JSON; humanised beside it where that differs. */
export function detailsPanel(
  sheet: Sheet,
  row: Row,
  context: TextContext,
  width: number,
  space: number,
  scroll: number,
): Line[] {
  const cells = rowCells(sheet, row, context);
  const names = sheet.columns.map(column => column.name);
  const label = isText(sheet) ? 0 : Math.min(24, Math.max(...names.map(cellsOf))) + 1;
  const room = Math.max(4, width - label - 2);
  const lines = sheet.columns.flatMap((column, i): Line[] => {
    const cell = cells[i] ?? '';
    const raw = row.values.length === 0 ? cell : plainText(column.type, row.values[i], context);
    const text = raw === cell ? raw : `${raw}  (${cell})`;
    return wrap(text, room).map((part, at) => ({
      text: ` ${pad(at === 0 ? cutEnd(names[i] ?? '', label) : '', label, false)} ${part}`.trimEnd(),
      style: 'plain',
    }));
  });
  return [heading(`Row ${row.number + 1}`, width), ...scrolled(lines, space - 1, scroll)];
}

export function columnsPanel(
  sheet: Sheet,
  view: TableView,
  cursor: number,
  width: number,
  space: number,
): Line[] {
  const lines = sheet.columns.map(({ head, name }, i): Line => {
    const text = ` [${view.hidden.has(i) ? ' ' : 'x'}] ${head === '' ? name : head}${orderMark(view, i)}`;
    return i === cursor
      ? { text: pad(cutEnd(text, width), width, false), style: 'selected' }
      : { text: cutEnd(text, width), style: view.hidden.has(i) ? 'dim' : 'plain' };
  });
  const height = Math.max(1, space - 1);
  return [heading('Columns', width), ...lines.slice(Math.max(0, cursor - height + 1)).slice(0, height)];
}

function orderMark(view: TableView, column: number): string {
  if (view.sort?.column !== column) return '';
  return view.sort.descending ? ' ↓' : ' ↑';
}

const HELP: readonly (readonly [keys: string, meaning: string])[] = [
  ['↑ ↓  PgUp PgDn', 'scroll and select'],
  ['Home  End', 'first row; last row, and follow new ones'],
  ['← →', 'columns that do not fit'],
  ['/', 'show rows that hold a text, or column>value'],
  ['', 'also = != < <= >=, units (age>5ms), && between'],
  ['Esc', 'clear the filter; follow again'],
  ['s', 'sort by the next column, at last by arrival'],
  ['r  S', 'reverse the order'],
  ['c', 'choose columns'],
  ['w', 'whole cells, and fewer columns; or cells cut to fit'],
  ['p  Space', 'pause: events are counted, not shown'],
  ['Enter', 'all fields of a row'],
  ['Tab', 'next table, when there are several'],
  ['q  Ctrl-C', 'end; what is on the screen is kept'],
];

export function helpPanel(width: number, space: number, scroll: number): Line[] {
  const lines = HELP.map(
    ([keys, meaning]): Line => ({
      text: cutEnd(` ${pad(keys, 15, false)} ${meaning}`, width),
      style: 'plain',
    }),
  );
  return [heading('Keys', width), ...scrolled(lines, space - 1, scroll)];
}

/** From `scroll`, as far as there is more than fits; a mark says what is below. */
function scrolled(lines: readonly Line[], height: number, scroll: number): Line[] {
  const start = Math.min(scroll, Math.max(0, lines.length - height));
  const shown = lines.slice(start, start + Math.max(0, height));
  const below = lines.length - start - shown.length;
  if (below > 0 && shown.length > 1)
    shown[shown.length - 1] = { text: ` … ${below + 1} more lines`, style: 'dim' };
  return shown;
}

function heading(text: string, width: number): Line {
  return { text: pad(cutEnd(` ${text}`, width), width, false), style: 'head' };
}
