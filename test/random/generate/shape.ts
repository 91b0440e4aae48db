// Kinds of values that the generator knows how to write, without the widths and sizes that typing works out.
import type { RandomSource } from '../../harness/random-source.js';

export const INTEGERS = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const;
export type IntegerName = (typeof INTEGERS)[number];

export type Shape =
  | { readonly kind: 'integer' | 'bool' | 'string' }
  | { readonly kind: 'enum' }
  | { readonly kind: 'tuple'; readonly members: readonly Shape[] }
  | { readonly kind: 'record'; readonly members: readonly Shape[]; readonly names: readonly string[] }
  | { readonly kind: 'array'; readonly element: IntegerName; readonly count: number };

export const INTEGER: Shape = { kind: 'integer' };
export const BOOL: Shape = { kind: 'bool' };
export const STRING: Shape = { kind: 'string' };
export const ENUM: Shape = { kind: 'enum' };

const NAMES = ['a', 'b', 'count', 'x'] as const;

/** Of a variable, a map's value, a member. `depth`: how many more levels of tuples may be inside. */
export function randomShape(random: RandomSource, depth: number, enums: boolean): Shape {
  const roll = random.below(100);
  if (roll < 45) return INTEGER;
  if (roll < 62) return STRING;
  if (roll < 70) return BOOL;
  if (roll < 75) return enums ? ENUM : INTEGER;
  if (roll < 82) return randomArray(random);
  return depth > 0 ? randomTuple(random, depth - 1, enums) : INTEGER;
}

export function randomTuple(random: RandomSource, depth: number, enums: boolean): Shape {
  const members = Array.from({ length: 2 + random.below(2) }, () => randomShape(random, depth, enums));
  if (random.chance(65)) return { kind: 'tuple', members };
  return { kind: 'record', members, names: NAMES.slice(0, members.length) };
}

function randomArray(random: RandomSource): Shape {
  const [element, count] = random.pick([
    ['uint8', 4],
    ['uint8', 8],
    ['int8', 2],
    ['uint16', 2],
    ['int16', 4],
    ['uint32', 2],
    ['int32', 1],
    ['uint64', 1],
  ] as const);
  return { kind: 'array', element, count };
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** How one gets at the members of a value, and what they are. */
export function membersOf(shape: Shape): readonly (readonly [path: string, shape: Shape])[] {
  switch (shape.kind) {
    case 'tuple':
      return shape.members.map((member, i) => [`.${i}`, member]);
    case 'record':
      return shape.members.map((member, i) => [`.${shape.names[i]}`, member]);
    case 'array':
      return Array.from({ length: shape.count }, (_, i) => [`[${i}]`, INTEGER]);
    default:
      return [];
  }
}
