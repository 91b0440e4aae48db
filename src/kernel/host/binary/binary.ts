// One program or library as probes ask of it: the file, and what was split off it (symbols, debug information). Everything is
// read when it is asked for, and kept.
import { closeSync } from 'node:fs';
import type {
  BinaryProblem,
  BinarySymbol,
  FunctionParameter,
  UsdtLocation,
} from '../../../compiler/binary-view.js';
import type { Field, Type } from '../../../compiler/types/type.js';
import { fileSource, openDebugFile, openFile } from '../debug-file.js';
import { DwarfError } from '../dwarf/cursor.js';
import { DebugInfo } from '../dwarf/debug-info.js';
import { addressOfLine } from '../dwarf/line-table.js';
import { functionParameters } from '../dwarf/parameters.js';
import { TypeReader } from '../dwarf/type-reader.js';
import type { Entry } from '../dwarf/unit.js';
import { ElfFile, type ElfSource } from '../elf.js';
import type { FoundSymbol } from '../elf-symbols.js';
import { isInstructionStart } from './instruction-length.js';
import { DamagedLzma } from './lzma.js';
import { type NameTable, SymbolNames } from './symbol-names.js';
import { readUsdtNotes } from './usdt-notes.js';
import { unpackXz } from './xz.js';

export type Arch = 'x86_64' | 'aarch64';

export interface BinaryOptions {
  readonly arch: Arch;
  /** Prefixes under which debug files are looked for. */
  readonly roots: readonly string[];
  /** --debuginfo. */
  readonly debugFolders: readonly string[];
}

/** EM_X86_64, EM_AARCH64. */
const MACHINE: Readonly<Record<Arch, number>> = { x86_64: 62, aarch64: 183 };
/** Longest function that is decoded to find out where its instructions start. */
const MOST_CODE = 1 << 22;

export class Binary {
  readonly path: string;
  readonly elf: ElfFile;
  readonly #options: BinaryOptions;
  readonly #open: number[] = [];
  #names: SymbolNames | undefined;
  #symbolFile: ElfFile | null | undefined;
  #packed: ElfFile | null | undefined;
  #usdt: readonly UsdtLocation[] | undefined;
  #debug: { readonly info: DebugInfo; readonly types: TypeReader } | null | undefined;
  /** Units that functions were asked of: their types are looked for there first. */
  #near: Entry | undefined;
  debugProblem: string | undefined;

  private constructor(path: string, elf: ElfFile, options: BinaryOptions) {
    this.path = path;
    this.elf = elf;
    this.#options = options;
  }

  static open(path: string, options: BinaryOptions): Binary | BinaryProblem {
    const fd = openFile(path);
    if (fd === undefined) return 'missing';
    const found = Binary.of(path, fileSource(fd), options);
    if (typeof found === 'string') closeSync(fd);
    else found.#open.push(fd);
    return found;
  }

  /** From bytes; `path` is what it is called. */
  static of(path: string, source: ElfSource, options: BinaryOptions): Binary | BinaryProblem {
    const problem = ElfFile.problem(source, MACHINE[options.arch]);
    const elf = problem === undefined ? ElfFile.open(source) : undefined;
    return elf === undefined ? (problem ?? 'not-elf') : new Binary(path, elf, options);
  }

  close(): void {
    for (const fd of this.#open.splice(0)) closeSync(fd);
  }

  get hasSymbols(): boolean {
    return this.elf.hasSymtab || this.#separate !== undefined || this.#unpacked !== undefined;
  }

  get names(): SymbolNames {
    if (this.#names === undefined) {
      const own = this.elf.symbolTables('symtab');
      const exported = this.elf.symbolTables('dynsym').map((table): NameTable => {
        const section = this.elf.section('.gnu.version');
        return { ...table, versions: section?.read(0, section.size) };
      });
      const elsewhere = [this.#separate, this.#unpacked].flatMap(elf => elf?.symbolTables('symtab') ?? []);
      this.#names = new SymbolNames([...own, ...elsewhere, ...exported]);
    }
    return this.#names;
  }

  symbols(name: string): readonly BinarySymbol[] {
    // A label is worth probing where code is: entries of hand-written assembly are often no more.
    return this.names.find(name).filter(({ kind, address }) => kind !== 'label' || this.elf.isCode(address));
  }

  symbolAt(address: number): FoundSymbol | undefined {
    for (const elf of [this.#separate, this.elf, this.#unpacked]) {
      const found = elf?.symbols().lookup(address);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  instructionAt(address: number): 'starts' | 'inside' | 'unknown' {
    if (this.#options.arch === 'aarch64') return address % 4 === 0 ? 'starts' : 'inside';
    const offset = this.symbolAt(address)?.offset;
    if (offset === undefined) return 'unknown';
    if (offset === 0) return 'starts';
    const code = this.elf.bytesAt(address - offset, Math.min(offset + 16, MOST_CODE));
    const starts = isInstructionStart(code, offset, this.#options.arch);
    return starts === undefined ? 'unknown' : starts ? 'starts' : 'inside';
  }

  usdt(): readonly UsdtLocation[] {
    this.#usdt ??= readUsdtNotes(this.elf);
    return this.#usdt;
  }

  get hasDebugInfo(): boolean {
    return this.#debugInfo !== undefined;
  }

  parameters(address: number): readonly FunctionParameter[] | undefined {
    return this.#guard(() => {
      const debug = this.#debugInfo;
      const entry = debug?.info.functionAt(address);
      if (debug === undefined || entry === undefined) return undefined;
      this.#near = entry;
      return functionParameters(debug.info, debug.types, entry, this.#options.arch);
    });
  }

  type(name: string): Type | undefined {
    return this.#guard(() => {
      const debug = this.#debugInfo;
      if (debug === undefined) return undefined;
      const [, tag, own] = /^(struct|union|enum) (.*)$/.exec(name) ?? [];
      const { types } = debug;
      const entry =
        tag === undefined || own === undefined
          ? types.named(name, this.#near)
          : tag === 'enum'
            ? types.enumeration(own, this.#near)
            : types.definition(own, tag as 'struct' | 'union', this.#near);
      return entry && types.typeOf(entry);
    });
  }

  fields(id: number): readonly Field[] {
    return this.#guard(() => this.#debugInfo?.types.fields(id)) ?? [];
  }

  line(file: string, line: number, column: number | undefined): number | 'file' | 'line' {
    return (
      this.#guard(() => this.#debugInfo && addressOfLine(this.#debugInfo.info, file, line, column)) ?? 'file'
    );
  }

  /** A file with the symbols that were stripped. */
  get #separate(): ElfFile | undefined {
    if (this.#symbolFile === undefined) {
      this.#symbolFile = (this.elf.hasSymtab ? undefined : this.#find(debug => debug.hasSymtab)) ?? null;
    }
    return this.#symbolFile ?? undefined;
  }

  /** .gnu_debugdata: functions of a stripped program, as a packed file within the file (Fedora). */
  get #unpacked(): ElfFile | undefined {
    if (this.#packed === undefined) {
      this.#packed = null;
      const section = this.elf.hasSymtab ? undefined : this.elf.section('.gnu_debugdata');
      if (section !== undefined) {
        try {
          const bytes = Buffer.from(unpackXz(section.read(0, section.size)));
          this.#packed = ElfFile.open({ read: (at, length) => bytes.subarray(at, at + length) }) ?? null;
        } catch (error) {
          if (!(error instanceof DamagedLzma)) throw error;
        }
      }
    }
    return this.#packed ?? undefined;
  }

  get #debugInfo(): { readonly info: DebugInfo; readonly types: TypeReader } | undefined {
    if (this.#debug === undefined) {
      const elf = this.elf.hasSection('.debug_info')
        ? this.elf
        : this.#find(debug => debug.hasSection('.debug_info'));
      const info = elf && DebugInfo.of(elf);
      this.#debug = info === undefined ? null : { info, types: new TypeReader(info, this.path) };
    }
    return this.#debug ?? undefined;
  }

  #find(accept: (debug: ElfFile) => boolean): ElfFile | undefined {
    const { roots, debugFolders } = this.#options;
    const root = roots.find(each => each !== '' && this.path.startsWith(`${each}/`)) ?? '';
    const found = openDebugFile(this.elf, {
      path: this.path.slice(root.length),
      roots,
      folders: debugFolders,
      accept,
    });
    if (found !== undefined) this.#open.push(found.fd);
    return found?.elf;
  }

  /** Debug information that cannot be read is as none; why is kept for the message. */
  #guard<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DwarfError)) throw error;
      this.debugProblem = error.message;
      return undefined;
    }
  }
}
