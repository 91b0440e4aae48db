// Files that processes have mapped as code, for probes of "*": each file once, by a path that this process can open.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { parseMaps } from '../process-image.js';

/** Of one process, or of all. */
export function mappedFiles(pid: number | undefined): readonly string[] {
  const files = new Map<string, string>();
  const pids = pid === undefined ? readdirSync('/proc').filter(name => /^\d+$/.test(name)) : [String(pid)];
  const ownMounts = pid === undefined ? mountNamespace('self') : undefined;
  for (const each of pids) {
    let text: string;
    try {
      text = readFileSync(`/proc/${each}/maps`, 'latin1');
    } catch {
      continue; // gone meanwhile
    }
    const root = pid === undefined && mountNamespace(each) === ownMounts ? '' : `/proc/${each}/root`;
    for (const { path, key } of parseMaps(text)) {
      if (!path.startsWith('/') || files.has(key)) continue;
      if (sameFile(root + path, key)) files.set(key, root + path);
    }
  }
  return [...files.values()].sort();
}

/** Link text of the mount namespace: 'mnt:[4026531841]'. */
export function mountNamespace(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return undefined;
  }
}

/** It has not been deleted or replaced since. */
function sameFile(path: string, key: string): boolean {
  try {
    const stat = statSync(path);
    return stat.isFile() && String(stat.ino) === key.split(':')[2];
  } catch {
    return false;
  }
}
