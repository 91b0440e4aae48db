// Raw access to a BTF blob by type id: words and names, nothing interpreted. vmlinux has 130,000 types in 5.5 MB, so nothing is
// indexed by name: a name is found in the string section as bytes, then by its offset among the type headers.
//
//   header | types: { name_off:32  flag:1 kind:5 :8 vlen:16  size|type:32  trailing words }* | strings, NUL-terminated
import { BTF_MAGIC, BtfKind, trailingWords } from './kind.js';

/** Walks over a whole blob. The host has faster ones than the loops below, which a process that has just begun is slow at. */
export interface BlobWalks {
  /** Position of `needle` in `haystack` at or after `from`, or -1. */
  readonly search: (haystack: Uint8Array, needle: Uint8Array, from: number) => number;
  /**
   * Notes in `starts` where types begin in the type section, in words, for ids from `count` (at least 1) to below `goal`; gives
   * the first id that was not noted: the type is cut off or unknown, or not asked for. Kind k takes fixed[k] + each[k] * vlen words.
   */
  readonly starts: (
    types: Uint32Array,
    fixed: Uint32Array,
    each: Uint32Array,
    starts: Uint32Array,
    count: number,
    goal: number,
  ) => number;
}

const LONGEST_NAME = 1024;
/** Types noted at a time: those that scripts ask for mostly have low ids. */
const STRIDE = 4096;
/** Words of one value that are looked at one by one. */
const MOST_MENTIONS = 64;

export class BtfBlob {
  /** The whole blob. */
  readonly bytes: Uint8Array;
  readonly #words: Uint32Array; // the type section
  readonly #strings: Uint8Array;
  readonly #walks: BlobWalks;
  readonly #offsets: Uint32Array; // by id: index into #words; 0 for id 0 (void), which has no words
  #count = 1; // of types noted so far
  #next = 0; // where the one after them starts
  // Words of each kind as fixed + each * vlen, in tables: the loop over the headers is what start-up pays for BTF.
  readonly #fixed = new Uint32Array(32);
  readonly #each = new Uint32Array(32);

  /** `types` and `strings` are the two sections; see `open`. */
  constructor(bytes: Uint8Array, types: Uint32Array, strings: Uint8Array, walks: BlobWalks) {
    this.bytes = bytes;
    this.#words = types;
    this.#strings = strings;
    this.#walks = walks;
    this.#offsets = new Uint32Array(Math.floor(types.length / 3) + 1);
    for (let kind = 0; kind < 32; kind++) {
      this.#fixed[kind] = 3 + (trailingWords(kind, 0) ?? types.length);
      this.#each[kind] = (trailingWords(kind, 1) ?? 0) - (trailingWords(kind, 0) ?? 0);
    }
  }

  /** Undefined when the bytes are no little-endian BTF or its sections lie outside them. `bytes` is kept, not copied, if aligned. */
  static open(
    bytes: Uint8Array,
    walks: BlobWalks = { search: findBytes, starts: findStarts },
  ): BtfBlob | undefined {
    if (bytes.length < 24) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint16(0, true) !== BTF_MAGIC) return undefined;
    const header = view.getUint32(4, true);
    const typeStart = header + view.getUint32(8, true);
    const typeSize = view.getUint32(12, true);
    const stringStart = header + view.getUint32(16, true);
    const stringSize = view.getUint32(20, true);
    if (typeStart + typeSize > bytes.length || stringStart + stringSize > bytes.length) return undefined;
    const words = typeSize >>> 2;
    const at = bytes.byteOffset + typeStart;
    const types =
      at % 4 === 0
        ? new Uint32Array(bytes.buffer, at, words)
        : new Uint32Array(bytes.slice(typeStart, typeStart + words * 4).buffer);
    return new BtfBlob(bytes, types, bytes.subarray(stringStart, stringStart + stringSize), walks);
  }

  /** One more than the highest id. Scans all type headers (about 1 ms for vmlinux). */
  get typeCount(): number {
    this.#reach(this.#offsets.length);
    return this.#count;
  }

  kind(id: number): number {
    const at = this.#at(id);
    return at === undefined ? BtfKind.BTF_KIND_UNKN : (this.#words[at + 1]! >>> 24) & 0x1f;
  }

  /** Members, enumerators or parameters that follow; linkage of a function. */
  vlen(id: number): number {
    const at = this.#at(id);
    return at === undefined ? 0 : this.#words[at + 1]! & 0xffff;
  }

  flag(id: number): boolean {
    const at = this.#at(id);
    return at !== undefined && this.#words[at + 1]! >>> 31 === 1;
  }

  /** Bytes, for kinds that have a size; else the id of the type referred to. */
  sizeOrType(id: number): number {
    const at = this.#at(id);
    return at === undefined ? 0 : this.#words[at + 2]!;
  }

  /** `index`-th word after struct btf_type; 0 beyond the type's own. */
  word(id: number, index: number): number {
    const at = this.#at(id);
    if (at === undefined) return 0;
    const info = this.#words[at + 1]!;
    const own = trailingWords((info >>> 24) & 0x1f, info & 0xffff) ?? 0;
    return index < own ? this.#words[at + 3 + index]! : 0;
  }

  name(id: number): string {
    const at = this.#at(id);
    return at === undefined ? '' : this.string(this.#words[at]!);
  }

  /** Text at an offset of the string section; '' when out of range. */
  string(offset: number): string {
    let end = offset;
    const limit = Math.min(this.#strings.length, offset + LONGEST_NAME);
    while (end < limit && this.#strings[end] !== 0) end++;
    let text = '';
    for (let at = offset; at < end; at++) text += String.fromCharCode(this.#strings[at]!);
    return text;
  }

  /** Offset of a name in the string section, or -1. Names are stored once (the format's deduplication). */
  nameOffset(name: string): number {
    if (name === '' || name.length > LONGEST_NAME) return -1;
    const needle = new Uint8Array(name.length + 2);
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      if (code === 0 || code > 0x7f) return -1;
      needle[i + 1] = code;
    }
    const at = this.#walks.search(this.#strings, needle, 0);
    return at < 0 ? -1 : at + 1;
  }

  /** Lowest id above `after` whose name lies at this offset and whose kind is one of the mask's bits; 0 when there is none. */
  find(nameOffset: number, kinds: number, after = 0): number {
    let tried = 0;
    let last = after;
    const from = this.#reach(after + 1) ? this.#offsets[after + 1]! : this.#words.length;
    for (const at of this.#mentions(nameOffset, from)) {
      const id = this.#typeAt(at);
      if (this.#isNamed(id, nameOffset, kinds)) return id;
      last = id;
      // The id of `int` is an offset of some name too, and mentioned everywhere.
      if (++tried === MOST_MENTIONS) break;
    }
    if (tried < MOST_MENTIONS) return 0;
    for (let id = last; this.#reach(id); id++) if (this.#isNamed(id, nameOffset, kinds)) return id;
    return 0;
  }

  #isNamed(id: number, nameOffset: number, kinds: number): boolean {
    const at = this.#offsets[id]!;
    return this.#words[at] === nameOffset && ((kinds >>> ((this.#words[at + 1]! >>> 24) & 0x1f)) & 1) === 1;
  }

  /** First enum with an enumerator whose name lies at this offset, and which one it is. */
  findEnumerator(nameOffset: number): { readonly id: number; readonly index: number } | undefined {
    for (const at of this.#mentions(nameOffset)) {
      const id = this.#typeAt(at);
      const kind = this.kind(id);
      const step = kind === BtfKind.BTF_KIND_ENUM ? 2 : kind === BtfKind.BTF_KIND_ENUM64 ? 3 : 0;
      const place = at - this.#offsets[id]! - 3;
      if (step !== 0 && place >= 0 && place % step === 0 && place / step < this.vlen(id))
        return { id, index: place / step };
    }
    return undefined;
  }

  /**
   * Where words of that value are: few, and found by a native search each, while a loop over all types is what a process that has
   * just begun is slow at. The type that such a word belongs to tells what it is.
   */
  *#mentions(word: number, from = 0): Iterable<number> {
    const words = this.#words;
    for (let at = words.indexOf(word, from); at >= 0; at = words.indexOf(word, at + 1)) yield at;
  }

  /** Id of the type whose words hold the one at an index of the type section; 0 behind the last. */
  #typeAt(at: number): number {
    while (this.#next <= at && this.#reach(this.#count));
    if (this.#next <= at) return 0;
    const offsets = this.#offsets;
    let low = 1;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (offsets[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #at(id: number): number | undefined {
    return id > 0 && this.#reach(id) ? this.#offsets[id] : undefined;
  }

  /**
   * Whether there is a type of this id. Notes where each type up to it (and some after it) starts; stops for good at the
   * first that is unknown or cut off, so that every later access is in range.
   */
  #reach(id: number): boolean {
    if (id < this.#count) return true;
    const goal = Math.min(Math.max(id + 1, this.#count + STRIDE), this.#offsets.length);
    if (this.#next === this.#words.length || goal <= this.#count) return false;
    this.#count = this.#walks.starts(this.#words, this.#fixed, this.#each, this.#offsets, this.#count, goal);
    this.#next =
      this.#count < goal
        ? this.#words.length
        : endOf(this.#words, this.#fixed, this.#each, this.#offsets[this.#count - 1]!);
    return id < this.#count;
  }
}

/** Where the type behind that at `at` begins. */
function endOf(types: Uint32Array, fixed: Uint32Array, each: Uint32Array, at: number): number {
  const info = types[at + 1]!;
  const kind = (info >>> 24) & 0x1f;
  return at + fixed[kind]! + each[kind]! * (info & 0xffff);
}

export const findStarts: BlobWalks['starts'] = (types, fixed, each, starts, count, goal) => {
  let id = count;
  let at = id === 1 ? 0 : endOf(types, fixed, each, starts[id - 1]!);
  for (; id < goal && at + 3 <= types.length; id++) {
    const end = endOf(types, fixed, each, at);
    if (end > types.length) break;
    starts[id] = at;
    at = end;
  }
  return id;
};

/** Plain search, for small blobs. */
export function findBytes(haystack: Uint8Array, needle: Uint8Array, from: number): number {
  const last = haystack.length - needle.length;
  for (let at = from; at <= last; at++) {
    let i = 0;
    while (i < needle.length && haystack[at + i] === needle[i]) i++;
    if (i === needle.length) return at;
  }
  return -1;
}
