// CSV by RFC 4180: records are rows under a header line, maps too; numbers are raw. A change of columns starts a new header
// after an empty line. What is no row (printf, time) goes to stderr, so that the output stays a table.
import type { RecordView } from '../compiler/language/effects.js';
import type { SiteSpec } from '../compiler/object-spec.js';
import type { PrintfData } from '../compiler/types/format.js';
import type { Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import { ByteBuffer } from './byte-buffer.js';
import { EventRows } from './event-rows.js';
import { mapRows, percentileRows } from './map-rows.js';
import type { SinkOptions, SpanPair } from './options.js';
import { reportError, reportLoss } from './report.js';
import type {
  ByteOutput,
  ErrorKind,
  FailedHelper,
  LossReport,
  MapOptions,
  MapSnapshot,
  Sink,
} from './sink.js';
import { type Column, rowShape } from './table/column.js';
import { compilePrintf, type PrintfWriter } from './text/printf-writer.js';
import { formatTime } from './text/strftime.js';
import { textContext } from './text/text-sink.js';
import { type TextContext, valueText } from './text/value-text.js';

export class CsvSink implements Sink {
  readonly #buffer: ByteBuffer;
  readonly #options: SinkOptions;
  readonly #context: TextContext;
  readonly #writers: (PrintfWriter | undefined)[] = [];
  readonly #asides: ByteBuffer;
  #events: EventRows | undefined;
  #header: string | undefined;

  constructor(output: ByteOutput, options: SinkOptions) {
    this.#buffer = new ByteBuffer(output);
    this.#options = options;
    this.#context = textContext(options, false);
    const aside = (bytes: Uint8Array): void => options.notice(Buffer.from(bytes).toString('utf8'));
    this.#asides = new ByteBuffer({ write: aside, isTerminal: false, columns: 80, buffering: 'none' });
  }

  attached(): void {}

  printf(site: SiteSpec, view: RecordView): void {
    let writer = this.#writers[site.id];
    if (writer === undefined) {
      writer = compilePrintf((site.data as PrintfData).format, site.layout, {
        ...this.#context,
        escape: true,
      });
      this.#writers[site.id] = writer;
    }
    writer.write(view, this.#asides);
    this.#asides.endMessage();
  }

  event(site: SiteSpec, view: RecordView): void {
    this.#events ??= new EventRows(this.#options.sites ?? []);
    this.value(this.#events.type, this.#events.values(site, view));
  }

  value(type: Type, value: Value): void {
    const { columns, cells } = rowShape(type);
    this.#rows(columns, [cells(value)]);
  }

  map(map: MapSnapshot, options: MapOptions): void {
    const { columns, rows } = mapRows(map, options);
    if (rows.length > 0) this.#rows(columns, rows);
    const beside = percentileRows(map, options);
    if (beside !== undefined && beside.rows.length > 0) this.#rows(beside.columns, beside.rows);
  }

  time(format: string): void {
    this.#options.notice(formatTime(format, this.#options.now(), { fraction: false }));
  }

  text(_kind: 'cat' | 'join' | 'syscall', text: string): void {
    this.#options.notice(text);
  }

  lost(report: LossReport): void {
    reportLoss(report, this.#options);
  }

  error(kind: ErrorKind, message: string, span?: SpanPair, failed?: FailedHelper): void {
    reportError(kind, message, span, this.#options, failed);
  }

  ending(): void {}

  flush(): void {
    this.#buffer.endBatch();
  }

  close(): Promise<void> {
    this.#buffer.handOn();
    return Promise.resolve();
  }

  #rows(columns: readonly Column[], rows: readonly (readonly Value[])[]): void {
    const header = columns.map(column => quoted(column.name)).join(',');
    if (header !== this.#header) {
      this.#buffer.appendText(`${this.#header === undefined ? '' : '\n'}${header}\n`);
      this.#header = header;
    }
    for (const row of rows) {
      const cells = columns.map((column, i) => quoted(cellOf(column.type, row[i], this.#context)));
      this.#buffer.appendText(`${cells.join(',')}\n`);
      this.#buffer.endMessage();
    }
  }
}

function cellOf(type: Type, value: Value, context: TextContext): string {
  if (value === undefined) return '';
  return Buffer.from(valueText(type, value, context), 'latin1').toString('utf8');
}

/** In quotes when it holds a comma, a quote or a line end. */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
