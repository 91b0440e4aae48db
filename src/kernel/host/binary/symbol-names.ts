// Symbols of a file by name. A large program has a million of them, so nothing is built ahead: a name is searched in the string
// table, then the entries that refer to it. All names are made only for wildcards, -l and suggestions.
import type { SymbolTable } from '../elf-symbols.js';

export interface NamedSymbol {
  readonly name: string;
  readonly address: number; // as linked
  readonly size: number; // bytes; 0: not known (hand-written assembly)
  readonly kind: 'function' | 'object' | 'label';
}

/** A symbol table, and for .dynsym the version of each entry (.gnu.version, u16 each). */
export interface NameTable extends SymbolTable {
  readonly versions?: Buffer | undefined;
}

//  0       4      5       6       8        16       24
//  +-------+------+-------+-------+--------+--------+
//  | name  | info | other | shndx | value  | size   |    Elf64_Sym
//  +-------+------+-------+-------+--------+--------+
const SYM_SIZE = 24;
const KINDS: readonly (NamedSymbol['kind'] | undefined)[] = ['label', 'object', 'function'];
const STT_TLS = 6;
const STT_GNU_IFUNC = 10;
const STB_LOCAL = 0;
const SHN_ABS = 0xfff1;
/** Version index: an old version, which nothing links against any more. */
const VERSION_HIDDEN = 0x8000;

interface Entry {
  readonly order: number; // of its table
  readonly at: number; // in the table
  /** Spelled `name@@VERSION` in the table. */
  readonly current: boolean;
}

/** After so many look-ups an index of all names is worth its time. */
const MANY = 200;

export class SymbolNames {
  readonly #tables: readonly NameTable[];
  #functions: readonly string[] | undefined;
  #index: Map<string, Entry[]> | undefined;
  #finds = 0;

  /** The first table's entries are preferred. */
  constructor(tables: readonly NameTable[]) {
    this.#tables = tables;
  }

  /** Names of all functions, each once, in byte order; made at the first call (150,000 functions: 100 ms). */
  functions(): readonly string[] {
    if (this.#functions === undefined) {
      const all: string[] = [];
      for (const table of this.#tables) {
        for (let at = 0; at + SYM_SIZE <= table.symbols.length; at += SYM_SIZE) {
          if (kindAt(table, at) === 'function') all.push(nameAt(table, at));
        }
      }
      all.sort();
      this.#functions = all.filter((name, i) => name !== '' && name !== all[i - 1]);
    }
    return this.#functions;
  }

  /**
   * Symbols of a name, the one that is meant first: a function before data, the current version (`name@@V`) before old ones,
   * a global one before a local one. Several static functions may share a name; each address comes once.
   */
  find(name: string): readonly NamedSymbol[] {
    if (++this.#finds > MANY) this.#index ??= this.#makeIndex();
    const entries = this.#index === undefined ? this.#search(name) : (this.#index.get(name) ?? []);
    const ranked = entries.flatMap(({ order, at, current }) => {
      const table = this.#tables[order]!;
      const kind = kindAt(table, at);
      if (kind === undefined) return [];
      const rank =
        (kind === 'function' ? 0 : kind === 'object' ? 1000 : 2000) +
        (!current && isHidden(table, at) ? 500 : 0) +
        (table.symbols[at + 4]! >> 4 === STB_LOCAL ? 100 : 0) +
        order;
      return [{ symbol: symbolAt(table, at, kind, name), rank }];
    });
    ranked.sort((a, b) => a.rank - b.rank);
    const seen = new Set<number>();
    return ranked.map(({ symbol }) => symbol).filter(s => !seen.has(s.address) && seen.add(s.address));
  }

  #makeIndex(): Map<string, Entry[]> {
    const index = new Map<string, Entry[]>();
    const add = (name: string, entry: Entry): void => {
      const known = index.get(name);
      if (known === undefined) index.set(name, [entry]);
      else known.push(entry);
    };
    this.#tables.forEach((table, order) => {
      for (let at = 0; at + SYM_SIZE <= table.symbols.length; at += SYM_SIZE) {
        if (kindAt(table, at) === undefined) continue;
        const name = nameAt(table, at);
        add(name, { order, at, current: false });
        const version = name.indexOf('@@');
        if (version > 0) add(name.slice(0, version), { order, at, current: true });
      }
    });
    return index;
  }

  #search(name: string): readonly Entry[] {
    return this.#tables.flatMap((table, order) => {
      const wanted = offsetsOf(table.names, name);
      if (wanted.size === 0) return [];
      const { symbols } = table;
      const words = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
      const found: Entry[] = [];
      for (let at = 0; at + SYM_SIZE <= symbols.length; at += SYM_SIZE) {
        const current = wanted.get(words.getUint32(at, true));
        if (current !== undefined) found.push({ order, at, current });
      }
      return found;
    });
  }
}

/** Undefined for what is not in this file or has no address of its own. */
function kindAt({ symbols }: NameTable, at: number): NamedSymbol['kind'] | undefined {
  const section = symbols[at + 6]! | (symbols[at + 7]! << 8);
  if (section === 0 || section === SHN_ABS) return undefined;
  const type = symbols[at + 4]! & 15;
  return type === STT_GNU_IFUNC ? 'function' : type === STT_TLS ? undefined : KINDS[type];
}

function symbolAt({ symbols }: NameTable, at: number, kind: NamedSymbol['kind'], name: string): NamedSymbol {
  return { name, address: word(symbols, at + 8), size: word(symbols, at + 16), kind };
}

function isHidden({ versions }: NameTable, at: number): boolean {
  const index = (at / SYM_SIZE) * 2;
  return (
    versions !== undefined &&
    index + 2 <= versions.length &&
    (versions.readUInt16LE(index) & VERSION_HIDDEN) !== 0
  );
}

/**
 * Where in a string table the name stands: offsets that entries may refer to, also in the middle of a longer name, since
 * linkers let names share their ends. True: as `name@@VERSION`, the version that programs are linked to now.
 */
function offsetsOf(names: Buffer, name: string): ReadonlyMap<number, boolean> {
  const offsets = new Map<number, boolean>();
  const text = Buffer.from(name, 'latin1');
  if (text.length === 0) return offsets;
  for (let at = names.indexOf(text); at >= 0; at = names.indexOf(text, at + 1)) {
    const end = at + text.length;
    if (end >= names.length || names[end] === 0) offsets.set(at, false);
    else if (names[end] === 0x40 && names[end + 1] === 0x40) offsets.set(at, true);
  }
  return offsets;
}

function nameAt({ symbols, names }: NameTable, at: number): string {
  const from = symbols.readUInt32LE(at);
  const end = names.indexOf(0, from);
  return names.toString('latin1', from, end < 0 ? names.length : end);
}

function word(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
