// The text of one event by its site's format, for what is no output of its own: a command, a file's name, a message.
import type { RecordView } from '../../compiler/language/effects.js';
import type { SiteSpec } from '../../compiler/object-spec.js';
import type { PrintfData } from '../../compiler/types/format.js';
import { ByteBuffer } from '../byte-buffer.js';
import { type OpenOptions, resolveOptions } from '../options.js';
import { compilePrintf, type PrintfWriter } from './printf-writer.js';
import { textContext } from './text-sink.js';

export type EventText = (site: SiteSpec, view: RecordView) => string;

/** Each site's format is compiled at its first event. Nothing is escaped; bytes that are not UTF-8 become U+FFFD. */
export function eventText(options: OpenOptions): EventText {
  const context = textContext(resolveOptions(options), false);
  const writers = new Map<number, PrintfWriter>();
  let buffer: ByteBuffer | undefined;
  return (site, view) => {
    buffer ??= new ByteBuffer({ write: () => {}, isTerminal: false, columns: 0, buffering: 'full' });
    let writer = writers.get(site.id);
    if (writer === undefined) {
      writer = compilePrintf((site.data as PrintfData).format, site.layout, context);
      writers.set(site.id, writer);
    }
    buffer.at = 0;
    writer.write(view, buffer);
    return Buffer.from(buffer.bytes.subarray(0, buffer.at)).toString('utf8');
  };
}
