// Seeded source programs: a few clauses over maps, macros and an enum of their own (whose names start with the program's prefix)
// and the shared inputs (batch.ts).
import { RandomSource } from '../../harness/random-source.js';
import { condition } from './condition.js';
import { newMacro } from './macro.js';
import { type GeneratorOptions, Scope } from './scope.js';
import { INTEGER } from './shape.js';
import { newMap, storeText, Writer } from './statement.js';
import { newStruct } from './struct.js';

/** One program, in parts: definitions, what is stored first, clauses that run in each round. */
export interface GeneratedProgram {
  readonly head: readonly string[];
  readonly setup: readonly string[];
  readonly clauses: readonly string[];
  readonly readsMemory: boolean;
}

export function generateProgram(seed: number, options: GeneratorOptions): GeneratedProgram {
  const random = new RandomSource(seed);
  const scope = new Scope(random, options);
  const head: string[] = [];
  if (random.chance(25)) {
    scope.enumName = `${options.prefix}_e`;
    scope.enumerators = ['A', 'B', 'C'].map(name => `${options.prefix.toUpperCase()}_${name}`);
    const [a, b, c] = scope.enumerators;
    const last = random.pick([
      '',
      ' = 100',
      ' = 70000',
      ...(options.portable === true ? [] : [' = 0x100000000']),
    ]);
    head.push(`enum ${scope.enumName} { ${a}${random.chance(50) ? ' = 1' : ''}, ${b}, ${c}${last} };`);
  }
  if (options.memory === true && random.chance(25)) {
    scope.readsMemory = true;
    for (let i = 0; i < 1 + random.below(2); i++) {
      const struct = newStruct(scope, i, scope.structs);
      scope.structs.push(struct);
      head.push(struct.text);
    }
  }
  const maps = Array.from({ length: 2 + random.below(4) }, (_, i) => newMap(scope, i));
  const setup = new Writer(scope, 0);
  for (const map of maps) {
    setup.line(storeText(scope, map));
    scope.maps.push(map);
  }
  if (random.chance(20)) {
    for (let i = 1 + random.below(2); i > 0; i--) {
      const macro = newMacro(scope, i, maps);
      head.push(macro.text);
      scope.macros.push(macro);
    }
  }
  const count = random.pick([1, 1, 1, 2, 2, 3]);
  const clauses = Array.from({ length: count }, () => clauseOf(scope, count));
  return { head, setup: setup.lines, clauses, readsMemory: scope.readsMemory };
}

function clauseOf(scope: Scope, clauses: number): string {
  const { random } = scope;
  scope.variables = [];
  const pressure = random.chance(9);
  const guard = random.chance(6) ? ` /${condition(scope, 1)}/` : '';
  const writer = new Writer(scope, pressure ? 8 : clauses === 1 ? 3 + random.below(6) : 2 + random.below(4));
  // Many values that live at once, across map accesses.
  if (pressure) for (let n = 8 + random.below(8); n > 0; n--) writer.newVariable(INTEGER);
  while (writer.left > 0) writer.statement(0);
  report(writer);
  return `BEGIN${guard} {\n${writer.lines.join('\n')}\n}`;
}

/** At the end what lives is shown. */
function report(writer: Writer): void {
  const { scope } = writer;
  const shown = scope.variables.slice(-24);
  for (let i = 0; i < shown.length; i += 8) {
    const part = shown.slice(i, i + 8);
    const formats = part.map(({ shape }) => (shape.kind === 'integer' ? '%lld' : '%s'));
    writer.line(`printf("${formats.join(' ')}\\n", ${part.map(variable => variable.name).join(', ')});`);
  }
}
