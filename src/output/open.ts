// -f: which sink. What a format needs is loaded only when it is asked for (ink takes 220-360 ms).
import { type OpenOptions, resolveOptions, type SinkOptions } from './options.js';
import type { ByteOutput, Sink } from './sink.js';
import { TextSink } from './text/text-sink.js';

export type Format = 'text' | 'json' | 'csv' | 'table' | 'folded';

export async function openSink(format: Format, output: ByteOutput, options: OpenOptions): Promise<Sink> {
  const resolved = resolveOptions(options);
  const sink = await sinkOf(format, output, resolved);
  const paged = resolved.sites?.some(({ entry }) => entry === 'page') === true;
  if (resolved.selection === undefined && !paged) return sink;
  const { SelectingSink } = await import('./selecting-sink.js');
  const whole = format === 'json' || format === 'csv';
  return new SelectingSink(sink, resolved, { live: isLive(format, output), whole });
}

async function sinkOf(format: Format, output: ByteOutput, resolved: SinkOptions): Promise<Sink> {
  switch (format) {
    case 'text':
      return new TextSink(output, resolved);
    case 'json': {
      const { JsonSink } = await import('./json.js');
      return new JsonSink(output, resolved);
    }
    case 'folded': {
      const { FoldedSink } = await import('./folded.js');
      return new FoldedSink(output, resolved);
    }
    case 'csv': {
      const { CsvSink } = await import('./csv.js');
      return new CsvSink(output, resolved);
    }
    case 'table': {
      if (isLive(format, output)) {
        const { openLiveSink } = await import('./live/live-sink.js');
        return openLiveSink(output, resolved);
      }
      const { TableSink } = await import('./table/table-sink.js');
      return new TableSink(output, resolved);
    }
  }
}

/** The screen will be drawn on: what others write to the terminal meanwhile would be lost or spoil it. */
export function isLive(format: Format, output: ByteOutput): boolean {
  const terminal = process.env.TERM ?? '';
  return format === 'table' && output.isTerminal && terminal !== '' && terminal !== 'dumb';
}
