// Random values of any shape.
import { bool, condition } from './condition.js';
import { compound, integer, step, wrapped } from './integer.js';
import { keyArgument, mapText } from './key.js';
import { INTEGER_INPUTS } from './literal.js';
import type { Scope } from './scope.js';
import type { Shape } from './shape.js';
import { pointer, struct } from './struct.js';
import { text } from './text.js';

export function value(scope: Scope, shape: Shape, depth: number): string {
  switch (shape.kind) {
    case 'integer':
      return integer(scope, depth);
    case 'bool':
      return bool(scope, depth);
    case 'string':
      return text(scope, depth);
    case 'enum':
      return enumerator(scope, depth);
    case 'tuple':
    case 'record':
    case 'array':
      return composite(scope, shape, depth);
    case 'struct':
      return struct(scope, shape.of, depth);
    case 'pointer':
      return pointer(scope, shape.to, depth);
  }
}

/** Of an enum type. */
function enumerator(scope: Scope, depth: number): string {
  const { random } = scope;
  const places = scope.placesOf({ kind: 'enum' });
  switch (random.below(5)) {
    case 0:
      if (places.length > 0) return random.pick(places);
      break;
    case 1:
      if (scope.portable || !scope.inputs) break; // bpftrace refuses numbers that no enumerator has
      // Not of a literal, which has to be the number of an enumerator.
      return `(enum ${scope.enumName})(int64)(${random.pick(INTEGER_INPUTS)} ${random.pick(['&', '+', '>>'])} ${random.below(4)})`;
    case 2:
      if (depth <= 0) break;
      return `(${condition(scope, depth - 1)} ? ${enumerator(scope, depth - 1)} : ${enumerator(scope, 0)})`;
  }
  return random.pick(scope.enumerators);
}

type Composite = Extract<Shape, { kind: 'tuple' | 'record' | 'array' }>;

function composite(scope: Scope, shape: Composite, depth: number): string {
  const { random } = scope;
  switch (random.below(10)) {
    case 0:
    case 1: {
      const places = scope.placesOf(shape);
      if (places.length > 0) return random.pick(places);
      break;
    }
    case 2: {
      const maps = scope.mapsOf(shape);
      if (maps.length > 0) return mapText(scope, random.pick(maps));
      break;
    }
    case 3:
      if (depth <= 0) break;
      return `(${condition(scope, depth - 1)} ? ${composite(scope, shape, depth - 1)} : ${composite(scope, shape, 0)})`;
    case 4:
      if (depth <= 0) break;
      return random.chance(50)
        ? blockValue(scope, shape, depth)
        : (macroValue(scope, shape, depth) ?? made(scope, shape, depth));
  }
  return made(scope, shape, depth);
}

function made(scope: Scope, shape: Composite, depth: number): string {
  const { random } = scope;
  const part = (member: Shape) => value(scope, member, depth - 1);
  switch (shape.kind) {
    case 'tuple':
      return `(${shape.members.map(part).join(', ')})`;
    case 'record': {
      const fields = shape.members.map((member, i) => `${shape.names[i]}=${part(member)}`);
      return `(${(random.chance(20) ? fields.reverse() : fields).join(', ')})`;
    }
    case 'array': {
      // Of a number of as many bytes, or of fewer, the missing ones being zero (which bpftrace leaves to chance).
      const bits = Number(/\d+/.exec(shape.element)![0]) * shape.count;
      const own =
        scope.portable || random.chance(70) ? bits : random.pick([8, 16, 32, 64].filter(n => n <= bits));
      const number = `(${random.pick(['', 'u'])}int${own})${wrapped(scope, depth - 1)}`;
      return `(${shape.element}[${shape.count}])${number}`;
    }
  }
}

/** `({ statements; value })`: a block is no operand of a cast, and behind a `/` it would end a predicate. */
export function blockValue(scope: Scope, shape: Shape, depth: number): string {
  return `(${bareBlock(scope, shape, depth)})`;
}

/** `{ statements; value }` */
export function bareBlock(scope: Scope, shape: Shape, depth: number): string {
  const { random } = scope;
  const outer = scope.variables;
  scope.variables = [...outer];
  const statements: string[] = [];
  for (let n = 1 + random.below(2); n > 0; n--) {
    if (scope.pure > 0 || random.chance(60)) {
      const name = scope.newName();
      const kind: Shape = random.chance(60) ? { kind: 'integer' } : shape;
      statements.push(`${random.chance(50) ? 'let ' : ''}${name} = ${value(scope, kind, depth - 1)};`);
      scope.variables.push({ name, shape: kind });
    } else {
      const effect = simpleEffect(scope);
      if (effect !== undefined) statements.push(effect);
    }
  }
  const result = value(scope, shape, depth - 1);
  scope.variables = outer;
  return `{ ${statements.join(' ')} ${result} }`;
}

/** A statement that changes something, on one line. */
export function simpleEffect(scope: Scope): string | undefined {
  const { random } = scope;
  switch (random.below(4)) {
    case 0: {
      const stepped = step(scope);
      return stepped === undefined ? undefined : `${stepped};`;
    }
    case 1: {
      const maps = scope.mapsOf({ kind: 'integer' });
      return maps.length === 0 ? undefined : `${mapText(scope, random.pick(maps))} ${compound(scope)};`;
    }
    case 2: {
      const assignable = scope.variables.filter(v => v.fixed !== true && v.declared === undefined);
      if (assignable.length === 0) return undefined;
      const { name, shape } = random.pick(assignable);
      return `${name} = ${value(scope, shape, 1)};`;
    }
    default: {
      const keyed = scope.keyedMaps();
      if (keyed.length === 0) return undefined;
      const map = random.pick(keyed);
      return `delete(${map.name}, ${keyArgument(scope, map.keys!)});`;
    }
  }
}

/** A call of a macro that gives such a value. */
export function macroValue(scope: Scope, shape: Shape, depth: number): string | undefined {
  const { random } = scope;
  const fitting = scope.macros.filter(
    macro => macro.value?.kind === shape.kind && (scope.pure === 0 || !changes(macro.params)),
  );
  if (fitting.length === 0) return undefined;
  const macro = random.pick(fitting);
  const args = macroArguments(scope, macro.params, depth);
  return args === undefined ? undefined : `${macro.name}(${args})`;
}

function changes(params: readonly unknown[]): boolean {
  return params.some(param => param !== 'integer' && param !== 'string');
}

/** Undefined when there is nothing to hand over. */
export function macroArguments(
  scope: Scope,
  params: Scope['macros'][number]['params'],
  depth: number,
): string | undefined {
  const args: string[] = [];
  for (const param of params) {
    if (param === 'variable') {
      const variables = scope.variablesOf({ kind: 'integer' }).filter(v => v.fixed !== true);
      if (variables.length === 0) return undefined;
      args.push(scope.random.pick(variables).name);
    } else if (param === 'integer') args.push(scope.pureText(() => integer(scope, depth - 1)));
    else if (param === 'string') args.push(scope.pureText(() => text(scope, depth - 1)));
    else {
      if (!scope.maps.includes(param)) return undefined;
      args.push(param.name);
    }
  }
  return args.join(', ');
}
