// Macros of a program: of values, with arguments of each kind; of statements.
import { compound, integer } from './integer.js';
import { keyArgument } from './key.js';
import type { GeneratedMacro, GeneratedMap, Scope } from './scope.js';
import { BOOL, INTEGER, type Shape, STRING } from './shape.js';
import { value } from './value.js';

/** `maps`: those that it may be handed. */
export function newMacro(scope: Scope, index: number, maps: readonly GeneratedMap[]): GeneratedMacro {
  const { random } = scope;
  const name = `${scope.options.prefix}_m${index}`;
  const { variables, maps: all, readsMemory } = scope;
  const shape: Shape = random.pick([INTEGER, INTEGER, BOOL, STRING]);
  scope.variables = [
    { name: 'e', shape: INTEGER, fixed: true },
    { name: 's', shape: STRING, fixed: true },
  ];
  scope.maps = [];
  scope.inputs = false;
  scope.readsMemory = false;
  const params: ('variable' | 'integer' | 'string' | GeneratedMap)[] = ['integer', 'string'];
  const spelled = ['e', 's'];
  const body: string[] = [];
  if (random.chance(40)) {
    params.push('variable');
    spelled.push('$v');
    body.push(`$v ${compound(scope)};`);
    scope.variables.push({ name: '$v', shape: INTEGER, fixed: true });
  }
  const integers = maps.filter(({ value: held, keys }) => held.kind === 'integer' && keys !== undefined);
  if (random.chance(30) && integers.length > 0) {
    const map = random.pick(integers);
    params.push(map);
    spelled.push('@m');
    const key = keyArgument(scope, map.keys!);
    body.push(random.chance(50) ? `@m[${key}] ${compound(scope)};` : `@m[${key}]++;`);
  }
  body.push(`$t = ${scope.pureText(() => integer(scope, 1))};`);
  scope.variables.push({ name: '$t', shape: INTEGER });
  const gives = params.length === 2 || random.chance(60);
  if (gives) body.push(scope.pureText(() => value(scope, shape, 2)));
  else body.push('_ = $t;');
  Object.assign(scope, { variables, maps: all, readsMemory, inputs: true });
  const text = `macro ${name}(${spelled.join(', ')}) { ${body.join(' ')} }`;
  return { name, params, value: gives ? shape : undefined, text };
}
