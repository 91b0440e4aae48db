// What is on the screen, as plain data: a title with the status, a body of lines, a message, the keys. Made from the model
// alone, so that a test can look at it without a terminal; app.tsx draws it.
import type { TextContext } from '../text/value-text.js';
import { type Fit, fitColumns, fittedLine } from './fit.js';
import type { ScreenState } from './keyboard.js';
import type { Listing } from './listing.js';
import { shownColumns, type TableView, windowOf } from './model.js';
import { columnsPanel, detailsPanel, helpPanel } from './panels.js';
import { growSheet, isText, rowCells, type Sheet } from './sheet.js';
import { cellsOf, cutEnd, pad } from './width.js';

export type Style = 'plain' | 'head' | 'selected' | 'dim' | 'strong' | 'warning' | 'error';

export interface Line {
  readonly text: string;
  readonly style: Style;
}

export interface Frame {
  /** Terminal cells. */
  readonly width: number;
  readonly height: number;
  readonly title: { readonly left: string; readonly state: string; readonly status: readonly Line[] };
  /** Fills the lines between title and footer. */
  readonly body: readonly Line[];
  readonly footer: Footer | undefined;
}

export type Footer =
  | { readonly kind: 'keys'; readonly keys: readonly (readonly [key: string, word: string])[] }
  | { readonly kind: 'prompt'; readonly label: string; readonly text: string; readonly hint: string };

export interface Status {
  readonly title: string;
  readonly events: number;
  readonly lost: number;
  /** Told instead of these two. */
  readonly facts?: readonly string[] | undefined;
  /** 0 to 1. */
  readonly cpu: number | undefined;
  readonly elapsedSeconds: number;
  /** Events since the table was paused. */
  readonly pausedNew: number;
  readonly message: Line | undefined;
  readonly attached: boolean;
  /** Nothing is shown before the end. */
  readonly atEndOnly?: boolean | undefined;
}

export interface FrameInput {
  readonly width: number;
  readonly height: number;
  readonly status: Status;
  readonly state: ScreenState;
  readonly sheet: Sheet | undefined;
  readonly view: TableView;
  readonly listing: Listing;
  readonly sheetCount: number;
  readonly context: TextContext;
}

/** Lines that rows can take: the title, the heads, a message and the keys are off; a low terminal loses the keys first. */
export function rowsThatFit(height: number, sheet: Sheet | undefined, message: boolean): number {
  const heads = sheet === undefined || isText(sheet) ? 0 : 1;
  return Math.max(1, height - 1 - heads - (message ? 1 : 0) - (height > 3 ? 1 : 0));
}

export function makeFrame(input: FrameInput): Frame {
  const { width, height, status, state } = input;
  const footer = height > 3 ? footerOf(input) : undefined;
  const room = Math.max(0, height - 1 - (footer === undefined ? 0 : 1));
  const message =
    status.message === undefined ? [] : [{ ...status.message, text: cutEnd(status.message.text, width) }];
  const space = Math.max(0, room - message.length);
  const lines = bodyOf(input, space).slice(0, space);
  const blank = Array.from({ length: Math.max(0, space - lines.length) }, () => line(''));
  return {
    width,
    height,
    title: titleOf(input),
    body: [...lines, ...blank, ...message].slice(0, room),
    footer: state.mode === 'help' && footer === undefined ? undefined : footer,
  };
}

function bodyOf(input: FrameInput, space: number): Line[] {
  const { state, sheet, view, listing, width, context } = input;
  switch (state.mode) {
    case 'help':
      return helpPanel(width, space, state.scroll);
    case 'columns':
      if (sheet !== undefined) return columnsPanel(sheet, view, state.cursor, width, space);
      break;
    case 'details': {
      const index = view.selected === undefined ? -1 : listing.indexOf(view.selected);
      if (sheet !== undefined && index !== -1)
        return detailsPanel(sheet, listing.at(index), context, width, space, state.scroll);
      break;
    }
    case 'table':
    case 'filter':
      break;
  }
  return tableBody(input, space);
}

function tableBody({ sheet, view, listing, width, status, context }: FrameInput, space: number): Line[] {
  if (sheet === undefined) {
    return ['', ...emptyText(status)].map(text => line(cutEnd(text, width), 'dim'));
  }
  const height = Math.max(1, space - (isText(sheet) ? 0 : 1));
  const window = windowOf(view, listing, height);
  const rows = [];
  for (let i = window.start; i < window.end; i++) {
    const cells = rowCells(sheet, listing.at(i), context);
    growSheet(sheet, cells);
    rows.push(cells);
  }
  const fit = fitSheet(sheet, view, width);
  const lines = rows.map((cells, i): Line => {
    const selected = window.start + i === window.selected;
    const text = fittedLine(sheet.columns, fit, cells);
    return selected ? line(pad(text, width, false), 'selected') : line(text);
  });
  if (rows.length === 0 && view.filter !== '') lines.push(line(`  Nothing matches ${view.filter}`, 'dim'));
  return isText(sheet)
    ? lines
    : [line(pad(headText(sheet, view, fit, width), width, false), 'head'), ...lines];
}

/** What an empty table says. */
function emptyText({ attached, atEndOnly }: Status): readonly string[] {
  if (!attached) return ['  Attaching.'];
  return atEndOnly
    ? ['  Counting. The counts are shown at the end: q.', '  --interval 1s shows them every second.']
    : ['  Waiting for events.'];
}

export function fitSheet(sheet: Sheet, view: TableView, width: number): Fit {
  const shown = shownColumns(view, sheet.columns).slice(view.left);
  const widths = sheet.widths.map((w, i) => Math.max(w, cellsOf(headOf(sheet, view, i))));
  return fitColumns(sheet.columns, shown, widths, width, view.whole);
}

/** The heads, with an arrow where it is sorted and a mark when columns on the right had no room. */
function headText(sheet: Sheet, view: TableView, fit: Fit, width: number): string {
  const heads = sheet.columns.map((_, i) => headOf(sheet, view, i));
  const text = fittedLine(sheet.columns, fit, heads);
  return fit.dropped === 0 ? text : `${pad(cutEnd(text, width - 1), width - 1, false)}›`;
}

function headOf(sheet: Sheet, view: TableView, index: number): string {
  const head = sheet.columns[index]?.head ?? '';
  return view.sort?.column === index ? `${head}${view.sort.descending ? '↓' : '↑'}` : head;
}

function titleOf({
  status,
  state,
  sheet,
  view,
  listing,
  sheetCount,
  width,
  height,
}: FrameInput): Frame['title'] {
  const title = sheetCount > 1 && sheet !== undefined ? `${status.title}  ${sheet.name}` : status.title;
  const states: string[] = [];
  if (state.paused)
    states.push(status.facts === undefined ? `paused, ${grouped(status.pausedNew)} new` : 'paused');
  if (view.filter !== '' && state.mode !== 'filter') states.push(`/${view.filter}`);
  if (view.top !== undefined && listing.length > 0) {
    const { start, end } = windowOf(view, listing, rowsThatFit(height, sheet, status.message !== undefined));
    states.push(`${grouped(start + 1)}-${grouped(end)} of ${grouped(listing.length)}`);
  }
  if (view.left > 0) states.push(`‹ ${view.left} more`);
  const wanted = states.length === 0 ? '' : ` [${states.join(', ')}]`;
  const least = Math.min(cellsOf(title), 12) + cellsOf(wanted) + 2;
  const status_ = statusOf(status, Math.max(width - least, 10), width);
  const right = joined(status_);
  const room = Math.max(0, width - (right === 0 ? 0 : right + 2));
  const left = cutEnd(title, Math.max(Math.min(room, cellsOf(title)), 0));
  return { left, state: cutEnd(wanted, room - cellsOf(left)), status: status_ };
}

/** The parts that have room; a loss is the last to go. */
function statusOf(status: Status, room: number, width: number): Line[] {
  const lost: Line = line(`${grouped(status.lost)} lost`, status.lost > 0 ? 'error' : 'plain');
  const told = status.facts?.map((fact, i) => ({ ...line(fact), rank: 1 + i })) ?? [
    { ...line(`${grouped(status.events)} events`), rank: 1 },
    { ...lost, rank: status.lost > 0 ? 0 : 2 },
  ];
  const parts: (Line & { readonly rank: number })[] = [
    ...told,
    ...(status.cpu === undefined ? [] : [{ ...line(`${(status.cpu * 100).toFixed(1)}% cpu`), rank: 11 }]),
    { ...line(clockText(status.elapsedSeconds)), rank: 10 },
  ];
  while (parts.length > 0 && joined(parts) > Math.min(room, width)) {
    const worst = parts.reduce((a, b) => (b.rank > a.rank ? b : a));
    parts.splice(parts.indexOf(worst), 1);
  }
  return parts.map(({ text, style }) => ({ text, style }));
}

function joined(parts: readonly Line[]): number {
  return parts.reduce((sum, part) => sum + cellsOf(part.text), 0) + 2 * Math.max(0, parts.length - 1);
}

/** In the order in which they are shown, with what goes first when there is no room: the largest number. */
const TABLE_KEYS: readonly (readonly [key: string, word: string, rank: number])[] = [
  ['/', 'filter', 2],
  ['s', 'sort', 4],
  ['c', 'columns', 6],
  ['p', 'pause', 3],
  ['Enter', 'details', 5],
  ['Tab', 'next', 7],
  ['?', 'help', 1],
  ['q', 'quit', 0],
];

function footerOf({ state, view, width, sheetCount, sheet }: FrameInput): Footer {
  switch (state.mode) {
    case 'filter': {
      const label = sheet === undefined || isText(sheet) ? 'filter: ' : 'filter, or column>value: ';
      const hint = '   Enter keep   Esc clear';
      const text = `${view.filter}▏`;
      const room = width - cellsOf(label) - cellsOf(text) >= cellsOf(hint);
      return { kind: 'prompt', label: room ? label : '/', text, hint: room ? hint : '' };
    }
    case 'columns':
      return {
        kind: 'keys',
        keys: thatFit(
          [
            ['Space', 'show or hide', 0],
            ['s', 'sort by it', 2],
            ['↑↓', 'move', 1],
            ['Esc', 'back', 0],
          ],
          width,
        ),
      };
    case 'details':
      return {
        kind: 'keys',
        keys: thatFit(
          [
            ['↑↓', 'other rows', 1],
            ['PgDn', 'more', 2],
            ['Esc', 'back', 0],
          ],
          width,
        ),
      };
    case 'help':
      return {
        kind: 'keys',
        keys: thatFit(
          [
            ['↑↓', 'scroll', 1],
            ['Esc', 'back', 0],
          ],
          width,
        ),
      };
    case 'table': {
      const keys = TABLE_KEYS.filter(([key]) => key !== 'Tab' || sheetCount > 1);
      const going = state.paused ? keys.map(k => (k[0] === 'p' ? (['p', 'go on', 0] as const) : k)) : keys;
      return { kind: 'keys', keys: thatFit(going, width) };
    }
  }
}

function thatFit(
  keys: readonly (readonly [key: string, word: string, rank: number])[],
  width: number,
): (readonly [string, string])[] {
  const kept = [...keys];
  const size = () =>
    kept.reduce((sum, [key, word]) => sum + cellsOf(key) + cellsOf(word) + 1, 1 + 3 * (kept.length - 1));
  while (kept.length > 0 && size() > width) {
    const worst = kept.reduce((a, b) => (b[2] > a[2] ? b : a));
    kept.splice(kept.indexOf(worst), 1);
  }
  return kept.map(([key, word]) => [key, word]);
}

function clockText(seconds: number): string {
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

export function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

function line(text: string, style: Style = 'plain'): Line {
  return { text, style };
}
