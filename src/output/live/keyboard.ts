// Keys to what they do: from the state of the screen to the next one, and sometimes an effect for the world outside.
import type { Listing } from './listing.js';
import {
  cycleSort,
  follow,
  isFollowing,
  move,
  moveEnd,
  moveHome,
  NEW_VIEW,
  reverseSort,
  scrollSideways,
  setFilter,
  sortBy,
  type TableView,
  toggleColumn,
  windowOf,
} from './model.js';
import type { Sheet } from './sheet.js';

/** A key by name, or 'char' with the character typed. */
export interface Key {
  readonly name: KeyName;
  readonly char: string;
}

export type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'pageUp'
  | 'pageDown'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'backspace'
  | 'interrupt' // Ctrl-C
  | 'suspend' // Ctrl-Z
  | 'redraw' // Ctrl-L
  | 'char';

export type Mode = 'table' | 'filter' | 'columns' | 'details' | 'help';

export interface ScreenState {
  readonly mode: Mode;
  /** Id of the sheet chosen with Tab; undefined: the one that says most. */
  readonly chosen: string | undefined;
  /** By sheet id. */
  readonly views: ReadonlyMap<string, TableView>;
  readonly paused: boolean;
  /** Selected line of the list of columns. */
  readonly cursor: number;
  /** Lines that details or help are scrolled by. */
  readonly scroll: number;
}

export type Effect = 'quit' | 'suspend' | 'redraw' | 'dismiss';

/** What there is to act on. */
export interface Scene {
  readonly sheet: Sheet | undefined;
  readonly listing: Listing;
  /** Ids of all sheets, in the order of Tab. */
  readonly sheets: readonly string[];
  /** Rows that fit on the screen. */
  readonly height: number;
}

export const FIRST_STATE: ScreenState = {
  mode: 'table',
  chosen: undefined,
  views: new Map(),
  paused: false,
  cursor: 0,
  scroll: 0,
};

/** One sheet is shown like this at first. */
export function stateWith(sheet: string, view: Partial<TableView>): ScreenState {
  return { ...FIRST_STATE, views: new Map([[sheet, { ...NEW_VIEW, ...view }]]) };
}

export interface Pressed {
  readonly state: ScreenState;
  readonly effect?: Effect;
}

export function viewOf(state: ScreenState, id: string | undefined): TableView {
  return state.views.get(id ?? '') ?? NEW_VIEW;
}

export function press(state: ScreenState, key: Key, scene: Scene): Pressed {
  if (key.name === 'interrupt') return { state, effect: 'quit' };
  if (key.name === 'suspend' || key.name === 'redraw') return { state, effect: key.name };
  switch (state.mode) {
    case 'table':
      return pressInTable(state, key, scene);
    case 'filter':
      return { state: pressInFilter(state, key, scene) };
    case 'columns':
      return pressInColumns(state, key, scene);
    case 'details':
      return pressInDetails(state, key, scene);
    case 'help':
      return pressInPanel(state, key, scene.height);
  }
}

function pressInTable(state: ScreenState, key: Key, scene: Scene): Pressed {
  const { sheet, listing, height } = scene;
  const command = commandOf(key);
  switch (command) {
    case 'q':
      return { state, effect: 'quit' };
    case '?':
    case 'h':
      return { state: { ...state, mode: 'help', scroll: 0 } };
    case 'p':
    case ' ':
      return { state: { ...state, paused: !state.paused } };
    case 'tab':
      return { state: { ...state, chosen: nextOf(scene.sheets, sheet?.id) } };
  }
  if (sheet === undefined) return { state };
  const change = (next: (view: TableView) => TableView): Pressed => ({
    state: withView(state, sheet.id, next(viewOf(state, sheet.id))),
  });
  switch (command) {
    case 'up':
    case 'k':
      return change(view => move(view, listing, height, -1));
    case 'down':
    case 'j':
      return change(view => move(view, listing, height, 1));
    case 'pageUp':
      return change(view => move(view, listing, height, -height, true));
    case 'pageDown':
      return change(view => move(view, listing, height, height, true));
    case 'home':
    case 'g':
      return change(view => moveHome(view, listing));
    case 'end':
    case 'G':
      return change(view => moveEnd(view, listing, height));
    case 'left':
      return change(view => scrollSideways(view, sheet.columns, -1));
    case 'right':
      return change(view => scrollSideways(view, sheet.columns, 1));
    case '/':
      return { state: { ...state, mode: 'filter' } };
    case 's':
      return change(view => cycleSort(view, sheet.columns));
    case 'w':
      return change(view => ({ ...view, whole: !view.whole }));
    case 'S':
    case 'r':
      return change(reverseSort);
    case 'c':
      return { state: { ...state, mode: 'columns', cursor: 0 } };
    case 'enter':
      return listing.length === 0 ? { state } : openDetails(state, scene);
    case 'escape': {
      const view = viewOf(state, sheet.id);
      const next = view.filter !== '' ? setFilter(view, '') : follow(view);
      return { state: withView(state, sheet.id, next), effect: 'dismiss' };
    }
    default:
      return { state };
  }
}

/** Of the selected row; while following, of the one that arrived last, or is first in the order. */
function openDetails(state: ScreenState, { sheet, listing, height }: Scene): Pressed {
  const view = viewOf(state, sheet?.id);
  const { selected } = windowOf(view, listing, height);
  const index = selected !== -1 ? selected : view.sort === undefined ? listing.length - 1 : 0;
  const next =
    selected === -1 || isFollowing(view)
      ? move(follow(view), listing, height, view.sort === undefined ? index - listing.length : index + 1)
      : view;
  return { state: { ...withView(state, sheet?.id ?? '', next), mode: 'details', scroll: 0 } };
}

function pressInFilter(state: ScreenState, key: Key, { sheet }: Scene): ScreenState {
  const id = sheet?.id ?? '';
  const view = viewOf(state, id);
  switch (key.name) {
    case 'char':
      return withView(state, id, setFilter(view, view.filter + key.char));
    case 'backspace':
      if (view.filter === '') return { ...state, mode: 'table' };
      return withView(state, id, setFilter(view, [...view.filter].slice(0, -1).join('')));
    case 'escape':
      return { ...withView(state, id, setFilter(view, '')), mode: 'table' };
    case 'enter':
      return { ...state, mode: 'table' };
    default:
      return state;
  }
}

function pressInColumns(state: ScreenState, key: Key, { sheet }: Scene): Pressed {
  const columns = sheet?.columns ?? [];
  const at = (cursor: number): Pressed => ({
    state: { ...state, cursor: Math.max(0, Math.min(columns.length - 1, cursor)) },
  });
  switch (commandOf(key)) {
    case 'up':
    case 'k':
      return at(state.cursor - 1);
    case 'down':
    case 'j':
      return at(state.cursor + 1);
    case 'home':
      return at(0);
    case 'end':
      return at(columns.length - 1);
    case ' ':
    case 'x': {
      if (sheet === undefined) return { state };
      const view = toggleColumn(viewOf(state, sheet.id), columns, state.cursor);
      return { state: withView(state, sheet.id, view) };
    }
    case 's': {
      const view = viewOf(state, sheet?.id);
      if (sheet === undefined || view.hidden.has(state.cursor)) return { state };
      return { state: withView(state, sheet.id, sortBy(view, columns, state.cursor)) };
    }
    case 'escape':
    case 'enter':
    case 'c':
    case 'q':
      return { state: { ...state, mode: 'table' } };
    default:
      return { state };
  }
}

function pressInDetails(state: ScreenState, key: Key, scene: Scene): Pressed {
  const { sheet, listing, height } = scene;
  const command = commandOf(key);
  const delta = command === 'up' || command === 'k' ? -1 : command === 'down' || command === 'j' ? 1 : 0;
  if (delta === 0 || sheet === undefined) return pressInPanel(state, key, height);
  const view = move(viewOf(state, sheet.id), listing, height, delta);
  if (isFollowing(view)) return { state };
  return { state: { ...withView(state, sheet.id, view), scroll: 0 } };
}

function pressInPanel(state: ScreenState, key: Key, height: number): Pressed {
  const scrolled = (lines: number): Pressed => ({
    state: { ...state, scroll: Math.max(0, state.scroll + lines) },
  });
  switch (commandOf(key)) {
    case 'down':
    case 'j':
      return scrolled(1);
    case 'up':
    case 'k':
      return scrolled(-1);
    case 'pageDown':
    case ' ':
      return scrolled(height);
    case 'pageUp':
      return scrolled(-height);
    case 'escape':
    case 'enter':
    case 'q':
    case '?':
      return { state: { ...state, mode: 'table' } };
    default:
      return { state };
  }
}

function commandOf(key: Key): string {
  return key.name === 'char' ? key.char : key.name;
}

export function withView(state: ScreenState, id: string, view: TableView): ScreenState {
  if (state.views.get(id) === view) return state;
  return { ...state, views: new Map(state.views).set(id, view) };
}

function nextOf(ids: readonly string[], id: string | undefined): string | undefined {
  return ids[(ids.indexOf(id ?? '') + 1) % Math.max(1, ids.length)];
}
