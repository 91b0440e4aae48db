// Iterators: reading their file runs the program until it has sent as many events as bytes were asked for, or for a million objects.
// Between two reads the kernel looks for the place again where it was, and may leave objects out: of Unix sockets the rest of those
// with one hash (6.18). So a read is for as many events as the ring has room for.
import { readSync } from 'node:fs';
import type { ObjectSpec } from '../compiler/object-spec.js';
import { rawSizeOf } from '../compiler/types/layout.js';
import type { RecordLayout } from '../compiler/types/record-layout.js';
import type { Link } from '../kernel/attach/link.js';
import { closeFd } from '../kernel/sys/fd.js';
import { milliseconds } from './clock.js';

/** Events of a read, at least, and at most: the kernel has a buffer of 32 KiB. */
const LEAST = 512;
const MOST = 32 << 10;
/** Bytes before each event in a ring, and those that the next one begins behind. */
const HEAD = 16;
/** ms of reading without a look at the event loop. */
const TURN = 30;

export interface IterateOptions {
  /** Events of a read (`roomFor`). */
  readonly room: number;
  /** Takes the events out of the ring. */
  readonly drain: () => void;
  /** The session has ended meanwhile. */
  readonly ended: () => boolean;
}

/** How many events the ring surely holds, within what the kernel gives in one read; texts of join() may be of any length. */
export function roomFor({ sites }: ObjectSpec, ringSize: number): number {
  if (sites.some(({ entry }) => entry === 'join')) return LEAST;
  const largest = HEAD + Math.max(...sites.map(({ layout }) => largestOf(layout)), 0);
  return Math.max(LEAST, Math.min(MOST, Math.floor(ringSize / largest)));
}

function largestOf({ size, fields }: RecordLayout): number {
  const tails = fields.filter(({ storage }) => storage === 'tail');
  return tails.reduce((sum, { type }) => sum + rawSizeOf(type), size);
}

/** Goes through all objects of each, in order. */
export async function iterate(links: readonly Link[], { room, drain, ended }: IterateOptions): Promise<void> {
  const bytes = new Uint8Array(room);
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
