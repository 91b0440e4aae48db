// --test and --bench: what is done with the session between BEGIN and END, and how it is told.
import { closeFd } from '../kernel/sys/fd.js';
import { enableStats } from '../kernel/sys/program-run.js';
import { type FdOutput, MemoryOutput } from '../output/byte-output.js';
import type { OpenOptions } from '../output/options.js';
import { resolveOptions } from '../output/options.js';
import { RedirectSink } from '../output/redirect.js';
import type { Sink } from '../output/sink.js';
import { wantsColor } from '../output/terminal.js';
import { TextSink } from '../output/text/text-sink.js';
import { TrialReport } from '../output/trial-report.js';
import { emptyProgram, type Instead, type Trial } from '../runtime/trial.js';
import type { CliConfig } from './config.js';
import { say } from './standard-error.js';

export interface TrialRun {
  readonly sink: Sink;
  readonly instead: Instead;
}

/** `sink`: of what END prints; what comes before is kept with the test that printed it. */
export function trialRun(config: CliConfig, output: FdOutput, sink: Sink, options: OpenOptions): TrialRun {
  const memory = new MemoryOutput();
  const remember = (text: string) => memory.write(new TextEncoder().encode(text));
  const own = new TextSink(
    memory,
    resolveOptions({ ...options, notice: remember, say: remember, render: undefined }),
  );
  const redirect = new RedirectSink(own);
  const color = wantsColor(config.color, () => output.isTerminal);
  const report = new TrialReport(output, { json: config.format === 'json', color });
  const run = config.mode === 'test' ? runTests : runBenchmarks;
  return {
    sink: redirect,
    instead: {
      probes: ['test', 'bench'],
      exitIsResult: true,
      async run(trials, ended) {
        const code = await run({ trials, ended, report, redirect, memory });
        redirect.to = sink;
        return code;
      },
    },
  };
}

interface Run {
  readonly trials: readonly Trial[];
  readonly ended: () => boolean;
  readonly report: TrialReport;
  readonly redirect: RedirectSink;
  readonly memory: MemoryOutput;
}

/** 1 when one failed. */
async function runTests({ trials, ended, report, redirect, memory }: Run): Promise<number> {
  let failed = 0;
  report.startTests(trials.length);
  for (const trial of trials) {
    if (await endedMeanwhile(ended)) break;
    report.startTest(trial.name);
    redirect.errors = 0;
    const { value, nanoseconds, exit } = trial.run();
    redirect.flush();
    const passed = value === 0 && (exit ?? 0) === 0 && redirect.errors === 0;
    if (!passed) failed++;
    report.test({ name: trial.name, passed, nanoseconds, output: memory.take() });
  }
  report.endTests();
  return failed === 0 ? 0 : 1;
}

/** 1 when one told of an error; one that returns another number than 0 has no result. */
async function runBenchmarks({ trials, ended, report, redirect, memory }: Run): Promise<number> {
  if (trials.length === 0) return 0;
  const stats = enableStats();
  const empty = emptyProgram();
  try {
    report.startBenchmarks(trials.map(trial => trial.name));
    for (const trial of trials) {
      if (await endedMeanwhile(ended)) break;
      redirect.errors = 0;
      const { value, average, runs } = trial.measure(empty);
      memory.take();
      if (redirect.errors > 0) {
        say(`ERROR: Benchmark '${trial.name}' failed.\n`);
        return 1;
      }
      if (value === 0) report.benchmark(trial.name, Math.round(average), runs);
    }
    return 0;
  } finally {
    closeFd(empty);
    closeFd(stats);
  }
}

/** Lets signals in. */
async function endedMeanwhile(ended: () => boolean): Promise<boolean> {
  await new Promise(resolve => setImmediate(resolve));
  return ended();
}
