// What a session has in the kernel, and whether it is gone afterwards.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Asked one by one: a list of all fails at times, where others make and remove theirs. */
function isThere(object: string): boolean {
  const [what, id] = object.split(' ');
  const { stdout, stderr, error } = spawnSync('bpftool', ['-j', what!, 'show', 'id', id!], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return !/No such file or directory/.test(stdout + stderr);
}

/** Those that a process has fds of. Its perf events without a link (before 5.15) hold one of these programs each. */
export function objectsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fdinfo`;
  return readdirSync(folder).flatMap(fd => {
    try {
      const text = readFileSync(join(folder, fd), 'utf8');
      return [...text.matchAll(/^(prog|map|link)_id:\s*(\d+)/gm)].map(match => `${match[1]} ${match[2]}`);
    } catch {
      return []; // closed meanwhile
    }
  });
}

/** Of these, what is still in the kernel after the time that perf events and RCU may take. */
export async function leftOf(objects: readonly string[]): Promise<string[]> {
  let left: string[] = [];
  for (let i = 0; i < 400; i++) {
    left = objects.filter(isThere);
    if (left.length === 0) return [];
    await sleep(50);
  }
  return left;
}
