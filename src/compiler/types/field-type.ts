// What a member of a struct, or an element of an array, is to the language.
import type { Type } from './type.js';

/** A field's value type: an array of char is a string. */
export function fieldType(type: Type): Type {
  const text = type.kind === 'array' && type.of.kind === 'integer' && type.of.size === 1 && type.of.signed;
  return text ? { kind: 'string', size: type.count } : type;
}
