// A map as bpftrace prints it, a binary string: `@x: 1`, `@x[1, foo]: 2`, or a histogram under its name.
import { sortedEntries } from '../map-order.js';
import type { MapOptions, MapSnapshot } from '../sink.js';
import { histogramText } from './histogram-text.js';
import { percentilesText } from './percentile-text.js';
import { pointsOf, timeSeriesText } from './time-series-text.js';
import { averageOf, binaryOf, keyText, statsText, type TextContext, valueText } from './value-text.js';

/** `top` 0: all; `div` 0 or 1: undivided. */
export function mapText(map: MapSnapshot, options: MapOptions, context: TextContext): string {
  const divisor = options.div === 0n ? 1n : options.div;
  const name = binaryOf(map.name);
  const lines: string[] = [];
  for (const { key, value } of sortedEntries(map, options)) {
    const head = map.key === undefined ? name : `${name}[${keyText(map.key, key, context)}]`;
    lines.push(entryText(head, map, value, { divisor, percentiles: options.percentiles }, context));
  }
  return lines.join('');
}

function entryText(
  head: string,
  map: MapSnapshot,
  value: MapSnapshot['entries'][number]['value'],
  { divisor, percentiles = [] }: { readonly divisor: bigint } & Pick<MapOptions, 'percentiles'>,
  context: TextContext,
): string {
  const { value: type } = map;
  switch (type.kind) {
    case 'hist':
    case 'lhist':
      return `${head}:\n${histogramText(type, value as readonly bigint[], divisor)}${percentilesText(type, value as readonly bigint[], percentiles)}\n`;
    case 'tseries':
      return `${head}:\n${timeSeriesText(type, pointsOf(value))}`;
    case 'stats':
      return `${head}: ${statsText(value, divisor)}\n`;
    case 'avg':
      return `${head}: ${averageOf(value) / divisor}\n`;
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
      return `${head}: ${((value as bigint | undefined) ?? 0n) / divisor}\n`;
    case 'integer':
      if (type.enum !== undefined) break;
      return `${head}: ${(value as bigint) / divisor}\n`;
    default:
      break;
  }
  return `${head}: ${valueText(type, value, context)}\n`;
}
