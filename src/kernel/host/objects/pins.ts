// BPF objects that have a name in a file system of their own kind: they stay when every process has let go of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeFd } from '../../sys/fd.js';
import { objGet } from '../../sys/object.js';

/** By "prog 12", "map 3", "link 7": the first path found. */
export type Pins = ReadonlyMap<string, string>;

/** Folders in folders that are looked into. */
const DEPTH = 8;

/** In all bpf file systems that this process sees. What it may not open is left out. */
export function findPins(mounts: string = readFileSync('/proc/self/mounts', 'latin1')): Pins {
  const pins = new Map<string, string>();
  for (const root of bpfMounts(mounts)) walk(root, DEPTH, pins);
  return pins;
}

/** Paths where one is mounted; octal escapes are undone. */
export function bpfMounts(mounts: string): string[] {
  return mounts
    .split('\n')
    .map(line => line.split(' '))
    .filter(([, , type]) => type === 'bpf')
    .map(([, path = '']) =>
      path.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}

function walk(folder: string, depth: number, pins: Map<string, string>): void {
  let entries: { name: string; isDirectory(): boolean; isFile(): boolean }[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth > 0) walk(path, depth - 1, pins);
    const object = entry.isFile() ? objectAt(path) : undefined;
    if (object !== undefined && !pins.has(object)) pins.set(object, path);
  }
}

function objectAt(path: string): string | undefined {
  let fd: number;
  try {
    fd = objGet(path);
  } catch {
    return undefined;
  }
  try {
    // A link names its program too, behind its own id.
    const [, kind, id] =
      /^(link|map|prog)_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? [];
    return kind === undefined ? undefined : `${kind} ${id}`;
  } finally {
    closeFd(fd);
  }
}
