// Reads DWARF's numbers and texts from bytes, in order. Whatever lies outside of them is damage, never a wrong value.

/** The debug information contradicts itself, or uses what is not known here. The message says which. */
export class DwarfError extends Error {
  override readonly name = 'DwarfError';
}

export class Cursor {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  get size(): number {
    return this.#bytes.length;
  }

  get ended(): boolean {
    return this.at >= this.#bytes.length;
  }

  u8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  u16(): number {
    return this.#bytes.readUInt16LE(this.#take(2));
  }

  u24(): number {
    return this.#bytes.readUIntLE(this.#take(3), 3);
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  /** Offsets and addresses: beyond 2^53 not exact. */
  u64(): number {
    const at = this.#take(8);
    return this.#bytes.readUInt32LE(at) + this.#bytes.readUInt32LE(at + 4) * 2 ** 32;
  }

  i64(): bigint {
    return this.#bytes.readBigInt64LE(this.#take(8));
  }

  /** Of 1, 2, 4 or 8 bytes. */
  unsigned(size: number): number {
    switch (size) {
      case 1:
        return this.u8();
      case 2:
        return this.u16();
      case 4:
        return this.u32();
      case 8:
        return this.u64();
      default:
        throw new DwarfError(`numbers of ${size} bytes`);
    }
  }

  uleb(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new DwarfError('a number without an end');
  }

  sleb(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (byte & 0x40) === 0 ? value : value - (1n << (shift + 7n)));
    }
    throw new DwarfError('a number without an end');
  }

  /** NUL-terminated; bytes as characters. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.at);
    if (end < 0) throw new DwarfError('a text without an end');
    const text = this.#bytes.toString('latin1', this.at, end);
    this.at = end + 1;
    return text;
  }

  skipText(): void {
    const end = this.#bytes.indexOf(0, this.at);
    if (end < 0) throw new DwarfError('a text without an end');
    this.at = end + 1;
  }

  bytes(count: number): Buffer {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  skip(count: number): void {
    this.#take(count);
  }

  #take(count: number): number {
    const { at } = this;
    if (at < 0 || count < 0 || at + count > this.#bytes.length) throw new DwarfError('it ends too early');
    this.at = at + count;
    return at;
  }
}
