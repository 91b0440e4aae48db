// Random strings.
import { condition } from './condition.js';
import { mapText } from './key.js';
import { STRING_INPUTS, stringLiteral } from './literal.js';
import type { Scope } from './scope.js';
import { STRING } from './shape.js';
import { readText } from './struct.js';
import { blockValue, macroValue } from './value.js';

/** `depth` below 0: a literal. */
export function text(scope: Scope, depth: number): string {
  const { random } = scope;
  if (depth < 0) return stringLiteral(scope);
  switch (random.below(scope.readsMemory ? 13 : 10)) {
    case 10:
    case 11:
    case 12:
      if (depth > 0) return readText(scope, depth - 1);
      break;
    case 0:
    case 1:
    case 2: {
      const places = scope.placesOf(STRING);
      return places.length > 0 ? random.pick(places) : stringLiteral(scope);
    }
    case 3:
      return scope.inputs ? random.pick(STRING_INPUTS) : stringLiteral(scope);
    case 4: {
      const maps = scope.mapsOf(STRING);
      return maps.length > 0 ? mapText(scope, random.pick(maps)) : stringLiteral(scope);
    }
    case 5:
      if (depth === 0) break;
      return `(${condition(scope, depth - 1)} ? ${text(scope, depth - 1)} : ${text(scope, depth - 1)})`;
    case 6:
      if (depth === 0) break;
      return random.chance(75)
        ? `str_concat(${text(scope, depth - 1)}, ${text(scope, depth - 1)})`
        : `str(${text(scope, depth - 1)}, ${random.chance(70) || !scope.inputs ? random.below(10) : `(${random.pick(['@b0', '@w0'])} & 7)`})`;
    case 7:
      if (depth === 0) break;
      return random.chance(60)
        ? blockValue(scope, STRING, depth)
        : (macroValue(scope, STRING, depth) ?? stringLiteral(scope));
  }
  return stringLiteral(scope);
}
