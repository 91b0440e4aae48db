// Packs the structs of system calls (union bpf_attr, struct perf_event_attr) from layout tables: a table
// says where each field lies, a call says which values it has. Memory is passed as its address and stays
// referenced by the packed struct until the call is over. Little- and big-endian hosts alike.

import { endianness } from 'node:os';
import { native } from './native.js';

export const LITTLE_ENDIAN = endianness() === 'LE';

/** Where a field lies, in bytes from the start of the struct. */
export type FieldPlace = readonly [offset: number, size: number];

export interface Layout<Field extends string = string> {
  /** Bytes that are passed to the kernel; an older one accepts more than it knows if the rest is zero. */
  readonly size: number;
  readonly fields: Readonly<Record<Field, FieldPlace>>;
}

/** `fields` is made when it is first looked into: a run needs few of the many. */
export function layout<const Field extends string>(
  size: number,
  fields: () => Readonly<Record<Field, FieldPlace>>,
): Layout<Field> {
  let made: Readonly<Record<Field, FieldPlace>> | undefined;
  return {
    size,
    get fields() {
      made ??= fields();
      return made;
    },
  };
}

/**
 * A number or bigint by value; bytes by their address; a string by the address of its NUL-terminated copy,
 * or in place where the field is an array of char (cut to fit). undefined: 0.
 */
export type FieldValue = number | bigint | ArrayBufferView | string | undefined;

export type FieldValues<Field extends string> = Readonly<Partial<Record<Field, FieldValue>>>;

export interface PackedStruct {
  readonly bytes: Uint8Array;
  /** What `bytes` points to. */
  readonly pinned: readonly ArrayBufferView[];
}

/** Field sizes other than 1, 2, 4 and 8 bytes are arrays of char. */
export function pack<Field extends string>(layout: Layout<Field>, values: FieldValues<Field>): PackedStruct {
  const bytes = new Uint8Array(layout.size);
  const view = new DataView(bytes.buffer);
  const pinned: ArrayBufferView[] = [];
  for (const name in values) {
    const value: FieldValue = values[name];
    if (value === undefined || value === 0) continue;
    const [offset, size] = layout.fields[name];
    if (typeof value === 'number' || typeof value === 'bigint') {
      setInteger(view, offset, size, value, name);
    } else if (typeof value === 'string' && size !== 8) {
      bytes.set(encoder.encode(value).subarray(0, size - 1), offset);
    } else {
      const memory = typeof value === 'string' ? cString(value) : value;
      if (memory.byteLength === 0) continue; // an empty view has no address; NULL is what is meant
      pinned.push(memory);
      setInteger(view, offset, size, native().ptr(memory), name);
    }
  }
  return { bytes, pinned };
}

/** A field that the kernel wrote back, of up to 4 bytes, unsigned. */
export function field<Field extends string>(
  layout: Layout<Field>,
  packed: PackedStruct,
  name: Field,
): number {
  return Number(readInteger(packed.bytes, layout.fields[name]));
}

/** The unsigned integer at a place; 0 where the bytes end before it. */
export function readInteger(bytes: Uint8Array, [offset, size]: FieldPlace): bigint {
  if (offset + size > bytes.byteLength) return 0n;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 8) return view.getBigUint64(offset, LITTLE_ENDIAN);
  if (size === 4) return BigInt(view.getUint32(offset, LITTLE_ENDIAN));
  return BigInt(size === 2 ? view.getUint16(offset, LITTLE_ENDIAN) : view.getUint8(offset));
}

/** A NUL-terminated copy. */
export function cString(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  const terminated = new Uint8Array(bytes.length + 1);
  terminated.set(bytes);
  return terminated;
}

/** Text up to the first NUL; invalid UTF-8 is replaced. */
export function fromCString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** An array of pointers to NUL-terminated strings, and the strings, which must stay referenced. */
export function cStringArray(texts: readonly string[]): { pointers: BigUint64Array; pinned: Uint8Array[] } {
  const pinned = texts.map(cString);
  return { pointers: BigUint64Array.from(pinned, bytes => native().ptr(bytes)), pinned };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function setInteger(
  view: DataView,
  offset: number,
  size: number,
  value: number | bigint,
  name: string,
): void {
  const limit = 2 ** (8 * size);
  const whole = typeof value === 'bigint' || Number.isInteger(value);
  if (!whole || value < -limit / 2 || value >= limit) {
    throw new RangeError(`${name}: ${value} does not fit in ${8 * size} bits`);
  }
  if (size === 8) view.setBigUint64(offset, BigInt(value), LITTLE_ENDIAN);
  else if (size === 4) view.setUint32(offset, Number(value), LITTLE_ENDIAN);
  else if (size === 2) view.setUint16(offset, Number(value), LITTLE_ENDIAN);
  else view.setUint8(offset, Number(value));
}
