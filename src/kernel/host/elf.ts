// An ELF64 file (or the vdso's image in memory) as far as naming and finding addresses takes: segments, sections, build id,
// debug link, symbol tables. Only headers are read at first, the rest when it is asked for.
import { ElfSymbols, type SymbolTable } from './elf-symbols.js';
import { inflate } from './inflate.js';

/** Where the bytes come from. Gives fewer than `length` bytes at the end. */
export interface ElfSource {
  read(at: number, length: number): Buffer;
}

/** Contents of a section: `read` gives fewer bytes at the end. */
export interface SectionBytes {
  readonly size: number;
  read(at: number, length: number): Buffer;
}

interface Segment {
  readonly offset: number; // in the file, bytes
  readonly address: number;
  readonly size: number; // in the file
  readonly executable: boolean;
}

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

/** Why a file cannot be read as one of this machine's programs. */
export type ElfProblem = 'not-elf' | '32-bit' | 'big-endian' | 'other-machine';

const EHDR_SIZE = 64;
const PHDR_SIZE = 56;
const SHDR_SIZE = 64;
const ELFCLASS64 = 2;
const ELFDATA2LSB = 1;
const PT_LOAD = 1;
const PT_NOTE = 4;
const PF_X = 1;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHT_DYNSYM = 11;
const SHF_COMPRESSED = 1 << 11;
const ELFCOMPRESS_ZLIB = 1;
const CHDR_SIZE = 24;
const ET_EXEC = 2;
const NT_GNU_BUILD_ID = 3;
/** Damaged headers must not make us read the disk. */
const MOST_HEADERS = 1 << 16;
const MOST_TABLE = 1 << 30;

export class ElfFile {
  readonly #source: ElfSource;
  readonly #segments: readonly Segment[];
  readonly #notes: readonly Segment[];
  readonly #sections: readonly Section[];
  /** Linked for the addresses where it is loaded: no PIE and no library. */
  readonly fixed: boolean;
  #symbols: ElfSymbols | undefined;

  private constructor(
    source: ElfSource,
    fixed: boolean,
    segments: readonly Segment[],
    notes: readonly Segment[],
    sections: readonly Section[],
  ) {
    this.#source = source;
    this.fixed = fixed;
    this.#segments = segments;
    this.#notes = notes;
    this.#sections = sections;
  }

  /** Undefined when it is no 64-bit little-endian ELF file. */
  static open(source: ElfSource): ElfFile | undefined {
    const header = source.read(0, EHDR_SIZE);
    if (header.length < EHDR_SIZE || header.readUInt32BE(0) !== 0x7f45_4c46) return undefined;
    if (header[4] !== ELFCLASS64 || header[5] !== ELFDATA2LSB) return undefined;
    const programs = table(source, word(header, 32), header.readUInt16LE(56), PHDR_SIZE);
    const of = (type: number): Segment[] =>
      programs
        .filter(p => p.readUInt32LE(0) === type)
        .map(p => ({
          offset: word(p, 8),
          address: word(p, 16),
          size: word(p, 32),
          executable: (p.readUInt32LE(4) & PF_X) !== 0,
        }));
    const sections = readSections(source, header);
    return new ElfFile(source, header.readUInt16LE(16) === ET_EXEC, of(PT_LOAD), of(PT_NOTE), sections);
  }

  /** What keeps a file from being a program for `machine` (EM_*); undefined when nothing does. */
  static problem(source: ElfSource, machine: number): ElfProblem | undefined {
    const header = source.read(0, EHDR_SIZE);
    if (header.length < 20 || header.readUInt32BE(0) !== 0x7f45_4c46) return 'not-elf';
    if (header[5] !== ELFDATA2LSB) return 'big-endian';
    if (header[4] !== ELFCLASS64) return '32-bit';
    if (header.length < EHDR_SIZE) return 'not-elf';
    return header.readUInt16LE(18) === machine ? undefined : 'other-machine';
  }

  /** Address that the byte at an offset in the file is linked for; undefined when it is not loaded. */
  addressOf(fileOffset: number): number | undefined {
    const segment = this.#segments.find(s => fileOffset >= s.offset && fileOffset < s.offset + s.size);
    return segment && fileOffset - segment.offset + segment.address;
  }

  /** Where in the file the byte linked for an address lies; undefined when no segment holds it. */
  offsetOf(address: number): number | undefined {
    const segment = this.#segmentOf(address);
    return segment && address - segment.address + segment.offset;
  }

  /** Whether code is loaded there. */
  isCode(address: number): boolean {
    return this.#segmentOf(address)?.executable === true;
  }

  #segmentOf(address: number): Segment | undefined {
    return this.#segments.find(s => address >= s.address && address < s.address + s.size);
  }

  /** Bytes as loaded from an address on; fewer where its segment ends. */
  bytesAt(address: number, length: number): Buffer {
    const segment = this.#segmentOf(address);
    if (segment === undefined) return Buffer.alloc(0);
    const inside = address - segment.address;
    return this.#source.read(segment.offset + inside, Math.min(length, segment.size - inside));
  }

  /** A section's contents, unpacked; undefined when there is none of the name or it cannot be unpacked. */
  section(name: string): SectionBytes | undefined {
    const section = this.#sections.find(s => s.name === name && s.type !== SHT_NOBITS);
    if (section === undefined) return undefined;
    if ((section.flags & SHF_COMPRESSED) !== 0) return this.#unpacked(section);
    const { offset, size } = section;
    return {
      size,
      read: (at, length) => this.#source.read(offset + at, Math.max(0, Math.min(length, size - at))),
    };
  }

  /** Where a section is linked for; undefined when there is none of the name. */
  sectionAddress(name: string): number | undefined {
    return this.#sections.find(s => s.name === name)?.address;
  }

  hasSection(name: string): boolean {
    return this.#sections.some(s => s.name === name);
  }

  #unpacked(section: Section): SectionBytes | undefined {
    const packed = this.#read(section);
    if (packed.length < CHDR_SIZE || packed.readUInt32LE(0) !== ELFCOMPRESS_ZLIB) return undefined;
    const size = word(packed, 8);
    try {
      const whole = inflate(packed.subarray(CHDR_SIZE), {
        maxOutputLength: Math.min(size, MOST_TABLE) || 1,
      });
      return { size: whole.length, read: (at, length) => whole.subarray(at, at + length) };
    } catch {
      return undefined;
    }
  }

  /** Hexadecimal, undefined without one. */
  buildId(): string | undefined {
    const sections = this.#sections.filter(s => s.name === '.note.gnu.build-id');
    for (const { offset, size } of [...sections, ...this.#notes]) {
      const id = buildIdIn(this.#source.read(offset, Math.min(size, 1 << 16)));
      if (id !== undefined) return id;
    }
    return undefined;
  }

  /** Name of the file with the symbols that were stripped, and the CRC-32 of its contents. */
  debugLink(): { readonly name: string; readonly crc: number } | undefined {
    const section = this.#sections.find(s => s.name === '.gnu_debuglink');
    if (section === undefined) return undefined;
    const bytes = this.#source.read(section.offset, Math.min(section.size, 4096));
    const end = bytes.indexOf(0);
    const at = (end + 4) & ~3;
    if (end <= 0 || at + 4 > bytes.length) return undefined;
    return { name: bytes.toString('latin1', 0, end), crc: bytes.readUInt32LE(at) };
  }

  /** Whether it has the whole symbol table, not only what it exports. */
  get hasSymtab(): boolean {
    return this.#sections.some(s => s.type === SHT_SYMTAB);
  }

  /** .symtab, or what is exported when that was stripped; read at the first call. */
  symbols(): ElfSymbols {
    if (this.#symbols === undefined) {
      this.#symbols = new ElfSymbols(this.symbolTables(this.hasSymtab ? 'symtab' : 'dynsym'));
    }
    return this.#symbols;
  }

  /** Raw tables: the whole one, or the one of what is exported and imported. */
  symbolTables(which: 'symtab' | 'dynsym'): SymbolTable[] {
    const wanted = which === 'symtab' ? SHT_SYMTAB : SHT_DYNSYM;
    return this.#sections
      .filter(s => s.type === wanted)
      .flatMap((section): SymbolTable[] => {
        const names = this.#sections[section.link];
        return names === undefined ? [] : [{ symbols: this.#read(section), names: this.#read(names) }];
      });
  }

  #read({ offset, size }: Section): Buffer {
    return this.#source.read(offset, Math.min(size, MOST_TABLE));
  }
}

function readSections(source: ElfSource, header: Buffer): readonly Section[] {
  const rows = table(source, word(header, 40), header.readUInt16LE(60), SHDR_SIZE);
  const raw = rows.map(row => ({
    name: row.readUInt32LE(0),
    type: row.readUInt32LE(4),
    flags: row.readUInt32LE(8),
    address: word(row, 16),
    offset: word(row, 24),
    size: word(row, 32),
    link: row.readUInt32LE(40),
  }));
  const strings = raw[header.readUInt16LE(62)];
  const names =
    strings === undefined ? Buffer.alloc(0) : source.read(strings.offset, Math.min(strings.size, 1 << 20));
  return raw.map(section => ({ ...section, name: textAt(names, section.name) }));
}

function table(source: ElfSource, offset: number, count: number, size: number): Buffer[] {
  if (offset === 0 || count > MOST_HEADERS) return [];
  const bytes = source.read(offset, count * size);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}

/** Notes are `u32 name size, u32 data size, u32 type, name, data`, name and data padded to 4 bytes. */
function buildIdIn(notes: Buffer): string | undefined {
  for (let at = 0; at + 12 <= notes.length; ) {
    const nameSize = notes.readUInt32LE(at);
    const size = notes.readUInt32LE(at + 4);
    if (nameSize > notes.length || size > notes.length) return undefined;
    const data = at + 12 + ((nameSize + 3) & ~3);
    if (
      notes.readUInt32LE(at + 8) === NT_GNU_BUILD_ID &&
      notes.toString('latin1', at + 12, at + 15) === 'GNU'
    ) {
      return notes.toString('hex', data, data + size);
    }
    at = data + ((size + 3) & ~3);
  }
  return undefined;
}

/** A u64 as a number: offsets and addresses of files are far below 2^53. */
function word(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

/** The NUL-terminated text at an offset, bytes as characters. */
export function textAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString('latin1', at, end < 0 ? bytes.length : end);
}
