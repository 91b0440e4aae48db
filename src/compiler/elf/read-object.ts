// An ELF object of BPF programs -> what it holds, before anything is loaded: programs, functions, maps, license. Total: any bytes
// give an object or the reason why they are none. What a program needs to be loaded is link-object.ts's business.
import { readBtf } from '../btf/reader.js';
import { type ElfContents, type ElfSection, functionsIn, readElf, textAt } from './elf-reader.js';
import { placedBtf } from './loadable-btf.js';
import { dataMaps, definedMaps, type ObjectMap, oldMaps } from './map-definitions.js';

export interface ObjectProgram {
  /** By which loaders know its type and where it goes: "xdp", "tracepoint/sched/sched_switch". */
  readonly section: string;
  readonly name: string;
  /** struct bpf_insn, 8 bytes each, not relocated. */
  readonly insns: Uint8Array;
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

const NONE = new Uint8Array();

/** A text says why the bytes are no such object. */
export function readObject(bytes: Uint8Array): ObjectContents | string {
  const elf = readElf(bytes);
  return typeof elf === 'string' ? elf : contentsOf(elf);
}

export function contentsOf(elf: ElfContents): ObjectContents {
  const blob = readBtf(placedBtf(elf) ?? NONE)?.blob;
  return {
    license: textAt(sectionNamed(elf, 'license')?.bytes ?? NONE, 0),
    programs: programsOf(elf),
    functions: elf.sections.flatMap(({ name, index }) =>
      name === '.text' ? functionsIn(elf, index).map(f => f.name) : [],
    ),
    maps: [
      ...(blob === undefined ? [] : definedMaps(elf, blob)),
      ...oldMaps(elf),
      ...dataMaps(elf, blob).filter(({ name }) => !name.startsWith('.rodata.str')),
    ].map(({ name, type, keySize, valueSize, maxEntries, flags, from }) => ({
      name,
      type,
      keySize,
      valueSize,
      maxEntries,
      flags,
      from,
    })),
    btfSize: sectionNamed(elf, '.BTF')?.size ?? 0,
  };
}

/** In order of section and place. Loaders take no static function for a program. */
function programsOf(elf: ElfContents): ObjectProgram[] {
  return elf.sections.flatMap(section =>
    section.name === '.text'
      ? []
      : functionsIn(elf, section.index)
          .filter(({ local }) => !local)
          .map(({ name, value, size }) => ({
            section: section.name,
            name,
            insns: section.bytes.subarray(value, value + size),
          })),
  );
}

export function sectionNamed({ sections }: ElfContents, name: string): ElfSection | undefined {
  return sections.find(section => section.name === name);
}
