// A tool of the library beside a workload of the test's own: it is attached, the workload runs, SIGINT ends it, and its rows are
// what -f json printed. Tests look only at rows of their own processes, since others run at the same time.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { parseCounts, workload } from '../workload/workload.js';
import { tsbpf } from './tsbpf.js';

/** A row's values by name; numbers that a double does not hold are text. */
export type ToolRow = Readonly<Record<string, unknown>>;

type Message = { readonly type: string; readonly data: ToolRow };

/** Rows of `words` (options of ours, the tool, its options) around `act`; what each print() printed, in order. */
export async function toolRows(
  t: ExecutionContext,
  words: readonly string[],
  act?: (tracer: ChildProcess) => unknown,
): Promise<ToolRow[]> {
  const messages = await toolMessages(t, words, act);
  return messages.filter(({ type }) => type === 'value').map(({ data }) => data);
}

/** Maps by name as JSON has them: values by the text of their key; `done` is what a deed printed that -c ran. */
export async function toolMaps(
  t: ExecutionContext,
  words: readonly string[],
  act?: (tracer: ChildProcess) => unknown,
): Promise<ReadonlyMap<string, ToolRow>> {
  const messages = await toolMessages(t, words, act);
  const maps = messages.filter(({ type }) => ['map', 'hist', 'stats', 'done'].includes(type));
  return new Map(maps.flatMap(({ data }) => Object.entries(data) as [string, ToolRow][]));
}

/** The kernel runs no program of a perf event while another tracer's is at work on the CPU: then all is done once more. */
const SKIPPED = /^WARNING: \S+: \d+ events skipped by the kernel: /m;

/** Without `act` the tool ends by itself: with -c. */
async function toolMessages(
  t: ExecutionContext,
  words: readonly string[],
  act?: (tracer: ChildProcess) => unknown,
): Promise<Message[]> {
  const once = () =>
    tsbpf(
      ['-f', 'json', ...words],
      act === undefined ? {} : { workload: async tracer => void (await act(tracer)) },
    );
  let outcome = await once();
  for (let more = 3; more > 0 && SKIPPED.test(outcome.stderr); more--) outcome = await once();
  const { stdout, stderr, code } = outcome;
  t.is(code, 0, stderr);
  // Room for stacks is made in the background: several new ones at once may not get any.
  t.is(stderr.replace(/^WARNING: .* stacks kept no frames.*\n/gm, ''), '');
  return stdout
    .split('\n')
    .filter(line => /^({"type"|done=)/.test(line))
    .map((line): Message => {
      if (line.startsWith('{')) return JSON.parse(line) as Message;
      return { type: 'done', data: { done: parseCounts(line) } };
    });
}

/** What the table begins with, and its lines. */
export async function toolTable(
  t: ExecutionContext,
  words: readonly string[],
  act: (tracer: ChildProcess) => unknown,
): Promise<{ head: string; lines: readonly string[] }> {
  const { stdout, stderr, code } = await tsbpf(words, { workload: async tracer => void (await act(tracer)) });
  t.is(code, 0, stderr);
  const [head = '', ...lines] = stdout.trimEnd().split('\n');
  return { head: head.trim().replace(/ +/g, ' '), lines };
}

export interface Deed {
  readonly pid: number;
  /** What it printed at its end, as name=value. */
  readonly counts: Readonly<Record<string, string>>;
}

/** The words for a tool that runs a deed itself and looks at nothing else. */
export const beside = (words: string, ...tool: readonly string[]) => [
  '-c',
  `${workload('deeds')} ${words}`,
  '--follow',
  ...tool,
];

/** Runs a program to its end, whatever that is. */
export function run(program: string, args: readonly string[] = []): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', () => resolve(child.pid!));
  });
}

/** The workload program that does one thing so many times. */
export function deed(what: string, times: number, argument?: string) {
  return new Promise<Deed>((resolve, reject) => {
    const args = [what, String(times), ...(argument === undefined ? [] : [argument])];
    const child = execFile(workload('deeds'), args, (error, stdout) => {
      if (error !== null) reject(error);
      else resolve({ pid: child.pid!, counts: parseCounts(stdout) });
    });
  });
}

/**
 * What `measure` gives, a second and third time where it does not hold: while another tracer comes to a raw tracepoint or leaves it,
 * the kernel passes events by, one or two on a CPU, without a word to those that are there (6.18; bpftrace misses them, too).
 */
export async function measured<Value>(
  measure: () => Promise<Value>,
  holds: (value: Value) => boolean,
): Promise<Value> {
  let value = await measure();
  for (let more = 2; more > 0 && !holds(value); more--) value = await measure();
  return value;
}

/** Waits for what is sure to come; false when it does not. */
export async function eventually(holds: () => boolean): Promise<boolean> {
  for (let i = 0; i < 1500 && !holds(); i++) await sleep(20);
  return holds();
}
