// An ELF object of BPF programs (ELFCLASS64, little-endian, EM_BPF), as clang, libbpf's tools and elf-file.ts write it -> its
// programs and maps. Total: any bytes give an object or the reason why they are none. Structures of include/uapi/linux/elf.h.
import { MapType } from '../bpf/uapi.js';
import type { BtfBlob } from '../btf/blob.js';
import { sizeOfType } from '../btf/c-text.js';
import { BtfKind } from '../btf/kind.js';
import { readBtf } from '../btf/reader.js';

export interface ObjectProgram {
  /** By which loaders know its type and where it goes: "xdp", "tracepoint/sched/sched_switch". */
  readonly section: string;
  readonly name: string;
  /** struct bpf_insn, 8 bytes each, not relocated. */
  readonly insns: Uint8Array;
}

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

export interface ObjectContents {
  readonly license: string;
  readonly programs: readonly ObjectProgram[];
  /** Functions in .text, which programs call. */
  readonly functions: readonly string[];
  readonly maps: readonly ObjectMap[];
  /** Bytes of its type information; 0: none. */
  readonly btfSize: number;
}

const EM_BPF = 247;
const HEADER = 64;
const SECTION_HEADER = 64;
const SYMBOL = 24;
const SectionType = { PROGBITS: 1, SYMTAB: 2, NOBITS: 8 } as const;
const SHF_EXECINSTR = 4;
const STT_FUNC = 2;
const STB_LOCAL = 0;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly executable: boolean;
  readonly size: number;
  readonly link: number;
  readonly bytes: Uint8Array;
}

interface Symbol {
  readonly name: string;
  readonly kind: number;
  readonly binding: number;
  readonly section: number;
  readonly value: number;
  readonly size: number;
}

/** A text says why the bytes are no such object. */
export function readObject(bytes: Uint8Array): ObjectContents | string {
  const problem = problemOf(bytes);
  if (problem !== undefined) return problem;
  const sections = readSections(bytes);
  if (sections === undefined) return 'its section headers are outside of it';
  const symbols = readSymbols(sections);
  const blob = readBtf(named(sections, '.BTF')?.bytes ?? new Uint8Array())?.blob;
  return {
    license: text(named(sections, 'license')?.bytes ?? new Uint8Array(), 0),
    programs: sections.flatMap((section, i) =>
      section.name === '.text'
        ? []
        : functionsOf(section, i, symbols).map(f => ({ section: section.name, ...f })),
    ),
    functions: sections.flatMap((section, i) =>
      section.name === '.text' ? functionsOf(section, i, symbols, true).map(({ name }) => name) : [],
    ),
    maps: [
      ...(blob === undefined ? [] : definedMaps(blob)),
      ...oldMaps(sections, symbols),
      ...dataMaps(sections),
    ],
    btfSize: named(sections, '.BTF')?.size ?? 0,
  };
}

function problemOf(bytes: Uint8Array): string | undefined {
  if (bytes.length < HEADER || viewOf(bytes).getUint32(0) !== 0x7f45_4c46) return 'it is no ELF file';
  if (bytes[4] !== 2) return 'it is a 32-bit ELF file';
  if (bytes[5] !== 1) return 'it is for big-endian machines';
  if (viewOf(bytes).getUint16(18, true) !== EM_BPF) return 'it holds no BPF, but code of another machine';
  return undefined;
}

function readSections(bytes: Uint8Array): Section[] | undefined {
  const view = viewOf(bytes);
  const start = Number(view.getBigUint64(40, true));
  const count = view.getUint16(60, true);
  if (start + count * SECTION_HEADER > bytes.length) return undefined;
  const raw = Array.from({ length: count }, (_, i) => {
    const at = start + i * SECTION_HEADER;
    const type = view.getUint32(at + 4, true);
    const offset = Number(view.getBigUint64(at + 24, true));
    const size = Number(view.getBigUint64(at + 32, true));
    return {
      nameAt: view.getUint32(at, true),
      type,
      executable: (view.getBigUint64(at + 8, true) & BigInt(SHF_EXECINSTR)) !== 0n,
      size,
      link: view.getUint32(at + 40, true),
      bytes: type === SectionType.NOBITS ? new Uint8Array() : bytes.subarray(offset, offset + size),
    };
  });
  const names = raw[view.getUint16(62, true)]?.bytes ?? new Uint8Array();
  return raw.map(({ nameAt, ...section }) => ({ ...section, name: text(names, nameAt) }));
}

function readSymbols(sections: readonly Section[]): Symbol[] {
  const table = sections.find(({ type }) => type === SectionType.SYMTAB);
  if (table === undefined) return [];
  const names = sections[table.link]?.bytes ?? new Uint8Array();
  const view = viewOf(table.bytes);
  return Array.from({ length: Math.floor(table.bytes.length / SYMBOL) }, (_, i) => {
    const at = i * SYMBOL;
    const info = view.getUint8(at + 4);
    return {
      name: text(names, view.getUint32(at, true)),
      kind: info & 15,
      binding: info >> 4,
      section: view.getUint16(at + 6, true),
      value: Number(view.getBigUint64(at + 8, true)),
      size: Number(view.getBigUint64(at + 16, true)),
    };
  });
}

/** In order of place. Loaders take no static function for a program. */
function functionsOf(
  { type, executable, bytes }: Section,
  index: number,
  symbols: readonly Symbol[],
  local = false,
): { name: string; insns: Uint8Array }[] {
  if (type !== SectionType.PROGBITS || !executable) return [];
  return symbols
    .filter(s => s.section === index && s.kind === STT_FUNC && (local || s.binding !== STB_LOCAL))
    .sort((a, b) => a.value - b.value)
    .map(({ name, value, size }) => ({ name, insns: bytes.subarray(value, value + size) }));
}

/** `.maps`: members of each struct are numbers as lengths of arrays that they point to (__uint), or types (__type). */
function definedMaps(blob: BtfBlob): ObjectMap[] {
  const maps: ObjectMap[] = [];
  for (const id of sectionVariables(blob, '.maps')) {
    const members = membersOf(blob, resolved(blob, blob.sizeOrType(id)));
    const number = (name: string) => {
      const array = resolved(blob, pointed(blob, members.get(name) ?? 0));
      return blob.kind(array) === BtfKind.BTF_KIND_ARRAY ? blob.word(array, 2) : 0;
    };
    const size = (name: string) =>
      number(`${name}_size`) ||
      (members.has(name) ? sizeOfType(blob, pointed(blob, members.get(name) ?? 0)) : 0);
    maps.push({
      name: blob.name(id),
      type: number('type'),
      keySize: size('key'),
      valueSize: size('value'),
      maxEntries: number('max_entries'),
      flags: number('map_flags'),
      from: '.maps',
    });
  }
  return maps;
}

function sectionVariables(blob: BtfBlob, name: string): number[] {
  for (let id = 1; id < blob.typeCount; id++) {
    if (blob.kind(id) !== BtfKind.BTF_KIND_DATASEC || blob.name(id) !== name) continue;
    return Array.from({ length: blob.vlen(id) }, (_, i) => blob.word(id, i * 3)); // id, offset, size
  }
  return [];
}

function membersOf(blob: BtfBlob, id: number): ReadonlyMap<string, number> {
  if (blob.kind(id) !== BtfKind.BTF_KIND_STRUCT) return new Map();
  const each = Array.from(
    { length: blob.vlen(id) },
    (_, i) => [blob.string(blob.word(id, i * 3)), blob.word(id, i * 3 + 1)] as const,
  );
  return new Map(each);
}

const DEPTH = 16;

function resolved(blob: BtfBlob, id: number): number {
  const through: readonly number[] = [
    BtfKind.BTF_KIND_TYPEDEF,
    BtfKind.BTF_KIND_CONST,
    BtfKind.BTF_KIND_VOLATILE,
    BtfKind.BTF_KIND_TYPE_TAG,
  ];
  let at = id;
  for (let i = 0; i < DEPTH && through.includes(blob.kind(at)); i++) at = blob.sizeOrType(at);
  return at;
}

function pointed(blob: BtfBlob, id: number): number {
  const pointer = resolved(blob, id);
  return blob.kind(pointer) === BtfKind.BTF_KIND_PTR ? blob.sizeOrType(pointer) : 0;
}

/** struct bpf_map_def { type, key_size, value_size, max_entries, map_flags }, each u32. */
function oldMaps(sections: readonly Section[], symbols: readonly Symbol[]): ObjectMap[] {
  const index = sections.findIndex(({ name }) => name === 'maps');
  const bytes = sections[index]?.bytes;
  if (bytes === undefined) return [];
  const view = viewOf(bytes);
  const word = (at: number) => (at + 4 <= bytes.length ? view.getUint32(at, true) : 0);
  return symbols
    .filter(symbol => symbol.section === index && symbol.name !== '')
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

/** Global data: a section is the one value of an array. */
function dataMaps(sections: readonly Section[]): ObjectMap[] {
  return sections
    .filter(({ name, size }) => /^\.(bss|data|rodata)(\.|$)/.test(name) && size > 0)
    .filter(({ name }) => !name.startsWith('.rodata.str'))
    .map(({ name, size }) => ({
      name,
      type: MapType.BPF_MAP_TYPE_ARRAY,
      keySize: 4,
      valueSize: size,
      maxEntries: 1,
      flags: 0,
      from: 'data',
    }));
}

function named(sections: readonly Section[], name: string): Section | undefined {
  return sections.find(section => section.name === name);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Up to the NUL. */
function text(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return new TextDecoder().decode(bytes.subarray(at, end === -1 ? bytes.length : end));
}
