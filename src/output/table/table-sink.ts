// The plain table: a head once, then a line per record, aligned; for a pipe, or a terminal that cannot be drawn on. Rows wait
// for the end of their batch, so that widths fit them. Everything else is text, as in text-sink.ts.
import type { RecordView } from '../../compiler/language/effects.js';
import type { SiteSpec } from '../../compiler/object-spec.js';
import type { Type } from '../../compiler/types/type.js';
import type { Value } from '../../compiler/types/value.js';
import { EventRows } from '../event-rows.js';
import { mapRows } from '../map-rows.js';
import type { SinkOptions } from '../options.js';
import type { ByteOutput, LossReport, MapOptions, MapSnapshot } from '../sink.js';
import { TextSink, textContext } from '../text/text-sink.js';
import { binaryOf, type TextContext } from '../text/value-text.js';
import { type Column, cellText, rowShape, sameTable } from './column.js';
import { alignedLine, fittingWidths, growWidths, headLine, headWidths } from './layout.js';

export class TableSink extends TextSink {
  readonly #context: TextContext;
  readonly #pending: (readonly string[])[] = [];
  readonly #sites: readonly SiteSpec[];
  #events: EventRows | undefined;
  #columns: readonly Column[] = [];
  /** What heads and cells have taken so far, characters. */
  #used: number[] = [];
  #headed = false;
  #turned = false;
  /** What was printed last is a table: what follows is kept apart from it. */
  #tabular = false;

  constructor(output: ByteOutput, options: SinkOptions) {
    super(output, options);
    this.#context = textContext(options, true);
    this.#sites = options.sites ?? [];
  }

  override attached(): void {}

  override event(site: SiteSpec, view: RecordView): void {
    this.#events ??= new EventRows(this.#sites);
    this.value(this.#events.type, this.#events.values(site, view));
  }

  override value(type: Type, value: Value): void {
    if (type.kind !== 'record') {
      this.#settle();
      this.#tabular = false;
      super.value(type, value);
      return;
    }
    const { columns, cells } = rowShape(type);
    this.#use(columns);
    const values = cells(value);
    this.#pending.push(columns.map((column, i) => cellText(column, values[i], this.#context)));
    if (this.#pending.length >= 1000) this.#settle();
  }

  /** Maps of records, and keyed ones, are tables; others and histograms print as in text. */
  override map(map: MapSnapshot, options: MapOptions): void {
    this.#settle();
    const { kind } = map.value;
    const asText =
      kind === 'hist' ||
      kind === 'lhist' ||
      kind === 'tseries' ||
      hasStack(map.key) ||
      (map.key === undefined && kind !== 'record');
    if (asText) {
      if (this.#tabular) this.append('\n');
      this.#tabular = false;
      super.map(map, options);
      return;
    }
    const { columns, rows } = mapRows(map, options);
    if (rows.length === 0) return;
    const texts = rows.map(row => columns.map((column, i) => cellText(column, row[i], this.#context)));
    const widths = columns.map(column => column.head.length);
    for (const cells of texts) growWidths(widths, cells);
    const lines = [headLine(columns, widths), ...texts.map(cells => alignedLine(columns, cells, widths))];
    if (this.#tabular) lines.unshift('');
    this.#tabular = true;
    this.append(`${lines.join('\n')}\n`);
  }

  /** Another page has a head of its own. */
  turnPage(): void {
    this.#settle();
    this.#turned = this.#headed;
    this.#headed = false;
  }

  override printf(site: SiteSpec, view: RecordView): void {
    if (this.#pending.length > 0) this.#settle();
    this.#tabular = false;
    super.printf(site, view);
  }

  override time(format: string): void {
    this.#settle();
    this.#tabular = false;
    super.time(format);
  }

  override text(kind: 'cat' | 'join' | 'syscall', text: string): void {
    this.#settle();
    this.#tabular = false;
    super.text(kind, text);
  }

  override lost(report: LossReport): void {
    this.#settle();
    super.lost(report);
  }

  override ending(): void {
    this.#settle();
  }

  override flush(): void {
    this.#settle();
    super.flush();
  }

  override close(): Promise<void> {
    this.#settle();
    return super.close();
  }

  #use(columns: readonly Column[]): void {
    if (sameTable(columns, this.#columns)) return;
    this.#settle();
    const first = this.#columns.length === 0;
    this.#columns = columns;
    this.#used = headWidths(columns);
    this.#headed = false;
    if (!first) this.append('\n');
  }

  #settle(): void {
    if (this.#pending.length === 0) return;
    const rows = this.#pending.splice(0);
    for (const cells of rows) growWidths(this.#used, cells);
    const widths = fittingWidths(this.#columns, this.#used);
    const lines = rows.map(cells => alignedLine(this.#columns, cells, widths));
    if (!this.#headed) lines.unshift(headLine(this.#columns, widths));
    if (this.#turned) lines.unshift('');
    this.#headed = true;
    this.#turned = false;
    this.#tabular = true;
    this.append(`${lines.join('\n')}\n`);
  }

  /** A JavaScript string, to be sent as UTF-8. */
  protected append(text: string): void {
    this.appendBinary(binaryOf(text));
  }
}

/** A stack is a column of lines. */
function hasStack(key: Type | undefined): boolean {
  if (key?.kind === 'tuple') return key.elements.some(hasStack);
  return key?.kind === 'record' ? key.fields.some(field => hasStack(field.type)) : key?.kind === 'stack';
}
