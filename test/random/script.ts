// A script as the random tests run it: its probes are not attached but run one by one, in an order that comments at its head
// give. Without them each runs once, in source order.
//
//   // runs: 0 1 2 1 2       indexes of probes
//   // memory: 17             seed of the memory that they may read (meaning/memory.ts)
import type { Program } from '../../src/compiler/syntax/ast.js';
import { parse } from '../../src/compiler/syntax/parse.js';
import { NO_MEMORY, TracedMemory } from './meaning/memory.js';

export interface Script {
  readonly text: string;
  readonly program: Program;
  readonly runs: readonly number[];
  readonly memory: TracedMemory;
}

/** Throws when the text is no program. */
export function parseScript(text: string): Script {
  const { program, diagnostics } = parse({ name: 'random.bt', text }, { params: [] });
  if (diagnostics.hasErrors) throw new Error(`${diagnostics.list[0]!.message}\n${text}`);
  const given = headOf(text, 'runs');
  const runs = given === undefined ? program.probes.map((_, i) => i) : given.split(' ').map(Number);
  const seed = headOf(text, 'memory');
  return { text, program, runs, memory: seed === undefined ? NO_MEMORY : new TracedMemory(Number(seed)) };
}

function headOf(text: string, name: string): string | undefined {
  return new RegExp(`^// ${name}: (.+)$`, 'm').exec(text)?.[1];
}

export function headText(runs: readonly number[], memory: number | undefined): string {
  return `// runs: ${runs.join(' ')}\n${memory === undefined ? '' : `// memory: ${memory}\n`}`;
}
