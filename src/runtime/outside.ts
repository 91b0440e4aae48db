// What a script may do outside of the tracer: run a command (system) and read a file (cat). Both are done at once, while
// events wait, so that their output stands where the script put it.
import { closeSync, openSync, readSync } from 'node:fs';

/** Most bytes of a command's output. */
const MOST_OUTPUT = 64 << 20;

/** Runs a command by the shell; its stderr is ours. `failure` tells of a command that did not end well. */
export function runCommand(command: string): {
  readonly output: string;
  readonly failure: string | undefined;
} {
  // Loaded when a script first asks: child_process costs 4 ms of start-up.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { stdout, status, signal, error } = spawnSync('/bin/sh', ['-c', command], {
    stdio: ['inherit', 'pipe', 'inherit'],
    maxBuffer: MOST_OUTPUT,
  });
  const output = stdout === null ? '' : stdout.toString('utf8');
  if (error !== undefined) return { output, failure: `command did not run: ${error.message}` };
  if (signal !== null) return { output, failure: `command was ended by ${signal}` };
  return { output, failure: status === 0 ? undefined : `command exited with code ${status}` };
}

/** The first `most` bytes of a file. Throws the error of node:fs. */
export function readStart(path: string, most: number): string {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(most);
    let length = 0;
    while (length < most) {
      const got = readSync(fd, bytes, length, most - length, null);
      if (got === 0) break;
      length += got;
    }
    return bytes.subarray(0, length).toString('utf8');
  } finally {
    closeSync(fd);
  }
}
