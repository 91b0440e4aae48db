// A perf buffer: one ring per CPU behind a BPF_MAP_TYPE_PERF_EVENT_ARRAY, for kernels and programs that
// have no ring buffer. Records are copied whole; a batch holds records of one CPU, in the order of their making.
//
//   a record:  type:32 | misc:16 | size:16 | body         (struct perf_event_header)
//   SAMPLE with PERF_SAMPLE_TIME and _RAW:  time:64 | length:32 | data, padded so that size is a multiple of 8
//   LOST:  id:64 | lost:64

import { PerfSoftware, PerfType } from '../../compiler/bpf/perf-event.js';
import { LITTLE_ENDIAN } from './attr.js';
import { check, SyscallError } from './error.js';
import { closeFd } from './fd.js';
import { mapUpdateElem } from './map.js';
import { native, type RingHandle } from './native.js';
import { PERF_SAMPLE_RAW, PERF_SAMPLE_TIME, perfEventEnable, perfEventOpen } from './perf-event.js';

/** enum perf_event_type. */
export const PerfRecord = { PERF_RECORD_LOST: 2, PERF_RECORD_SAMPLE: 9 } as const;

/** Where things lie in a record, in bytes from its start. */
export const PerfOffset = { type: 0, size: 6, time: 8, length: 16, data: 20 } as const;

const CLOCK_MONOTONIC = 1;
const PAGE = 4096;

export interface PerfBuffer {
  readonly cpu: number;
  /** For FdWatch. Owned by the buffer. */
  readonly fd: number;
  /** As RingBuffer.drain(), with records as above, of every type. */
  drain(batch: Uint8Array): number;
  /** Unmaps and closes the perf event. Idempotent. */
  close(): void;
}

/**
 * Opens the ring of one CPU and puts it into the map at that key. pages: a power of two. wakes: every event
 * makes the fd readable, which interrupts the CPU each time; else only each time the ring was filled.
 * Times are of CLOCK_MONOTONIC, ns. ENODEV: the CPU is offline.
 */
export function openPerfBuffer(mapFd: number, cpu: number, pages: number, wakes = true): PerfBuffer {
  const fd = perfEventOpen(
    {
      type: PerfType.PERF_TYPE_SOFTWARE,
      config: PerfSoftware.PERF_COUNT_SW_BPF_OUTPUT,
      sample_type: PERF_SAMPLE_RAW | PERF_SAMPLE_TIME,
      sample_period: 1,
      ...(wakes ? { wakeup_events: 1 } : { watermark: true, wakeup_watermark: pages * PAGE }),
      use_clockid: true,
      clockid: CLOCK_MONOTONIC,
    },
    { pid: -1, cpu },
    `perf buffer of CPU ${cpu}`,
  );
  let handle: RingHandle | undefined;
  try {
    handle = opened(native().pbOpen(fd, pages));
    const words = new Uint32Array([cpu, fd]);
    mapUpdateElem(mapFd, bytesOf(words, 0), bytesOf(words, 1));
    perfEventEnable(fd);
  } catch (error) {
    if (handle !== undefined) native().ringClose(handle);
    closeFd(fd);
    throw error;
  }
  const ring = handle;
  let open = true;
  return {
    cpu,
    fd,
    drain: batch => check(native().pbDrain(ring, batch), 'perf buffer drain'),
    close() {
      if (!open) return;
      open = false;
      native().ringClose(ring);
      closeFd(fd);
    },
  };
}

export interface PerfBatchVisitor {
  /** One event: its data at batch[offset, offset + length); length may include up to 7 bytes of padding. */
  sample(offset: number, length: number, time: bigint): void;
  /** The kernel dropped `count` events of this CPU since the last such record. */
  lost(count: number): void;
}

/** Walks the first `bytes` bytes of a drained batch. Records of other types are passed over. */
export function visitPerfBatch(batch: Uint8Array, bytes: number, visitor: PerfBatchVisitor): void {
  const view = new DataView(batch.buffer, batch.byteOffset, bytes);
  let offset = 0;
  while (offset < bytes) {
    const type = view.getUint32(offset, LITTLE_ENDIAN);
    if (type === PerfRecord.PERF_RECORD_SAMPLE) {
      const length = view.getUint32(offset + PerfOffset.length, LITTLE_ENDIAN);
      const time = view.getBigUint64(offset + PerfOffset.time, LITTLE_ENDIAN);
      visitor.sample(offset + PerfOffset.data, length, time);
    } else if (type === PerfRecord.PERF_RECORD_LOST) {
      visitor.lost(Number(view.getBigUint64(offset + 16, LITTLE_ENDIAN)));
    }
    offset += view.getUint16(offset + PerfOffset.size, LITTLE_ENDIAN);
  }
}

function bytesOf(words: Uint32Array, index: number): Uint8Array {
  return new Uint8Array(words.buffer, index * 4, 4);
}

function opened(result: RingHandle | number): RingHandle {
  if (typeof result === 'number') throw new SyscallError('mmap', -result, 'perf buffer');
  return result;
}
