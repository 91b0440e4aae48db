// NDJSON as bpftrace's -f json writes it: one message a line, `{"type": ..., "data": ...}`, same keys, order and spacing.
// An integer that a double cannot hold is a string of its digits; text that is not UTF-8 gets U+FFFD, so that every line is
// valid JSON.
import type { RecordView } from '../compiler/language/effects.js';
import type { SiteSpec } from '../compiler/object-spec.js';
import { decodeRecordField } from '../compiler/types/decode.js';
import { OWN_FIELDS } from '../compiler/types/event.js';
import type { PrintfData } from '../compiler/types/format.js';
import { type Estimate, estimatePercentiles, type HistogramType } from '../compiler/types/percentile.js';
import type { Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import { ByteBuffer } from './byte-buffer.js';
import { jsonInteger, jsonText, jsonValue, keyString } from './json-value.js';
import { type Entry, sortedEntries } from './map-order.js';
import type { SinkOptions, SpanPair } from './options.js';
import { placeOf } from './report.js';
import type {
  ByteOutput,
  ErrorKind,
  FailedHelper,
  LossReport,
  MapOptions,
  MapSnapshot,
  Sink,
} from './sink.js';
import { bucketsOf } from './text/histogram-text.js';
import { compilePrintf, type PrintfWriter } from './text/printf-writer.js';
import { formatTime } from './text/strftime.js';
import { textContext } from './text/text-sink.js';
import { dateText, pointsOf } from './text/time-series-text.js';
import { averageOf, type TextContext } from './text/value-text.js';
import { withZero } from './unset-map.js';

const DATE = '%Y-%m-%d %H:%M:%S.%f';

export class JsonSink implements Sink {
  readonly #buffer: ByteBuffer;
  readonly #options: SinkOptions;
  readonly #context: TextContext;
  readonly #writers: (PrintfWriter | undefined)[] = [];
  #ending = false;
  /** One printf's text, before it becomes a JSON string. */
  readonly #scratch = new ByteBuffer({ write: () => {}, isTerminal: false, columns: 0, buffering: 'full' });

  constructor(output: ByteOutput, options: SinkOptions) {
    this.#buffer = new ByteBuffer(output);
    this.#options = options;
    this.#context = textContext(options, false);
  }

  attached(probes: number): void {
    if (this.#options.quiet) return;
    this.#line(`{"type": "attached_probes", "count": ${probes}, "data": {"probes": ${probes}}}`);
    this.flush(); // programs wait for it, and it may be long until there is more
  }

  printf(site: SiteSpec, view: RecordView): void {
    let writer = this.#writers[site.id];
    if (writer === undefined) {
      writer = compilePrintf((site.data as PrintfData).format, site.layout, this.#context);
      this.#writers[site.id] = writer;
    }
    const scratch = this.#scratch;
    scratch.at = 0;
    writer.write(view, scratch);
    this.#message('printf', jsonText(scratch.bytes.subarray(0, scratch.at)));
  }

  event({ layout }: SiteSpec, view: RecordView): void {
    const members = layout.fields.map(field => {
      const value = decodeRecordField(layout, field, view);
      const text =
        field.name === 'time' && field.type.kind === 'timestamp'
          ? jsonText(formatTime(DATE, (value as bigint) + this.#options.epochOffset(), { fraction: true }))
          : jsonValue(field.type, value, this.#context);
      return `${jsonText(field.name)}: ${text}`;
    });
    const args = `"args": {${members.slice(OWN_FIELDS).join(', ')}}`;
    this.#message('event', `{${[...members.slice(0, OWN_FIELDS), args].join(', ')}}`);
  }

  value(type: Type, value: Value): void {
    this.#message('value', jsonValue(type, value, this.#context));
  }

  map(asRead: MapSnapshot, options: MapOptions): void {
    const map = this.#ending ? asRead : withZero(asRead);
    const divisor = options.div === 0n ? 1n : options.div;
    const entries = sortedEntries(map, options);
    if (entries.length === 0) {
      // bpftrace tells of a map of averages also when it is empty.
      if (messageType(map.value) === 'stats') this.#message('stats', `{${jsonText(map.name)}: {}}`);
      return;
    }
    this.#mapMessage(messageType(map.value), map, entries, entry =>
      mapValue(map.value, entry.value, divisor, this.#context),
    );
    const { value: type } = map;
    if ((type.kind !== 'hist' && type.kind !== 'lhist') || options.percentiles === undefined) return;
    this.#mapMessage('percentiles', map, entries, ({ value }) =>
      percentilesJson(estimatePercentiles(type, value as readonly bigint[], options.percentiles!)),
    );
  }

  #mapMessage(
    type: string,
    { name, key: keyType }: MapSnapshot,
    entries: readonly Entry[],
    shown: (entry: Entry) => string,
  ): void {
    const values = entries.map(entry =>
      keyType === undefined
        ? shown(entry)
        : `${jsonText(keyString(keyType, entry.key, this.#context))}: ${shown(entry)}`,
    );
    const body = keyType === undefined ? values.join('') : `{${values.join(', ')}}`;
    this.#message(type, `{${jsonText(name)}: ${body}}`);
  }

  time(format: string): void {
    this.#message('time', jsonText(formatTime(format, this.#options.now(), { fraction: false })));
  }

  text(kind: 'cat' | 'join' | 'syscall', text: string): void {
    this.#message(kind, jsonText(text));
  }

  lost({ lost }: LossReport): void {
    this.#message('lost_events', `{"events": ${lost}}`);
  }

  error(kind: ErrorKind, message: string, span: SpanPair = [0, 0], failed?: FailedHelper): void {
    const { name, line, column } = placeOf(this.#options.source, span[0]);
    const call =
      failed === undefined ? '' : `"helper": ${jsonText(failed.helper)}, "retcode": ${failed.returned}, `;
    const place = `"filename": ${jsonText(name)}, "line": ${line}, "col": ${column}`;
    this.#line(`{"type": "${kind}", "msg": ${jsonText(message)}, ${call}${place}}`);
  }

  ending(): void {
    this.#ending = true;
  }

  flush(): void {
    this.#buffer.endBatch();
  }

  close(): Promise<void> {
    this.#buffer.handOn();
    return Promise.resolve();
  }

  #message(type: string, data: string): void {
    this.#line(`{"type": "${type}", "data": ${data}}`);
  }

  #line(text: string): void {
    this.#buffer.appendText(`${text}\n`);
    this.#buffer.endMessage();
  }
}

function messageType(type: Type): string {
  if (type.kind === 'hist' || type.kind === 'lhist') return 'hist';
  if (type.kind === 'tseries') return 'tseries';
  return type.kind === 'avg' || type.kind === 'stats' ? 'stats' : 'map';
}

function mapValue(type: Type, value: Value, divisor: bigint, context: TextContext): string {
  switch (type.kind) {
    case 'hist':
    case 'lhist':
      return histogramJson(type, value as readonly bigint[], divisor);
    case 'tseries': {
      const points = pointsOf(value).filter(([, point]) => point !== undefined);
      const items = points.map(
        ([start, point]) =>
          `{"interval_start":${jsonText(dateText(start))},"value":${jsonInteger(point ?? 0n)}}`,
      );
      return `[${items.join(',')}]`;
    }
    case 'avg':
      return jsonInteger(averageOf(value) / divisor);
    case 'stats': {
      const { total, count } = value as { total: bigint; count: bigint };
      const average = jsonInteger(averageOf(value) / divisor);
      return `{"count": ${jsonInteger(count)}, "average": ${average}, "total": ${jsonInteger(total)}}`;
    }
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
    case 'integer':
      return jsonInteger(((value as bigint | undefined) ?? 0n) / divisor);
    default:
      return jsonValue(type, value, context);
  }
}

/** Of an open bucket `{"min": ...}` or `{"max": ...}`, as in the histogram itself. */
function percentilesJson(estimates: readonly Estimate[]): string {
  const members = estimates.map(({ percentile, value, open }) => {
    const number = jsonInteger(open === 'below' ? value - 1n : value);
    const shown = open === 'above' ? `{"min": ${number}}` : open === 'below' ? `{"max": ${number}}` : number;
    return `${jsonText(percentile.name)}: ${shown}`;
  });
  return `{${members.join(', ')}}`;
}

function histogramJson(type: HistogramType, counts: readonly bigint[], divisor: bigint): string {
  const buckets = bucketsOf(type, counts, divisor).map(({ low, high, count }) => {
    const min = low === undefined ? '' : `"min": ${jsonInteger(low)}, `;
    const max = high === undefined ? '' : `"max": ${jsonInteger(high - 1n)}, `;
    return `{${min}${max}"count": ${jsonInteger(count)}}`;
  });
  return `[${buckets.join(',')}]`;
}
