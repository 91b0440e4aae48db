// Where events come from: a ring buffer, perf buffers, later a recording. A source hands on batches of bytes; it does not
// know what they mean.

/** Called with whole records, each behind an 8-byte header whose first u32 is the record's length in bytes. */
export type Deliver = (batch: Uint8Array, length: number) => void;

export interface EventSource {
  /** Begins to deliver as events arrive, on Node's loop. */
  start(): void;
  /** Delivers what is there now, before returning; bytes delivered. */
  drain(): number;
  /** Stops delivering and frees the mapping; idempotent. */
  close(): void;
}
