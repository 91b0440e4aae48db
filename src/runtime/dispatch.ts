// A batch of ring-buffer records -> one handler call per record, by site id. The view is reused: no object per event.
import { InternalError } from '../compiler/diagnostics/diagnostic.js';
import type { RecordView } from '../compiler/language/effects.js';
import type { Deliver } from './event-source.js';

/** Bits of the length word that struct bpf_ringbuf_hdr keeps for itself (BUSY, DISCARD). */
const LENGTH_MASK = 0x3fff_ffff;
const HEADER_SIZE = 8;

export type Handler = (view: RecordView) => void;

/** `handlers` by site id; `stopped` is asked before each record, so that nothing is printed after the end. */
export function dispatcher(
  handlers: readonly Handler[],
  stopped: () => boolean,
  afterBatch: () => void,
): Deliver {
  let bytes: Uint8Array | undefined;
  let words: Uint32Array | undefined;
  let view: RecordView | undefined;
  return (batch, length) => {
    if (batch !== bytes || words === undefined || view === undefined) {
      bytes = batch;
      words = new Uint32Array(batch.buffer, batch.byteOffset, batch.byteLength >> 2);
      view = {
        bytes: batch,
        data: new DataView(batch.buffer, batch.byteOffset, batch.byteLength),
        offset: 0,
        length: 0,
      };
    }
    let at = 0;
    while (at < length && !stopped()) {
      const size = words[at >> 2]! & LENGTH_MASK;
      const site = words[(at + HEADER_SIZE) >> 2]!;
      const handler = handlers[site];
      if (handler === undefined) throw new InternalError(`event of unknown site ${site}`);
      view.offset = at + HEADER_SIZE;
      view.length = size;
      handler(view);
      at += (size + HEADER_SIZE + 7) & ~7;
    }
    afterBatch();
  };
}
