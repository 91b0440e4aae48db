// What a program and the run time share of a set of backends: two generations of a table, of which a word of `globals` (0 or 1) tells
// the one that programs ask. All of it is the value of one array, which programs reach without a look-up:
//
//   0                            TABLE_BYTES
//   +----------------------------+-------+-------+-----+
//   | u16 row, TABLE_SIZE times  | row 0 | row 1 | ... |  and all of it once more
//   +----------------------------+-------+-------+-----+
//
// A hash of 32 bits chooses a place of the table, which names a row. Row 0 is of zeros: no backend. The start of a row is what
// backend() gives.
import { alignUp, memberOffsets } from './layout.js';
import { INET, INT64, MAC, type Type, UINT64 } from './type.js';

/** Places in a table: a prime, larger than the backends are many by far. */
export const TABLE_SIZE = 65_537;
const TABLE_BYTES = alignUp(TABLE_SIZE * 2, 8);
export const ROW_BYTES = 64;
/** Programs tell rows by as many low bits of an id. */
export const ROW_BITS = 16;
/** A set may have room for so many. */
export const MOST_BACKENDS = 4096;

type RecordType = Extract<Type, { kind: 'record' }>;

/** What backend() gives. */
export const BACKEND: RecordType = {
  kind: 'record',
  fields: [
    { name: 'id', type: INT64 },
    { name: 'address', type: INET },
    { name: 'mac', type: MAC },
  ],
};

/** What backend_at() gives. */
export const BACKEND_COUNTS: RecordType = {
  kind: 'record',
  fields: [
    ...BACKEND.fields,
    { name: 'weight', type: UINT64 },
    { name: 'packets', type: UINT64 },
    { name: 'bytes', type: UINT64 },
    { name: 'flows', type: UINT64 },
  ],
};

const [id, address, mac] = memberOffsets(BACKEND.fields.map(field => field.type)).offsets as [
  number,
  number,
  number,
];
/** Offsets in a row. `id`: 0 when the backend is in the list no more; `name`: its id all the same. */
export const ROW = { id, address, mac, weight: 40, name: 48 } as const;

/** Of each row and CPU, u64. */
export const COUNTS = { packets: 0, bytes: 8, flows: 16, size: 24 } as const;

/** Bytes of one generation. */
export function generationBytes(backends: number): number {
  return TABLE_BYTES + (backends + 1) * ROW_BYTES;
}

/** Offset of a row in its generation. */
export function rowOffset(row: number): number {
  return TABLE_BYTES + row * ROW_BYTES;
}

/** The place in the table that a hash chooses: its high 32 bits count. */
export function placeOf(hash: bigint): number {
  return Number(((BigInt.asUintN(64, hash) >> 32n) * BigInt(TABLE_SIZE)) >> 32n);
}
