// Words about the run go to fd 2 directly: Node's stream objects cost a millisecond each and make pipes non-blocking.
import { writeSync } from 'node:fs';
import { type ColorChoice, isTerminal, wantsColor } from '../output/terminal.js';

/** Writes all of it; a closed or full stderr is no reason to fail. */
export function say(text: string): void {
  writeAll(2, text);
}

/** Writes to stdout, for what is no event: help, dumps, the word that everything is attached. */
export function sayOut(text: string): void {
  writeAll(1, text);
}

/** Are words on stderr to be coloured? */
export function colorsErrors(choice: ColorChoice = 'auto'): boolean {
  return wantsColor(choice, () => isTerminal(2));
}

function writeAll(fd: number, text: string): void {
  let rest: Uint8Array = new TextEncoder().encode(text);
  for (let tries = 0; rest.length > 0 && tries < 1000; tries++) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
