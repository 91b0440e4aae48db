// The consumer's side of a BPF ring buffer (BPF_MAP_TYPE_RINGBUF, 5.8): whole committed records are copied
// into the caller's batch. JavaScript never reads the shared memory itself.
//
//   a batch:  len:32 | page offset:32 | len bytes | padding to 8     next record ...
//   (struct bpf_ringbuf_hdr, kernel/bpf/ringbuf.c)

import { check, SyscallError } from './error.js';
import { native, type RingHandle } from './native.js';

/** Bytes before each record's data. */
export const RING_HEADER_SIZE = 8;

/** Bytes that a record of `length` data bytes takes, in the ring and in a batch. */
export function ringRecordSize(length: number): number {
  return (length + RING_HEADER_SIZE + 7) & ~7;
}

export interface RingBuffer {
  /** For FdWatch: readable while there is something to drain. Stays the caller's. */
  readonly fd: number;
  /**
   * Copies committed records, in order, as many as fit, and frees their room in the ring. Bytes copied: 0
   * when nothing is ready (a record still being written holds back those after it). Throws EMSGSIZE when
   * the batch cannot hold even the next record.
   */
  drain(batch: Uint8Array): number;
  /** Bytes in use, unfinished and discarded records included. */
  pending(): number;
  /** Unmaps. Idempotent; the fd stays open. */
  close(): void;
}

/** mapFd: the ring buffer map; size: its max_entries, bytes. */
export function openRingBuffer(mapFd: number, size: number): RingBuffer {
  const handle = opened(native().rbOpen(mapFd, size));
  let open = true;
  return {
    fd: mapFd,
    drain: batch => check(native().rbDrain(handle, batch), 'ring buffer drain'),
    pending: () => check(native().rbPending(handle), 'ring buffer'),
    close() {
      if (open) native().ringClose(handle);
      open = false;
    },
  };
}

function opened(result: RingHandle | number): RingHandle {
  if (typeof result === 'number') throw new SyscallError('mmap', -result, 'ring buffer');
  return result;
}
