// Random statements, one on each line. What a block declares ends with it.
import { bool, condition } from './condition.js';
import { compound, integer, step } from './integer.js';
import { keyArgument, mapText } from './key.js';
import { writeForMap, writeForRange, writeWhile } from './loop.js';
import { printStatement } from './print.js';
import type { GeneratedAggregate, GeneratedMap, GeneratedVariable, Scope } from './scope.js';
import { BOOL, INTEGER, INTEGERS, type Shape, STRING } from './shape.js';
import { text } from './text.js';
import { bareBlock, macroArguments, value } from './value.js';

export class Writer {
  readonly scope: Scope;
  readonly lines: string[] = [];
  /** Statements that may still be written. */
  left: number;
  #indent = 1;

  constructor(scope: Scope, left: number) {
    this.scope = scope;
    this.left = left;
  }

  line(text: string): void {
    this.lines.push('  '.repeat(this.#indent) + text);
  }

  /** `head {` statements `}` */
  block(head: string, write: () => void): void {
    this.line(`${head} {`);
    this.inner(write);
    this.line('}');
  }

  inner(write: () => void): void {
    const outer = this.scope.variables;
    this.scope.variables = [...outer];
    this.#indent++;
    write();
    this.#indent--;
    this.scope.variables = outer;
  }

  /** One to three statements. */
  some(depth: number): void {
    for (let n = 1 + this.scope.random.below(3); n > 0; n--) this.statement(depth + 1);
  }

  statement(depth: number): void {
    this.left--;
    const { random } = this.scope;
    const kind = random.below(100);
    if (kind < 18) this.newVariable(INTEGER);
    else if (kind < 26) this.newVariable(this.scope.shape(2));
    else if (kind < 36) this.#reassign();
    else if (kind < 54) this.#store();
    else if (kind < 60) this.#step();
    else if (kind < 70 && depth < 3) this.#branch(depth);
    else if (kind < 72 && depth < 2) this.#unroll(depth);
    else if (kind < 75 && depth < 2) writeForRange(this, depth);
    else if (kind < 77 && depth < 2) writeWhile(this, depth);
    else if (kind < 79 && depth < 2 && this.scope.options.mapLoops !== false) writeForMap(this);
    else if (kind < 83) this.#remove();
    else if (kind < 92) this.line(printStatement(this.scope));
    else if (kind < 94) this.#find();
    else if (kind < 96) this.#macro();
    else if (kind < 97 && this.scope.loops > 0) this.#leave();
    else if (kind < 98 && depth > 0) this.line(`if (${condition(this.scope, 1)}) { return; }`);
    else if (kind < 99) this.line(`_ = ${value(this.scope, random.pick([INTEGER, BOOL, STRING]), 2)};`);
    else this.newVariable(INTEGER);
  }

  newVariable(shape: Shape): void {
    const { scope } = this;
    const { random } = scope;
    const name = scope.newName();
    if (shape.kind === 'integer' && random.chance(30)) {
      const type = random.pick(INTEGERS);
      this.line(
        random.chance(85)
          ? `let ${name}: ${type} = (${type})(${integer(scope, 3)});`
          : `let ${name}: ${type};`,
      );
      scope.variables.push({ name, shape, declared: type });
      return;
    }
    if (shape.kind === 'string' && random.chance(15)) {
      const size = random.pick([16, 17, 20]);
      this.line(
        random.chance(70)
          ? `let ${name}: string[${size}] = ${text(scope, -1)};`
          : `let ${name}: string[${size}];`,
      );
      scope.variables.push({ name, shape, declared: `string[${size}]` });
      return;
    }
    const depth = shape.kind === 'integer' ? 3 : 2;
    if (random.chance(6)) {
      // Assigned later, or nowhere: it starts as zeros.
      this.line(`let ${name};`);
      const inside = `${name} = ${value(scope, shape, depth - 1)};`;
      this.line(random.chance(50) ? `if (${condition(scope, 1)}) { ${inside} }` : inside);
    } else if (random.chance(5)) this.line(`${name} = ${bareBlock(scope, shape, depth)};`);
    else this.line(`${random.chance(10) ? 'let ' : ''}${name} = ${value(scope, shape, depth)};`);
    scope.variables.push({ name, shape });
  }

  #assignable(): GeneratedVariable[] {
    return this.scope.variables.filter(variable => variable.fixed !== true);
  }

  #reassign(): void {
    const { scope } = this;
    const { random } = scope;
    const variables = this.#assignable();
    if (variables.length === 0) {
      this.newVariable(INTEGER);
      return;
    }
    const { name, shape, declared } = random.pick(variables);
    if (shape.kind === 'integer') {
      if (declared !== undefined) this.line(`${name} = (${declared})(${integer(scope, 3)});`);
      else this.line(random.chance(40) ? `${name} ${compound(scope)};` : `${name} = ${integer(scope, 3)};`);
    } else if (declared !== undefined) this.line(`${name} = ${text(scope, -1)};`);
    else this.line(`${name} = ${value(scope, shape, 2)};`);
  }

  #store(): void {
    const { maps, random } = this.scope;
    if (maps.length === 0) this.newVariable(INTEGER);
    else this.line(storeText(this.scope, random.pick(maps)));
  }

  #step(): void {
    const stepped = step(this.scope);
    if (stepped === undefined) this.newVariable(INTEGER);
    else this.line(`${stepped};`);
  }

  #branch(depth: number): void {
    const { scope } = this;
    const { random } = scope;
    this.line(`if (${condition(scope, 2)}) {`);
    this.inner(() => this.some(depth));
    for (let n = random.below(5); n > 3; n--) {
      this.line(`} else if (${bool(scope, 1)}) {`);
      this.inner(() => this.some(depth));
    }
    if (random.chance(55)) {
      this.line('} else {');
      this.inner(() => this.some(depth));
    }
    this.line('}');
  }

  #unroll(depth: number): void {
    this.block(`unroll (${1 + this.scope.random.below(4)})`, () => this.some(depth));
  }

  #leave(): void {
    const { random } = this.scope;
    this.line(
      `if (${condition(this.scope, 1)}) { ${random.pick(['break', 'continue', 'continue', 'return'])}; }`,
    );
  }

  #remove(): void {
    const { scope } = this;
    const { random } = scope;
    const keyed = scope.keyedMaps();
    if (keyed.length === 0) {
      this.newVariable(INTEGER);
      return;
    }
    const map = random.pick(keyed);
    this.line(
      random.chance(50)
        ? `delete(${mapText(scope, map)});`
        : `delete(${map.name}, ${keyArgument(scope, map.keys!)});`,
    );
  }

  /** find() with a variable of its own, which keeps its zeros when there is nothing. */
  #find(): void {
    const { scope } = this;
    const { random } = scope;
    const maps = scope.keyedMaps().filter(({ value: held }) => held.kind !== 'aggregate');
    if (maps.length === 0) {
      this.newVariable(INTEGER);
      return;
    }
    const map = random.pick(maps);
    const name = scope.newName();
    const call = `find(${map.name}, ${keyArgument(scope, map.keys!)}, ${name})`;
    if (random.chance(60)) this.line(`let ${name};`);
    scope.variables.push({ name, shape: map.value as Shape });
    if (random.chance(50)) this.line(`_ = ${call};`);
    else {
      // What is declared by the condition lives on behind the block.
      this.block(`if (${call})`, () => this.statement(3));
    }
  }

  #macro(): void {
    const { scope } = this;
    const macros = scope.macros.filter(macro => macro.value === undefined);
    if (macros.length === 0) {
      this.newVariable(INTEGER);
      return;
    }
    const macro = scope.random.pick(macros);
    const args = macroArguments(scope, macro.params, 2);
    if (args === undefined) this.newVariable(INTEGER);
    else this.line(`${macro.name}(${args});`);
  }
}

/** An assignment to a map. */
export function storeText(scope: Scope, map: GeneratedMap): string {
  const { random } = scope;
  const place = mapText(scope, map);
  // Whether key or value comes first is left open, so only one of them may have side effects.
  const shared = map.keys !== undefined && /[$@]/.test(place.slice(map.name.length));
  if (shared) scope.pure++;
  const { value: held } = map;
  let written: string;
  if (held.kind === 'aggregate') written = `${place} = ${aggregation(scope, held, map.keys !== undefined)};`;
  else if (held.kind === 'integer' && random.chance(35)) written = `${place} ${compound(scope)};`;
  else written = `${place} = ${value(scope, held, held.kind === 'integer' ? 3 : 2)};`;
  if (shared) scope.pure--;
  return written;
}

export function aggregation(scope: Scope, to: GeneratedAggregate, keyed: boolean): string {
  const { function: name, unsigned } = to;
  if (name === 'count') return 'count()';
  // Histograms have the most to tell apart among small numbers.
  const small = scope.random.chance(name.endsWith('hist') ? 40 : 10);
  const written = small
    ? `(${integer(scope, 1)} & ${scope.random.pick([15, 127, 1023])})`
    : integer(scope, 2);
  const given = unsigned ? `(uint64)(${written})` : written;
  // bpftrace 0.27 extends a narrow argument by the sign of the map's type, not by its own.
  const argument = scope.portable ? `(int64)(${given})` : given;
  if (name === 'lhist') return `lhist(${argument}, ${keyed ? '3, 64, 7' : '0, 100, 10'})`;
  if (name === 'hist' && keyed) return `hist(${argument}, 2)`;
  return `${name}(${argument})`;
}

/** A map of the program, with a name of its own. */
export function newMap(scope: Scope, index: number): GeneratedMap {
  const { random } = scope;
  const name = `@${scope.options.prefix}_${index}`;
  const held = random.chance(28)
    ? ({ kind: 'aggregate', function: random.pick(AGGREGATIONS), unsigned: random.chance(25) } as const)
    : scope.shape(2);
  return { name, keys: random.chance(65) ? newKeys(scope) : undefined, value: held };
}

const AGGREGATIONS = ['count', 'count', 'sum', 'min', 'max', 'avg', 'stats', 'hist', 'lhist'] as const;

function newKeys(scope: Scope): readonly Shape[] {
  const { random } = scope;
  switch (random.below(10)) {
    case 0:
    case 1:
    case 2:
      return [INTEGER];
    case 3:
    case 4:
      return [STRING];
    case 5:
      return [scope.tuple(1)];
    case 6:
      return [scope.shape(1)];
    case 7:
      return [STRING, INTEGER];
    default:
      return Array.from({ length: 2 + random.below(2) }, () => scope.shape(0));
  }
}
