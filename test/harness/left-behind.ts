// What a session has in the kernel, and whether it is gone afterwards.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Programs, maps and links that bpftool sees, by id. */
function kernelObjects(): Set<string> {
  const ids = (what: string) =>
    (
      JSON.parse(
        execFileSync('bpftool', ['-j', what, 'show'], { encoding: 'utf8', maxBuffer: 1 << 26 }) || '[]',
      ) as { id: number }[]
    ).map(o => `${what} ${o.id}`);
  return new Set([...ids('prog'), ...ids('map'), ...ids('link')]);
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
  for (let i = 0; i < 40; i++) {
    const there = kernelObjects();
    left = objects.filter(o => there.has(o));
    if (left.length === 0) return [];
    await sleep(50);
  }
  return left;
}
