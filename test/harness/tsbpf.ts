// Runs the command as a user would, in a process of its own: bin/tsbpf with arguments, its streams collected, told when
// every probe is attached, ended by a signal when the test's workload is done.

import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { IN_GUEST } from './guest.js';
import { inProject } from './project.js';

export interface Outcome {
  readonly stdout: string;
  /** The same as bytes; comparisons of outcomes pass it by. */
  readonly bytes: Buffer;
  readonly stderr: string;
  /** Exit status; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

export interface RunOptions {
  /** Run once everything is attached; its end sends `signal` (default SIGINT), unless that is undefined. */
  readonly workload?: (tracer: ChildProcess) => void | Promise<void>;
  readonly signal?: NodeJS.Signals | null;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** ms until it is killed and the test fails. */
  readonly timeout?: number;
  /** Another program instead of bin/tsbpf: a symlink, a peer. */
  readonly program?: string;
  readonly cwd?: string;
}

const ATTACHED = '__attached__';

/** In an emulated guest everything takes ten times longer. */
const PATIENCE = IN_GUEST ? 300_000 : 30_000;

export function tsbpf(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { workload, input, timeout = PATIENCE } = options;
  return new Promise((resolve, reject) => {
    const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', ...options.env };
    delete env.FORCE_COLOR; // set by the test runner
    delete env.NODE_EXTRA_CA_CERTS;
    if (workload !== undefined) env.TSBPF_NOTIFY_ATTACHED = ATTACHED;
    const child = spawn(options.program ?? inProject('bin/tsbpf'), args, {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let started = false;
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new Error(`tsbpf ${args.join(' ')}: no end after ${timeout} ms; stderr: ${Buffer.concat(stderr)}`),
      );
    }, timeout);
    const begin = async () => {
      started = true;
      await workload?.(child);
      if (options.signal !== null) child.kill(options.signal ?? 'SIGINT');
    };
    // The word comes by stderr when stdout is a capture.
    for (const [stream, parts] of [
      [child.stdout, stdout],
      [child.stderr, stderr],
    ] as const) {
      stream.on('data', (part: Buffer) => {
        parts.push(part);
        if (workload !== undefined && !started && Buffer.concat(parts).includes(`${ATTACHED}\n`))
          begin().catch(reject);
      });
    }
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(input ?? '');
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const outcome = {
        stdout: Buffer.concat(stdout).toString().replace(`${ATTACHED}\n`, ''),
        stderr: Buffer.concat(stderr).toString().replace(`${ATTACHED}\n`, ''),
        code: code ?? undefined,
        signal: signal ?? undefined,
      };
      resolve(Object.defineProperty(outcome, 'bytes', { value: Buffer.concat(stdout) }) as Outcome);
    });
  });
}

/**
 * Listens to what a tracer prints from now on. What it gives waits until that fits, or the tracer has ended, for which there is a
 * limit; the match, which is empty then.
 */
export function listenTo(tracer: ChildProcess): (pattern: RegExp) => Promise<readonly string[]> {
  let text = '';
  tracer.stdout!.on('data', (part: Buffer) => (text += part));
  return async pattern => {
    while (!pattern.test(text) && tracer.exitCode === null && tracer.signalCode === null) await sleep(5);
    return pattern.exec(text) ?? [];
  };
}

/** Runs a program to its end and gives its stdout; throws when it fails. */
export function command(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', part => (out += part));
    child.stderr.on('data', part => (err += part));
    child.on('error', reject);
    child.on('close', code => (code === 0 ? resolve(out) : reject(new Error(`${program}: ${code}: ${err}`))));
  });
}
