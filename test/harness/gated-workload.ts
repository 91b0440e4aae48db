// A workload that is started, waits at its gate (workload.h) while the test attaches to it, and is then let go.
import { spawn } from 'node:child_process';
import { parseCounts } from '../workload/workload.js';

export interface Gated {
  readonly pid: number;
  /** Lets it go, and gives the last line that it printed as `name=value` pairs, once it has ended. */
  run(): Promise<Record<string, string>>;
  /** Lets it go; does not wait. */
  go(): void;
  readonly ended: Promise<Record<string, string>>;
}

export async function gated(program: string, args: readonly string[]): Promise<Gated> {
  const child = spawn(program, args, {
    env: { ...process.env, WORKLOAD_GATE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let out = '';
  const ready = new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (part: Buffer) => {
      out += part;
      const pid = /^ready (\d+)$/m.exec(out)?.[1];
      if (pid !== undefined) resolve(Number(pid));
    });
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`${program} ended: ${out}`)));
  });
  const pid = await ready;
  const ended = new Promise<Record<string, string>>(resolve =>
    child.on('exit', () => resolve(parseCounts(out))),
  );
  const go = () => void child.stdin.end('\n');
  return {
    pid,
    go,
    ended,
    run: () => {
      go();
      return ended;
    },
  };
}
