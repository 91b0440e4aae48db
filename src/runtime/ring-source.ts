// A BPF ring buffer as an event source. Wake-ups by level-triggered poll would spin when the tracer sees its own system
// calls, so: wake, drain, disarm for some milliseconds, drain, arm again. An idle ring costs nothing, the first event after
// a pause arrives at once, and a flood is drained on a timer.
import { type FdWatch, watchFd } from '../kernel/sys/fd-watch.js';
import { openRingBuffer, type RingBuffer } from '../kernel/sys/ring-buffer.js';
import type { Deliver, EventSource } from './event-source.js';

/** Bytes copied per drain call. */
const BATCH_SIZE = 4 << 20;
/** Pause of the poll after a wake-up. */
const PAUSE_MS = 10;
/** Batches in one turn of the event loop, so that a flood leaves room for drawing and Ctrl-C. */
const BATCHES_PER_TURN = 8;

/** mapFd stays the caller's; size: the ring's max_entries in bytes. */
export function openRingSource(mapFd: number, size: number, deliver: Deliver): EventSource {
  return new RingSource(mapFd, size, deliver);
}

class RingSource implements EventSource {
  readonly #ring: RingBuffer;
  readonly #deliver: Deliver;
  readonly #batch: Uint8Array;
  readonly #fd: number;
  #watch: FdWatch | undefined;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #closed = false;

  constructor(mapFd: number, size: number, deliver: Deliver) {
    this.#fd = mapFd;
    this.#ring = openRingBuffer(mapFd, size);
    this.#deliver = deliver;
    this.#batch = new Uint8Array(Math.min(BATCH_SIZE, Math.max(size, 1 << 16)));
  }

  start(): void {
    this.#watch = watchFd(this.#fd, () => this.#onWake());
    this.#watch.arm();
  }

  drain(): number {
    let total = 0;
    for (;;) {
      const bytes = this.#drainOnce();
      if (bytes === 0) return total;
      total += bytes;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#clearTimer();
    this.#watch?.close();
    this.#ring.close();
  }

  #drainOnce(): number {
    if (this.#closed) return 0;
    const bytes = this.#ring.drain(this.#batch);
    if (bytes > 0) this.#deliver(this.#batch, bytes);
    return bytes;
  }

  #onWake(): void {
    this.#watch?.disarm();
    this.#turn();
  }

  /** Drains a bounded amount; comes back soon while there is more, else arms the poll again after the pause. */
  #turn(): void {
    this.#timer = undefined;
    let busy = false;
    for (let i = 0; i < BATCHES_PER_TURN; i++) {
      const bytes = this.#drainOnce();
      if (this.#closed) return;
      busy = bytes > this.#batch.length / 2;
      if (!busy) break;
    }
    this.#timer = busy ? setImmediate(() => this.#turn()) : setTimeout(() => this.#rearm(), PAUSE_MS);
  }

  #rearm(): void {
    this.#timer = undefined;
    const bytes = this.#drainOnce();
    if (this.#closed) return;
    // Still flowing: stay on the timer, one drain per pause costs less than one wake-up per event.
    if (bytes > 0) this.#timer = setTimeout(() => this.#rearm(), PAUSE_MS);
    else this.#watch?.arm();
  }

  #clearTimer(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    this.#timer = undefined;
  }
}
