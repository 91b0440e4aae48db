// A file of prefixes: one a line, or a bare address, of IPv4 or IPv6; `#` begins a comment. Read a part at a time, so that a
// million lines hold nothing up: lines of IPv4 byte by byte, without making text of them, all others as text.
import { parsePrefix } from '../compiler/language/names/address-range.js';
import { PREFIX_KEY_SIZE, PREFIX_LENGTH_SIZE } from '../compiler/types/prefix-key.js';

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

const [NEWLINE, TAB, RETURN, SPACE, HASH, DOT, SLASH, ZERO] = [10, 9, 13, 32, 35, 46, 47, 48] as const;
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
  /** Keys as text, a character for each byte. */
  readonly #v6 = new Set<string>();

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
    const v6 = new Uint8Array(this.#v6.size * PREFIX_KEY_SIZE[6]);
    let at = 0;
    for (const key of this.#v6) for (let i = 0; i < key.length; i++) v6[at++] = key.charCodeAt(i);
    return { v4: v4.subarray(0, size), v6, count: size / PREFIX_KEY_SIZE[4] + this.#v6.size };
  }

  #line(): void {
    const bytes = this.#bytes;
    let at = this.#blanks(this.#at);
    const start = at;
    let address = 0;
    let part = 0;
    for (; part < 4; part++) {
      const from = at;
      let number = 0;
      for (; isDigit(bytes[at]) && at < from + 3; at++) number = number * 10 + bytes[at]! - ZERO;
      if (at === from || number > 255 || (bytes[from] === ZERO && at > from + 1)) break;
      address = address * 256 + number;
      if (part < 3 && bytes[at++] !== DOT) break;
    }
    if (part < 4) {
      this.#text(start);
      return;
    }
    let length = 32;
    if (bytes[at] === SLASH) {
      const from = ++at;
      length = 0;
      for (; isDigit(bytes[at]) && at < from + 3; at++) length = length * 10 + bytes[at]! - ZERO;
      if (at === from || length > 32) {
        this.#text(start);
        return;
      }
    }
    const end = this.#blanks(at);
    if (end < bytes.length && bytes[end] !== NEWLINE && bytes[end] !== HASH) {
      this.#text(start);
      return;
    }
    const rest = 2 ** (32 - length);
    this.#add4(Math.floor(address / rest) * rest, length);
    this.#at = this.#lineEnd(end) + 1;
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
      this.#v6.add(`${String.fromCharCode(prefix.length)}\0\0\0${String.fromCharCode(...prefix.bytes)}`);
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

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === RETURN;
}
