// Keys of maps: few, so that they meet again; they have no side effects.
import { integer } from './integer.js';
import { stringLiteral } from './literal.js';
import type { GeneratedMap, Scope } from './scope.js';
import { INTEGER, INTEGERS, type Shape } from './shape.js';
import { text } from './text.js';
import { value } from './value.js';

/** `@m`, or `@m[key]`. */
export function mapText(scope: Scope, map: GeneratedMap): string {
  return map.keys === undefined ? map.name : `${map.name}[${keyList(scope, map.keys)}]`;
}

export function keyList(scope: Scope, keys: readonly Shape[]): string {
  return scope.pureText(() => keys.map(shape => key(scope, shape)).join(', '));
}

/** As one argument of has_key() and its kin. */
export function keyArgument(scope: Scope, keys: readonly Shape[]): string {
  const list = keyList(scope, keys);
  return keys.length === 1 ? list : `(${list})`;
}

export function key(scope: Scope, shape: Shape): string {
  const { random } = scope;
  switch (shape.kind) {
    case 'integer':
      return smallInteger(scope);
    case 'string':
      return random.chance(65) ? stringLiteral(scope) : text(scope, 0);
    case 'tuple':
      return `(${shape.members.map(member => key(scope, member)).join(', ')})`;
    case 'record':
      return `(${shape.members.map((member, i) => `${shape.names[i]}=${key(scope, member)}`).join(', ')})`;
    case 'array':
      return random.chance(70)
        ? `(${shape.element}[${shape.count}])${random.below(3)}`
        : value(scope, shape, 0);
    default:
      return value(scope, shape, 0);
  }
}

function smallInteger(scope: Scope): string {
  const { random } = scope;
  switch (random.below(7)) {
    case 0:
      return `(${random.pick(INTEGERS)})${random.below(4)}`;
    case 1:
      return `(${integer(scope, 1)} & 3)`;
    case 2:
      return random.pick(['-1', '300', '(int8)-2', '70000']);
    case 3: {
      const places = scope.placesOf(INTEGER);
      return places.length > 0 ? random.pick(places) : '2';
    }
    default:
      return `${random.below(4)}`;
  }
}
