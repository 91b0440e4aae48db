// A relocatable ELF file for BPF, as clang, bpftool and elf-file.ts write it -> sections, symbols and relocations. Total: any bytes
// give them or the reason why they do not; every section lies wholly in the file. Structures of include/uapi/linux/elf.h.

export interface ElfSection {
  readonly index: number;
  readonly name: string;
  /** SHT_*. */
  readonly type: number;
  readonly executable: boolean;
  /** Bytes; more than `bytes` has where the file holds none of them (zeros). */
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly bytes: Uint8Array;
}

export interface ElfSymbol {
  /** Of a section's symbol that of the section. */
  readonly name: string;
  /** STT_*. */
  readonly kind: number;
  /** Seen in this file only (static). */
  readonly local: boolean;
  /** It may be missing (STB_WEAK). */
  readonly weak: boolean;
  /** Of the object, but not of what it is linked to (STV_HIDDEN, STV_INTERNAL). */
  readonly hidden: boolean;
  /** Index; 0: found elsewhere when the object is loaded. */
  readonly section: number;
  /** Bytes into the section. */
  readonly value: number;
  readonly size: number;
}

export interface ElfRelocation {
  /** Bytes into the section that is relocated. */
  readonly offset: number;
  /** R_BPF_*. */
  readonly type: number;
  readonly symbol: ElfSymbol;
}

export interface ElfContents {
  readonly sections: readonly ElfSection[];
  readonly symbols: readonly ElfSymbol[];
  /** Of the sections that have any, by index. */
  readonly relocations: ReadonlyMap<number, readonly ElfRelocation[]>;
}

export const SectionType = { PROGBITS: 1, SYMTAB: 2, NOBITS: 8, REL: 9 } as const;
export const SymbolKind = { STT_OBJECT: 1, STT_FUNC: 2, STT_SECTION: 3 } as const;

const EM_BPF = 247;
const HEADER = 64;
const SECTION_HEADER = 64;
const SYMBOL = 24;
const RELOCATION = 16;
const SHF_EXECINSTR = 4;
const [STB_LOCAL, STB_WEAK] = [0, 2];
const SHN_LORESERVE = 0xff00;

/** A text says why the bytes are no such object. */
export function readElf(bytes: Uint8Array): ElfContents | string {
  const problem = problemOf(bytes);
  if (problem !== undefined) return problem;
  const sections = readSections(bytes);
  if (typeof sections === 'string') return sections;
  const symbols = readSymbols(sections);
  const relocations = new Map<number, ElfRelocation[]>();
  for (const section of sections) {
    if (section.type !== SectionType.REL) continue;
    const found = readRelocations(section, symbols);
    if (found === undefined) return `the relocations in ${section.name} are of symbols that it does not have`;
    relocations.set(section.info, [...(relocations.get(section.info) ?? []), ...found]);
  }
  return { sections, symbols, relocations };
}

/** In order of place. */
export function functionsIn(
  { sections, symbols }: Pick<ElfContents, 'sections' | 'symbols'>,
  index: number,
): readonly ElfSymbol[] {
  const section = sections[index];
  if (section === undefined || !isCode(section)) return [];
  return symbols
    .filter(s => s.section === index && s.kind === SymbolKind.STT_FUNC)
    .sort((a, b) => a.value - b.value);
}

export function isCode({ type, executable }: ElfSection): boolean {
  return type === SectionType.PROGBITS && executable;
}

/** Up to the NUL. */
export function textAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return new TextDecoder().decode(bytes.subarray(at, end === -1 ? bytes.length : end));
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function problemOf(bytes: Uint8Array): string | undefined {
  if (bytes.length < 4 || viewOf(bytes).getUint32(0) !== 0x7f45_4c46) return 'it is no ELF file';
  if (bytes.length < HEADER) return 'it is cut off within its header';
  if (bytes[4] !== 2) return 'it is a 32-bit ELF file';
  if (bytes[5] !== 1) return 'it is for big-endian machines';
  if (viewOf(bytes).getUint16(18, true) !== EM_BPF) return 'it holds no BPF, but code of another machine';
  return undefined;
}

function readSections(bytes: Uint8Array): ElfSection[] | string {
  const view = viewOf(bytes);
  const start = Number(view.getBigUint64(40, true));
  const count = view.getUint16(60, true);
  if (start + count * SECTION_HEADER > bytes.length) {
    return 'its section headers are outside of it: it was cut off, or changed';
  }
  const raw = Array.from({ length: count }, (_, index) => {
    const at = start + index * SECTION_HEADER;
    const type = view.getUint32(at + 4, true);
    const offset = Number(view.getBigUint64(at + 24, true));
    const size = Number(view.getBigUint64(at + 32, true));
    return {
      nameAt: view.getUint32(at, true),
      index,
      type,
      executable: (view.getUint32(at + 8, true) & SHF_EXECINSTR) !== 0,
      size,
      link: view.getUint32(at + 40, true),
      info: view.getUint32(at + 44, true),
      outside: type !== SectionType.NOBITS && offset + size > bytes.length,
      bytes:
        type === SectionType.NOBITS || index === 0
          ? new Uint8Array()
          : bytes.subarray(Math.min(offset, bytes.length), offset + size),
    };
  });
  const names = raw[view.getUint16(62, true)]?.bytes ?? new Uint8Array();
  const outside = raw.find(section => section.index > 0 && section.outside);
  if (outside !== undefined) {
    return `its section ${textAt(names, outside.nameAt)} reaches outside of it: it was cut off, or changed`;
  }
  return raw.map(({ nameAt, outside: _, ...section }) => ({ ...section, name: textAt(names, nameAt) }));
}

function readSymbols(sections: readonly ElfSection[]): ElfSymbol[] {
  const table = sections.find(({ type }) => type === SectionType.SYMTAB);
  if (table === undefined) return [];
  const names = sections[table.link]?.bytes ?? new Uint8Array();
  const view = viewOf(table.bytes);
  return Array.from({ length: Math.floor(table.bytes.length / SYMBOL) }, (_, i) => {
    const at = i * SYMBOL;
    const info = view.getUint8(at + 4);
    const kind = info & 15;
    const section = view.getUint16(at + 6, true);
    const name = textAt(names, view.getUint32(at, true));
    return {
      name: kind === SymbolKind.STT_SECTION ? (sections[section]?.name ?? name) : name,
      kind,
      local: info >> 4 === STB_LOCAL,
      weak: info >> 4 === STB_WEAK,
      hidden: [1, 2].includes(view.getUint8(at + 5) & 3),
      section: section >= SHN_LORESERVE ? -1 : section, // -1: a constant, or nowhere yet
      value: Number(view.getBigUint64(at + 8, true)),
      size: Number(view.getBigUint64(at + 16, true)),
    };
  });
}

function readRelocations({ bytes }: ElfSection, symbols: readonly ElfSymbol[]): ElfRelocation[] | undefined {
  const view = viewOf(bytes);
  const found: ElfRelocation[] = [];
  for (let at = 0; at + RELOCATION <= bytes.length; at += RELOCATION) {
    const symbol = symbols[view.getUint32(at + 12, true)];
    if (symbol === undefined) return undefined;
    found.push({
      offset: Number(view.getBigUint64(at, true)),
      type: view.getUint32(at + 8, true),
      symbol,
    });
  }
  return found;
}
