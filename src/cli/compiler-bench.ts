// --mode compiler-bench: the program is compiled again and again for a second, and what each stage took is told in bpftrace's form.
import { type CompileStage, compile } from '../compiler/compile.js';
import type { CliConfig } from './config.js';
import { openProgram, reportHeard } from './program.js';
import { sayOut } from './standard-error.js';

/** Whichever comes first. */
const RUNS = 10_000;
const SECONDS = 1;

/** What ends with each stage that compile() tells of; it tells of 'ir' when all programs are machine code. */
const WORK: Readonly<Partial<Record<CompileStage, string>>> = {
  ast: 'parse',
  types: 'check',
  ir: 'generate',
  spec: 'assemble',
};

export async function benchCompiler(config: CliConfig): Promise<number> {
  const program = openProgram(config);
  if (typeof program === 'number') return program;
  const { source, host } = program;
  const times = new Map<string, number[]>();
  const end = process.hrtime.bigint() + BigInt(SECONDS * 1e9);
  for (let run = 0; run < RUNS && (run === 0 || process.hrtime.bigint() < end); run++) {
    let last = process.hrtime.bigint();
    const note = (work: string | undefined) => {
      const now = process.hrtime.bigint();
      if (work !== undefined) of(times, work).push(Number(now - last));
      last = now;
    };
    const {
      spec,
      diagnostics,
      source: file,
    } = compile(source.file, host.env, {
      observe: stage => note(WORK[stage]),
      unsafe: config.unsafe,
      checkIr: config.checkIr,
    });
    if (spec === undefined) {
      await reportHeard(diagnostics, file, config);
      return 1;
    }
  }
  for (const [work, each] of times) sayOut(row(work, each));
  return 0;
}

function of(times: Map<string, number[]>, work: string): number[] {
  const found = times.get(work) ?? [];
  times.set(work, found);
  return found;
}

/** Name, runs, total (ns), mean and standard deviation. */
function row(work: string, times: readonly number[]): string {
  const total = times.reduce((sum, time) => sum + time, 0);
  const mean = total / times.length;
  const deviation = Math.sqrt(times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length);
  const unit = UNITS.findLast(([size]) => mean >= size) ?? UNITS[0];
  const [size, name] = unit;
  return `${work.padEnd(30)}${String(times.length).padEnd(8)}${String(total).padEnd(12)}${Math.round(mean / size)} ± ${Math.round(deviation / size)} ${name}\n`;
}

const UNITS = [
  [1, 'ns'],
  [1e3, 'μs'],
  [1e6, 'ms'],
] as const;
