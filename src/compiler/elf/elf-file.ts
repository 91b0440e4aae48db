// A relocatable ELF file for BPF (ELFCLASS64, little-endian, EM_BPF), as libbpf and its like read it: sections, symbols and
// relocations are added, then bytes come out. Structures of include/uapi/linux/elf.h.
//
//   header (64) | sections, aligned to 8 | section headers, 64 each

export interface Section {
  readonly index: number;
  readonly name: string;
}

export interface ElfSymbol {
  readonly name: string;
  readonly section: Section | undefined; // undefined: found elsewhere when the object is loaded
  readonly offset: number; // bytes
  readonly size: number; // bytes
  readonly type: keyof typeof SYMBOL_TYPES;
  readonly global: boolean;
}

export interface Relocation {
  readonly offset: number; // bytes into the section
  readonly symbol: ElfSymbol;
  readonly type: (typeof Reloc)[keyof typeof Reloc];
}

/** R_BPF_64_64: a 64-bit load; R_BPF_64_32: a call. */
export const Reloc = { R_BPF_64_64: 1, R_BPF_64_32: 10 } as const;

const ET_REL = 1;
const EM_BPF = 247;
const SectionType = { PROGBITS: 1, SYMTAB: 2, STRTAB: 3, NOBITS: 8, REL: 9 } as const;
const Flag = { WRITE: 1, ALLOC: 2, EXECINSTR: 4, INFO_LINK: 64 } as const;
const SYMBOL_TYPES = { none: 0, object: 1, function: 2, section: 3 } as const;
const HEADER = 64;
const SECTION_HEADER = 64;
const SYMBOL = 24;
const RELOCATION = 16;

interface Draft {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly link?: number | 'symtab';
  readonly info?: number;
  readonly entrySize?: number;
}

export class ElfFile {
  readonly #sections: Draft[] = [];
  readonly #symbols: ElfSymbol[] = [];
  readonly #relocations = new Map<Section, readonly Relocation[]>();

  code(name: string, bytes: Uint8Array): Section {
    return this.#add({
      name,
      type: SectionType.PROGBITS,
      flags: Flag.ALLOC | Flag.EXECINSTR,
      bytes,
      size: bytes.length,
    });
  }

  /** Constants, unless they are to be written. */
  data(name: string, bytes: Uint8Array, writable = false): Section {
    const flags = Flag.ALLOC | (writable ? Flag.WRITE : 0);
    return this.#add({ name, type: SectionType.PROGBITS, flags, bytes, size: bytes.length });
  }

  /** Zeros, which take no room in the file. */
  zeros(name: string, size: number): Section {
    return this.#add({
      name,
      type: SectionType.NOBITS,
      flags: Flag.ALLOC | Flag.WRITE,
      bytes: new Uint8Array(),
      size,
    });
  }

  /** What is no part of a program: type information. */
  note(name: string, bytes: Uint8Array): Section {
    return this.#add({ name, type: SectionType.PROGBITS, flags: 0, bytes, size: bytes.length });
  }

  symbol(symbol: ElfSymbol): ElfSymbol {
    this.#symbols.push(symbol);
    return symbol;
  }

  relocate(section: Section, relocations: readonly Relocation[]): void {
    if (relocations.length > 0) this.#relocations.set(section, relocations);
  }

  bytes(): Uint8Array {
    // Local symbols come first.
    const symbols = [...this.#symbols.filter(s => !s.global), ...this.#symbols.filter(s => s.global)];
    const numberOf = new Map(symbols.map((symbol, i) => [symbol, i + 1]));
    for (const [section, relocations] of this.#relocations) {
      const bytes = new Uint8Array(relocations.length * RELOCATION);
      const view = new DataView(bytes.buffer);
      relocations.forEach(({ offset, symbol, type }, i) => {
        view.setBigUint64(i * RELOCATION, BigInt(offset), true);
        view.setUint32(i * RELOCATION + 8, type, true);
        view.setUint32(i * RELOCATION + 12, numberOf.get(symbol)!, true);
      });
      this.#add({
        name: `.rel${section.name}`,
        type: SectionType.REL,
        flags: Flag.INFO_LINK,
        bytes,
        size: bytes.length,
        link: 'symtab',
        info: section.index,
        entrySize: RELOCATION,
      });
    }
    const strings = new Strings();
    const table = new Uint8Array((symbols.length + 1) * SYMBOL);
    const view = new DataView(table.buffer);
    symbols.forEach((symbol, i) => {
      const at = (i + 1) * SYMBOL;
      view.setUint32(at, strings.add(symbol.name), true);
      view.setUint8(at + 4, ((symbol.global ? 1 : 0) << 4) | SYMBOL_TYPES[symbol.type]);
      view.setUint16(at + 6, symbol.section?.index ?? 0, true);
      view.setBigUint64(at + 8, BigInt(symbol.offset), true);
      view.setBigUint64(at + 16, BigInt(symbol.size), true);
    });
    const symtab = this.#sections.length + 1;
    this.#add({
      name: '.symtab',
      type: SectionType.SYMTAB,
      flags: 0,
      bytes: table,
      size: table.length,
      link: symtab + 1,
      info: symbols.filter(s => !s.global).length + 1,
      entrySize: SYMBOL,
    });
    const names = [...this.#sections.map(({ name }) => strings.add(name)), strings.add('.strtab')];
    const text = strings.bytes();
    this.#add({ name: '.strtab', type: SectionType.STRTAB, flags: 0, bytes: text, size: text.length });
    return write(this.#sections, names, symtab);
  }

  #add(draft: Draft): Section {
    this.#sections.push(draft);
    return { index: this.#sections.length, name: draft.name }; // 0 is the null section
  }
}

function write(sections: readonly Draft[], names: readonly number[], symtab: number): Uint8Array {
  const offsets: number[] = [];
  let end = HEADER;
  for (const { bytes } of sections) {
    offsets.push(end);
    end = Math.ceil((end + bytes.length) / 8) * 8;
  }
  const out = new Uint8Array(end + (sections.length + 1) * SECTION_HEADER);
  const view = new DataView(out.buffer);
  out.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // 64 bits, little-endian, version 1
  view.setUint16(16, ET_REL, true);
  view.setUint16(18, EM_BPF, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(40, BigInt(end), true);
  view.setUint16(52, HEADER, true);
  view.setUint16(58, SECTION_HEADER, true);
  view.setUint16(60, sections.length + 1, true);
  view.setUint16(62, sections.length, true); // the last one holds the names
  sections.forEach((section, i) => {
    out.set(section.bytes, offsets[i]!);
    const at = end + (i + 1) * SECTION_HEADER;
    view.setUint32(at, names[i]!, true);
    view.setUint32(at + 4, section.type, true);
    view.setBigUint64(at + 8, BigInt(section.flags), true);
    view.setBigUint64(at + 24, BigInt(offsets[i]!), true);
    view.setBigUint64(at + 32, BigInt(section.size), true);
    view.setUint32(at + 40, section.link === 'symtab' ? symtab : (section.link ?? 0), true);
    view.setUint32(at + 44, section.info ?? 0, true);
    view.setBigUint64(at + 48, section.type === SectionType.STRTAB ? 1n : 8n, true);
    view.setBigUint64(at + 56, BigInt(section.entrySize ?? 0), true);
  });
  return out;
}

class Strings {
  readonly #offsets = new Map<string, number>([['', 0]]);
  #text = '\0';

  add(text: string): number {
    let offset = this.#offsets.get(text);
    if (offset === undefined) {
      offset = new TextEncoder().encode(this.#text).length;
      this.#offsets.set(text, offset);
      this.#text += `${text}\0`;
    }
    return offset;
  }

  bytes(): Uint8Array {
    return new TextEncoder().encode(this.#text);
  }
}
