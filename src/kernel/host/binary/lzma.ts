// LZMA2, as .xz files hold it: a range coder whose bits are predicted from what was decoded before. Symbol tables of stripped
// Fedora programs (.gnu_debugdata) are packed so. The format is that of the LZMA specification (lzma-specification.txt).

/** The packed bytes are no LZMA2, or end too early. */
export class DamagedLzma extends Error {
  override readonly name = 'DamagedLzma';
}

const BITS = 11; // of a probability
const HALF = 1 << (BITS - 1);
const MOVE = 5; // how fast a probability follows what it sees
const TOP = 2 ** 24;
const STATES = 12;
const POSITION_STATES = 16;
const LENGTH_STATES = 4;
const FIRST_MATCH = 2; // bytes of the shortest match
const MODELLED_SLOTS = 14; // of distances: from here on the low bits are not predicted alike
const ALIGN_BITS = 4;

class RangeDecoder {
  readonly #bytes: Uint8Array;
  at: number;
  #range = 0xffff_ffff;
  #code = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at + 1; // the first byte is always 0
    for (let i = 0; i < 4; i++) this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  bit(probabilities: Uint16Array, index: number): number {
    const probability = probabilities[index]!;
    const bound = (this.#range >>> BITS) * probability;
    let bit: number;
    if (this.#code < bound) {
      this.#range = bound;
      probabilities[index] = probability + (((1 << BITS) - probability) >> MOVE);
      bit = 0;
    } else {
      this.#range -= bound;
      this.#code -= bound;
      probabilities[index] = probability - (probability >> MOVE);
      bit = 1;
    }
    this.#normalize();
    return bit;
  }

  /** Bits that are not predicted, highest first. */
  direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.#range = this.#range >>> 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
      this.#normalize();
    }
    return value;
  }

  /** `bits` bits, highest first, each predicted from those before it. */
  tree(probabilities: Uint16Array, base: number, bits: number): number {
    let node = 1;
    for (let i = 0; i < bits; i++) node = (node << 1) | this.bit(probabilities, base + node);
    return node - (1 << bits);
  }

  /** The same, lowest first. */
  reverseTree(probabilities: Uint16Array, base: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(probabilities, base + node);
      node = (node << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  #normalize(): void {
    if (this.#range >= TOP) return;
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  #next(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new DamagedLzma('the packed bytes end too early');
    return byte;
  }
}

const chances = (count: number): Uint16Array => new Uint16Array(count).fill(HALF);

/** Lengths of matches: 8 short ones and 8 middle ones for each position, 256 long ones. */
class LengthModel {
  readonly #choice = chances(2);
  readonly #low = chances(POSITION_STATES << 3);
  readonly #middle = chances(POSITION_STATES << 3);
  readonly #high = chances(1 << 8);

  read(range: RangeDecoder, position: number): number {
    if (range.bit(this.#choice, 0) === 0) return range.tree(this.#low, position << 3, 3);
    if (range.bit(this.#choice, 1) === 0) return 8 + range.tree(this.#middle, position << 3, 3);
    return 16 + range.tree(this.#high, 0, 8);
  }
}

/** What is remembered between symbols, until a reset. */
class Model {
  readonly isMatch = chances(STATES * POSITION_STATES);
  readonly isRepeat = chances(STATES);
  readonly isRepeat0 = chances(STATES);
  readonly isRepeat1 = chances(STATES);
  readonly isRepeat2 = chances(STATES);
  readonly isLongRepeat = chances(STATES * POSITION_STATES);
  readonly slots = chances(LENGTH_STATES << 6);
  readonly special = chances(1 << 7);
  readonly align = chances(1 << ALIGN_BITS);
  readonly length = new LengthModel();
  readonly repeatLength = new LengthModel();
  readonly literals: Uint16Array;
  readonly contextBits: number;
  readonly literalPositionMask: number;
  readonly positionMask: number;
  state = 0;
  /** The last four distances, less one. */
  readonly distances = [0, 0, 0, 0];

  /** `properties`: (pb * 5 + lp) * 9 + lc. */
  constructor(properties: number) {
    if (properties >= 9 * 5 * 5) throw new DamagedLzma('no such LZMA properties');
    this.contextBits = properties % 9;
    const rest = Math.floor(properties / 9);
    this.literalPositionMask = (1 << (rest % 5)) - 1;
    this.positionMask = (1 << Math.floor(rest / 5)) - 1;
    this.literals = chances(0x300 << (this.contextBits + (rest % 5)));
  }
}

/** Unpacks the chunks at `start`. Gives the bytes and where the packed ones end. `most`: bytes that may come out. */
export function unpackLzma2(
  packed: Uint8Array,
  start: number,
  most: number,
): { readonly bytes: Uint8Array; readonly end: number } {
  let out = new Uint8Array(1 << 16);
  let size = 0;
  let at = start;
  let model: Model | undefined;
  let properties = 0;
  let dictionary = 0; // where it begins in `out`
  const byte = (): number => {
    const value = packed[at++];
    if (value === undefined) throw new DamagedLzma('the packed bytes end too early');
    return value;
  };
  const reserve = (more: number): void => {
    if (size + more > most) throw new DamagedLzma('unpacks to more than is sensible');
    if (size + more <= out.length) return;
    const larger = new Uint8Array(Math.max(out.length * 2, size + more));
    larger.set(out);
    out = larger;
  };
  while (true) {
    const control = byte();
    if (control === 0) return { bytes: out.subarray(0, size), end: at };
    if (control < 0x80) {
      if (control > 2) throw new DamagedLzma('no such chunk');
      if (control === 1) dictionary = size;
      const length = ((byte() << 8) | byte()) + 1;
      if (at + length > packed.length) throw new DamagedLzma('the packed bytes end too early');
      reserve(length);
      out.set(packed.subarray(at, at + length), size);
      size += length;
      at += length;
      continue;
    }
    const length = ((control & 0x1f) << 16) + ((byte() << 8) | byte()) + 1;
    const packedLength = ((byte() << 8) | byte()) + 1;
    const reset = (control >> 5) & 3;
    if (reset === 3) dictionary = size;
    if (reset >= 2) properties = byte();
    if (reset >= 1 || model === undefined) model = new Model(properties);
    reserve(length);
    unpackChunk(
      new RangeDecoder(packed.subarray(0, at + packedLength), at),
      model,
      out,
      dictionary,
      size,
      length,
    );
    size += length;
    at += packedLength;
  }
}

function unpackChunk(
  range: RangeDecoder,
  model: Model,
  out: Uint8Array,
  dictionary: number,
  start: number,
  length: number,
): void {
  const { distances } = model;
  const end = start + length;
  let at = start;
  const copy = (distance: number, count: number): void => {
    if (distance >= at - dictionary || at + count > end) throw new DamagedLzma('a match outside of the data');
    for (let i = 0; i < count; i++, at++) out[at] = out[at - distance - 1]!;
  };
  while (at < end) {
    const position = (at - dictionary) & model.positionMask;
    const { state } = model;
    const row = (state << 4) + position;
    if (range.bit(model.isMatch, row) === 0) {
      out[at] = readLiteral(range, model, out, dictionary, at);
      at++;
      model.state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count: number;
    if (range.bit(model.isRepeat, state) === 0) {
      count = model.length.read(range, position);
      distances.unshift(readDistance(range, model, count));
      distances.length = 4;
      model.state = state < 7 ? 7 : 10;
    } else {
      if (range.bit(model.isRepeat0, state) === 0) {
        if (range.bit(model.isLongRepeat, row) === 0) {
          model.state = state < 7 ? 9 : 11;
          copy(distances[0]!, 1);
          continue;
        }
      } else {
        const which = range.bit(model.isRepeat1, state) === 0 ? 1 : 2 + range.bit(model.isRepeat2, state);
        distances.unshift(...distances.splice(which, 1));
      }
      count = model.repeatLength.read(range, position);
      model.state = state < 7 ? 8 : 11;
    }
    copy(distances[0]!, count + FIRST_MATCH);
  }
}

function readLiteral(
  range: RangeDecoder,
  model: Model,
  out: Uint8Array,
  dictionary: number,
  at: number,
): number {
  const { literals, contextBits, literalPositionMask, state, distances } = model;
  const before = at > dictionary ? out[at - 1]! : 0;
  const context = (((at - dictionary) & literalPositionMask) << contextBits) + (before >> (8 - contextBits));
  const base = 0x300 * context;
  let symbol = 1;
  if (state >= 7) {
    const distance = distances[0]!;
    if (distance >= at - dictionary) throw new DamagedLzma('a match outside of the data');
    let match = out[at - distance - 1]!;
    while (symbol < 0x100) {
      const predicted = (match >> 7) & 1;
      match <<= 1;
      const bit = range.bit(literals, base + ((1 + predicted) << 8) + symbol);
      symbol = (symbol << 1) | bit;
      if (predicted !== bit) break;
    }
  }
  while (symbol < 0x100) symbol = (symbol << 1) | range.bit(literals, base + symbol);
  return symbol & 0xff;
}

function readDistance(range: RangeDecoder, model: Model, length: number): number {
  const slot = range.tree(model.slots, Math.min(length, LENGTH_STATES - 1) << 6, 6);
  if (slot < 4) return slot;
  const bits = (slot >> 1) - 1;
  const high = (2 | (slot & 1)) * 2 ** bits;
  if (slot < MODELLED_SLOTS) return high + range.reverseTree(model.special, high - slot, bits);
  return (
    high + range.direct(bits - ALIGN_BITS) * (1 << ALIGN_BITS) + range.reverseTree(model.align, 0, ALIGN_BITS)
  );
}
