// Text as bpftrace prints it: a line per printf or print on the output; losses, errors and "Attached" on stderr.
import type { RecordView } from '../../compiler/language/effects.js';
import type { SiteSpec } from '../../compiler/object-spec.js';
import type { EventData } from '../../compiler/types/event.js';
import type { PrintfData } from '../../compiler/types/format.js';
import type { Type } from '../../compiler/types/type.js';
import type { Value } from '../../compiler/types/value.js';
import { ByteBuffer } from '../byte-buffer.js';
import type { SinkOptions } from '../options.js';
import { reportError, reportLoss } from '../report.js';
import type {
  ByteOutput,
  ErrorKind,
  FailedHelper,
  LossReport,
  MapOptions,
  MapSnapshot,
  Sink,
} from '../sink.js';
import { withZero } from '../unset-map.js';

import { escapeText } from './escape.js';
import { mapText } from './map-text.js';
import { compilePrintf, type PrintfWriter } from './printf-writer.js';
import { formatTime } from './strftime.js';
import { binaryOf, type TextContext, valueText } from './value-text.js';

export class TextSink implements Sink {
  readonly #buffer: ByteBuffer;
  readonly #options: SinkOptions;
  readonly #context: TextContext;
  readonly #writers: (PrintfWriter | undefined)[] = [];
  #ending = false;

  constructor(output: ByteOutput, options: SinkOptions) {
    this.#buffer = new ByteBuffer(output);
    this.#options = options;
    this.#context = textContext(options, output.isTerminal);
  }

  attached(probes: number): void {
    this.#options.notice(`Attached ${probes} probe${probes === 1 ? '' : 's'}\n`);
  }

  printf(site: SiteSpec, view: RecordView): void {
    let writer = this.#writers[site.id];
    if (writer === undefined) {
      writer = compilePrintf((site.data as PrintfData).format, site.layout, this.#context);
      this.#writers[site.id] = writer;
    }
    writer.write(view, this.#buffer);
    this.#buffer.endMessage();
  }

  /** Control characters of its values are shown: it stays a line. */
  event(site: SiteSpec, view: RecordView): void {
    let writer = this.#writers[site.id];
    if (writer === undefined) {
      const context = { ...this.#context, escape: true };
      writer = compilePrintf((site.data as EventData).format, site.layout, context);
      this.#writers[site.id] = writer;
    }
    writer.write(view, this.#buffer);
    this.#buffer.endMessage();
  }

  value(type: Type, value: Value): void {
    this.appendBinary(`${valueText(type, value, this.#context)}\n`);
  }

  map(map: MapSnapshot, options: MapOptions): void {
    this.appendBinary(mapText(this.#ending ? map : withZero(map), options, this.#context));
  }

  time(format: string): void {
    this.appendBinary(binaryOf(formatTime(format, this.#options.now(), { fraction: false })));
  }

  text(kind: 'cat' | 'join' | 'syscall', text: string): void {
    // It holds lines: of its control characters, line ends and tabs pass.
    const shown = this.#context.escape ? text.replace(/[^\n\t]+/g, escapeText) : text;
    this.appendBinary(binaryOf(kind === 'cat' ? shown : `${shown}\n`)); // as bpftrace
  }

  lost(report: LossReport): void {
    this.flush();
    reportLoss(report, this.#options);
  }

  error(
    kind: ErrorKind,
    message: string,
    span?: readonly [start: number, end: number],
    failed?: FailedHelper,
  ): void {
    this.flush();
    reportError(kind, message, span, this.#options, failed);
  }

  ending(): void {
    this.#ending = true;
    this.appendBinary('\n\n');
  }

  flush(): void {
    this.#buffer.endBatch();
  }

  close(): Promise<void> {
    this.#buffer.handOn();
    return Promise.resolve();
  }

  protected appendBinary(text: string): void {
    this.#buffer.appendBinary(text);
    this.#buffer.endMessage();
  }
}

/** What text needs to know, from the options of a sink. */
export function textContext(options: SinkOptions, isTerminal: boolean): TextContext {
  return {
    maxStrlen: options.maxStrlen,
    trailer: binaryOf(options.strTruncTrailer),
    epochOffset: options.epochOffset,
    escape: isTerminal,
    symbol: options.symbol,
  };
}
