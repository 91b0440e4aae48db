// What a tool of the library printed with -f json around an act of the test's own: its rows, and its maps. Tests look only at
// what is about their own processes and files, since others run at the same time.
import type { ChildProcess } from 'node:child_process';
import type { ExecutionContext } from 'ava';
import { run } from './tool.js';
import { tsbpf } from './tsbpf.js';

export type Row = Readonly<Record<string, string | number>>;

/** A bucket of a histogram. */
export interface Bucket {
  readonly min?: number;
  readonly max?: number;
  readonly count: number;
}

export interface ToolOutput {
  /** Records that were printed, in order. */
  readonly rows: readonly Row[];
  /** What a map held when it was printed last, by key; without keys, its value. */
  map<Value>(name: string): Value | undefined;
}

/** The kernel runs no program of a perf event while another one, or a look into a map, is at work on the CPU. The tool tells. */
const SKIPPED = /^WARNING: \S+: \d+ events skipped by the kernel: .*\n/gm;

/**
 * Words are options of ours, the tool, its options. SIGINT ends it when `act` is done. Where the tool tells that events were
 * skipped, because of other tracers, all is done once more; with `skips` it is the tool's own doing, and expected.
 */
export async function toolOutput(
  t: ExecutionContext,
  words: readonly string[],
  act: (tracer: ChildProcess) => unknown,
  options: { readonly skips?: boolean } = {},
): Promise<ToolOutput> {
  const once = () => tsbpf(['-f', 'json', ...words], { workload: async tracer => void (await act(tracer)) });
  let outcome = await once();
  for (let more = 3; more > 0 && options.skips !== true && outcome.stderr.match(SKIPPED) !== null; more--)
    outcome = await once();
  const { stdout, stderr, code } = outcome;
  t.is(code, 0, stderr);
  t.is(options.skips === true ? stderr.replace(SKIPPED, '') : stderr, '');
  const lines = stdout
    .split('\n')
    .filter(line => line.startsWith('{')) // a command of -c may print, too
    .map(line => JSON.parse(line) as { type: string; data: Record<string, unknown> });
  const maps = new Map<string, unknown>();
  for (const { type, data } of lines)
    if (type !== 'value' && type !== 'percentiles')
      for (const [name, value] of Object.entries(data)) maps.set(name, value);
  return {
    rows: lines.filter(({ type }) => type === 'value').map(({ data }) => data as Row),
    map: <Value>(name: string) => maps.get(name) as Value | undefined,
  };
}

/** How many values a histogram holds. */
export const held = (buckets: readonly Bucket[] | undefined) =>
  (buckets ?? []).reduce((sum, { count }) => sum + count, 0);

/** Of rows with the same values of `names` the `numbers` are added up: an interval may end anywhere. */
export function addedUp(
  rows: readonly Row[],
  names: readonly string[],
  numbers: readonly string[],
): Readonly<Record<string, readonly number[]>> {
  const sums: Record<string, number[]> = {};
  for (const row of rows) {
    const key = names.map(name => row[name]).join(' ');
    const before = sums[key] ?? numbers.map(() => 0);
    sums[key] = numbers.map((number, i) => before[i]! + Number(row[number]));
  }
  return sums;
}

/** Runs a program to its end, whatever that is; its process id. */
export const ranAs = (program: string, ...args: readonly string[]): Promise<number> => run(program, args);
