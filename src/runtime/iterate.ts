// Iterators: reading their file runs the program, for so many objects and events together as bytes were asked for.
import { readSync } from 'node:fs';
import type { Link } from '../kernel/attach/link.js';
import { closeFd } from '../kernel/sys/fd.js';
import { milliseconds } from './clock.js';

/** Objects and events between two looks at the ring, which holds more of them. */
const AT_A_TIME = 512;
/** ms of reading without a look at the event loop. */
const TURN = 30;

export interface IterateOptions {
  /** Takes the events out of the ring. */
  readonly drain: () => void;
  /** The session has ended meanwhile. */
  readonly ended: () => boolean;
}

/** Goes through all objects of each, in order. */
export async function iterate(links: readonly Link[], { drain, ended }: IterateOptions): Promise<void> {
  const bytes = new Uint8Array(AT_A_TIME);
  for (const link of links) {
    const fd = link.open?.();
    if (fd === undefined) continue;
    try {
      let turn = milliseconds();
      while (!ended() && readSome(fd, bytes)) {
        drain();
        if (milliseconds() - turn < TURN) continue;
        await new Promise(resolve => setImmediate(resolve));
        turn = milliseconds();
      }
    } finally {
      closeFd(fd);
    }
    drain();
  }
}

/** False: there is no more. A million objects without an event make the kernel pause (EAGAIN). */
function readSome(fd: number, bytes: Uint8Array): boolean {
  try {
    return readSync(fd, bytes) > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return true;
    throw error;
  }
}
