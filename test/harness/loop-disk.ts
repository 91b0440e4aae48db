// A disk of the test's own: a loop device over a file, detached when the test is done.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { kernelTest } from './kernel-test.js';

export interface LoopDisk {
  /** /dev/loop3 */
  readonly path: string;
  /** loop3 */
  readonly name: string;
}

function attach(file: string): string {
  return execFileSync('losetup', ['-f', '--show', file], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** A disk over a file in a folder below `parent`. */
export async function withDisk(
  megabytes: number,
  use: (disk: LoopDisk) => void | Promise<void>,
  parent: string = tmpdir(),
): Promise<void> {
  const folder = mkdtempSync(join(parent, 'loop-disk-'));
  try {
    const file = join(folder, 'image');
    writeFileSync(file, '');
    truncateSync(file, megabytes << 20);
    const path = attach(file);
    try {
      await use({ path, name: path.replace('/dev/', '') });
    } finally {
      execFileSync('losetup', ['-d', path]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why there is no such disk here, or undefined. */
function whyNoDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'loop-disk-'));
  try {
    const file = join(folder, 'image');
    writeFileSync(file, Buffer.alloc(1 << 20));
    execFileSync('losetup', ['-d', attach(file)]);
    return undefined;
  } catch (error) {
    return `needs a loop device: ${(error as Error).message.split('\n').slice(0, 2).join(' ')}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const missing = whyNoDisk();

/** A test with a disk of 16 MiB. */
export function diskTest(
  title: string,
  body: (t: ExecutionContext, disk: LoopDisk) => void | Promise<void>,
): void {
  kernelTest(title, t => withDisk(16, disk => body(t, disk)), missing);
}
