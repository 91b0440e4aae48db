// Which memory pointers point into. A pointer that is read from user memory, or made of a number there, points into it too.
import type { AddressSpace, Type } from '../types/type.js';
import type { Body } from './body.js';
import type { TypedExpression } from './typed.js';

/** The type, with pointers into `space`: also those behind it, as in char **. */
export function inSpace(type: Type, space: AddressSpace): Type {
  switch (type.kind) {
    case 'pointer':
      return type.space === space && type.to.kind !== 'pointer'
        ? type
        : { ...type, space, to: type.to.kind === 'pointer' ? inSpace(type.to, space) : type.to };
    case 'array':
      return type.of.kind === 'pointer' || type.of.kind === 'array'
        ? { ...type, of: inSpace(type.of, space) }
        : type;
    default:
      return type;
  }
}

/** The memory that a number is an address of where it is used as one: that of the pointer it was made of, or the probe's own. */
export function spaceOfNumber({ probeType, target }: Body, type: Type): AddressSpace {
  if (type.kind === 'integer' && type.space !== undefined) return type.space;
  return probeType.space?.(target) ?? 'kernel';
}

/** The memory that a pointer, or a number used as one, points into. */
export function spaceOf(body: Body, type: Type): AddressSpace {
  return type.kind === 'pointer' ? type.space : spaceOfNumber(body, type);
}

/** A member, element or target of user memory holds user pointers. */
export function fromPlace(type: Type, place: TypedExpression): Type {
  return isInUserMemory(place) ? inSpace(type, 'user') : type;
}

function isInUserMemory(place: TypedExpression): boolean {
  switch (place.kind) {
    case 'deref':
      return place.pointer.type.kind === 'pointer' && place.pointer.type.space === 'user';
    case 'field':
      return isInUserMemory(place.object);
    case 'index':
      return place.object.type.kind === 'pointer'
        ? place.object.type.space === 'user'
        : isInUserMemory(place.object);
    default:
      return false;
  }
}
