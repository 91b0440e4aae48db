// A map as rows: a column per part of the key, then the value (a histogram has a row per bucket).
import { estimatePercentiles } from '../compiler/types/percentile.js';
import type { Type } from '../compiler/types/type.js';
import { INT64 } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import { type Entry, sortedEntries } from './map-order.js';
import type { MapOptions, MapSnapshot } from './sink.js';
import { type Column, columnOf } from './table/column.js';
import { unitOf } from './table/unit.js';
import { bucketsOf } from './text/histogram-text.js';
import { dateText, pointsOf } from './text/time-series-text.js';
import { averageOf } from './text/value-text.js';

export interface MapRows {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
}

/** With the entries in the order of the rows, which are one for each but in histograms and time series. */
export function mapRows(
  map: MapSnapshot,
  options: MapOptions,
): MapRows & { readonly entries: readonly Entry[] } {
  const entries = sortedEntries(map, options);
  const all = rowsOf(map, options, entries);
  const { columns: chosen } = options;
  if (chosen === undefined) return { ...all, entries };
  return {
    columns: chosen.map(index => all.columns[index]!),
    rows: all.rows.map(row => chosen.map(index => row[index])),
    entries,
  };
}

function rowsOf(map: MapSnapshot, options: MapOptions, entries: readonly Entry[]): MapRows {
  const divisor = options.div === 0n ? 1n : options.div;
  const keys = keyColumns(map.key);
  const keyCells = (key: Value): readonly Value[] => (keys.length === 0 ? [] : partsOf(map.key, key));
  const { value: type } = map;
  // Who names the parts of a key names columns: so does the map.
  const name = map.key?.kind === 'record' ? map.name.replace('@', '') : map.name;
  if (type.kind === 'hist' || type.kind === 'lhist') {
    return {
      columns: [...keys, columnOf('low', INT64), columnOf('high', INT64), columnOf(name, { kind: 'count' })],
      rows: entries.flatMap(({ key, value }) =>
        bucketsOf(type, value as readonly bigint[], divisor).map(({ low, high, count }) => [
          ...keyCells(key),
          low,
          high === undefined ? undefined : high - 1n,
          count,
        ]),
      ),
    };
  }
  if (type.kind === 'tseries') {
    return {
      columns: [...keys, columnOf('time', { kind: 'string', size: 32 }), columnOf(name, INT64)],
      rows: entries.flatMap(({ key, value }) =>
        pointsOf(value).map(([start, point]) => [...keyCells(key), Buffer.from(dateText(start)), point]),
      ),
    };
  }
  if (type.kind === 'stats') {
    const unit = (name !== map.name && unitOf(name)?.suffix) || '';
    const whole = { kind: 'sum', signed: type.signed } as const;
    return {
      columns: [
        ...keys,
        columnOf('count', { kind: 'count' }),
        columnOf(`average${unit}`, whole),
        columnOf(`total${unit}`, whole),
      ],
      rows: entries.map(({ key, value }) => {
        const { total, count } = value as { total: bigint; count: bigint };
        return [...keyCells(key), count, averageOf(value) / divisor, total];
      }),
    };
  }
  if (type.kind === 'avg') {
    const whole = { kind: 'sum', signed: type.signed } as const;
    return {
      columns: [...keys, columnOf(name, whole)],
      rows: entries.map(({ key, value }) => [...keyCells(key), averageOf(value) / divisor]),
    };
  }
  const divides = type.kind !== 'pointer' && type.kind !== 'timestamp';
  return {
    columns: [...keys, ...valueColumns(name, type)],
    rows: entries.map(({ key, value }) => [
      ...keyCells(key),
      ...(typeof value === 'bigint' && divides ? [value / divisor] : partsOf(type, value)),
    ]),
  };
}

/** The percentiles of a map of histograms, a row for each; undefined: it has none, or none are asked for. */
export function percentileRows(map: MapSnapshot, options: MapOptions): MapRows | undefined {
  const { value: type, key: keyType } = map;
  const { percentiles } = options;
  if ((type.kind !== 'hist' && type.kind !== 'lhist') || percentiles === undefined) return undefined;
  return {
    columns: [...keyColumns(keyType), ...percentiles.map(({ name }) => columnOf(name, INT64))],
    rows: sortedEntries(map, options).map(({ key, value }) => {
      const estimates = estimatePercentiles(type, value as readonly bigint[], percentiles);
      const keys = keyType === undefined ? [] : partsOf(keyType, key);
      return [...keys, ...percentiles.map((_, i) => estimates[i]?.value)];
    }),
  };
}

function keyColumns(type: Type | undefined): Column[] {
  if (type === undefined) return [];
  if (type.kind === 'tuple') return type.elements.map((element, i) => columnOf(`key${i + 1}`, element));
  if (type.kind === 'record') return type.fields.map(field => columnOf(field.name, field.type));
  return [columnOf('key', type)];
}

function valueColumns(name: string, type: Type): Column[] {
  if (type.kind === 'record') return type.fields.map(field => columnOf(field.name, field.type));
  return [columnOf(name, type)];
}

/** Of a key; a value that is a tuple stays one cell: see valueColumns(). */
function partsOf(type: Type | undefined, value: Value): readonly Value[] {
  return type?.kind === 'tuple' || type?.kind === 'record' ? (value as readonly Value[]) : [value];
}
