// The live table. Not written yet.
// The plain table's columns and cells (src/output/table/) are shared by both: keep them free of drawing.
import type { SinkOptions } from '../options.js';
import type { ByteOutput, Sink } from '../sink.js';

export async function openLiveSink(_output: ByteOutput, _options: SinkOptions): Promise<Sink> {
  throw new Error('being written');
}
