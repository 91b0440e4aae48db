// /proc/kallsyms -> address to symbol. Reading it takes 40 ms, so it is read at the first question; kept as typed arrays, since
// 200,000 objects would cost more than the file.
import { readFileSync } from 'node:fs';

export interface KernelSymbol {
  readonly name: string;
  readonly module: string | undefined;
  /** Bytes from the symbol's start. */
  readonly offset: number;
}

export class Kallsyms {
  readonly #read: () => Uint8Array;
  #table: Table | undefined;

  constructor(read: () => Uint8Array = () => readFileSync('/proc/kallsyms')) {
    this.#read = read;
  }

  /** The function that holds the address; undefined below the first, or when addresses are hidden (kptr_restrict). */
  lookup(address: bigint): KernelSymbol | undefined {
    this.#table ??= parse(this.#read());
    const { keys, lines, count, text } = this.#table;
    const key = keyOf(Number(BigInt.asUintN(32, address >> 32n)), Number(BigInt.asUintN(32, address)));
    const low = firstAbove(keys, count, key);
    if (low === 0) return undefined;
    const { name, module } = symbolAt(text, lines[low - 1]!);
    return { name, module, offset: key - keys[low - 1]! };
  }

  /** Address of a function, else of another symbol; undefined when there is none of that name, or addresses are hidden. */
  address(name: string): bigint | undefined {
    for (const { address } of this.find(name)) if (address !== 0n) return address;
    for (const { address } of this.#symbols(name)) if (address !== 0n) return address;
    return undefined;
  }

  /** Functions of this name, in the order of the file; addresses are 0 where they are hidden. */
  *find(name: string): Iterable<{ readonly address: bigint; readonly module: string | undefined }> {
    for (const symbol of this.#symbols(name)) if (symbol.isFunction) yield symbol;
  }

  *#symbols(name: string): Iterable<{
    readonly address: bigint;
    readonly module: string | undefined;
    readonly isFunction: boolean;
  }> {
    this.#table ??= parse(this.#read());
    const { text } = this.#table;
    const wanted = new TextEncoder().encode(` ${name}`);
    for (let at = Buffer.prototype.indexOf.call(text, wanted); at >= 0; ) {
      const after = text[at + wanted.length];
      // After the name: a line end, or the module.
      if ((after === 10 || after === 9 || after === undefined) && at >= 18) {
        const address = (BigInt(hex(text, at - 18)) << 32n) | BigInt(hex(text, at - 10));
        yield { address, module: symbolAt(text, at + 1).module, isFunction: isFunction(text[at - 1]!) };
      }
      at = Buffer.prototype.indexOf.call(text, wanted, at + 1);
    }
  }

  /** Bytes from a function's address to the next one; undefined for the last, or when addresses are hidden. */
  sizeAt(address: bigint): number | undefined {
    this.#table ??= parse(this.#read());
    const { keys, count } = this.#table;
    const key = keyOf(Number(BigInt.asUintN(32, address >> 32n)), Number(BigInt.asUintN(32, address)));
    const next = firstAbove(keys, count, key);
    return address === 0n || next >= count ? undefined : keys[next]! - key;
  }

  /** Names of all functions with their modules, by address. */
  *functions(): Iterable<{ readonly name: string; readonly module: string | undefined }> {
    this.#table ??= parse(this.#read());
    const { text, lines, count } = this.#table;
    for (let i = 0; i < count; i++) yield symbolAt(text, lines[i]!);
  }
}

/** Index of the first key above one. */
function firstAbove(keys: Float64Array, count: number, key: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Table {
  readonly text: Uint8Array;
  /** Ascending keys of the functions; where each one's name starts in the text. */
  readonly keys: Float64Array;
  readonly lines: Uint32Array;
  readonly count: number;
}

/** Kernel addresses differ in their low 52 bits, which a double holds exactly. */
function keyOf(high: number, low: number): number {
  return (high & 0xf_ffff) * 2 ** 32 + low;
}

/** Lines are `ffffffff81000000 T name[\t[module]]`; only functions (t, w in either case) are kept. */
function parse(text: Uint8Array): Table {
  const most = Math.floor(text.length / 20) + 1;
  const keys = new Float64Array(most);
  const lines = new Uint32Array(most);
  let count = 0;
  let sorted = true;
  for (let at = 0; at + 19 < text.length; ) {
    const end = text.indexOf(10, at);
    if (isFunction(text[at + 17]!)) {
      const key = keyOf(hex(text, at), hex(text, at + 8));
      if (key !== 0) {
        if (count > 0 && key < keys[count - 1]!) sorted = false;
        keys[count] = key;
        lines[count++] = at + 19;
      }
    }
    if (end < 0) break;
    at = end + 1;
  }
  if (sorted) return { text, keys, lines, count };
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => keys[a]! - keys[b]! || a - b);
  return {
    text,
    keys: Float64Array.from(order, i => keys[i]!),
    lines: Uint32Array.from(order, i => lines[i]!),
    count,
  };
}

/** Of t and w in either case. */
function isFunction(type: number): boolean {
  return (type | 0x20) === 0x74 || (type | 0x20) === 0x77;
}

/** Eight hexadecimal digits. */
function hex(text: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 8; i++) {
    const digit = text[i]!;
    value = value * 16 + (digit <= 0x39 ? digit - 0x30 : (digit | 0x20) - 0x57);
  }
  return value;
}

function symbolAt(text: Uint8Array, at: number): { name: string; module: string | undefined } {
  const end = text.indexOf(10, at);
  const [name = '', rest] = Buffer.from(text.subarray(at, end < 0 ? undefined : end))
    .toString('latin1')
    .split('\t');
  return { name, module: rest?.replace(/^\[|\]$/g, '') };
}
