// Bytes as stored -> JavaScript values, by type. Two forms of storage exist: the stored one of map keys, map values and tuple
// members (types/layout.ts) and the compact one of an event's top-level fields, whose longer strings lie in its tail
// (types/record-layout.ts). Values are copied: the source may be reused at once. Host byte order.
import { InternalError } from '../diagnostics/diagnostic.js';
import type { RecordView } from '../language/effects.js';
import { memberOffsets, rawSizeOf, sizeOf } from './layout.js';
import { type LayoutField, type RecordLayout, TAIL_TRUNCATED } from './record-layout.js';
import type { IntegerType, Type } from './type.js';
import type { Value } from './value.js';

/** Host byte order (x86-64, arm64, riscv64: little; s390x is not). */
export const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The value stored at `at`, bytes from the start of `bytes`; `data` views the same memory. */
export function decodeStored(type: Type, bytes: Uint8Array, data: DataView, at: number): Value {
  switch (type.kind) {
    case 'void':
      return undefined;
    case 'integer':
      return narrow(type, data.getBigUint64(at, LITTLE_ENDIAN));
    case 'bool':
      return data.getBigUint64(at, LITTLE_ENDIAN) !== 0n;
    case 'pointer':
    case 'ksym':
    case 'username':
    case 'disk':
    case 'cgroup_path':
    case 'timestamp':
    case 'count':
      return data.getBigUint64(at, LITTLE_ENDIAN);
    case 'sum':
      return decodeWord(data, at, type.signed);
    case 'min':
    case 'max':
      return data.getBigUint64(at + 8, LITTLE_ENDIAN) === 0n ? 0n : decodeWord(data, at, type.signed);
    case 'avg':
    case 'stats':
      return { total: decodeWord(data, at, type.signed), count: data.getBigUint64(at + 8, LITTLE_ENDIAN) };
    case 'hist':
    case 'lhist':
    case 'tseries':
      return decodeWords(data, at, sizeOf(type) / 8);
    case 'stack':
    case 'usym':
      return decodeWords(data, at, 2);
    case 'string':
      return untilNul(bytes, at, type.size);
    case 'buffer': {
      const length = Math.min(data.getUint32(at, LITTLE_ENDIAN), type.size);
      return copyOf(bytes, at + 4, at + 4 + length);
    }
    case 'inet':
    case 'mac':
    case 'struct':
      return copyOf(bytes, at, at + sizeOf(type));
    case 'array': {
      const size = rawSizeOf(type.of);
      return Array.from({ length: type.count }, (_, i) => decodeRaw(type.of, bytes, data, at + i * size));
    }
    case 'tuple':
      return decodeMembers(type.elements, bytes, data, at);
    case 'record':
      return decodeMembers(
        type.fields.map(field => field.type),
        bytes,
        data,
        at,
      );
    case 'error':
      throw new InternalError('a value of an erroneous type');
  }
}

/** A tail string that the kernel cut short; text marks it with the trailer (str_trunc_trailer). */
export class CutString extends Uint8Array {}

/** A field of an event. */
export function decodeRecordField(layout: RecordLayout, field: LayoutField, view: RecordView): Value {
  const at = view.offset + field.offset;
  if (field.storage === 'tail') return decodeTail(layout, field, view);
  if (field.type.kind === 'integer' || field.type.kind === 'bool') {
    return decodeRaw(field.type, view.bytes, view.data, at);
  }
  return decodeStored(field.type, view.bytes, view.data, at);
}

/** Whether a string was cut: it says so, has no room for its NUL, or fills a type wider than max_strlen (bytes). */
export function isCut(type: Type, value: Uint8Array, maxStrlen: number): boolean {
  if (value instanceof CutString) return true;
  if (type.kind !== 'string') return false;
  return value.length >= type.size || (type.size > maxStrlen && value.length === type.size - 1);
}

/** Bytes up to the first NUL, at most `size`. */
export function untilNul(bytes: Uint8Array, at: number, size: number): Uint8Array {
  const nul = bytes.indexOf(0, at);
  return copyOf(bytes, at, nul === -1 || nul > at + size ? at + size : nul);
}

/** Not slice(): that of a Buffer shares memory. */
function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}

function decodeTail(layout: RecordLayout, field: LayoutField, view: RecordView): Value {
  let start = view.offset + layout.size;
  for (const other of layout.fields) {
    const word =
      other.storage === 'tail' ? view.data.getUint32(view.offset + other.offset, LITTLE_ENDIAN) : 0;
    const length = word & ~TAIL_TRUNCATED;
    if (other !== field) {
      start += length;
      continue;
    }
    const text = view.bytes.subarray(start, start + length);
    return (word & TAIL_TRUNCATED) === 0 ? new Uint8Array(text) : new CutString(text);
  }
  throw new InternalError(`field ${field.name} is not of this layout`);
}

function decodeMembers(types: readonly Type[], bytes: Uint8Array, data: DataView, at: number): Value[] {
  const { offsets } = memberOffsets(types);
  return types.map((type, i) => decodeStored(type, bytes, data, at + (offsets[i] ?? 0)));
}

/** As in the memory of the traced system, and in C: array elements, and integers of events. */
export function decodeRaw(type: Type, bytes: Uint8Array, data: DataView, at: number): Value {
  if (type.kind === 'bool') return data.getUint8(at) !== 0;
  if (type.kind === 'array') {
    const size = rawSizeOf(type.of);
    return Array.from({ length: type.count }, (_, i) => decodeRaw(type.of, bytes, data, at + i * size));
  }
  if (type.kind !== 'integer') return decodeStored(type, bytes, data, at);
  switch (type.size) {
    case 1:
      return BigInt(type.signed ? data.getInt8(at) : data.getUint8(at));
    case 2:
      return BigInt(type.signed ? data.getInt16(at, LITTLE_ENDIAN) : data.getUint16(at, LITTLE_ENDIAN));
    case 4:
      return BigInt(type.signed ? data.getInt32(at, LITTLE_ENDIAN) : data.getUint32(at, LITTLE_ENDIAN));
    case 8:
      return decodeWord(data, at, type.signed);
  }
}

function narrow(type: IntegerType, word: bigint): bigint {
  return type.signed ? BigInt.asIntN(type.size * 8, word) : BigInt.asUintN(type.size * 8, word);
}

function decodeWord(data: DataView, at: number, signed: boolean): bigint {
  return signed ? data.getBigInt64(at, LITTLE_ENDIAN) : data.getBigUint64(at, LITTLE_ENDIAN);
}

function decodeWords(data: DataView, at: number, count: number): bigint[] {
  return Array.from({ length: count }, (_, i) => data.getBigUint64(at + i * 8, LITTLE_ENDIAN));
}
