// Random integer expressions.
import { condition } from './condition.js';
import { mapText } from './key.js';
import { integerLeaf } from './literal.js';
import { READABLE, type Scope } from './scope.js';
import { INTEGER, INTEGERS, type Shape } from './shape.js';
import { pointed, pointer } from './struct.js';
import { text } from './text.js';
import { blockValue, macroValue, value } from './value.js';

export const ARITHMETIC = ['+', '+', '-', '-', '*', '&', '|', '^', '<<', '>>', '/', '%'] as const;

export function integer(scope: Scope, depth: number): string {
  const { random } = scope;
  if (depth <= 0) return atom(scope);
  switch (random.below(22)) {
    case 0:
    case 1:
    case 2:
      return atom(scope);
    case 3:
    case 4:
      return cast(scope, depth);
    case 5:
      return unary(scope, depth);
    case 6:
      return `(${condition(scope, depth - 1)} ? ${integer(scope, depth - 1)} : ${integer(scope, depth - 1)})`;
    case 7:
    case 8:
      return mapRead(scope) ?? atom(scope);
    case 9:
      return (scope.pure === 0 ? step(scope) : undefined) ?? atom(scope);
    case 10:
      return `(${condition(scope, depth - 1)} + ${integer(scope, depth - 1)})`;
    case 11:
      return called(scope, depth);
    case 12:
      return random.chance(50) ? called(scope, depth) : special(scope, depth);
    case 13:
      return special(scope, depth);
    default:
      return arithmetic(scope, depth);
  }
}

/** Chains of casts to the same type are what bpftrace warns of; they do no harm. */
function cast(scope: Scope, depth: number): string {
  const { random } = scope;
  if (random.chance(12) && !scope.portable)
    return `(${random.pick(INTEGERS)})(${condition(scope, depth - 1)})`;
  return `(${random.pick(INTEGERS)})${wrapped(scope, depth - 1)}`;
}

/** bpftrace 0.27 gives chance bits above a narrow signed operand's own. */
function unary(scope: Scope, depth: number): string {
  const operand = integer(scope, depth - 1);
  const wide = scope.portable ? `(${scope.random.pick(['int64', 'uint64'])})(${operand})` : operand;
  return `${scope.random.pick(['-', '~'])}(${wide})`;
}

/** In parentheses, unless it is a name. */
export function wrapped(scope: Scope, depth: number): string {
  const written = integer(scope, depth);
  return /^[@$]?\w+$/.test(written) ? written : `(${written})`;
}

function arithmetic(scope: Scope, depth: number): string {
  const operator = scope.random.pick(ARITHMETIC);
  return `(${integer(scope, depth - 1)} ${operator} ${rightOperand(scope, operator, depth - 1)})`;
}

/** Mostly small for shifts. */
export function rightOperand(scope: Scope, operator: string, depth: number): string {
  const { random } = scope;
  if (operator !== '<<' && operator !== '>>') return integer(scope, depth);
  if (random.chance(60)) return `${random.below(random.chance(50) ? 64 : 9)}`;
  if (scope.portable || random.chance(50)) return `((uint8)${wrapped(scope, depth)} & 63)`;
  return integer(scope, depth);
}

function atom(scope: Scope): string {
  const { random } = scope;
  if (random.chance(60)) {
    const places = scope.placesOf(INTEGER);
    if (places.length > 0) return random.pick(places);
  }
  return integerLeaf(scope);
}

/** Also of members of a map's values. */
function mapRead(scope: Scope): string | undefined {
  const { random } = scope;
  const reads = scope.options.reads !== false;
  const readable = scope.maps.filter(({ value: held }) =>
    held.kind === 'aggregate'
      ? reads && READABLE.includes(held.function)
      : held.kind === 'integer' || hasInteger(held),
  );
  if (readable.length === 0) return undefined;
  const map = random.pick(readable);
  const { value: held } = map;
  const path = held.kind === 'aggregate' || held.kind === 'integer' ? '' : memberPath(scope, held);
  const read = mapText(scope, map);
  return path.startsWith('[') && map.keys === undefined ? `(${read})${path}` : read + path;
}

function hasInteger(shape: Shape): boolean {
  if (shape.kind === 'integer' || shape.kind === 'array') return true;
  return (shape.kind === 'tuple' || shape.kind === 'record') && shape.members.some(hasInteger);
}

/** A way to an integer in it. */
function memberPath(scope: Scope, shape: Shape): string {
  const { random } = scope;
  switch (shape.kind) {
    case 'array':
      return `[${random.below(shape.count)}]`;
    case 'tuple':
    case 'record': {
      const fitting = shape.members.flatMap((member, i) => (hasInteger(member) ? [i] : []));
      const index = random.pick(fitting);
      const name = shape.kind === 'record' ? shape.names[index]! : `${index}`;
      return `.${name}${memberPath(scope, shape.members[index]!)}`;
    }
    default:
      return '';
  }
}

/** Of functions that give numbers. */
function called(scope: Scope, depth: number): string {
  const { random, portable } = scope;
  switch (random.below(9)) {
    case 0:
      return `strlen(${text(scope, depth)})`;
    case 1:
      return `strncmp(${text(scope, depth)}, ${text(scope, 0)}, ${random.below(12)})`;
    case 2:
      return `strstr(${text(scope, depth)}, ${random.chance(70) ? text(scope, -1) : text(scope, 0)})`;
    case 3:
      return `memcmp(${text(scope, depth)}, ${text(scope, 0)}, ${random.chance(60) ? random.below(12) : `(${integer(scope, 1)} & 7)`})`;
    case 4:
      return `bswap((${random.pick(INTEGERS)})${wrapped(scope, depth - 1)})`;
    case 5:
      return portable
        ? integerLeaf(scope)
        : `${random.pick(['ntohs', 'htons', 'ntohl', 'htonl'])}(${integer(scope, depth - 1)})`;
    case 6: {
      const keyed = scope.keyedMaps();
      if (keyed.length === 0 || scope.options.mapLoops === false) return atom(scope);
      return `len(${random.pick(keyed).name})`;
    }
    case 7:
      return portable ? atom(scope) : `len(str_concat(${text(scope, depth - 1)}, ${text(scope, 0)}))`;
    default:
      return macroValue(scope, INTEGER, depth) ?? atom(scope);
  }
}

/** Rarer ways to a number. */
function special(scope: Scope, depth: number): string {
  const { random, portable } = scope;
  switch (random.below(scope.readsMemory ? 12 : 8)) {
    case 8:
    case 9:
      return pointed(scope, depth - 1);
    case 10:
    case 11:
      return structMember(scope, depth);
    case 0:
      return `(${integer(scope, depth - 1)} ?: ${integer(scope, depth - 1)})`;
    case 1:
      return `(if (${condition(scope, depth - 1)}) { ${integer(scope, depth - 1)} } else { ${integer(scope, depth - 1)} })`;
    case 2:
    case 3:
      return blockValue(scope, INTEGER, depth);
    case 4: {
      // An element by a number that is not known: within bounds.
      const arrays = scope.variables.filter(({ shape }) => shape.kind === 'array' && shape.count > 1);
      if (arrays.length === 0) return atom(scope);
      const { name, shape } = random.pick(arrays);
      const count = shape.kind === 'array' ? shape.count : 1;
      return `${name}[(uint64)${wrapped(scope, depth - 1)} & ${count - 1}]`;
    }
    case 5: {
      const texts = scope.placesOf({ kind: 'string' });
      if (texts.length === 0) return atom(scope);
      return portable
        ? `${random.pick(texts)}[0]`
        : `${random.pick(texts)}[(uint64)${wrapped(scope, 0)} & 3]`;
    }
    case 6: {
      const element = random.pick(['uint8', 'int8', 'uint16', 'int16'] as const);
      const array = value(scope, { kind: 'array', element, count: 2 }, depth - 1);
      return `(${element.endsWith('8') ? random.pick(['uint16', 'int16']) : random.pick(['uint32', 'int32'])})${array}`;
    }
    default:
      return scope.hasEnum ? random.pick(scope.enumerators) : integerLeaf(scope);
  }
}

/** A number in a struct that an address leads to. */
function structMember(scope: Scope, depth: number): string {
  const { random } = scope;
  const of = random.pick(scope.structs);
  const numbers = of.members.filter(({ shape }) => shape.kind === 'integer');
  if (numbers.length === 0) return pointed(scope, depth - 1);
  const at = pointer(scope, of, depth - 1);
  return `${/^\$[\w.]+$/.test(at) ? at : `(${at})`}${random.pick(['.', '->'])}${random.pick(numbers).name}`;
}

/** `x++` and its like, on a variable or an integer map; undefined when there is none. */
export function step(scope: Scope): string | undefined {
  const { random } = scope;
  const maps = scope.mapsOf(INTEGER);
  const variables = scope.variablesOf(INTEGER).filter(variable => variable.fixed !== true);
  const place =
    maps.length > 0 && (variables.length === 0 || random.chance(50))
      ? mapText(scope, random.pick(maps))
      : variables.length > 0
        ? random.pick(variables).name
        : undefined;
  if (place === undefined) return undefined;
  const operator = random.pick(['++', '--']);
  return random.chance(50) ? `${operator}${place}` : `${place}${operator}`;
}

/** `+= value` for an integer place. */
export function compound(scope: Scope): string {
  const operator = scope.random.pick(ARITHMETIC);
  // Whether the place is read before the value is left open.
  return `${operator}= ${scope.pureText(() => rightOperand(scope, operator, 2))}`;
}
