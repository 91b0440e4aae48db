// A BTF blob in the making: types, strings, and the header before them (include/uapi/linux/btf.h).
import { BTF_HEADER_SIZE, BTF_MAGIC, BTF_VERSION, BtfKind } from './kind.js';

/** A member of a struct: its offset in bytes. */
export interface Member {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
}

/** A variable or function and where it lies in its section, bytes. */
export interface Placed {
  readonly id: number;
  readonly offset: number;
  readonly size: number;
}

export class WordWriter {
  readonly #words: number[] = [];

  get length(): number {
    return this.#words.length;
  }

  push(...words: readonly number[]): void {
    this.#words.push(...words);
  }

  bytes(): Uint8Array {
    const view = new DataView(new ArrayBuffer(this.#words.length * 4));
    for (const [i, word] of this.#words.entries()) view.setUint32(i * 4, word >>> 0, true);
    return new Uint8Array(view.buffer);
  }
}

/** Types and strings of a blob in the making; methods return the new type's id. */
export class BlobWriter {
  readonly #types = new WordWriter();
  readonly #offsets = new Map<string, number>([['', 0]]);
  readonly #chunks: Uint8Array[] = [new Uint8Array(1)];
  readonly #encoder = new TextEncoder();
  readonly #prototypes = new Map<number, number>();
  #stringSize = 1;
  #lastId = 0;

  /** Offset in the string section; equal texts share it. */
  text(text: string): number {
    const clean = text.replaceAll('\0', '');
    let offset = this.#offsets.get(clean);
    if (offset === undefined) {
      offset = this.#stringSize;
      const chunk = this.#encoder.encode(`${clean}\0`);
      this.#chunks.push(chunk);
      this.#stringSize += chunk.length;
      this.#offsets.set(clean, offset);
    }
    return offset;
  }

  int(name: string, size: number, encoding: number): number {
    return this.#type(name, BtfKind.BTF_KIND_INT, 0, size, (encoding << 24) | (size * 8));
  }

  /** `long f(long arg1, ...)`: every parameter needs a name. */
  prototype(word: number, params: number): number {
    let id = this.#prototypes.get(params);
    if (id === undefined) {
      const list: number[] = [];
      for (let i = 1; i <= params; i++) list.push(this.text(params === 1 ? 'ctx' : `arg${i}`), word);
      id = this.#type('', BtfKind.BTF_KIND_FUNC_PROTO, params, word, ...list);
      this.#prototypes.set(params, id);
    }
    return id;
  }

  func(name: string, prototype: number, linkage: number): number {
    return this.#type(name, BtfKind.BTF_KIND_FUNC, linkage, prototype);
  }

  pointer(to: number): number {
    return this.#type('', BtfKind.BTF_KIND_PTR, 0, to);
  }

  array(of: number, index: number, count: number): number {
    return this.#type('', BtfKind.BTF_KIND_ARRAY, 0, 0, of, index, count);
  }

  /** Offsets in bytes; '' names an anonymous one. */
  struct(name: string, size: number, members: readonly Member[]): number {
    const words = members.flatMap(member => [this.text(member.name), member.type, member.offset * 8]);
    return this.#type(name, BtfKind.BTF_KIND_STRUCT, members.length, size, ...words);
  }

  /** A struct, union, enum or declaration without its members. */
  empty(kind: number, name: string, size: number): number {
    return this.#type(name, kind, 0, size);
  }

  /** `types` of the arguments. */
  signature(returns: number, types: readonly number[]): number {
    const words = types.flatMap(type => [0, type]);
    return this.#type('', BtfKind.BTF_KIND_FUNC_PROTO, types.length, returns, ...words);
  }

  variable(name: string, type: number, linkage: number): number {
    return this.#type(name, BtfKind.BTF_KIND_VAR, 0, type, linkage);
  }

  /** What a section of an object holds. */
  section(name: string, size: number, variables: readonly Placed[]): number {
    const words = variables.flatMap(({ id, offset, size }) => [id, offset, size]);
    return this.#type(name, BtfKind.BTF_KIND_DATASEC, variables.length, size, ...words);
  }

  finish(): Uint8Array {
    const types = this.#types.bytes();
    const header = new DataView(new ArrayBuffer(BTF_HEADER_SIZE));
    header.setUint16(0, BTF_MAGIC, true);
    header.setUint8(2, BTF_VERSION);
    header.setUint32(4, BTF_HEADER_SIZE, true);
    header.setUint32(8, 0, true);
    header.setUint32(12, types.length, true);
    header.setUint32(16, types.length, true);
    header.setUint32(20, this.#stringSize, true);
    const out = new Uint8Array(BTF_HEADER_SIZE + types.length + this.#stringSize);
    out.set(new Uint8Array(header.buffer));
    out.set(types, BTF_HEADER_SIZE);
    let at = BTF_HEADER_SIZE + types.length;
    for (const chunk of this.#chunks) {
      out.set(chunk, at);
      at += chunk.length;
    }
    return out;
  }

  #type(name: string, kind: number, vlen: number, sizeOrType: number, ...more: readonly number[]): number {
    this.#types.push(this.text(name), (kind << 24) | vlen, sizeOrType, ...more);
    return ++this.#lastId;
  }
}
