// A workload that is started, waits at its gate (workload.h) while the test attaches to it, and is then let go.
import { type ChildProcess, spawn } from 'node:child_process';
import { parseCounts } from '../workload/workload.js';

export interface Gated {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Lets it go, and gives what it said last, on either stream, as `name=value` pairs, once it has ended. */
  run(): Promise<Record<string, string>>;
  /** Lets it go; does not wait. */
  go(): void;
  readonly ended: Promise<Record<string, string>>;
}

/** Resolves when it waits. */
export async function gated(program: string, args: readonly string[]): Promise<Gated> {
  const child = spawn(program, args, { env: { ...process.env, WORKLOAD_GATE: '1' } });
  let said = '';
  const ready = new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (part: Buffer) => {
      said += part;
      const pid = /^ready (\d+)$/m.exec(said)?.[1];
      if (pid !== undefined) resolve(Number(pid));
    });
    child.on('error', reject);
    child.on('close', () => reject(new Error(`${program} ended: ${said}`)));
  });
  child.stderr.on('data', (part: Buffer) => (said += part));
  const ended = new Promise<Record<string, string>>(resolve =>
    child.on('close', () => resolve(parseCounts(said))),
  );
  const pid = await ready;
  const go = () => void child.stdin.end('\n');
  return {
    pid,
    child,
    go,
    ended,
    run: () => {
      go();
      return ended;
    },
  };
}
