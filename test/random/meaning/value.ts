// Values of the evaluator: integers, pointers and booleans (0 or 1) as bigint, strings as one character per byte, tuples and
// arrays as arrays, structs as their bytes.
import {
  integerOf,
  join,
  partnerOf,
  Refused,
  type SourceArray,
  type SourceInteger,
  type SourceType,
  sizeInMemory,
  wrap,
} from './type.js';

export type SourceValue = bigint | string | Uint8Array | readonly SourceValue[];

/** `value` of one type as a value of another. */
export function convertValue(value: SourceValue, from: SourceType, to: SourceType): SourceValue {
  if (from === to) return value;
  switch (to.kind) {
    case 'integer':
      return wrap(value as bigint, to);
    case 'bool':
      return value === 0n ? 0n : 1n;
    case 'string':
      return (value as string).slice(0, to.size);
    case 'pointer':
      return BigInt.asUintN(64, value as bigint);
    case 'tuple': {
      if (from.kind !== 'tuple') throw new Refused(`${from.kind} as a tuple`);
      return to.items.map((item, i) => {
        const partner = partnerOf(to, from, i);
        return convertValue((value as readonly SourceValue[])[partner]!, from.items[partner]!, item);
      });
    }
    case 'array':
    case 'struct':
      return value;
    default:
      throw new Refused(`conversion to ${to.kind}`);
  }
}

/** A cast: also between an array and an integer of its bytes. */
export function castValue(value: SourceValue, from: SourceType, to: SourceType): SourceValue {
  if (to.kind === 'array') return arrayOf(bytesOf(value, from), to);
  if (from.kind === 'array' && to.kind === 'integer') return readInteger(bytesOf(value, from), 0, to);
  return convertValue(value, from, to);
}

function bytesOf(value: SourceValue, type: SourceType): Uint8Array {
  const bytes = new Uint8Array(sizeInMemory(type));
  if (type.kind === 'array') {
    const size = sizeInMemory(type.of);
    (value as readonly SourceValue[]).forEach((item, i) => {
      bytes.set(bytesOf(item, type.of), i * size);
    });
    return bytes;
  }
  let word = BigInt.asUintN(64, value as bigint);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number(word & 0xffn);
    word >>= 8n;
  }
  return bytes;
}

/** Bytes that are missing are 0. */
function arrayOf(bytes: Uint8Array, { of, count }: SourceArray): SourceValue {
  const size = sizeInMemory(of);
  const whole = new Uint8Array(size * count);
  whole.set(bytes.subarray(0, whole.length));
  return Array.from({ length: count }, (_, i) => readMemory(whole, i * size, of));
}

export function readInteger(bytes: Uint8Array, at: number, type: SourceInteger): bigint {
  let word = 0n;
  for (let i = type.bits / 8 - 1; i >= 0; i--) word = (word << 8n) | BigInt(bytes[at + i] ?? 0);
  return wrap(word, type);
}

/** What lies at `at` in memory laid out as C does. */
export function readMemory(bytes: Uint8Array, at: number, type: SourceType): SourceValue {
  switch (type.kind) {
    case 'integer':
      return readInteger(bytes, at, type);
    case 'bool':
      return bytes[at] === 0 ? 0n : 1n;
    case 'pointer':
      return readInteger(bytes, at, integerOf(64, false));
    case 'string':
      return textAt(bytes, at, type.size);
    case 'array': {
      const size = sizeInMemory(type.of);
      return Array.from({ length: type.count }, (_, i) => readMemory(bytes, at + i * size, type.of));
    }
    case 'struct':
      return bytes.slice(at, at + type.size);
    default:
      throw new Refused(`${type.kind} in memory`);
  }
}

/** Characters up to the NUL, at most `size`. */
export function textAt(bytes: Uint8Array, at: number, size: number): string {
  const part = bytes.subarray(at, at + size);
  const end = part.indexOf(0);
  return String.fromCharCode(...(end < 0 ? part : part.subarray(0, end)));
}

/** What is read where nothing was stored. */
export function zeroOf(type: SourceType): SourceValue {
  switch (type.kind) {
    case 'string':
      return '';
    case 'tuple':
      return type.items.map(zeroOf);
    case 'array':
      return new Array<SourceValue>(type.count).fill(zeroOf(type.of));
    case 'struct':
      return new Uint8Array(type.size);
    default:
      return 0n;
  }
}

/** Text form in which values are compared and shown. */
export function show(value: SourceValue): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return `(${value.map(show).join(', ')})`;
}

export function equalValues(a: SourceValue, aType: SourceType, b: SourceValue, bType: SourceType): boolean {
  const type = join(aType, bType);
  return show(convertValue(a, aType, type)) === show(convertValue(b, bType, type));
}
