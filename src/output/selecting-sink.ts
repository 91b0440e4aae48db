// A sink that hands on to another what a selection leaves of rows and maps. A live table sorts and filters by itself: for it
// columns are only brought into order, the chosen ones first.
import type { RecordView } from '../compiler/language/effects.js';
import type { PageData } from '../compiler/language/functions/page.js';
import type { SiteSpec } from '../compiler/object-spec.js';
import { printedRow } from '../compiler/types/printed-row.js';
import type { RecordType, Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import { EventRows } from './event-rows.js';
import { mapRows } from './map-rows.js';
import type { SinkOptions } from './options.js';
import {
  type ColumnOrder,
  chosenColumns,
  NO_SELECTION,
  orderOf,
  projected,
  type Selection,
} from './selection.js';
import type { ErrorKind, FailedHelper, LossReport, MapOptions, MapSnapshot, Sink } from './sink.js';
import { type Column, cellText, rowShape, tableId } from './table/column.js';
import { compileFilter } from './table/row-filter.js';
import { compareRows } from './table/row-order.js';
import { formatTime } from './text/strftime.js';
import { textContext } from './text/text-sink.js';
import type { TextContext } from './text/value-text.js';

/** Sorted rows that are kept for the end. */
const MOST_HELD = 100_000;
const TIME: RecordType['fields'][number] = { name: 'time', type: { kind: 'string', size: 9 } };

interface Plan {
  /** Rows get the time in front. */
  readonly timed: boolean;
  readonly columns: readonly Column[];
  readonly test: ((row: readonly Value[]) => boolean) | undefined;
  readonly order: ColumnOrder | undefined;
  readonly shown: readonly number[];
  readonly shownType: RecordType;
  /** Rows come in pages. */
  readonly paged: boolean;
  /** Rows that wait for the end, or for that of their page. */
  held: (readonly Value[])[];
}

export class SelectingSink implements Sink {
  /** Where the inner sink can. */
  readonly replaceRows?: NonNullable<Sink['replaceRows']>;
  readonly #inner: Sink;
  readonly #options: SinkOptions;
  readonly #selection: Selection;
  readonly #live: boolean;
  readonly #whole: boolean;
  readonly #context: TextContext;
  readonly #planOfType = new WeakMap<Type, Plan>();
  /** Rows of several print() are of one table where their columns agree. */
  readonly #plans = new Map<string, Plan>();
  #events: EventRows | undefined;
  #left = 0;

  /** `whole`: pages have all their rows. */
  constructor(inner: Sink, options: SinkOptions, { live, whole }: { live: boolean; whole: boolean }) {
    this.#inner = inner;
    this.#options = options;
    this.#selection = options.selection ?? NO_SELECTION;
    this.#live = live;
    this.#whole = whole;
    this.#context = textContext(options, true);
    if (inner.replaceRows === undefined) return;
    this.replaceRows = (name, type, rows) => {
      const plan = this.#planOf(type);
      const timed = rows.map(row => this.#timed(plan, row)).filter(row => plan.test?.(row) !== false);
      inner.replaceRows?.(
        name,
        plan.shownType,
        timed.map(row => plan.shown.map(index => row[index])),
      );
    };
  }

  value(type: Type, value: Value): void {
    if (type.kind !== 'record') {
      this.#inner.value(type, value);
      return;
    }
    const plan = this.#planOf(type);
    const row = this.#timed(plan, value as readonly Value[]);
    if (plan.test?.(row) === false) return;
    if (plan.order === undefined && !plan.paged) this.#print(plan, row);
    else this.#hold(plan, row);
  }

  event(site: SiteSpec, view: RecordView): void {
    this.#events ??= new EventRows(this.#options.sites ?? []);
    this.value(this.#events.type, this.#events.values(site, view));
  }

  map(map: MapSnapshot, options: MapOptions): void {
    const { top = 0, ...rest } = this.#selection;
    const least = options.top === 0 ? top : top === 0 ? options.top : Math.min(top, options.top);
    if (map.key === undefined || ['hist', 'lhist', 'tseries', 'stats'].includes(map.value.kind)) {
      this.#inner.map(map, { ...options, top: least });
      return;
    }
    const { columns } = mapRows({ ...map, entries: [] }, options);
    const columnOrder = chosenColumns(columns, this.#selection);
    const shown = this.#live ? restBehind(columnOrder, columns.length) : columnOrder;
    if (this.#live) {
      this.#inner.map(map, { ...options, top: least, columns: shown });
      return;
    }
    const order = orderOf(columns, this.#selection);
    const test = this.#testOf(columns, rest.where);
    // A row for each entry, in the same order.
    const { rows, entries } = mapRows(map, {
      ...options,
      top: order === undefined && test === undefined ? least : 0,
    });
    let pairs = rows
      .map((row, i) => ({ row, entry: entries[i]! }))
      .filter(({ row }) => test?.(row) !== false);
    if (order !== undefined) {
      pairs.sort((a, b) => compareRows(a.row, b.row, order));
      if (least > 0) pairs = pairs.slice(0, least);
    }
    this.#inner.map(
      { ...map, entries: pairs.map(({ entry }) => entry) },
      { ...options, top: order === undefined ? least : 0, arranged: order !== undefined, columns: shown },
    );
  }

  /** Without a column of that name rows stay as they came. */
  endPage(probe: number, { top, column }: PageData): void {
    const plans = new Set(this.#recordsOf(probe).map(type => this.#planOf(type)));
    for (const plan of plans) {
      const rows = plan.held.splice(0);
      const sort = column === undefined ? undefined : { column, descending: undefined };
      if (this.replaceRows !== undefined) {
        const shown = rows.map(row => plan.shown.map(index => row[index]));
        this.#inner.replaceRows?.(this.#sheetOf(plan), plan.shownType, shown, { sort });
        continue;
      }
      const order = plan.order ?? orderOf(plan.columns, { sort });
      if (order !== undefined) rows.sort((a, b) => compareRows(a, b, order));
      const most = this.#selection.top ?? (this.#whole || top === 0 ? rows.length : top);
      for (const row of rows.slice(0, most)) this.#print(plan, row);
      if (rows.length > 0) this.#inner.turnPage?.();
    }
  }

  /** Of a session that is over: what was held is printed. */
  ending(): void {
    this.#settle();
    this.#inner.ending();
  }

  async close(): Promise<void> {
    this.#settle();
    await this.#inner.close();
    if (this.#left > 0)
      this.#options.notice(`${this.#left} rows that come behind these in the order were left out\n`);
  }

  attached(probes: number): void {
    this.#inner.attached(probes);
  }

  printf(site: SiteSpec, view: RecordView): void {
    this.#inner.printf(site, view);
  }

  time(format: string): void {
    this.#inner.time(format);
  }

  text(kind: 'cat' | 'join' | 'syscall', text: string): void {
    this.#inner.text(kind, text);
  }

  lost(report: LossReport): void {
    this.#inner.lost(report);
  }

  error(
    kind: ErrorKind,
    message: string,
    span?: readonly [start: number, end: number],
    failed?: FailedHelper,
  ): void {
    this.#inner.error(kind, message, span, failed);
  }

  flush(): void {
    this.#inner.flush();
  }

  #planOf(given: RecordType): Plan {
    const known = this.#planOfType.get(given);
    if (known !== undefined) return known;
    const id = tableId(rowShape(given).columns);
    const plan = this.#plans.get(id) ?? this.#makePlan(given);
    this.#plans.set(id, plan);
    this.#planOfType.set(given, plan);
    return plan;
  }

  #makePlan(given: RecordType): Plan {
    const timed = this.#selection.timestamp && !given.fields.some(({ name }) => name === TIME.name);
    const type = timed ? { ...given, fields: [TIME, ...given.fields] } : given;
    const { columns } = rowShape(type);
    const chosen = chosenColumns(columns, this.#selection);
    const shown = this.#live ? restBehind(chosen, columns.length) : chosen;
    return {
      timed,
      columns,
      paged: this.#isPaged(given),
      test: this.#live ? undefined : this.#testOf(columns, this.#selection.where),
      order: this.#live ? undefined : orderOf(columns, this.#selection),
      shown,
      shownType: projected(type, shown),
      held: [],
    };
  }

  #sheetOf(plan: Plan): string {
    const number = [...this.#plans.values()].indexOf(plan) + 1;
    return number === 1 ? 'rows' : `rows ${number}`;
  }

  /** Types of the rows that a probe prints. */
  #recordsOf(probe: number): RecordType[] {
    return (this.#options.sites ?? []).flatMap(site =>
      site.probe === probe ? (printedRow(site) ?? []) : [],
    );
  }

  #isPaged(type: RecordType): boolean {
    const id = tableId(rowShape(type).columns);
    const pages = (this.#options.sites ?? []).filter(({ entry }) => entry === 'page');
    return pages.some(({ probe }) =>
      this.#recordsOf(probe).some(each => tableId(rowShape(each).columns) === id),
    );
  }

  #testOf(
    columns: readonly Column[],
    where: string | undefined,
  ): ((row: readonly Value[]) => boolean) | undefined {
    const test = compileFilter(where ?? '', columns);
    if (test === undefined) return undefined;
    return row => test(row, () => columns.map((column, i) => cellText(column, row[i], this.#context)));
  }

  #print({ shownType, shown }: Plan, row: readonly Value[]): void {
    this.#inner.value(
      shownType,
      shown.map(index => row[index]),
    );
  }

  #hold(plan: Plan, row: readonly Value[]): void {
    plan.held.push(row);
    const most = this.#most();
    if (plan.held.length >= 2 * most) this.#sort(plan, most);
  }

  #settle(): void {
    for (const plan of this.#plans.values()) {
      if (plan.held.length === 0) continue;
      this.#sort(plan, this.#most());
      for (const row of plan.held.splice(0)) this.#print(plan, row);
    }
  }

  #sort(plan: Plan, most: number): void {
    const { order, held } = plan;
    if (order === undefined) return;
    held.sort((a, b) => compareRows(a, b, order));
    if (held.length <= most) return;
    if (this.#selection.top === undefined) this.#left += held.length - most;
    plan.held = held.slice(0, most);
  }

  #most(): number {
    return this.#selection.top ?? MOST_HELD;
  }

  #timed({ timed }: Plan, row: readonly Value[]): readonly Value[] {
    if (!timed) return row;
    return [Buffer.from(formatTime('%H:%M:%S', this.#options.now(), { fraction: false })), ...row];
  }
}

function restBehind(chosen: readonly number[], count: number): number[] {
  return [...chosen, ...Array.from({ length: count }, (_, i) => i).filter(i => !chosen.includes(i))];
}
