// Records of several perf buffers, each in the order of its CPU, put into one order by their times. They come out as batches
// of ring-buffer records, which is what a Deliver takes.
import { PerfOffset, PerfRecord } from '../kernel/sys/perf-buffer.js';
import type { Deliver } from './event-source.js';

/** Room that a lane must have to drain into: that of the largest record. */
export const LANE_RESERVE = 1 << 16;
const OUT_SIZE = 1 << 20;
const RING_HEADER = 8;
/** Longer records are copied by a call; shorter ones quicker in a loop. */
const LOOP_BYTES = 256;

/** One CPU's records that were drained and wait for their turn. */
export class Lane {
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  #at = 0;
  #end = 0;
  /** Of the first record, ns; Infinity when there is none. */
  time = Number.POSITIVE_INFINITY;

  /** `size`: bytes of the CPU's buffer. */
  constructor(size: number) {
    this.#bytes = new Uint8Array(size * 2 + LANE_RESERVE);
    this.#words = new Uint32Array(this.#bytes.buffer);
  }

  /** Where to drain into. */
  room(): Uint8Array {
    if (this.#at > 0) {
      this.#bytes.copyWithin(0, this.#at, this.#end);
      this.#end -= this.#at;
      this.#at = 0;
    }
    return this.#bytes.subarray(this.#end);
  }

  /** So many bytes of records were put there. */
  filled(bytes: number): void {
    this.#end += bytes;
    if (this.time === Number.POSITIVE_INFINITY) this.#settle();
  }

  /** Bytes of the first record's data, padding included: a multiple of 4. */
  get length(): number {
    return this.#words[(this.#at + PerfOffset.length) >> 2]!;
  }

  /** Copies that data to `words[to..]` of `bytes`. */
  copy(bytes: Uint8Array, words: Uint32Array, to: number): void {
    const { length } = this;
    const from = this.#at + PerfOffset.data;
    if (length > LOOP_BYTES) {
      bytes.set(this.#bytes.subarray(from, from + length), to * 4);
      return;
    }
    const own = this.#words;
    for (let i = 0, at = from >> 2; i < length; i += 4) words[to++] = own[at++]!;
  }

  next(): void {
    this.#skip();
    this.#settle();
  }

  #skip(): void {
    this.#at += this.#words[(this.#at + 4) >> 2]! >>> 16;
  }

  /** Goes to the first event at or after this place. What the kernel tells of losses the programs have counted themselves. */
  #settle(): void {
    while (this.#at < this.#end) {
      if (this.#words[this.#at >> 2] === PerfRecord.PERF_RECORD_SAMPLE) {
        const at = (this.#at + PerfOffset.time) >> 2;
        this.time = this.#words[at + 1]! * 2 ** 32 + this.#words[at]!;
        return;
      }
      this.#skip();
    }
    this.time = Number.POSITIVE_INFINITY;
  }
}

export class TimeMerge {
  readonly lanes: readonly Lane[];
  readonly #deliver: Deliver;
  readonly #out = new Uint8Array(OUT_SIZE);
  readonly #words = new Uint32Array(this.#out.buffer);
  #used = 0;

  /** `size`: bytes of each CPU's buffer. */
  constructor(cpus: number, size: number, deliver: Deliver) {
    this.lanes = Array.from({ length: cpus }, () => new Lane(size));
    this.#deliver = deliver;
  }

  /** Are there records that wait? */
  get pending(): boolean {
    return this.lanes.some(lane => lane.time !== Number.POSITIVE_INFINITY);
  }

  /** Delivers, in order of time, what is no later than `cutoff` (ns, finite); gives its bytes. */
  merge(cutoff: number): number {
    let total = 0;
    for (;;) {
      let first: Lane | undefined;
      let earliest = Number.POSITIVE_INFINITY;
      let then = Number.POSITIVE_INFINITY;
      for (const lane of this.lanes) {
        if (lane.time < earliest) {
          then = earliest;
          earliest = lane.time;
          first = lane;
        } else if (lane.time < then) then = lane.time;
      }
      if (first === undefined || earliest > cutoff) break;
      const until = Math.min(then, cutoff);
      do {
        total += this.#put(first);
        first.next();
      } while (first.time <= until);
    }
    this.#flush();
    return total;
  }

  #put(lane: Lane): number {
    const { length } = lane;
    const size = (length + RING_HEADER + 7) & ~7;
    if (this.#used + size > OUT_SIZE) this.#flush();
    const at = this.#used >> 2;
    this.#words[at] = length;
    lane.copy(this.#out, this.#words, at + RING_HEADER / 4);
    this.#used += size;
    return size;
  }

  #flush(): void {
    const bytes = this.#used;
    this.#used = 0;
    if (bytes > 0) this.#deliver(this.#out, bytes);
  }
}
