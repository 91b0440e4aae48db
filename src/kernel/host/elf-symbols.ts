// Symbols of a file by address: typed arrays sorted by start, since a large program has a million of them. A symbol holds
// the addresses [start, start + size); where several do, the one that starts last is
// meant. One without a size (hand-written assembly) holds its first byte only, as in bpftrace.

/** Raw Elf64_Sym entries, and the strings they name. */
export interface SymbolTable {
  readonly symbols: Buffer;
  readonly names: Buffer;
}

export interface FoundSymbol {
  readonly name: string; // as in the file, bytes as characters
  readonly offset: number; // bytes from the symbol's start
}

//  0       4      5       6       8        16       24
//  +-------+------+-------+-------+--------+--------+
//  | name  | info | other | shndx | value  | size   |    Elf64_Sym
//  +-------+------+-------+-------+--------+--------+
const SYM_SIZE = 24;
const STT_OBJECT = 1;
const STT_FUNC = 2;
const STT_GNU_IFUNC = 10;
const STB_LOCAL = 0;
const STB_WEAK = 2;
const INDEX_RANGE = 2 ** 20;

export class ElfSymbols {
  readonly #tables: readonly SymbolTable[];
  /** By start: starts, ends, the largest end so far, and where the entry is (table * 2^32 + index). */
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #reach: Float64Array;
  readonly #entries: Float64Array;

  constructor(tables: readonly SymbolTable[]) {
    this.#tables = tables;
    const most = tables.reduce((sum, t) => sum + Math.floor(t.symbols.length / SYM_SIZE), 0);
    const starts = new Float64Array(most);
    const sizes = new Float64Array(most);
    const entries = new Float64Array(most);
    let count = 0;
    let top = 0;
    tables.forEach(({ symbols }, t) => {
      const words = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
      for (let i = 0, at = 0; at + SYM_SIZE <= symbols.length; i++, at += SYM_SIZE) {
        const type = symbols[at + 4]! & 15;
        if (type !== STT_FUNC && type !== STT_OBJECT && type !== STT_GNU_IFUNC) continue;
        if (words.getUint16(at + 6, true) === 0) continue; // undefined: of another file
        const size = Math.max(1, wordAt(words, at + 16));
        const start = wordAt(words, at + 8);
        starts[count] = start;
        sizes[count] = size;
        entries[count++] = t * 2 ** 32 + i;
        if (start > top) top = start;
      }
    });
    const order = sortedOrder(starts.subarray(0, count), top);
    this.#starts = Float64Array.from(order, i => starts[i]!);
    this.#ends = Float64Array.from(order, i => starts[i]! + sizes[i]!);
    this.#entries = Float64Array.from(order, i => entries[i]!);
    this.#reach = new Float64Array(count);
    let reach = 0;
    for (let i = 0; i < count; i++) {
      reach = Math.max(reach, this.#ends[i]!);
      this.#reach[i] = reach;
    }
  }

  get count(): number {
    return this.#starts.length;
  }

  /** The symbol that holds a linked address. */
  lookup(address: number): FoundSymbol | undefined {
    const starts = this.#starts;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    for (let i = low - 1; i >= 0 && this.#reach[i]! > address; i--) {
      if (this.#ends[i]! <= address) continue;
      const start = starts[i]!;
      let best = i;
      for (let other = i - 1; other >= 0 && starts[other] === start; other--) {
        if (this.#ends[other]! > address && this.#rank(other) > this.#rank(best)) best = other;
      }
      return { name: this.#name(best), offset: address - start };
    }
    return undefined;
  }

  /** Linked address and size of a symbol, by its name in the file. */
  find(name: string): { readonly address: number; readonly size: number } | undefined {
    for (let i = 0; i < this.count; i++) {
      if (this.#name(i) === name) {
        return { address: this.#starts[i]!, size: this.#ends[i]! - this.#starts[i]! };
      }
    }
    return undefined;
  }

  /** Of several names for one place: a function's before data's, a global one, one without leading underscores. */
  #rank(index: number): number {
    const { symbols, at } = this.#entry(index);
    const info = symbols[at + 4]!;
    const binding = info >> 4;
    const name = this.#name(index);
    return (
      ((info & 15) === STT_OBJECT ? 0 : 100) +
      (binding === STB_LOCAL ? 0 : binding === STB_WEAK ? 10 : 20) -
      (/^_*/.exec(name)?.[0].length ?? 0)
    );
  }

  #entry(index: number): { symbols: Buffer; names: Buffer; at: number } {
    const packed = this.#entries[index]!;
    const { symbols, names } = this.#tables[Math.floor(packed / 2 ** 32)]!;
    return { symbols, names, at: (packed % 2 ** 32) * SYM_SIZE };
  }

  #name(index: number): string {
    const { symbols, names, at } = this.#entry(index);
    const from = symbols.readUInt32LE(at);
    const end = names.indexOf(0, from);
    return names.toString('latin1', from, end < 0 ? names.length : end);
  }
}

/** Indexes by ascending start. Numbers sort much faster than by a comparison: start and index share one where they fit. */
function sortedOrder(starts: Float64Array, top: number): Float64Array {
  const { length } = starts;
  if (length <= INDEX_RANGE && top < 2 ** 53 / INDEX_RANGE) {
    const packed = Float64Array.from(starts, (start, i) => start * INDEX_RANGE + i).sort();
    return packed.map(value => value % INDEX_RANGE);
  }
  return Float64Array.from(starts, (_, i) => i).sort((a, b) => starts[a]! - starts[b]! || a - b);
}

function wordAt(words: DataView, at: number): number {
  return words.getUint32(at, true) + words.getUint32(at + 4, true) * 2 ** 32;
}
