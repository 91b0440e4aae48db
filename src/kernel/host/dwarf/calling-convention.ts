// Which registers or stack bytes the arguments of a function are in when it is entered: System V AMD64 ABI 1.0 section 3.2.3,
// and AAPCS64 (2023Q3) section 6.8.2.
import type { ParameterPlace } from '../../../compiler/binary-view.js';

/** A scalar inside of an argument. */
export interface Leaf {
  readonly offset: number;
  readonly size: number;
  readonly float: boolean;
}

export interface ArgumentClass {
  readonly size: number; // bytes
  readonly aggregate: boolean; // struct, union, class
  readonly leaves: readonly Leaf[];
  /** A C++ class that is not trivially copied: its address is passed. */
  readonly byReference?: boolean;
}

/** Goes through the arguments of one function, in order. */
export interface Classifier {
  /** Before the arguments: a large result may take a register for the address where it goes. */
  result(type: ArgumentClass): void;
  argument(type: ArgumentClass): ParameterPlace;
}

export function classifier(arch: 'x86_64' | 'aarch64'): Classifier {
  return arch === 'x86_64' ? new SystemV() : new Aapcs64();
}

const WORD = 8;
const words = (size: number): number => Math.ceil(size / WORD);

/** For each eight bytes: is there anything but floating-point numbers in them? */
function integerWords({ size, leaves }: ArgumentClass): readonly boolean[] {
  return Array.from({ length: words(size) }, (_, i) =>
    leaves.some(leaf => !leaf.float && leaf.offset < (i + 1) * WORD && leaf.offset + leaf.size > i * WORD),
  );
}

class SystemV implements Classifier {
  #general = 0; // of rdi, rsi, rdx, rcx, r8, r9
  #vector = 0; // of xmm0 to xmm7
  #stack = WORD; // the return address lies lowest

  result(type: ArgumentClass): void {
    if (type.byReference === true || this.#inMemory(type)) this.#general++;
  }

  argument(type: ArgumentClass): ParameterPlace {
    if (type.byReference === true) return this.#reference();
    if (type.aggregate && type.size === 0) return { kind: 'registers', registers: [] };
    if (this.#inMemory(type)) return this.#onStack(type);
    const kinds = integerWords(type);
    const general = kinds.filter(integer => integer).length;
    const vector = kinds.length - general;
    if (this.#general + general > 6 || this.#vector + vector > 8) return this.#onStack(type);
    this.#vector += vector;
    if (general === 0) return { kind: 'vector' };
    return { kind: 'registers', registers: kinds.map(integer => (integer ? this.#general++ : null)) };
  }

  #reference(): ParameterPlace {
    if (this.#general < 6) return { kind: 'reference', register: this.#general++ };
    return { ...this.#onStack({ size: WORD, aggregate: false, leaves: [] }), kind: 'stack-reference' };
  }

  /** More than two words, members that are not aligned, and long double (16 bytes of floating point). */
  #inMemory({ aggregate, size, leaves }: ArgumentClass): boolean {
    if (leaves.some(leaf => leaf.float && leaf.size === 16)) return true;
    if (size > 2 * WORD) return true;
    return aggregate && leaves.some(leaf => leaf.size > 0 && leaf.offset % leaf.size !== 0);
  }

  #onStack({ size, leaves }: ArgumentClass): { kind: 'stack'; offset: number } {
    const wide = leaves.some(leaf => leaf.size === 16);
    if (wide) this.#stack = WORD + Math.ceil((this.#stack - WORD) / 16) * 16;
    const offset = this.#stack;
    this.#stack += words(size) * WORD;
    return { kind: 'stack', offset };
  }
}

class Aapcs64 implements Classifier {
  #general = 0; // of x0 to x7
  #vector = 0; // of v0 to v7
  #stack = 0;

  /** A large result goes where x8 points, which is no argument register. */
  result(): void {}

  argument(type: ArgumentClass): ParameterPlace {
    const { aggregate, size, leaves } = type;
    const floats = leaves.length > 0 && leaves.every(leaf => leaf.float);
    const homogeneous = floats && leaves.length <= 4 && leaves.every(leaf => leaf.size === leaves[0]!.size);
    if (floats && (!aggregate || homogeneous)) {
      if (this.#vector + leaves.length <= 8) {
        this.#vector += leaves.length;
        return { kind: 'vector' };
      }
      this.#vector = 8;
      return this.#onStack(type);
    }
    if (type.byReference === true || size > 2 * WORD) return this.#reference();
    if (leaves.some(leaf => leaf.size === 16)) this.#general += this.#general % 2;
    const needed = words(size);
    if (this.#general + needed > 8) {
      this.#general = 8;
      return this.#onStack(type);
    }
    return { kind: 'registers', registers: Array.from({ length: needed }, () => this.#general++) };
  }

  #reference(): ParameterPlace {
    if (this.#general < 8) return { kind: 'reference', register: this.#general++ };
    return { ...this.#onStack({ size: WORD, aggregate: false, leaves: [] }), kind: 'stack-reference' };
  }

  #onStack({ size, leaves }: ArgumentClass): { kind: 'stack'; offset: number } {
    if (leaves.some(leaf => leaf.size === 16)) this.#stack = Math.ceil(this.#stack / 16) * 16;
    const offset = this.#stack;
    this.#stack += words(size) * WORD;
    return { kind: 'stack', offset };
  }
}
