// Random truth values, and whatever else may be a condition.
import { integer } from './integer.js';
import { keyArgument, mapText } from './key.js';
import type { Scope } from './scope.js';
import { BOOL, INTEGER, type Shape } from './shape.js';
import { pointer } from './struct.js';
import { text } from './text.js';
import { blockValue, macroValue, value } from './value.js';

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const;

/** An integer or a truth value. */
export function condition(scope: Scope, depth: number): string {
  if (scope.readsMemory && scope.random.chance(6))
    return pointer(scope, scope.random.pick(scope.structs), depth);
  return scope.random.chance(25) ? integer(scope, depth) : bool(scope, depth);
}

export function bool(scope: Scope, depth: number): string {
  const { random } = scope;
  const equality = () => random.pick(['==', '!=']);
  switch (random.below(15)) {
    case 0: {
      const places = scope.placesOf(BOOL);
      return places.length > 0 ? random.pick(places) : `(${integer(scope, depth - 1)} != 0)`;
    }
    case 1:
      return depth > 0 ? `!(${condition(scope, depth - 1)})` : random.pick(['true', 'false']);
    case 2:
    case 3:
      if (depth <= 0) break;
      return `(${condition(scope, depth - 1)} ${random.pick(['&&', '||'])} ${condition(scope, depth - 1)})`;
    case 4:
    case 5:
      return `(${text(scope, 1)} ${equality()} ${text(scope, 0)})`;
    case 6:
      return onKey(scope);
    case 7: {
      // By their members, or their bytes.
      const composite = scope.variables.filter(({ shape }) =>
        ['tuple', 'record', 'array', 'struct', 'pointer'].includes(shape.kind),
      );
      if (composite.length === 0) break;
      const { name, shape } = random.pick(composite);
      return `(${name} ${equality()} ${value(scope, shape, 1)})`;
    }
    case 8: {
      const maps = scope.mapsOf(BOOL);
      if (maps.length === 0) break;
      return mapText(scope, random.pick(maps));
    }
    case 9:
      if (random.chance(60)) return `strcontains(${text(scope, depth)}, ${text(scope, -1)})`;
      return listed(scope) ?? 'false';
    case 10:
      if (depth <= 0) break;
      return random.chance(50) ? `(bool)(${integer(scope, depth - 1)})` : blockValue(scope, BOOL, depth);
    case 11:
      return macroValue(scope, BOOL, depth) ?? 'true';
  }
  return `(${integer(scope, depth - 1)} ${random.pick(COMPARISONS)} ${integer(scope, depth - 1)})`;
}

/** Of a map's key: whether it is there; found and read; removed. */
function onKey(scope: Scope): string {
  const { random } = scope;
  const keyed = scope.keyedMaps();
  if (keyed.length === 0) return 'true';
  const map = random.pick(keyed);
  const key = keyArgument(scope, map.keys!);
  if (scope.pure === 0 && random.chance(20)) return `delete(${map.name}, ${key})`;
  if (scope.pure === 0 && random.chance(20) && map.value.kind !== 'aggregate') {
    const variables = scope
      .variablesOf(map.value as Shape)
      .filter(v => v.fixed !== true && v.declared === undefined);
    if (variables.length > 0) return `find(${map.name}, ${key}, ${random.pick(variables).name})`;
  }
  return `has_key(${map.name}, ${key})`;
}

/** What is looked for may be read several times: a variable. */
function listed(scope: Scope): string | undefined {
  const { random, portable } = scope;
  const places = scope.placesOf(INTEGER).filter(place => /^\$\w+$/.test(place));
  if (portable || places.length === 0) return undefined;
  return `(${random.pick(places)} in "${random.below(4)},${7 + random.below(3)}-20")`;
}
