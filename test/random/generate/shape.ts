// Kinds of values that the generator knows how to write, without the widths and sizes that typing works out.
import type { RandomSource } from '../../harness/random-source.js';

export const INTEGERS = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const;
export type IntegerName = (typeof INTEGERS)[number];

export type Shape =
  | { readonly kind: 'integer' | 'bool' | 'string' }
  | { readonly kind: 'enum' }
  | { readonly kind: 'tuple'; readonly members: readonly Shape[] }
  | { readonly kind: 'record'; readonly members: readonly Shape[]; readonly names: readonly string[] }
  | { readonly kind: 'array'; readonly element: IntegerName; readonly count: number }
  | { readonly kind: 'struct'; readonly of: GeneratedStruct }
  /** To a struct, or to numbers. */
  | { readonly kind: 'pointer'; readonly to: GeneratedStruct | IntegerName };

/** A C struct of the program. Members of structs in it are listed by their paths. */
export interface GeneratedStruct {
  readonly name: string;
  readonly text: string;
  readonly members: readonly { readonly name: string; readonly shape: Shape }[];
}

export const INTEGER: Shape = { kind: 'integer' };
export const BOOL: Shape = { kind: 'bool' };
export const STRING: Shape = { kind: 'string' };
export const ENUM: Shape = { kind: 'enum' };

/** Of fields of records. */
export const NAMES = ['a', 'b', 'count', 'x'] as const;

export function randomArray(random: RandomSource): Shape {
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
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'tuple':
      return b.kind === 'tuple' && sameMembers(a.members, b.members);
    case 'record':
      return b.kind === 'record' && `${a.names}` === `${b.names}` && sameMembers(a.members, b.members);
    case 'array':
      return b.kind === 'array' && a.element === b.element && a.count === b.count;
    case 'struct':
      return b.kind === 'struct' && a.of === b.of;
    case 'pointer':
      return b.kind === 'pointer' && a.to === b.to;
    default:
      return true;
  }
}

function sameMembers(a: readonly Shape[], b: readonly Shape[]): boolean {
  return a.length === b.length && a.every((member, i) => sameShape(member, b[i]!));
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
    case 'struct':
      // Where the pointers in a copy lead is left to the pointers themselves.
      return shape.of.members.flatMap(({ name, shape: member }) =>
        member.kind === 'pointer' ? [] : [[`.${name}`, member] as const],
      );
    case 'pointer':
      if (typeof shape.to === 'string') return [];
      return shape.to.members.map(({ name, shape: member }) => [`.${name}`, member]);
    default:
      return [];
  }
}
