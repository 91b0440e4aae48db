// The tracers that are compared: ours and whichever bpftrace is installed, each run as a user would run it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { inProject } from '../harness/project.js';

export interface Peer {
  readonly name: string;
  readonly command: readonly string[];
}

/** Ours first; then $BPFTRACE, $TSBPF_BPFTRACE, or bpftrace27 or bpftrace from PATH. */
export function peers(): Peer[] {
  const found: Peer[] = [{ name: 'tsbpf', command: [inProject('bin/tsbpf')] }];
  for (const program of [process.env.BPFTRACE, process.env.TSBPF_BPFTRACE, 'bpftrace27', 'bpftrace']) {
    if (program === undefined) continue;
    const version = spawnSync(program, ['--version'], { encoding: 'utf8' });
    if (version.status !== 0) continue;
    found.push({ name: version.stdout.trim().replace('bpftrace v', 'bpftrace '), command: [program] });
    break;
  }
  return found;
}

/** NODE_EXTRA_CA_CERTS costs every Node start 28 ms where it is set. */
export function cleanEnv(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  delete env.NODE_EXTRA_CA_CERTS;
  return env;
}

export interface Attached {
  readonly child: ChildProcess;
  /** ms from exec to the line that says that probes are attached. */
  readonly milliseconds: number;
  /** Settles with the bytes of stdout and lines (newlines) in them when it ends. */
  readonly ended: Promise<{ readonly lines: number; readonly text: string }>;
}

/** Starts a script and resolves when its probes are attached. stdout goes to a pipe that is read, or to `output`. */
export function attach(peer: Peer, args: readonly string[], output?: number): Promise<Attached> {
  const [program = '', ...first] = peer.command;
  const start = process.hrtime.bigint();
  const child = spawn(program, [...first, ...args], {
    env: cleanEnv(),
    stdio: ['ignore', output ?? 'pipe', 'pipe'],
  });
  let lines = 0;
  let text = '';
  child.stdout?.on('data', (part: Buffer) => {
    for (const byte of part) if (byte === 10) lines++;
    if (text.length < 1 << 20) text += part.toString();
  });
  const ended = new Promise<{ lines: number; text: string }>(resolve => {
    child.on('close', () => resolve({ lines, text }));
  });
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (part: Buffer) => {
      errors += part.toString();
      if (!/Attach(ed|ing) \d+ probe/.test(errors)) return;
      resolve({ child, ended, milliseconds: Number(process.hrtime.bigint() - start) / 1e6 });
    });
    child.on('error', reject);
    void ended.then(() => reject(new Error(`${peer.name} ended before it was attached: ${errors}`)));
  });
}

/** ms from exec to exit. */
export function wallTime(command: readonly string[], args: readonly string[]): number {
  const [program = '', ...first] = command;
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, [...first, ...args], {
    env: cleanEnv(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const taken = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${status}: ${stderr}`);
  return taken;
}

/** Peak resident memory, MB. */
export function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

/** CPU time used so far, seconds (user and system, all threads). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
