// A struct by value: `{ .a = 1, .b = { .c = 2 } }`, from its bytes in the traced system's layout.

import { decodeStored, LITTLE_ENDIAN } from '../../compiler/types/decode.js';
import type { Field, StructType, Type } from '../../compiler/types/type.js';
import type { Value } from '../../compiler/types/value.js';
import type { TextContext } from './value-text.js';

type Print = (type: Type, value: Value, context: TextContext) => string;

/** A struct without listed fields (no BTF) prints as its bytes. */
export function structText(type: StructType, bytes: Uint8Array, context: TextContext, print: Print): string {
  const members = structMembers(type, bytes);
  if (members === undefined) return `[${Array.from(bytes).join(',')}]`;
  return `{ ${members.map(m => `.${m.name} = ${print(m.type, m.value, context)}`).join(', ')} }`;
}

export function structMembers(
  type: StructType,
  bytes: Uint8Array,
): { readonly name: string; readonly type: Type; readonly value: Value }[] | undefined {
  if (type.layout.from !== 'fields') return undefined;
  return type.layout.fields.map(field => ({
    name: field.name,
    type: field.type,
    value: memberValue(field, bytes),
  }));
}

function memberValue(field: Field, bytes: Uint8Array): Value {
  const { type, offset, bits } = field;
  if (type.kind === 'integer') {
    const word = wordAt(bytes, offset, type.size);
    if (bits === undefined) return type.signed ? BigInt.asIntN(type.size * 8, word) : word;
    const value = word >> BigInt(LITTLE_ENDIAN ? bits.offset : type.size * 8 - bits.offset - bits.width);
    return type.signed ? BigInt.asIntN(bits.width, value) : BigInt.asUintN(bits.width, value);
  }
  if (type.kind === 'bool') return bytes[offset] !== 0;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return decodeStored(type, bytes, data, offset);
}

function wordAt(bytes: Uint8Array, offset: number, size: number): bigint {
  let word = 0n;
  for (let i = 0; i < size; i++) {
    const byte = bytes[offset + (LITTLE_ENDIAN ? size - 1 - i : i)] ?? 0;
    word = (word << 8n) | BigInt(byte);
  }
  return word;
}
