// A workload program that waits before it begins, so that a test can attach to it first (WORKLOAD_GATE, see workload.h).
import { type ChildProcess, spawn } from 'node:child_process';

export interface Gated {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Lets it run; its last line of stderr when it has ended. */
  finish(): Promise<string>;
}

export function startGated(program: string, args: readonly string[]): Promise<Gated> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, WORKLOAD_GATE: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    const ended = new Promise<string>(done => {
      child.on('close', () => done(said.trimEnd().split('\n').at(-1) ?? ''));
    });
    child.stderr.on('data', part => (said += part));
    child.on('error', reject);
    child.stdout.once('data', (line: Buffer) => {
      const pid = Number(/^ready (\d+)/.exec(line.toString())?.[1]);
      resolve({
        pid,
        child,
        finish() {
          child.stdin.write('\n');
          return ended;
        },
      });
    });
  });
}
