// Keys of five words each, once, in one piece of memory: a million of them as values of JavaScript would take seconds.

export const KEY_WORDS = 5;

export class KeySet {
  #words = new Uint32Array(1024 * KEY_WORDS);
  #count = 0;
  /** Open addressing: numbers of keys, counted from 1; at most half of it is used. */
  #slots = new Int32Array(4096);

  /** Adds the key; nothing when it is there. */
  add(key: Uint32Array): void {
    if (this.#count * KEY_WORDS === this.#words.length) this.#grow();
    this.#words.set(key, this.#count * KEY_WORDS);
    if (this.#enter(this.#count)) this.#count++;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Keys in host order, one after the other, by the first bits of the address, which their second word begins with: the kernel takes
   * neighbours twice as fast.
   */
  sorted(): Uint8Array {
    const count = this.#count;
    // A double holds 53 bits: below those of the address lies the number of the key.
    const room = 2 ** Math.max(21, Math.ceil(Math.log2(count + 1)));
    const order = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const first = swapped(this.#words[i * KEY_WORDS + 1]!);
      order[i] = Math.floor((first * 2 ** 21) / room) * room + i;
    }
    order.sort();
    const keys = new Uint32Array(count * KEY_WORDS);
    for (let i = 0; i < count; i++) {
      const from = (order[i]! % room) * KEY_WORDS;
      for (let word = 0; word < KEY_WORDS; word++) keys[i * KEY_WORDS + word] = this.#words[from + word]!;
    }
    return new Uint8Array(keys.buffer);
  }

  /** False: another one is the same. */
  #enter(index: number): boolean {
    const words = this.#words;
    const slots = this.#slots;
    const at = index * KEY_WORDS;
    let hash = 0;
    for (let i = 0; i < KEY_WORDS; i++) {
      hash = Math.imul(hash ^ words[at + i]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (let slot = hash & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
      const other = slots[slot]!;
      if (other === 0) {
        slots[slot] = index + 1;
        return true;
      }
      const from = (other - 1) * KEY_WORDS;
      let i = 0;
      while (i < KEY_WORDS && words[from + i] === words[at + i]) i++;
      if (i === KEY_WORDS) return false;
    }
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    if (this.#count * 4 < this.#slots.length) return;
    this.#slots = new Int32Array(this.#slots.length * 4);
    for (let index = 0; index < this.#count; index++) this.#enter(index);
  }
}

/** Bytes in the other order. */
function swapped(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
