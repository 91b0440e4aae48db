// A BPF ring buffer as an event source: one ring for all CPUs, whose records lie in the order in which they were reserved.
import { openRingBuffer, type RingBuffer } from '../kernel/sys/ring-buffer.js';
import type { Deliver, EventSource } from './event-source.js';
import { PacedDrain, type Progress } from './paced-drain.js';

/** Bytes copied per drain call. */
const BATCH_SIZE = 4 << 20;
/** Batches in one turn of the event loop. */
const BATCHES_PER_TURN = 8;

/** mapFd stays the caller's; size: the ring's max_entries in bytes. */
export function openRingSource(mapFd: number, size: number, deliver: Deliver): EventSource {
  return new RingSource(mapFd, size, deliver);
}

class RingSource implements EventSource {
  readonly #ring: RingBuffer;
  readonly #deliver: Deliver;
  readonly #batch: Uint8Array;
  readonly #pace: PacedDrain;
  #closed = false;

  constructor(mapFd: number, size: number, deliver: Deliver) {
    this.#ring = openRingBuffer(mapFd, size);
    this.#deliver = deliver;
    this.#batch = new Uint8Array(Math.min(BATCH_SIZE, Math.max(size, 1 << 16)));
    this.#pace = new PacedDrain({ fds: [mapFd], drainSome: () => this.#drainSome() });
  }

  start(): void {
    this.#pace.start();
  }

  /** No more than was there at the start: handling an event may make another. */
  drain(): number {
    const pending = this.#closed ? 0 : this.#ring.pending();
    let total = 0;
    while (total < pending) {
      const bytes = this.#drainOnce();
      if (bytes === 0) break;
      total += bytes;
    }
    return total;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pace.close();
    this.#ring.close();
  }

  #drainOnce(): number {
    if (this.#closed) return 0;
    const bytes = this.#ring.drain(this.#batch);
    if (bytes > 0) this.#deliver(this.#batch, bytes);
    return bytes;
  }

  #drainSome(): Progress {
    for (let i = 0; i < BATCHES_PER_TURN; i++) {
      const bytes = this.#drainOnce();
      if (bytes <= this.#batch.length / 2) return i > 0 || bytes > 0 ? 'some' : 'none';
    }
    return 'busy';
  }
}
