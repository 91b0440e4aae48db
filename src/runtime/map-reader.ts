// A script's map as user space sees it: all elements read, the CPUs' copies of aggregations merged, keys and values decoded.
import type { MapSpec } from '../compiler/object-spec.js';
import { decodeStored } from '../compiler/types/decode.js';
import { setFlagOffset, sizeOf } from '../compiler/types/layout.js';
import { isAggregation } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import type { MapSnapshot } from '../output/sink.js';
import { alignSeries, mergeSeries, type Series } from './time-series.js';

/** Reads the whole map now. Programs may write meanwhile: each element is as of its own moment. `spec`: whose generation it is. */
export function readMap(map: LoadedMap, spec: MapSpec = map.spec): MapSnapshot {
  const { user, name } = spec;
  if (user === undefined) throw new TypeError(`${name} is not a script's map`);
  const { count, keys, values } = map.readAll();
  const keyData = new DataView(keys.buffer, keys.byteOffset, keys.byteLength);
  const data = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const entries: { key: Value | undefined; value: Value }[] = [];
  const series: Series[] = [];
  const span = map.copies * map.stride;
  for (let i = 0; i < count; i++) {
    const key =
      user.key === undefined ? undefined : decodeStored(user.key, keys, keyData, i * map.spec.keySize);
    if (user.value.kind === 'tseries') {
      const copies = setCopies(spec, data, i * span, map);
      if (copies.length === 0) continue;
      entries.push({ key, value: [] });
      series.push(mergeSeries(user.value, data, copies));
      continue;
    }
    const value = mergeCopies(spec, values, data, i * span, map);
    if (value !== undefined) entries.push({ key, value });
  }
  if (user.value.kind === 'tseries') {
    const aligned = alignSeries(user.value, series);
    return {
      name,
      key: user.key,
      value: user.value,
      entries: entries.map(({ key }, i) => ({ key, value: aligned[i] })),
    };
  }
  return { name, key: user.key, value: user.value, entries };
}

/** Scalar maps carry a word that says they were ever set, when their value could not tell: see isSet(). */
function mergeCopies(spec: MapSpec, bytes: Uint8Array, data: DataView, at: number, map: LoadedMap): Value {
  const type = spec.user!.value;
  if (map.copies === 1 && !isAggregation(type)) {
    return isSet(spec, data, at) ? decodeStored(type, bytes, data, at) : undefined;
  }
  const copies = setCopies(spec, data, at, map);
  if (copies.length === 0) return undefined;
  const read = (offset: number) => data.getBigInt64(offset, true);
  const sum = (offset: number) =>
    copies.reduce((total, copy) => BigInt.asIntN(64, total + read(copy + offset)), 0n);
  switch (type.kind) {
    case 'count':
      return BigInt.asUintN(64, sum(0));
    case 'sum':
      return type.signed ? sum(0) : BigInt.asUintN(64, sum(0));
    case 'min':
    case 'max': {
      const values = copies
        .filter(copy => data.getBigUint64(copy + 8, true) !== 0n)
        .map(copy => (type.signed ? read(copy) : data.getBigUint64(copy, true)));
      if (values.length === 0) return 0n;
      return values.reduce((a, b) => ((type.kind === 'min' ? b < a : b > a) ? b : a));
    }
    case 'avg':
    case 'stats':
      return { total: type.signed ? sum(0) : BigInt.asUintN(64, sum(0)), count: BigInt.asUintN(64, sum(8)) };
    case 'hist':
    case 'lhist':
      return Array.from({ length: sizeOf(type) / 8 }, (_, bucket) => BigInt.asUintN(64, sum(bucket * 8)));
    default:
      return decodeStored(type, bytes, data, copies[0]!);
  }
}

/** Offsets of the CPUs' values that were ever set. */
function setCopies(spec: MapSpec, data: DataView, at: number, map: LoadedMap): number[] {
  return Array.from({ length: map.copies }, (_, cpu) => at + cpu * map.stride).filter(copy =>
    isSet(spec, data, copy),
  );
}

/** An array element exists from the start; a u64 behind the value says whether a program has written it. */
function isSet(spec: MapSpec, data: DataView, at: number): boolean {
  const user = spec.user;
  if (user === undefined || user.key !== undefined) return true;
  const flag = setFlagOffset(user.value);
  return spec.valueSize <= flag ? true : data.getBigUint64(at + flag, true) !== 0n;
}
