// A map of an object that somebody else compiled, as user space sees it: all elements, typed by the object's own types. A value for
// each CPU is an array of them; sections of data are their variables.
import { ARRAY_MAPS, PER_CPU_MAPS } from '../compiler/bpf/map-type.js';
import { MapType } from '../compiler/bpf/uapi.js';
import type { BtfReader } from '../compiler/btf/reader.js';
import { sectionVariables } from '../compiler/btf/sections.js';
import { shownType } from '../compiler/btf/shown-type.js';
import { decodeRaw } from '../compiler/types/decode.js';
import { rawSizeOf } from '../compiler/types/layout.js';
import { type Field, integer, type Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import type { OpenLinkedMap } from '../kernel/load/linked-object.js';
import { mapReadAll } from '../kernel/sys/map-batch.js';
import type { MapSnapshot } from '../output/sink.js';

const READABLE: readonly number[] = [
  ...PER_CPU_MAPS,
  ...ARRAY_MAPS,
  MapType.BPF_MAP_TYPE_HASH,
  MapType.BPF_MAP_TYPE_LRU_HASH,
  MapType.BPF_MAP_TYPE_LPM_TRIE,
];

/** Undefined: its elements are nothing to print (events, programs, other maps, sockets). */
export function readLinkedMap(
  { definition, fd, maxEntries }: OpenLinkedMap,
  types: BtfReader | undefined,
  possibleCpus: number,
): MapSnapshot | undefined {
  const { name, type, keySize, valueSize, keyType, valueType, from } = definition;
  if (!READABLE.includes(type)) return undefined;
  const perCpu = PER_CPU_MAPS.includes(type);
  const stride = perCpu ? Math.ceil(valueSize / 8) * 8 : valueSize;
  const span = stride * (perCpu ? possibleCpus : 1);
  const contents = mapReadAll(fd, { keySize, valueSize: span, maxEntries });
  const { count, keys, values } = contents;
  const one = from === 'data' ? dataType(name, valueSize, types) : typeOf(valueType, valueSize, types);
  const key = from === 'data' ? undefined : typeOf(keyType, keySize, types);
  const [keyData, data] = [viewOf(keys), viewOf(values)];
  const entries: { key: Value | undefined; value: Value }[] = [];
  for (let i = 0; i < count; i++) {
    const at = i * span;
    // An array has all of its elements from the start.
    if (ARRAY_MAPS.includes(type) && key !== undefined && isZero(values.subarray(at, at + span))) continue;
    const value = (copy: number) => decodeRaw(one, values, data, at + copy * stride);
    entries.push({
      key: key && decodeRaw(key, keys, keyData, i * keySize),
      value: perCpu ? Array.from({ length: possibleCpus }, (_, copy) => value(copy)) : value(0),
    });
  }
  const value: Type = perCpu ? { kind: 'array', of: one, count: possibleCpus } : one;
  return { name, key, value, entries };
}

/** A type of that size; without one a number, or bytes. */
function typeOf(id: number, size: number, types: BtfReader | undefined): Type {
  if (types !== undefined && id !== 0) {
    const type = shownType(types.typeOf(id), { btf: () => types });
    if (rawSizeOf(type) === size && size > 0) return type;
  }
  if (size === 1 || size === 2 || size === 4 || size === 8) return integer(size, false);
  return { kind: 'array', of: integer(1, false), count: size };
}

/** The variables in a section. */
function dataType(section: string, size: number, types: BtfReader | undefined): Type {
  const variables = types === undefined ? [] : sectionVariables(types.blob, section);
  if (types === undefined || variables.length === 0) return typeOf(0, size, undefined);
  const fields = variables
    .map(({ id, offset, size: bytes }): Field => {
      const type = typeOf(types.blob.sizeOrType(id), bytes, types);
      return { name: types.blob.name(id), type, offset };
    })
    .filter(({ type, offset }) => offset + rawSizeOf(type) <= size);
  return { kind: 'struct', tag: 'struct', name: section, size, layout: { from: 'fields', fields } };
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every(byte => byte === 0);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
