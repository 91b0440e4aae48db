// The perf buffers of all CPUs as one event source. Each holds its CPU's events in order; between CPUs the events' times
// decide. An event is handed on when WINDOW_NS have passed since it was made: by then whatever happened before it on another
// CPU has been drained too. One that the kernel held up for longer is late, and still handed on.
import { onlineCpus } from '../kernel/host/cpu.js';
import { SyscallError } from '../kernel/sys/error.js';
import { openPerfBuffer, type PerfBuffer } from '../kernel/sys/perf-buffer.js';
import type { Deliver, EventSource } from './event-source.js';
import { PacedDrain, type Progress } from './paced-drain.js';
import { LANE_RESERVE, TimeMerge } from './time-merge.js';

const WINDOW_NS = 2_000_000;
const PAGE = 4096;

export interface PerfSourceOptions {
  /** Maps of type BPF_MAP_TYPE_PERF_EVENT_ARRAY: events, and what wakes us (compiler/lower/channel.ts). They stay the caller's. */
  readonly perf: number;
  readonly doorbell: number;
  /** Bytes for each CPU: a power of two of pages. */
  readonly size: number;
  readonly deliver: Deliver;
  /** Sets the word `sleeps` of globals: from now on the next event rings. */
  readonly setSleeps: (count: number) => void;
}

export function openPerfSource(options: PerfSourceOptions): EventSource {
  const buffers: PerfBuffer[] = [];
  try {
    const events = openBuffers(options.perf, options.size / PAGE, false, buffers);
    const doorbells = openBuffers(options.doorbell, 1, true, buffers);
    return new PerfSource(events, doorbells, options);
  } catch (error) {
    for (const buffer of buffers) buffer.close();
    throw error;
  }
}

/** Of every CPU that is online. An event of one that comes later has no buffer and is counted as lost. */
function openBuffers(map: number, pages: number, wakes: boolean, opened: PerfBuffer[]): PerfBuffer[] {
  return onlineCpus().flatMap(cpu => {
    try {
      const buffer = openPerfBuffer(map, cpu, pages, wakes);
      opened.push(buffer);
      return [buffer];
    } catch (error) {
      if (error instanceof SyscallError && error.code === 'ENODEV') return []; // went offline meanwhile
      throw error;
    }
  });
}

class PerfSource implements EventSource {
  readonly #events: readonly PerfBuffer[];
  readonly #doorbells: readonly PerfBuffer[];
  readonly #merge: TimeMerge;
  readonly #size: number;
  readonly #pace: PacedDrain;
  readonly #rings = new Uint8Array(PAGE);
  #sleeps = 0;
  #closed = false;

  constructor(
    events: readonly PerfBuffer[],
    doorbells: readonly PerfBuffer[],
    { size, deliver, setSleeps }: PerfSourceOptions,
  ) {
    this.#events = events;
    this.#doorbells = doorbells;
    this.#size = size;
    this.#merge = new TimeMerge(events.length, size, deliver);
    this.#pace = new PacedDrain({
      fds: doorbells.map(doorbell => doorbell.fd),
      drainSome: () => this.#drainSome(),
      beforeSleep: () => setSleeps(++this.#sleeps),
    });
  }

  start(): void {
    this.#pace.start();
  }

  drain(): number {
    const now = Number(process.hrtime.bigint()); // CLOCK_MONOTONIC, as the events' times
    let total = 0;
    for (;;) {
      const { delivered } = this.#round(now);
      if (delivered === 0) return total;
      total += delivered;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pace.close();
    for (const buffer of this.#events) buffer.close();
    for (const buffer of this.#doorbells) buffer.close();
  }

  /** Drains every CPU once and hands on what was made up to `cutoff`, a time before this call. */
  #round(cutoff: number): { delivered: number; most: number } {
    let most = 0;
    if (this.#closed) return { delivered: 0, most };
    for (const [i, buffer] of this.#events.entries()) {
      const lane = this.#merge.lanes[i]!;
      const room = lane.room();
      if (room.length < LANE_RESERVE) continue;
      const bytes = buffer.drain(room);
      lane.filled(bytes);
      most = Math.max(most, bytes);
    }
    return { delivered: this.#merge.merge(cutoff), most };
  }

  #drainSome(): Progress {
    for (const doorbell of this.#doorbells) doorbell.drain(this.#rings);
    const { delivered, most } = this.#round(Number(process.hrtime.bigint()) - WINDOW_NS);
    if (most > this.#size / 2) return 'busy';
    return delivered > 0 || most > 0 || this.#merge.pending ? 'some' : 'none';
  }
}
