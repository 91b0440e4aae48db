// -f folded: maps that have stacks in their keys, a line for each, as flame graphs are made of: the parts of the key from the
// outside in, joined by semicolons, a blank, and the value. Everything else is text.
import type { Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import { sortedEntries } from './map-order.js';
import type { SinkOptions } from './options.js';
import type { ByteOutput, MapOptions, MapSnapshot } from './sink.js';
import { plainText } from './table/column.js';
import { TextSink, textContext } from './text/text-sink.js';
import { averageOf, binaryOf, type TextContext } from './text/value-text.js';

export class FoldedSink extends TextSink {
  readonly #context: TextContext;

  constructor(output: ByteOutput, options: SinkOptions) {
    super(output, options);
    this.#context = textContext(options, true);
  }

  override map(map: MapSnapshot, options: MapOptions): void {
    const types = partsOf(map.key);
    if (!types.some(({ kind }) => kind === 'stack')) {
      super.map(map, options);
      return;
    }
    const divisor = options.div === 0n ? 1n : options.div;
    const lines = sortedEntries(map, options).map(({ key, value }) => {
      const parts = types.length === 1 && map.key?.kind === 'stack' ? [key] : (key as readonly Value[]);
      const names = types.flatMap((type, i) => framesOf(type, plainText(type, parts[i], this.#context)));
      return `${names.join(';')} ${weight(map.value, value) / divisor}\n`;
    });
    this.appendBinary(binaryOf(lines.join('')));
  }
}

function partsOf(type: Type | undefined): readonly Type[] {
  if (type === undefined) return [];
  if (type.kind === 'tuple') return type.elements;
  return type.kind === 'record' ? type.fields.map(field => field.type) : [type];
}

/** Frames are without what is added to the name; a stack comes with its innermost frame first. */
function framesOf(type: Type, text: string): readonly string[] {
  if (type.kind !== 'stack') return [text.replaceAll(';', ':')];
  const frames = text === '' ? [] : text.split(';').map(frame => frame.replace(/\+(0x[0-9a-f]+|\d+)$/, ''));
  return frames.reverse();
}

function weight(type: Type, value: Value): bigint {
  if (type.kind === 'avg' || type.kind === 'stats') return averageOf(value);
  return typeof value === 'bigint' ? value : 0n;
}
