// C structs of a program, and values and addresses of them in the memory that it may read (meaning/memory.ts).
import { MEMORY_BASE, MEMORY_SIZE } from '../meaning/memory.js';
import { integer } from './integer.js';
import { mapText } from './key.js';
import type { Scope } from './scope.js';
import { type GeneratedStruct, INTEGER, type IntegerName, type Shape, STRING } from './shape.js';

type Member = GeneratedStruct['members'][number];

const C_INTEGERS: readonly (readonly [c: string, name: IntegerName])[] = [
  ['signed char', 'int8'],
  ['unsigned char', 'uint8'],
  ['short', 'int16'],
  ['unsigned short', 'uint16'],
  ['int', 'int32'],
  ['unsigned int', 'uint32'],
  ['long', 'int64'],
  ['unsigned long', 'uint64'],
];

/** `others`: those that it may hold or point to. */
export function newStruct(scope: Scope, index: number, others: readonly GeneratedStruct[]): GeneratedStruct {
  const { random } = scope;
  const name = `${scope.options.prefix}_s${index}`;
  const self: { name: string; text: string; members: Member[] } = { name, text: '', members: [] };
  const lines: string[] = [];
  const add = (text: string, shape: Shape | undefined, member: string) => {
    lines.push(text);
    if (shape !== undefined) self.members.push({ name: member, shape });
  };
  for (let n = 2 + random.below(5); n > 0; n--) {
    const member = `m${lines.length}`;
    const [c, element] = random.pick(C_INTEGERS);
    switch (random.below(12)) {
      case 0: {
        const size = random.pick([4, 8, 16, 13]);
        add(`char ${member}[${size}];`, STRING, member);
        break;
      }
      case 1: {
        const count = random.pick([2, 4]);
        // An array of char is text.
        if (element !== 'int8') add(`${c} ${member}[${count}];`, { kind: 'array', element, count }, member);
        break;
      }
      case 2:
        add(`struct ${name} *${member};`, { kind: 'pointer', to: self }, member);
        break;
      case 3:
        if (others.length > 0) {
          const other = random.pick(others);
          if (random.chance(50))
            add(`struct ${other.name} ${member};`, { kind: 'struct', of: other }, member);
          else add(`struct ${other.name} *${member};`, { kind: 'pointer', to: other }, member);
        }
        break;
      case 4: {
        // Bits, side by side.
        const [type, bits] = random.pick([
          ['int', 32],
          ['unsigned int', 32],
          ['unsigned char', 8],
          ['long', 64],
        ] as const);
        for (const part of ['a', 'b', 'c'].slice(0, 1 + random.below(3))) {
          add(`${type} ${member}${part} : ${1 + random.below(bits - 1)};`, INTEGER, `${member}${part}`);
        }
        break;
      }
      case 5:
        // Members of an anonymous union are members of the struct.
        lines.push(`union { ${c} ${member}a; unsigned char ${member}b[4]; };`);
        self.members.push(
          { name: `${member}a`, shape: INTEGER },
          { name: `${member}b`, shape: { kind: 'array', element: 'uint8', count: 4 } },
        );
        break;
      case 6:
        add(`${c} *${member};`, { kind: 'pointer', to: element }, member);
        break;
      default:
        add(`${c} ${member};`, INTEGER, member);
    }
  }
  if (self.members.length === 0) add('int last;', INTEGER, 'last');
  const attribute = random.chance(20)
    ? ` __attribute__((${random.pick(['packed', 'aligned(16)', 'packed'])}))`
    : '';
  self.text = `struct ${name} { ${lines.join(' ')} }${attribute};`;
  return self;
}

/** Addresses are multiples of 8, far enough from the end. */
export function address({ random }: Scope): string {
  return `0x${(MEMORY_BASE + BigInt(8 * random.below(MEMORY_SIZE / 8 - 48))).toString(16)}`;
}

export function pointer(scope: Scope, to: GeneratedStruct | IntegerName, depth: number): string {
  const { random } = scope;
  const places = scope.placesOf({ kind: 'pointer', to });
  const type = typeof to === 'string' ? to : `struct ${to.name}`;
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
      if (places.length > 0) return random.pick(places);
      break;
    case 3: {
      const maps = scope.mapsOf({ kind: 'pointer', to });
      if (maps.length > 0) return mapText(scope, random.pick(maps));
      break;
    }
    case 4:
      if (depth > 0) return `(${pointer(scope, to, depth - 1)} + ${random.below(3)})`;
      break;
    case 5:
      if (depth > 0 && random.chance(50))
        return `(${pointer(scope, to, depth - 1)} + ((uint8)${integer(scope, 0)} & 3))`;
      break;
    case 6:
      // From one type to another.
      if (scope.structs.length > 0 && depth > 0) {
        return `(${type} *)(${pointer(scope, random.pick(scope.structs), depth - 1)})`;
      }
      break;
  }
  return random.chance(70) ? `uptr((${type} *)${address(scope)})` : `((${type} *)uptr(${address(scope)}))`;
}

/** A struct by value. */
export function struct(scope: Scope, of: GeneratedStruct, depth: number): string {
  const { random } = scope;
  const places = scope.placesOf({ kind: 'struct', of });
  if (places.length > 0 && random.chance(40)) return random.pick(places);
  const maps = scope.mapsOf({ kind: 'struct', of });
  if (maps.length > 0 && random.chance(30)) return mapText(scope, random.pick(maps));
  return `(*${pointer(scope, of, depth - 1)})`;
}

/** A number read through a pointer. */
export function pointed(scope: Scope, depth: number): string {
  const { random } = scope;
  const element = random.pick(C_INTEGERS)[1];
  const at = pointer(scope, element, depth);
  if (random.chance(50)) return `(*${at})`;
  return `(${at})[${random.chance(60) ? random.below(4) : `((uint8)${integer(scope, 0)} & 7)`}]`;
}

/** A text read from memory. */
export function readText(scope: Scope, depth: number): string {
  const { random } = scope;
  const from = random.chance(60)
    ? `uptr(${address(scope)})`
    : pointer(scope, random.pick(['uint8', 'int8'] as const), depth);
  return random.chance(55) ? `str(${from})` : `str(${from}, ${random.below(12)})`;
}
