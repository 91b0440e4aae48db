// What a compiled script left behind, in the text form of outcome.ts: maps as their bytes lie, events decoded.
import type { MapSpec, ObjectSpec, SiteSpec } from '../../src/compiler/object-spec.js';
import { decodeRecordField, decodeStored } from '../../src/compiler/types/decode.js';
import { sizeOf } from '../../src/compiler/types/layout.js';
import type { AggregationType, Type } from '../../src/compiler/types/type.js';
import type { Value } from '../../src/compiler/types/value.js';
import { showBuckets } from './meaning/aggregate.js';
import { type SourceValue, show } from './meaning/value.js';

export interface Entry {
  readonly key: Uint8Array;
  readonly values: readonly Uint8Array[];
}

/** `entries`: a map's, per CPU or one value. */
export function readMaps(
  spec: ObjectSpec,
  entries: (map: MapSpec) => readonly Entry[],
): Map<string, Map<string, string>> {
  const maps = new Map<string, Map<string, string>>();
  for (const map of spec.maps) {
    if (map.user === undefined) continue;
    const content = new Map<string, string>();
    for (const { key, values } of entries(map)) {
      if (map.user.key === undefined && !values.some(isSet)) continue;
      const name = map.user.key === undefined ? '' : show(plain(decode(map.user.key, key), map.user.key));
      // Two keys that read the same differ in bytes that mean nothing: padding, the upper half of a narrow integer.
      const text = content.has(name) ? 'twice' : showValue(map.user.value, values);
      content.set(name, text);
    }
    maps.set(map.name, content);
  }
  return maps;
}

/** The last word of a scalar map says whether a program has stored in it. */
function isSet(value: Uint8Array): boolean {
  return value.subarray(value.length - 8).some(byte => byte !== 0);
}

function decode(type: Type, bytes: Uint8Array): Value {
  return decodeStored(type, bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
}

function plain(value: Value, type: Type): SourceValue {
  const items = (typeOf: (index: number) => Type) =>
    (value as readonly Value[]).map((item, i) => plain(item, typeOf(i)));
  switch (type.kind) {
    case 'string':
      return String.fromCharCode(...(value as Uint8Array));
    case 'bool':
      return value === true ? 1n : 0n;
    case 'tuple':
      return items(i => type.elements[i]!);
    case 'record':
      return items(i => type.fields[i]!.type);
    case 'array':
      return items(() => type.of);
    default:
      return value as bigint | Uint8Array;
  }
}

function showValue(type: Type, values: readonly Uint8Array[]): string {
  switch (type.kind) {
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
    case 'stats':
    case 'hist':
    case 'lhist':
      return showMerged(type, values);
    case 'bool':
      return `${plain(decode(type, values[0]!), type) !== 0n}`;
    default:
      return show(plain(decode(type, values[0]!), type));
  }
}

/** An aggregation over CPUs. Words are read here by hand, as types/layout.ts says they lie. */
function showMerged(type: AggregationType, values: readonly Uint8Array[]): string {
  const signed = 'signed' in type && type.signed;
  const words = values.map(bytes => {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: bytes.length / 8 }, (_, i) => data.getBigUint64(8 * i, true));
  });
  const read = (word: bigint) => (signed ? BigInt.asIntN(64, word) : word);
  const total = (i: number) => words.reduce((sum, each) => BigInt.asUintN(64, sum + each[i]!), 0n);
  switch (type.kind) {
    case 'count':
    case 'sum':
      return `${read(total(0))}`;
    case 'min':
    case 'max': {
      const set = words.filter(each => each[1] !== 0n).map(each => read(each[0]!));
      if (set.length === 0) return '0';
      return `${set.reduce((a, b) => (a < b === (type.kind === 'min') ? a : b))}`;
    }
    case 'avg':
    case 'stats':
      return `total ${read(total(0))} count ${total(1)}`;
    case 'tseries':
      throw new Error('depends on the time');
    case 'hist':
    case 'lhist':
      return showBuckets(
        Array.from({ length: sizeOf(type) / 8 }, (_, i) => [i, total(i)] as const).filter(
          ([, n]) => n !== 0n,
        ),
      );
  }
}

/** Only what the program prints; a division by zero has an event of its own. */
export function eventsOf(spec: ObjectSpec, records: Iterable<Uint8Array>): string[] {
  const events: string[] = [];
  for (const bytes of records) {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const site: SiteSpec | undefined = spec.sites[data.getUint32(0, true)];
    if (site === undefined) events.push('no site');
    else if (site.entry === 'printf' || site.entry === 'print') {
      const view = { bytes, data, offset: 0, length: bytes.length };
      const values = site.layout.fields.map(field => {
        const value = decodeRecordField(site.layout, field, view);
        return show(plain(value, field.type));
      });
      events.push(values.join(' '));
    }
  }
  return events;
}
