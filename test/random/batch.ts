// Several generated programs as one script, which is compiled and loaded once: they share the inputs, which change from round
// to round, and nothing else. So what is expected of the script is what is expected of each by itself.
import { RandomSource } from '../harness/random-source.js';
import { INTEGER_INPUTS, STRING_INPUTS, WORDS } from './generate/literal.js';
import type { GeneratedProgram } from './generate/program.js';
import type { Outcome, Unordered } from './outcome.js';
import { headText } from './script.js';

/** How often the inputs change; then all clauses run once more. */
const ROUNDS = 2;

/** A complete script over the inputs of a seed: inputs, what is stored first, the clauses. */
export function composeScript(seed: number, programs: readonly GeneratedProgram[]): string {
  const random = new RandomSource(seed ^ 0x1234567);
  const strings = random.pick([64, 64, 64, 48, 100, 200]);
  const clauses = programs.flatMap(program => program.clauses);
  const memory = programs.some(program => program.readsMemory) ? 1 + (seed % 1000) : undefined;
  return [
    `${headText(runsOf(clauses.length), memory)}config = { max_map_keys = 64; max_strlen = ${strings} }`,
    ...programs.flatMap(program => program.head),
    ...Array.from({ length: ROUNDS }, () => inputsClause(random)),
    `BEGIN {\n${programs.flatMap(program => program.setup).join('\n')}\n}`,
    ...clauses,
    '',
  ].join('\n');
}

/** Inputs, set-up, clauses; inputs again, clauses; clauses. */
function runsOf(clauses: number): number[] {
  const own = Array.from({ length: clauses }, (_, i) => ROUNDS + 1 + i);
  const later = Array.from({ length: ROUNDS - 1 }, (_, round) => [1 + round, ...own]).flat();
  return [0, ROUNDS, ...own, ...later, ...own];
}

/** What is expected of all together. `outcomes`: of each program in a script of its own. */
export function mergeOutcomes(programs: readonly GeneratedProgram[], outcomes: readonly Outcome[]): Outcome {
  const events: (readonly string[])[] = [[], []];
  const unordered: Unordered[] = [];
  let own = 2; // run of each script, less those of its clauses
  for (let pass = 0; pass <= ROUNDS; pass++) {
    if (pass > 0 && pass < ROUNDS) {
      events.push([]);
      own++;
    }
    for (const [i, { clauses }] of programs.entries()) {
      for (let clause = 0; clause < clauses.length; clause++) {
        const run = own + pass * clauses.length + clause;
        const { events: all, unordered: parts } = outcomes[i]!;
        for (const [at, start, end] of parts ?? []) {
          if (at === run) unordered.push([events.length, start, end]);
        }
        events.push(all[run]!);
      }
    }
  }
  return { maps: new Map(outcomes.flatMap(({ maps }) => [...maps])), events, unordered };
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
