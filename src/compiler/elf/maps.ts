// Maps of an ObjectSpec in an ELF object: `.maps` holds their definitions by BTF (as libbpf's __uint and __type make them);
// maps of one value that is there from the start become data sections.

import { ARRAY_MAPS } from '../bpf/map-type.js';
import { MapFlag, MapType } from '../bpf/uapi.js';
import type { BlobWriter, Placed } from '../btf/blob-writer.js';
import { BtfVar } from '../btf/kind.js';
import type { GlobalsSpec, MapSpec, ObjectSpec } from '../object-spec.js';
import { alignUp, setFlagOffset, sizeOf } from '../types/layout.js';
import type { ElfFile, ElfSymbol } from './elf-file.js';
import type { StoredBtf } from './stored-btf.js';

/** Their keys and values are the kernel's own business. */
const UNTYPED: readonly number[] = [
  MapType.BPF_MAP_TYPE_RINGBUF,
  MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY,
  MapType.BPF_MAP_TYPE_STACK_TRACE,
];

/** Symbols of the maps by their names in the spec. */
export function writeMaps(
  spec: ObjectSpec,
  elf: ElfFile,
  blob: BlobWriter,
  types: StoredBtf,
): ReadonlyMap<string, ElfSymbol> {
  const symbols = new Map<string, ElfSymbol>();
  const names = new Set<string>();
  const direct = readDirectly(spec);
  const defined: MapSpec[] = [];
  for (const map of spec.maps) {
    if (isOneValue(map) && (map.user === undefined || direct.has(map.name))) {
      const name = identifier(map.name, names);
      symbols.set(map.name, writeData(map, name, spec.globals, elf, blob, types));
    } else defined.push(map);
  }
  if (defined.length === 0) return symbols;
  const placed: Placed[] = [];
  let end = 0;
  const places = defined.map(map => {
    const { type, size } = definition(map, types);
    const name = identifier(map.name, names);
    const offset = end;
    placed.push({ id: blob.variable(name, type, BtfVar.BTF_VAR_GLOBAL_ALLOCATED), offset, size });
    end += size;
    return { map, name, offset, size };
  });
  blob.section('.maps', end, placed);
  const section = elf.data('.maps', new Uint8Array(end), true);
  for (const { map, name, offset, size } of places) {
    symbols.set(map.name, elf.symbol({ name, section, offset, size, type: 'object', global: true }));
  }
  return symbols;
}

/** '@' and '@x' -> 'AT', 'AT_x'; every other name as it is. */
function identifier(name: string, taken: Set<string>): string {
  const clean = name.replace(/^@(.)/, 'AT_$1').replace(/^@$/, 'AT').replace(/\W/g, '_');
  let unique = clean;
  for (let i = 2; taken.has(unique); i++) unique = `${clean}_${i}`;
  taken.add(unique);
  return unique;
}

function isOneValue({ type, maxEntries }: MapSpec): boolean {
  return type === MapType.BPF_MAP_TYPE_ARRAY && maxEntries === 1;
}

/** Maps whose value programs address without a look-up: loaders have that for data sections only. */
function readDirectly({ programs }: ObjectSpec): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { functions } of programs) {
    for (const { insns } of functions) {
      for (const { reference } of insns) if (reference?.kind === 'map-value') names.add(reference.map);
    }
  }
  return names;
}

function dataSection({ flags, initial }: MapSpec, name: string): string {
  if ((flags & MapFlag.BPF_F_RDONLY_PROG) !== 0) return initial === undefined ? `.rodata.${name}` : '.rodata';
  // libbpf before 1.4 knows no other section of zeros.
  return name === 'globals' ? '.bss' : `.data.${name}`;
}

function writeData(
  map: MapSpec,
  name: string,
  globals: GlobalsSpec,
  elf: ElfFile,
  blob: BlobWriter,
  types: StoredBtf,
): ElfSymbol {
  const size = map.valueSize;
  const type = map.name === 'globals' ? globalsType(globals, types) : valueType(map, types);
  const id = blob.variable(name, type, BtfVar.BTF_VAR_GLOBAL_ALLOCATED);
  const place = dataSection(map, name);
  blob.section(place, size, [{ id, offset: 0, size }]);
  const bytes = new Uint8Array(size);
  if (map.initial !== undefined) bytes.set(map.initial);
  const section =
    place === '.bss' ? elf.zeros(place, size) : elf.data(place, bytes, !place.startsWith('.rodata'));
  return elf.symbol({ name, section, offset: 0, size, type: 'object', global: true });
}

function globalsType(globals: GlobalsSpec, types: StoredBtf): number {
  const kinds = globals.lossKinds.length;
  const probes = Math.floor((globals.size - globals.loss) / (8 * kinds));
  const counters = types.struct(
    'losses',
    8 * kinds,
    globals.lossKinds.map((kind, i) => ({ name: kind, type: types.integer(8), offset: 8 * i })),
  );
  const members = [
    { name: 'stop', type: types.integer(4), offset: globals.stop },
    { name: 'start', type: types.integer(8), offset: globals.start },
    ...globals.words.map(({ name, offset, size }) => ({
      name,
      type: types.integer(size === 4 ? 4 : 8),
      offset,
    })),
    { name: 'loss', type: types.array(counters, probes), offset: globals.loss },
  ];
  return types.struct(
    'globals',
    globals.size,
    members.sort((a, b) => a.offset - b.offset),
  );
}

/** An anonymous struct of pointers, whose types are what the map is told. */
function definition(map: MapSpec, types: StoredBtf): { type: number; size: number } {
  const number = (name: string, value: number) => ({
    name,
    type: types.pointer(types.array(types.integer(4, true), value)),
  });
  const members = [number('type', map.type)];
  if (UNTYPED.includes(map.type)) {
    if (map.keySize > 0) members.push(number('key_size', map.keySize), number('value_size', map.valueSize));
  } else {
    members.push({ name: 'key', type: types.pointer(keyType(map, types)) });
    members.push({ name: 'value', type: types.pointer(valueType(map, types)) });
  }
  members.push(number('max_entries', map.maxEntries));
  if (map.flags !== 0) members.push(number('map_flags', map.flags));
  const size = 8 * members.length;
  return {
    type: types.struct(
      '',
      size,
      members.map((member, i) => ({ ...member, offset: 8 * i })),
    ),
    size,
  };
}

function keyType({ type, keySize, user }: MapSpec, types: StoredBtf): number {
  if (ARRAY_MAPS.includes(type)) return types.integer(4);
  const key = user?.key;
  if (key === undefined) return types.bytes(keySize);
  // One key is a tuple of one; its padding belongs to it.
  const only = key.kind === 'tuple' && key.elements.length === 1 ? key.elements[0]! : key;
  return sizeOf(only) === keySize ? types.stored(only) : types.bytes(keySize);
}

/** A map without keys has a word behind its value that says whether it was set. */
function valueType({ valueSize, user }: MapSpec, types: StoredBtf): number {
  if (user === undefined) return types.bytes(valueSize);
  const { value } = user;
  if (sizeOf(value) === valueSize) return types.stored(value);
  const flag = setFlagOffset(value);
  if (flag + 8 !== valueSize) {
    return alignUp(sizeOf(value), 8) === valueSize
      ? types.struct('', valueSize, [{ name: 'value', type: types.stored(value), offset: 0 }])
      : types.bytes(valueSize);
  }
  return types.struct('', valueSize, [
    { name: 'value', type: types.stored(value), offset: 0 },
    { name: 'is_set', type: types.integer(8), offset: flag },
  ]);
}
