// Who holds BPF objects: the processes with an fd of a program, of a map, or of a link. Read from /proc, only when somebody asks.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Holder {
  readonly pid: number;
  readonly comm: string;
}

/** In order of pid; empty when no process holds it (it is pinned, or hangs where it is attached). */
export interface Holders {
  /** Of the program, or of a link that runs it. */
  program(id: number): readonly Holder[];
  map(id: number): readonly Holder[];
  link(id: number): readonly Holder[];
}

/** Looks through the fds of all processes, once. */
export function findHolders(root = '/proc'): Holders {
  const found = new Map<string, Holder[]>();
  const pids = readdirSync(root)
    .filter(name => /^\d+$/.test(name))
    .map(Number);
  for (const pid of pids.sort((a, b) => a - b)) {
    const objects = new Set(objectsOf(`${root}/${pid}`));
    if (objects.size === 0) continue;
    const holder = { pid, comm: commOf(`${root}/${pid}`) };
    for (const object of objects) found.set(object, [...(found.get(object) ?? []), holder]);
  }
  const of = (kind: string) => (id: number) => found.get(`${kind} ${id}`) ?? [];
  return { program: of('prog'), map: of('map'), link: of('link') };
}

/** "prog 12", "link 7", of each fd. The fdinfo of a link names its program too. */
function objectsOf(process: string): string[] {
  const objects: string[] = [];
  try {
    for (const fd of readdirSync(`${process}/fd`)) {
      if (!/bpf[-_](prog|map|link)/.test(linkTo(`${process}/fd/${fd}`))) continue;
      const info = readFileSync(`${process}/fdinfo/${fd}`, 'latin1');
      for (const [, kind, id] of info.matchAll(/^(prog|map|link)_id:\s*(\d+)$/gm))
        objects.push(`${kind} ${id}`);
    }
  } catch {
    // It has ended meanwhile, or is not ours to look into.
  }
  return objects;
}

function linkTo(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function commOf(process: string): string {
  try {
    return readFileSync(`${process}/comm`, 'utf8').trimEnd();
  } catch {
    return '?';
  }
}
