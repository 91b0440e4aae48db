// A file of prefixes: one a line, or a bare address, of IPv4 or IPv6; `#` begins a comment. Read a part at a time, so that a
// million lines hold nothing up; byte by byte, without making text of them, but for what is unusual or wrong.
import { parsePrefix } from '../compiler/language/names/address-range.js';
import { PREFIX_KEY_SIZE, PREFIX_LENGTH_SIZE } from '../compiler/types/prefix-key.js';
import { KEY_WORDS, KeySet } from './key-set.js';

/** Keys of tries one after the other (compiler/types/prefix-key.ts), each prefix once. */
export interface PrefixList {
  readonly v4: Uint8Array;
  readonly v6: Uint8Array;
  /** Of both families. */
  readonly count: number;
}

/** What is no prefix: half-open range of byte offsets. */
export interface BadPrefix {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const [NEWLINE, TAB, RETURN, SPACE, HASH, DOT, SLASH, ZERO, COLON] = [
  10, 9, 13, 32, 35, 46, 47, 48, 58,
] as const;
/** More are counted, not kept. */
const MOST_BAD = 5;

export class PrefixReader {
  readonly bad: BadPrefix[] = [];
  badCount = 0;
  readonly #bytes: Uint8Array;
  #at = 0;
  /** address * 64 + length: 38 bits, which a double holds. */
  #v4 = new Float64Array(1024);
  #v4Count = 0;
  readonly #v6 = new KeySet();
  /** Of the address that is being read. */
  readonly #groups = new Uint16Array(8);
  readonly #key = new Uint32Array(KEY_WORDS);

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Reads so many lines on; false at the end. */
  read(lines: number): boolean {
    for (let i = 0; i < lines; i++) {
      if (this.#at >= this.#bytes.length) return false;
      this.#line();
    }
    return true;
  }

  /** What was read so far. */
  list(): PrefixList {
    const sorted = this.#v4.subarray(0, this.#v4Count).sort();
    const v4 = new Uint8Array(this.#v4Count * PREFIX_KEY_SIZE[4]);
    const data = new DataView(v4.buffer);
    let size = 0;
    for (let i = 0; i < sorted.length; i++) {
      const each = sorted[i]!;
      if (i > 0 && each === sorted[i - 1]) continue;
      data.setUint32(size, each % 64, true);
      data.setUint32(size + PREFIX_LENGTH_SIZE, Math.floor(each / 64));
      size += PREFIX_KEY_SIZE[4];
    }
    const v6 = this.#v6.sorted();
    return { v4: v4.subarray(0, size), v6, count: size / PREFIX_KEY_SIZE[4] + this.#v6.count };
  }

  #line(): void {
    const start = this.#blanks(this.#at);
    const taken = this.#ipv4(start) || this.#ipv6(start);
    if (!taken) this.#text(start);
  }

  /** False: it is something else. */
  #ipv4(start: number): boolean {
    const bytes = this.#bytes;
    let at = start;
    let address = 0;
    for (let part = 0; part < 4; part++) {
      if (part > 0 && bytes[at++] !== DOT) return false;
      const from = at;
      let number = 0;
      for (; isDigit(bytes[at]) && at < from + 3; at++) number = number * 10 + bytes[at]! - ZERO;
      if (at === from || number > 255 || (bytes[from] === ZERO && at > from + 1)) return false;
      address = address * 256 + number;
    }
    const length = this.#rest(at, 32);
    if (length < 0) return false;
    const behind = 2 ** (32 - length);
    this.#add4(Math.floor(address / behind) * behind, length);
    return true;
  }

  /** In groups, without an address of IPv4 in it; false: it is something else. */
  #ipv6(start: number): boolean {
    const bytes = this.#bytes;
    const groups = this.#groups;
    let at = start;
    let count = 0;
    let gap = -1;
    while (count < 8) {
      if (bytes[at] === COLON && bytes[at + 1] === COLON && (count > 0 || at === start)) {
        if (gap >= 0) return false;
        gap = count;
        at += 2;
      } else if (count > 0 && gap !== count) {
        if (bytes[at] !== COLON) break;
        at++;
        if (hexOf(bytes[at]) < 0) return false;
      }
      const from = at;
      let number = 0;
      for (let digit = hexOf(bytes[at]); digit >= 0 && at < from + 4; digit = hexOf(bytes[++at]))
        number = number * 16 + digit;
      if (at === from) break;
      groups[count++] = number;
    }
    if (gap < 0 ? count !== 8 : count > 7) return false;
    const length = this.#rest(at, 128);
    if (length < 0) return false;
    if (gap >= 0) {
      groups.copyWithin(8 - (count - gap), gap, count);
      groups.fill(0, gap, 8 - (count - gap));
    }
    this.#add6(length);
    return true;
  }

  /** What stands behind an address, to the end of the line: the length, which is `most` when there is none; -1: something else. */
  #rest(at: number, most: number): number {
    const bytes = this.#bytes;
    let length = most;
    if (bytes[at] === SLASH) {
      const from = ++at;
      length = 0;
      for (; isDigit(bytes[at]) && at < from + 3; at++) length = length * 10 + bytes[at]! - ZERO;
      if (at === from || length > most) return -1;
    }
    const end = this.#blanks(at);
    if (end < bytes.length && bytes[end] !== NEWLINE && bytes[end] !== HASH) return -1;
    this.#at = this.#lineEnd(end) + 1;
    return length;
  }

  /** Anything else. */
  #text(start: number): void {
    const bytes = this.#bytes;
    const lineEnd = this.#lineEnd(start);
    const hash = bytes.subarray(start, lineEnd).indexOf(HASH);
    let end = hash < 0 ? lineEnd : start + hash;
    while (end > start && isBlank(bytes[end - 1])) end--;
    this.#at = lineEnd + 1;
    if (end === start) return;
    const text = new TextDecoder().decode(bytes.subarray(start, end));
    const prefix = parsePrefix(text);
    if (prefix?.family === 6) {
      const { bytes: address } = prefix;
      for (let i = 0; i < 8; i++) this.#groups[i] = (address[2 * i]! << 8) | address[2 * i + 1]!;
      this.#add6(prefix.length);
    } else {
      this.badCount++;
      if (this.bad.length < MOST_BAD) this.bad.push({ start, end, text });
    }
  }

  #add4(address: number, length: number): void {
    if (this.#v4Count === this.#v4.length) {
      const larger = new Float64Array(this.#v4.length * 2);
      larger.set(this.#v4);
      this.#v4 = larger;
    }
    this.#v4[this.#v4Count++] = address * 64 + length;
  }

  /** The groups, but for the bits behind the length. Words of a key lie as the kernel's do: both architectures are little-endian. */
  #add6(length: number): void {
    const key = this.#key;
    key[0] = length;
    for (let word = 0; word < 4; word++) {
      const high = this.#group(2 * word, length);
      const low = this.#group(2 * word + 1, length);
      key[word + 1] = (high >> 8) | ((high & 0xff) << 8) | ((low >> 8) << 16) | ((low & 0xff) << 24);
    }
    this.#v6.add(key);
  }

  #group(index: number, length: number): number {
    const bits = Math.max(0, Math.min(16, length - index * 16));
    return this.#groups[index]! & (0xffff << (16 - bits));
  }

  #blanks(at: number): number {
    while (isBlank(this.#bytes[at])) at++;
    return at;
  }

  #lineEnd(at: number): number {
    const end = this.#bytes.indexOf(NEWLINE, at);
    return end < 0 ? this.#bytes.length : end;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte < ZERO + 10;
}

/** -1: no hexadecimal digit. */
function hexOf(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === RETURN;
}
