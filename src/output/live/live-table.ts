// The sheets of a session on the terminal: when to draw, what a key changes, pausing, and giving the terminal back.
import type { SinkOptions } from '../options.js';
import type { RowOrder } from '../selection.js';
import { wantsColor } from '../terminal.js';
import type { TextContext } from '../text/value-text.js';
import type { App } from './app.js';
import { lastRows } from './farewell.js';
import { firstView } from './first-view.js';
import { type Frame, makeFrame, rowsThatFit, type Status } from './frame.js';
import {
  type Effect,
  FIRST_STATE,
  type Key,
  press,
  type ScreenState,
  stateWith,
  viewOf,
  withView,
} from './keyboard.js';
import { Lister, type Listing } from './listing.js';
import { Messages } from './messages.js';
import type { TableView } from './model.js';
import { Screen } from './screen.js';
import type { Sheet, SheetKind } from './sheet.js';
import type { Terminal } from './terminal.js';

/** ms between frames: at most ten a second. */
const FRAME_INTERVAL = 100;
/** Drawing may take this share of the time: when a frame is slow, fewer are drawn. */
const DRAWING_SHARE = 0.25;
/** ms between two looks at our own CPU use. */
const COST_INTERVAL = 1000;

const RANK: Readonly<Record<SheetKind, number>> = { record: 0, map: 1, text: 2 };

export interface LiveTableOptions {
  /** ms since some moment. */
  readonly now?: (() => number) | undefined;
  /** What the title says instead of events and losses. */
  readonly facts?: (() => readonly string[]) | undefined;
  /** How a sheet is shown before a key is pressed. */
  readonly first?: (Partial<TableView> & { readonly sheet: string }) | undefined;
}

export class LiveTable {
  /** Events that the script printed. */
  events = 0;
  lost = 0;
  readonly messages = new Messages();
  readonly #terminal: Terminal;
  readonly #options: SinkOptions;
  readonly #context: TextContext;
  readonly #screen: Screen;
  readonly #sheets = new Map<string, Sheet>();
  readonly #lister: Lister;
  readonly #now: () => number;
  readonly #facts: (() => readonly string[]) | undefined;
  #state: ScreenState = FIRST_STATE;
  /** The sheets as they were when the table was paused. */
  #frozen: ReadonlyMap<string, Sheet> | undefined;
  #eventsAtPause = 0;
  #app: App | undefined;
  #closed = false;
  /** Thrown by drawing, until it is handed on. */
  #broken: unknown;
  #failed = false;
  #stopResize: () => void = () => {};
  #attachedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #clock: NodeJS.Timeout | undefined;
  #nextFrame = 0;
  #cost: { readonly at: number; readonly share: number | undefined } | undefined;

  constructor(terminal: Terminal, options: SinkOptions, context: TextContext, more: LiveTableOptions = {}) {
    this.#now = more.now ?? (() => performance.now());
    this.#facts = more.facts;
    if (more.first !== undefined) this.#state = stateWith(more.first.sheet, more.first);
    this.#terminal = terminal;
    this.#options = options;
    this.#context = context;
    this.#screen = new Screen(terminal);
    this.#lister = new Lister(context);
  }

  /** Everything is attached: ink may take its time now. */
  attached(): void {
    this.#attachedAt = this.#now();
    setImmediate(() => {
      this.#open().catch(error => this.#fail(error));
    });
  }

  get(id: string): Sheet | undefined {
    return this.#sheets.get(id);
  }

  count(kind: SheetKind): number {
    return [...this.#sheets.values()].filter(sheet => sheet.kind === kind).length;
  }

  /** Adds a sheet, or replaces the one of the same id: a newer snapshot of a map. `sort`: the order it is first shown in. */
  put(sheet: Sheet, sort?: RowOrder): void {
    const former = this.#sheets.get(sheet.id);
    former?.widths.forEach((width, i) => {
      if (i < sheet.widths.length) sheet.widths[i] = Math.max(width, sheet.widths[i] ?? 0);
    });
    this.#sheets.set(sheet.id, sheet);
    const { selection } = this.#options;
    if ((selection !== undefined || sort !== undefined) && !this.#state.views.has(sheet.id))
      this.#state = withView(this.#state, sheet.id, firstView(sheet, selection, sort));
    this.changed();
  }

  /** Something is to be drawn: soon. */
  changed(): void {
    if (this.#app === undefined || this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => this.#draw(), Math.max(0, this.#nextFrame - this.#now()));
    this.#timer.unref();
  }

  /** Throws what drawing has thrown, where the session can take it. */
  check(): void {
    if (this.#broken === undefined) return;
    const error = this.#broken;
    this.#broken = undefined;
    throw error;
  }

  /** Drawing has failed: there is nobody, or nothing, to print for. */
  get isBroken(): boolean {
    return this.#failed;
  }

  /**
   * The terminal is given back. The lines to leave on it: a screenful of each sheet, or all that is kept when nothing was
   * drawn; not of `superseded` ones, whose maps are printed anew.
   */
  close(superseded: ReadonlySet<string>): string[] {
    if (this.#closed) return [];
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#clock);
    this.#stopResize();
    const { columns, rows } = this.#terminal;
    const height = this.#app === undefined ? Number.POSITIVE_INFINITY : Math.max(1, rows - 3);
    this.#app?.unmount();
    this.#screen.leave();
    const parts: string[][] = [];
    for (const sheet of this.#current().values()) {
      if (superseded.has(sheet.id)) continue;
      const view = viewOf(this.#state, sheet.id);
      const listing = new Lister(this.#context).list(sheet, sheet.rows, view.filter, view.sort);
      const most = Math.min(height, Math.max(1, listing.length));
      const lines = lastRows(sheet, view, listing, columns, most, this.#context);
      if (lines.length > 0) parts.push(lines);
    }
    return parts.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
  }

  async #open(): Promise<void> {
    if (this.#closed) return;
    const { mountApp } = await import('./app.js');
    if (this.#closed) return;
    const app = await mountApp({
      keyboard: this.#terminal.keyboard,
      onKey: key => this.#onKey(key),
      onFailure: error => this.#fail(error),
      color: wantsColor(this.#options.color, () => true),
    });
    if (this.#closed) return;
    this.#app = app;
    this.#screen.enter();
    this.#stopResize = this.#terminal.onResize(() => {
      this.#redraw();
    });
    this.#draw();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#app === undefined || this.#closed || this.#failed) return;
    const begin = this.#now();
    try {
      this.#screen.paint(this.#app.draw(this.#frame()));
    } catch (error) {
      this.#fail(error);
      return;
    }
    const end = this.#now();
    this.#nextFrame = begin + Math.max(FRAME_INTERVAL, (end - begin) / DRAWING_SHARE);
    this.#tick();
  }

  /** Draws again when the clock shows another second. */
  #tick(): void {
    clearTimeout(this.#clock);
    const elapsed = this.#now() - (this.#attachedAt ?? 0);
    this.#clock = setTimeout(() => this.changed(), 1000 - (elapsed % 1000));
    this.#clock.unref();
  }

  #frame(): Frame {
    const { columns: width, rows: height } = this.#terminal;
    const sheet = this.#shown();
    const status = this.#status();
    return makeFrame({
      width,
      height,
      status,
      state: this.#state,
      sheet,
      view: viewOf(this.#state, sheet?.id),
      listing: this.#list(sheet),
      sheetCount: this.#current().size,
      context: this.#context,
    });
  }

  #status(): Status {
    return {
      title: this.#options.title,
      events: this.events,
      facts: this.#facts?.(),
      lost: this.#options.losses?.().total ?? this.lost,
      cpu: this.#share(),
      elapsedSeconds: Math.floor((this.#now() - (this.#attachedAt ?? this.#now())) / 1000),
      pausedNew: this.#state.paused ? this.events - this.#eventsAtPause : 0,
      message: this.messages.latest,
      attached: this.#attachedAt !== undefined,
      atEndOnly: this.#options.atEndOnly,
    };
  }

  #share(): number | undefined {
    const now = this.#now();
    if (this.#cost === undefined || now - this.#cost.at >= COST_INTERVAL)
      this.#cost = { at: now, share: this.#options.cpu?.() };
    return this.#cost.share;
  }

  #current(): ReadonlyMap<string, Sheet> {
    return this.#frozen ?? this.#sheets;
  }

  /** The sheet that was chosen; else records before maps before text. */
  #shown(): Sheet | undefined {
    const sheets = [...this.#current().values()];
    const chosen = sheets.find(sheet => sheet.id === this.#state.chosen);
    return chosen ?? sheets.sort((a, b) => RANK[a.kind] - RANK[b.kind])[0];
  }

  #list(sheet: Sheet | undefined): Listing {
    if (sheet === undefined) return { length: 0, at: () => undefined as never, indexOf: () => -1 };
    const { filter, sort } = viewOf(this.#state, sheet.id);
    return this.#lister.list(sheet, sheet.rows, filter, sort);
  }

  #onKey(key: Key): void {
    const sheet = this.#shown();
    const message = this.messages.latest !== undefined;
    const { state, effect } = press(this.#state, key, {
      sheet,
      listing: this.#list(sheet),
      sheets: [...this.#current().keys()],
      height: rowsThatFit(this.#terminal.rows, sheet, message),
    });
    const paused = this.#state.paused;
    this.#state = state;
    if (state.paused !== paused) this.#pause(state.paused);
    if (effect !== undefined) this.#act(effect);
    this.changed();
  }

  #pause(paused: boolean): void {
    this.#eventsAtPause = this.events;
    this.#frozen = paused
      ? new Map([...this.#sheets].map(([id, sheet]) => [id, { ...sheet, rows: sheet.rows.copy() }]))
      : undefined;
  }

  #act(effect: Effect): void {
    switch (effect) {
      case 'quit':
        this.#options.onQuit();
        return;
      case 'dismiss':
        this.messages.dismiss();
        return;
      case 'redraw':
        this.#redraw();
        return;
      case 'suspend':
        this.#suspend();
        return;
    }
  }

  #redraw(): void {
    try {
      this.#screen.forget();
    } catch (error) {
      this.#fail(error);
    }
    this.changed();
  }

  /** Ctrl-Z: the shell gets its terminal until it continues us. */
  #suspend(): void {
    const { keyboard } = this.#terminal;
    this.#screen.leave();
    keyboard?.setRawMode(false);
    process.kill(process.pid, 'SIGTSTP');
    // The signal stops us before this timer can run.
    setTimeout(() => {
      if (this.#closed) return;
      keyboard?.setRawMode(true);
      this.#screen.enter();
      this.changed();
    }, 50);
  }

  /** The terminal has gone, or drawing has failed: the session is to end, and hears why at its next flush. */
  #fail(error: unknown): void {
    if (this.#closed || this.#failed) return;
    this.#failed = true;
    this.#broken = error;
    this.#screen.leave();
    this.#options.onQuit();
  }
}
