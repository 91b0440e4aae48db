// Whether an fd is a terminal, without loading Node's tty module (and net and stream with it: 3 ms) when it plainly is none.
import { closeSync, fstatSync } from 'node:fs';

/** Major numbers of character devices that are never terminals: 1 is memory (/dev/null, /dev/zero). */
const MEMORY_DEVICES = 1;

export function isTerminal(fd: number): boolean {
  return isTerminalDevice(fd) && process.getBuiltinModule('node:tty').isatty(fd); // Node 20.16
}

export type ColorChoice = 'auto' | 'always' | 'never';

/**
 * Colours: as asked for, or else as TSBPF_COLOR or BPFTRACE_COLOR says; 'auto' is where `shown` holds, the terminal is not
 * dumb, and NO_COLOR is not set (no-color.org).
 */
export function wantsColor(choice: ColorChoice | undefined, shown: () => boolean): boolean {
  const { env } = process;
  const asked = choice === undefined || choice === 'auto' ? (env.TSBPF_COLOR ?? env.BPFTRACE_COLOR) : choice;
  if (asked === 'always' || asked === 'never') return asked === 'always';
  return !env.NO_COLOR && env.TERM !== 'dumb' && shown();
}

/**
 * Closes those standard fds whose terminal has hung up. Node restores the modes of its standard fds when it exits, and
 * aborts when that fails (ResetStdio, src/node.cc); a closed fd it passes by.
 */
export function closeLostTerminals(): void {
  for (const fd of [0, 1, 2]) if (isTerminalDevice(fd) && !isTerminal(fd)) closeSync(fd);
}

function isTerminalDevice(fd: number): boolean {
  try {
    const status = fstatSync(fd);
    return status.isCharacterDevice() && major(status.rdev) !== MEMORY_DEVICES;
  } catch {
    return false; // closed
  }
}

/** As makedev(3) packs it. */
function major(device: number): number {
  return Math.floor(device / 256) % 4096;
}
