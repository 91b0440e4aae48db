// Types of the language as BTF of the bytes that maps hold, so that `bpftool map dump` shows names and values.
import type { BlobWriter } from '../btf/blob-writer.js';
import { BtfInt } from '../btf/kind.js';
import { memberOffsets, rawSizeOf, sizeOf } from '../types/layout.js';
import type { Type } from '../types/type.js';

export class StoredBtf {
  readonly #blob: BlobWriter;
  readonly #made = new Map<string, number>();

  constructor(blob: BlobWriter) {
    this.#blob = blob;
  }

  integer(size: 1 | 2 | 4 | 8, signed = false): number {
    const name = `${signed ? '' : 'unsigned '}${{ 1: 'char', 2: 'short', 4: 'int', 8: 'long long' }[size]}`;
    return this.#once(name, () => this.#blob.int(name, size, signed ? BtfInt.BTF_INT_SIGNED : 0));
  }

  character(): number {
    return this.#once('char', () => this.#blob.int('char', 1, BtfInt.BTF_INT_SIGNED));
  }

  array(of: number, count: number): number {
    const index = this.#once('index', () => this.#blob.int('__ARRAY_SIZE_TYPE__', 4, 0));
    return this.#once(`${of}[${count}]`, () => this.#blob.array(of, index, count));
  }

  pointer(to: number): number {
    return this.#once(`*${to}`, () => this.#blob.pointer(to));
  }

  struct(
    name: string,
    size: number,
    members: readonly { name: string; type: number; offset: number }[],
  ): number {
    const key = `${name}{${size} ${members.map(m => `${m.name}:${m.type}@${m.offset}`).join()}}`;
    return this.#once(key, () => this.#blob.struct(name, size, members));
  }

  /** Raw bytes; a word where the size is one. */
  bytes(size: number): number {
    if (size === 4 || size === 8) return this.integer(size);
    return this.array(this.integer(1), size);
  }

  /** As it lies in a key or value (sizeOf). */
  stored(type: Type): number {
    switch (type.kind) {
      case 'integer':
        return this.integer(8, type.signed);
      case 'bool':
      case 'pointer':
      case 'ksym':
      case 'username':
      case 'disk':
      case 'cgroup_path':
      case 'timestamp':
      case 'count':
        return this.integer(8);
      case 'sum':
        return this.integer(8, type.signed);
      case 'string':
        return this.array(this.character(), type.size);
      case 'buffer':
        return this.#sequence(
          ['length', 'data'],
          [this.integer(4), this.array(this.integer(1), type.size)],
          [0, 4],
          type,
        );
      case 'inet':
        if (type.family !== undefined) return this.array(this.integer(1), sizeOf(type));
        return this.#sequence(
          ['family', 'address'],
          [this.integer(4), this.array(this.integer(1), 16)],
          [0, 4],
          type,
        );
      case 'usym':
        return this.#sequence(['address', 'pid'], [this.integer(8), this.integer(8)], [0, 8], type);
      case 'stack':
        return this.#sequence(['id', 'pid'], [this.integer(8), this.integer(8)], [0, 8], type);
      case 'min':
      case 'max':
        return this.#sequence(
          ['value', 'is_set'],
          [this.integer(8, type.signed), this.integer(8)],
          [0, 8],
          type,
        );
      case 'avg':
      case 'stats':
        return this.#sequence(
          ['total', 'count'],
          [this.integer(8, type.signed), this.integer(8)],
          [0, 8],
          type,
        );
      case 'hist':
      case 'lhist':
      case 'tseries':
        return this.array(this.integer(8), sizeOf(type) / 8);
      case 'tuple': {
        const names = type.elements.map((_, i) => `_${i}`);
        return this.#members(names, type.elements);
      }
      case 'record':
        return this.#members(
          type.fields.map(field => field.name),
          type.fields.map(field => field.type),
        );
      case 'array': {
        const size = rawSizeOf(type.of);
        const plain = type.of.kind === 'integer' && (size === 1 || size === 2 || size === 4 || size === 8);
        return this.array(
          plain ? this.integer(size, (type.of as { signed: boolean }).signed) : this.bytes(size),
          type.count,
        );
      }
      case 'struct':
      case 'mac':
      case 'void':
      case 'error':
        return this.array(this.integer(1), type.kind === 'struct' || type.kind === 'mac' ? sizeOf(type) : 0);
    }
  }

  #members(names: readonly string[], types: readonly Type[]): number {
    const { offsets, size } = memberOffsets(types);
    const members = types.map((type, i) => ({
      name: names[i]!,
      type: this.stored(type),
      offset: offsets[i]!,
    }));
    return this.struct('', size, members);
  }

  #sequence(
    names: readonly string[],
    types: readonly number[],
    offsets: readonly number[],
    of: Type,
  ): number {
    const members = names.map((name, i) => ({ name, type: types[i]!, offset: offsets[i]! }));
    return this.struct('', sizeOf(of), members);
  }

  #once(key: string, make: () => number): number {
    let id = this.#made.get(key);
    if (id === undefined) {
      id = make();
      this.#made.set(key, id);
    }
    return id;
  }
}
