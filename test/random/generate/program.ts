// Seeded source programs: a few clauses over maps, macros and an enum of their own (whose names start with the program's prefix)
// and the shared inputs, which change from round to round. Several programs make a script.
import { RandomSource } from '../../harness/random-source.js';
import { headText } from '../script.js';
import { condition } from './condition.js';
import { INTEGER_INPUTS, STRING_INPUTS, WORDS } from './literal.js';
import { newMacro } from './macro.js';
import { type GeneratorOptions, Scope } from './scope.js';
import { INTEGER } from './shape.js';
import { newMap, storeText, Writer } from './statement.js';

/** One program, in parts: definitions, what is stored first, clauses that run in each round. */
export interface GeneratedProgram {
  readonly head: readonly string[];
  readonly setup: readonly string[];
  readonly clauses: readonly string[];
}

/** How often the inputs change; then all clauses run once more. */
const ROUNDS = 2;

/** A complete script of several programs over the inputs of a seed: inputs, what is stored first, the clauses. */
export function composeScript(seed: number, programs: readonly GeneratedProgram[]): string {
  const random = new RandomSource(seed ^ 0x1234567);
  const strings = random.pick([64, 64, 64, 48, 100, 200]);
  const clauses = programs.flatMap(program => program.clauses);
  const own = clauses.map((_, i) => ROUNDS + 1 + i);
  const later = Array.from({ length: ROUNDS - 1 }, (_, round) => [1 + round, ...own]).flat();
  const runs = [0, ROUNDS, ...own, ...later, ...own];
  return [
    `${headText(runs, undefined)}config = { max_map_keys = 64; max_strlen = ${strings} }`,
    ...programs.flatMap(program => program.head),
    ...Array.from({ length: ROUNDS }, () => inputsClause(random)),
    `BEGIN {\n${programs.flatMap(program => program.setup).join('\n')}\n}`,
    ...clauses,
    '',
  ].join('\n');
}

/** Each input has one type throughout, whatever it is set to. */
function inputsClause(random: RandomSource): string {
  const lines = INTEGER_INPUTS.map(name => {
    const word = random.word();
    switch (name[1]) {
      case 'i':
        return `${name} = (int64)${BigInt.asIntN(64, word)};`;
      case 'u':
        return `${name} = (uint64)${word};`;
      case 'w':
        return `${name} = (int32)${BigInt.asIntN(32, word)};`;
      default:
        return `${name} = (uint8)${BigInt.asUintN(8, word)};`;
    }
  });
  for (const name of STRING_INPUTS) lines.push(`${name} = "${random.pick(WORDS)}";`);
  return `BEGIN { ${lines.join(' ')} }`;
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
  return { head, setup: setup.lines, clauses };
}

function clauseOf(scope: Scope, clauses: number): string {
  const { random } = scope;
  scope.variables = [];
  const pressure = random.chance(12);
  const guard = random.chance(6) ? ` /${condition(scope, 1)}/` : '';
  const writer = new Writer(scope, pressure ? 8 : clauses === 1 ? 3 + random.below(8) : 2 + random.below(5));
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
