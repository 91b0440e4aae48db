// Maps of an object: `.maps` by BTF (libbpf's __uint, __type and __array), sections of global data, and `maps`, a struct of
// numbers each, as long ago.
import { MAPS_OF_MAPS } from '../bpf/map-type.js';
import { MapFlag, MapType } from '../bpf/uapi.js';
import type { BtfBlob } from '../btf/blob.js';
import { sizeOfType } from '../btf/c-text.js';
import { BtfKind } from '../btf/kind.js';
import { resolved } from '../btf/modifier.js';
import { sectionType, sectionVariables } from '../btf/sections.js';
import { type ElfContents, type ElfSection, viewOf } from './elf-reader.js';

export interface ObjectMap {
  readonly name: string;
  /** BPF_MAP_TYPE_*. */
  readonly type: number;
  /** Bytes. */
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  /** Its definition: by BTF, by a struct of numbers as long ago, or a section of data. */
  readonly from: '.maps' | 'maps' | 'data';
}

/** What `.maps` and sections of data say beside. */
export interface MapDefinition extends ObjectMap {
  /** Of key and value, in the object's BTF; 0: not told. Of data the value's is its BTF_KIND_DATASEC. */
  readonly keyType: number;
  readonly valueType: number;
  /** struct bpf_attr's map_extra and numa_node (undefined: any). */
  readonly extra: number;
  readonly numaNode: number | undefined;
  /** To have a name in the bpf file system (LIBBPF_PIN_BY_NAME). */
  readonly pinned: boolean;
  /** Section and place of its definition, bytes. */
  readonly section: number;
  readonly offset: number;
  readonly size: number;
  /** What is in it: maps like this one, or programs. */
  readonly holds: MapDefinition | 'programs' | undefined;
  /** Bytes from its definition to the list of what is in it at first. */
  readonly valuesAt: number;
}

/** `blob`: with the places of variables (placedBtf()). */
export function definedMaps({ sections }: ElfContents, blob: BtfBlob): MapDefinition[] {
  const section = sections.findIndex(({ name }) => name === '.maps');
  if (section === -1) return [];
  return sectionVariables(blob, '.maps').map(({ id, offset, size }) => ({
    ...definition(blob, blob.name(id), blob.sizeOrType(id)),
    section,
    offset,
    size,
  }));
}

function definition(blob: BtfBlob, name: string, type: number, depth = 0): MapDefinition {
  const struct = resolved(blob, type);
  const members = membersOf(blob, struct);
  const typeOf = (member: string) => members.get(member)?.type ?? 0;
  const number = (member: string) => {
    const array = resolved(blob, pointed(blob, typeOf(member)));
    return blob.kind(array) === BtfKind.BTF_KIND_ARRAY ? blob.word(array, 2) : 0;
  };
  const size = (member: string) =>
    number(`${member}_size`) || (members.has(member) ? sizeOfType(blob, pointed(blob, typeOf(member))) : 0);
  const mapType = number('type');
  const values = members.get('values');
  const held = pointed(blob, blob.word(resolved(blob, values?.type ?? 0), 0));
  const maps = MAPS_OF_MAPS.includes(mapType) && values !== undefined && depth === 0;
  return {
    name,
    type: mapType,
    keySize: size('key'),
    valueSize: size('value') || (values === undefined ? 0 : 4),
    maxEntries: number('max_entries'),
    flags: number('map_flags'),
    from: '.maps',
    keyType: pointed(blob, typeOf('key')),
    valueType: pointed(blob, typeOf('value')),
    extra: number('map_extra'),
    numaNode: members.has('numa_node') ? number('numa_node') : undefined,
    pinned: number('pinning') === 1,
    section: 0,
    offset: 0,
    size: 0,
    holds: maps
      ? definition(blob, `${name}.inner`, held, depth + 1)
      : mapType === MapType.BPF_MAP_TYPE_PROG_ARRAY
        ? 'programs'
        : undefined,
    valuesAt: values?.offset ?? 0,
  };
}

function membersOf(
  blob: BtfBlob,
  id: number,
): ReadonlyMap<string, { readonly type: number; readonly offset: number }> {
  if (blob.kind(id) !== BtfKind.BTF_KIND_STRUCT) return new Map();
  return new Map(
    Array.from({ length: blob.vlen(id) }, (_, i) => [
      blob.string(blob.word(id, i * 3)),
      { type: blob.word(id, i * 3 + 1), offset: blob.word(id, i * 3 + 2) >>> 3 },
    ]),
  );
}

function pointed(blob: BtfBlob, id: number): number {
  const pointer = resolved(blob, id);
  return blob.kind(pointer) === BtfKind.BTF_KIND_PTR ? blob.sizeOrType(pointer) : 0;
}

/** struct bpf_map_def { type, key_size, value_size, max_entries, map_flags }, each u32. */
export function oldMaps({ sections, symbols }: ElfContents): ObjectMap[] {
  const index = sections.findIndex(({ name }) => name === 'maps');
  const bytes = sections[index]?.bytes;
  if (bytes === undefined) return [];
  const view = viewOf(bytes);
  const word = (at: number) => (at + 4 <= bytes.length ? view.getUint32(at, true) : 0);
  return symbols
    .filter(symbol => symbol.section === index && symbol.name !== '' && symbol.name !== 'maps')
    .sort((a, b) => a.value - b.value)
    .map(({ name, value }) => ({
      name,
      type: word(value),
      keySize: word(value + 4),
      valueSize: word(value + 8),
      maxEntries: word(value + 12),
      flags: word(value + 16),
      from: 'maps',
    }));
}

/** A section of global data is the one value of an array; programs cannot write what is constant. */
export function dataMaps({ sections }: ElfContents, blob: BtfBlob | undefined): MapDefinition[] {
  return sections.filter(isData).map(({ name, index, size }) => ({
    name,
    type: MapType.BPF_MAP_TYPE_ARRAY,
    keySize: 4,
    valueSize: size,
    maxEntries: 1,
    flags: isConstant(name) ? MapFlag.BPF_F_RDONLY_PROG : 0,
    from: 'data',
    keyType: 0,
    valueType: sectionType(blob, name),
    extra: 0,
    numaNode: undefined,
    pinned: false,
    section: index,
    offset: 0,
    size,
    holds: undefined,
    valuesAt: 0,
  }));
}

export function isConstant(section: string): boolean {
  return section.startsWith('.rodata');
}

function isData({ name, size }: ElfSection): boolean {
  return /^\.(bss|data|rodata)(\.|$)/.test(name) && size > 0;
}
