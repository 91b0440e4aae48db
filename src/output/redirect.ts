// A sink whose results go to another sink, which can change: what tests print is kept until it is known whether they pass.
import type { RecordView } from '../compiler/language/effects.js';
import type { SiteSpec } from '../compiler/object-spec.js';
import type { Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import type { ErrorKind, FailedHelper, LossReport, MapOptions, MapSnapshot, Sink } from './sink.js';

export class RedirectSink implements Sink {
  to: Sink;
  /** How many errors were told: errorf(), assert(), divisions by zero. */
  errors = 0;

  constructor(to: Sink) {
    this.to = to;
  }

  attached(probes: number): void {
    this.to.attached(probes);
  }

  printf(site: SiteSpec, view: RecordView): void {
    this.to.printf(site, view);
  }

  event(site: SiteSpec, view: RecordView): void {
    this.to.event(site, view);
  }

  value(type: Type, value: Value): void {
    this.to.value(type, value);
  }

  map(map: MapSnapshot, options: MapOptions): void {
    this.to.map(map, options);
  }

  time(format: string): void {
    this.to.time(format);
  }

  text(kind: 'cat' | 'join' | 'syscall', text: string): void {
    this.to.text(kind, text);
  }

  lost(report: LossReport): void {
    this.to.lost(report);
  }

  error(
    kind: ErrorKind,
    message: string,
    span?: readonly [start: number, end: number],
    failed?: FailedHelper,
  ): void {
    if (kind === 'errorf' || kind === 'runtime_error') this.errors++;
    this.to.error(kind, message, span, failed);
  }

  ending(): void {
    this.to.ending();
  }

  flush(): void {
    this.to.flush();
  }

  close(): Promise<void> {
    return this.to.close();
  }
}
