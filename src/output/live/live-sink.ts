// The live table: takes what a session prints into sheets and draws them, at most ten frames a second and only when something
// changed. Ink is loaded when the probes are attached and events buffer already; until then, and when the session is over
// before the first frame, this is a plain table.
import type { RecordView } from '../../compiler/language/effects.js';
import type { SiteSpec } from '../../compiler/object-spec.js';
import type { PrintfData } from '../../compiler/types/format.js';
import type { RecordType, Type } from '../../compiler/types/type.js';
import type { Value } from '../../compiler/types/value.js';
import { ByteBuffer } from '../byte-buffer.js';
import { EventRows } from '../event-rows.js';
import { mapRows } from '../map-rows.js';
import type { SinkOptions } from '../options.js';
import { reportError } from '../report.js';
import type { RowOrder } from '../selection.js';
import type {
  ByteOutput,
  ErrorKind,
  FailedHelper,
  LossReport,
  MapOptions,
  MapSnapshot,
  Sink,
} from '../sink.js';
import { rowShape, tableId } from '../table/column.js';
import { TableSink } from '../table/table-sink.js';
import { mapText } from '../text/map-text.js';
import { compilePrintf, type PrintfWriter } from '../text/printf-writer.js';
import { formatTime } from '../text/strftime.js';
import { textContext } from '../text/text-sink.js';
import { type TextContext, valueText } from '../text/value-text.js';
import { LiveTable } from './live-table.js';
import { KEPT_ROWS, RowBuffer } from './row-buffer.js';
import { mapSheet, recordSheet, type Sheet, textSheet } from './sheet.js';
import { ownTerminal, type Terminal } from './terminal.js';
import { TextLines } from './text-lines.js';

/** Draws on standard output, which is a terminal. */
export async function openLiveSink(output: ByteOutput, options: SinkOptions): Promise<Sink> {
  return new LiveSink(output, ownTerminal(output), options);
}

export class LiveSink implements Sink {
  readonly #output: ByteOutput;
  readonly #options: SinkOptions;
  readonly #context: TextContext;
  readonly #table: LiveTable;
  readonly #records = new WeakMap<Type, Sheet>();
  readonly #writers: (PrintfWriter | undefined)[] = [];
  readonly #lines = new TextLines();
  readonly #decoder = new TextDecoder();
  #events: EventRows | undefined;
  #printed: ByteBuffer | undefined;
  #text: Sheet | undefined;
  /** Maps printed at the end: they are for the normal screen. */
  #last: { readonly map: MapSnapshot; readonly options: MapOptions }[] = [];
  #ending = false;

  constructor(output: ByteOutput, terminal: Terminal, options: SinkOptions, now?: () => number) {
    this.#output = output;
    this.#options = options;
    this.#context = textContext(options, true);
    this.#table = new LiveTable(terminal, options, this.#context, { now });
  }

  attached(): void {
    this.#table.attached();
  }

  printf(site: SiteSpec, view: RecordView): void {
    let writer = this.#writers[site.id];
    if (writer === undefined) {
      writer = compilePrintf((site.data as PrintfData).format, site.layout, this.#context);
      this.#writers[site.id] = writer;
    }
    this.#printed ??= new ByteBuffer({ write: bytes => this.#take(bytes), isTerminal: true, columns: 80 });
    writer.write(view, this.#printed);
    this.#table.events++;
  }

  event(site: SiteSpec, view: RecordView): void {
    this.#events ??= new EventRows(this.#options.sites ?? []);
    this.value(this.#events.type, this.#events.values(site, view));
  }

  value(type: Type, value: Value): void {
    this.#table.events++;
    if (type.kind !== 'record') {
      this.#append(`${valueText(type, value, this.#context)}\n`);
      return;
    }
    this.#recordSheet(type).rows.push(value as readonly Value[]);
    this.#table.changed();
  }

  /** Keyed maps and records are tables, histograms lines of text; a scalar is a line among the script's others. */
  map(map: MapSnapshot, options: MapOptions): void {
    this.#table.events++;
    if (this.#ending) {
      this.#last.push({ map, options });
      return;
    }
    const { kind } = map.value;
    const drawn = kind === 'hist' || kind === 'lhist' || kind === 'tseries';
    if (!drawn && map.key === undefined && kind !== 'record') {
      this.#append(mapText(map, options, this.#context));
      return;
    }
    this.#table.put(drawn ? this.#histogramSheet(map, options) : snapshotSheet(map, options));
  }

  replaceRows(
    name: string,
    type: RecordType,
    rows: readonly (readonly Value[])[],
    page?: { readonly sort: RowOrder | undefined },
  ): void {
    const sheet = mapSheet(name, rowShape(type).columns);
    sheet.rows = new RowBuffer(Math.max(1, rows.length));
    for (const row of rows) sheet.rows.push(row);
    if (page !== undefined) this.#table.events += rows.length;
    this.#table.put(sheet, page?.sort);
  }

  time(format: string): void {
    this.#table.events++;
    this.#settle();
    this.#addLines(this.#lines.take(formatTime(format, this.#options.now(), { fraction: false }), KEPT_ROWS));
  }

  text(_kind: 'cat' | 'join' | 'syscall', text: string): void {
    this.#table.events++;
    this.#settle();
    this.#addLines(this.#lines.take(text, KEPT_ROWS));
  }

  lost(report: LossReport): void {
    this.#table.lost += report.lost;
    this.#table.changed();
  }

  error(
    kind: ErrorKind,
    message: string,
    span?: readonly [start: number, end: number],
    failed?: FailedHelper,
  ): void {
    const style = kind === 'errorf' ? 'error' : 'warning';
    const notice = (text: string): void => this.#table.messages.add(text, style);
    reportError(kind, message, span, { ...this.#options, notice }, failed);
    this.#table.changed();
  }

  ending(): void {
    this.#ending = true;
  }

  /** Throws BrokenPipe when drawing has found the terminal gone. */
  flush(): void {
    this.#printed?.handOn();
    this.#table.check();
  }

  /** The terminal is as it was; below, the rows that were on the screen, the maps printed at the end, then messages. */
  async close(): Promise<void> {
    this.#settle();
    this.#addLines(this.#lines.takeRest());
    const last = this.#last.splice(0);
    const rows = this.#table.close(new Set(last.map(({ map }) => map.name)));
    if (this.#table.isBroken) return;
    if (rows.length > 0) this.#output.write(Buffer.from(`${rows.join('\n')}\n`, 'utf8'));
    if (last.length > 0) {
      const plain = new TableSink(this.#output, this.#options);
      for (const { map, options } of last) plain.map(map, options);
      await plain.close();
    }
    this.#table.messages.sayAll(this.#options.notice);
    if (this.#table.lost > 0) this.#options.notice(`Lost ${this.#table.lost} events\n`);
  }

  #recordSheet(type: Type): Sheet {
    let sheet = this.#records.get(type);
    if (sheet === undefined) {
      // Several print() of one shape are one table.
      const { columns } = rowShape(type);
      const id = `record ${tableId(columns)}`;
      const count = this.#table.count('record');
      sheet = this.#table.get(id) ?? recordSheet(id, count === 0 ? 'rows' : `rows ${count + 1}`, columns);
      this.#records.set(type, sheet);
      this.#table.put(sheet);
    }
    return sheet;
  }

  #histogramSheet(map: MapSnapshot, options: MapOptions): Sheet {
    const sheet = textSheet(map.name, map.name, 'map');
    const text = Buffer.from(mapText(map, options, this.#context), 'latin1').toString('utf8');
    for (const line of text.trimEnd().split('\n')) sheet.rows.push([], [line]);
    return sheet;
  }

  /** A binary string that ends a message. */
  #append(binary: string): void {
    this.#printed ??= new ByteBuffer({ write: bytes => this.#take(bytes), isTerminal: true, columns: 80 });
    this.#printed.appendBinary(binary);
  }

  #settle(): void {
    this.#printed?.handOn();
  }

  #take(bytes: Uint8Array): void {
    this.#addLines(this.#lines.take(this.#decoder.decode(bytes, { stream: true }), KEPT_ROWS));
  }

  #addLines(lines: readonly string[]): void {
    if (lines.length === 0) return;
    if (this.#text === undefined) {
      this.#text = textSheet('text', 'text');
      this.#table.put(this.#text);
    }
    for (const line of lines) this.#text.rows.push([], [line]);
    this.#table.changed();
  }
}

function snapshotSheet(map: MapSnapshot, options: MapOptions): Sheet {
  const { columns, rows } = mapRows(map, options);
  const sheet = mapSheet(map.name, columns);
  sheet.rows = new RowBuffer(Math.max(KEPT_ROWS, rows.length));
  for (const row of rows) sheet.rows.push(row);
  return sheet;
}
