// Reading a pipe by a name, without waiting in the kernel: a signal must be heard while nobody writes into it.
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../kernel/host/missing.js';

const CHUNK = 1 << 16;
/** ms between looks. */
const PAUSE = 20;

/**
 * All that is written until the last writer has closed it; of a FIFO the first writer is waited for. Undefined: `goesOn` said no.
 * Throws the system's error.
 */
export async function readPipe(
  path: string,
  goesOn: () => boolean | Promise<boolean>,
): Promise<Uint8Array | undefined> {
  // What the shell hands over (/dev/fd/63) has, or had, its writer.
  const awaited = !/^\/(dev|proc)\//.test(path);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const parts: Buffer[] = [];
  try {
    for (;;) {
      if (!(await goesOn())) return undefined;
      const part = Buffer.allocUnsafe(CHUNK);
      const count = readSome(fd, part);
      if (count === 0 && (parts.length > 0 || !awaited)) return Buffer.concat(parts);
      if (count > 0) parts.push(part.subarray(0, count));
      else await sleep(PAUSE);
    }
  } finally {
    closeSync(fd);
  }
}

/** Bytes; 0 at the end, or while there is no writer; -1: there is nothing at the moment. */
function readSome(fd: number, into: Uint8Array): number {
  try {
    return readSync(fd, into);
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return -1;
    throw error;
  }
}
