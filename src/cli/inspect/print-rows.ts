// Rows to the output in the format asked for, at once: a plain table without one.
import { openByteOutput } from '../../output/byte-output.js';
import { resolveOptions } from '../../output/options.js';
import { type RowField, recordOf } from '../../output/row-fields.js';
import type { ByteOutput, Sink } from '../../output/sink.js';
import { say } from '../standard-error.js';
import type { InspectConfig } from './inspect.js';

export interface RowPrinter {
  /** Several times: several tables under one head, as their rows come. */
  print<Row>(fields: readonly RowField<Row>[], rows: readonly Row[]): void;
  close(): Promise<void>;
}

export async function openRows(
  config: Pick<InspectConfig, 'format' | 'output'>,
  buffering: 'line' | 'full' = 'full',
): Promise<RowPrinter> {
  const { format = 'table' } = config;
  const output = openByteOutput({ path: config.output, buffering });
  const sink = await sinkOf(format, output);
  const none = format === 'json' || format === 'csv' ? '' : '-';
  return {
    print(fields, rows) {
      const { type, values } = recordOf(fields, rows, none);
      for (const value of values) sink.value(type, value);
      sink.flush();
    },
    async close() {
      await sink.close();
      output.close();
    },
  };
}

async function sinkOf(format: string, output: ByteOutput): Promise<Sink> {
  const options = resolveOptions({
    title: '',
    source: { name: '', text: '' },
    notice: say,
    onQuit: () => {},
    maxStrlen: 1 << 16,
    quiet: true,
  });
  if (format === 'json') return new (await import('../../output/json.js')).JsonSink(output, options);
  if (format === 'csv') return new (await import('../../output/csv.js')).CsvSink(output, options);
  return new (await import('../../output/table/table-sink.js')).TableSink(output, options);
}
