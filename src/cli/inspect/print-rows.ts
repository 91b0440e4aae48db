// Rows to the output in the format asked for, at once: a plain table without one.
import { openByteOutput } from '../../output/byte-output.js';
import { resolveOptions, type SinkOptions } from '../../output/options.js';
import { type RowField, recordOf } from '../../output/row-fields.js';
import type { ByteOutput, MapOptions, MapSnapshot, Sink } from '../../output/sink.js';
import { TextSink } from '../../output/text/text-sink.js';
import { say } from '../standard-error.js';
import type { InspectConfig } from './inspect.js';

export interface RowPrinter {
  /** Several times: several tables under one head, as their rows come. */
  print<Row>(fields: readonly RowField<Row>[], rows: readonly Row[]): void;
  /** An element a line, in order of keys; an object in JSON. */
  map(map: MapSnapshot): void;
  close(): Promise<void>;
}

export async function openRows(
  config: Pick<InspectConfig, 'format' | 'output'>,
  buffering: 'line' | 'full' = 'full',
): Promise<RowPrinter> {
  const { format = 'table' } = config;
  const output = openByteOutput({ path: config.output, buffering });
  const options = rowOptions();
  const sink = await sinkOf(format, output, options);
  const none = format === 'json' || format === 'csv' ? '' : '-';
  return {
    print(fields, rows) {
      const { type, values } = recordOf(fields, rows, none);
      for (const value of values) sink.value(type, value);
      sink.flush();
    },
    map(map) {
      // A table of a map would not tell which it is.
      const maps = format === 'json' || format === 'csv' ? sink : new TextSink(output, options);
      maps.map(map, BY_KEY);
      maps.flush();
    },
    async close() {
      await sink.close();
      output.close();
    },
  };
}

const BY_KEY: MapOptions = { top: 0, div: 0n, order: 'key' };

function rowOptions(): SinkOptions {
  return resolveOptions({
    title: '',
    source: { name: '', text: '' },
    notice: say,
    onQuit: () => {},
    maxStrlen: 1 << 16,
    quiet: true,
  });
}

async function sinkOf(format: string, output: ByteOutput, options: SinkOptions): Promise<Sink> {
  if (format === 'json') return new (await import('../../output/json.js')).JsonSink(output, options);
  if (format === 'csv') return new (await import('../../output/csv.js')).CsvSink(output, options);
  return new (await import('../../output/table/table-sink.js')).TableSink(output, options);
}
