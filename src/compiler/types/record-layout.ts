// How an event lies in ring-buffer memory: one description, used by lower to store and by the run time to decode.
//
//   0        4                                   size
//   +--------+-----------------------------------+------------------------------+
//   | u32    | fixed fields, naturally aligned   | tail: bytes of tail strings, |
//   | site   |                                   | in field order, no padding   |
//   +--------+-----------------------------------+------------------------------+
//
// A field stored in the tail has in its fixed place a u32: bytes in the tail, terminating NUL excluded
// (bit 31: the string was cut short). Records are in host byte order.
import type { Type } from './type.js';

export interface LayoutField {
  readonly name: string;
  readonly type: Type;
  readonly offset: number; // bytes from the start of the record
  readonly storage: 'fixed' | 'tail';
}

export interface RecordLayout {
  readonly size: number; // bytes of the fixed part, header included, a multiple of 4 (8 when any field needs it)
  readonly fields: readonly LayoutField[];
}

/** Bytes of the record header (the u32 site id). */
export const RECORD_HEADER_SIZE = 4;
/** Bit of a tail field's length word: the text was longer than max_strlen. */
export const TAIL_TRUNCATED = 0x8000_0000;
