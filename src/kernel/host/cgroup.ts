// Control groups: their folders, by path and by id. On cgroup2 the inode of a folder is the id that BPF gives (5.5 and later;
// in version 1 likewise, within each hierarchy).
import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** CGROUP2_SUPER_MAGIC, include/uapi/linux/magic.h. */
const CGROUP2 = 0x6367_7270;

const MOUNT = '/sys/fs/cgroup';

/**
 * Id of the control group (version 2) at a path; undefined when there is none. Where version 2 is mounted beside version 1, a path
 * below /sys/fs/cgroup is also looked for below /sys/fs/cgroup/unified.
 */
export function cgroupId(path: string): bigint | undefined {
  return (
    idAt(path) ??
    (path.startsWith(MOUNT) ? idAt(join(MOUNT, 'unified', path.slice(MOUNT.length))) : undefined)
  );
}

/** Folder of the control group (version 2) at a path, which may also be that in the hierarchy: `/system.slice`. */
export function cgroupFolder(path: string, root = cgroup2Root()): string | undefined {
  const candidates = [path, ...(root === undefined ? [] : [join(root, path)])];
  if (path.startsWith(MOUNT)) candidates.push(join(MOUNT, 'unified', path.slice(MOUNT.length)));
  return candidates.find(candidate => candidate.startsWith('/') && idAt(candidate) !== undefined);
}

/** Where version 2 is mounted. */
export function cgroup2Root(mounts: string = readMounts()): string | undefined {
  return hierarchies(mounts).find(({ name }) => name === 'unified')?.root;
}

function idAt(path: string): bigint | undefined {
  try {
    if (statfsSync(path).type !== CGROUP2) return undefined;
    return statSync(path, { bigint: true }).ino;
  } catch {
    return undefined;
  }
}

interface Hierarchy {
  readonly name: string; // 'unified', 'cpu', ...
  readonly root: string;
}

/** Paths by id: every folder of a hierarchy is read once, and again when an id is new. */
export class CgroupPaths {
  readonly #roots: readonly Hierarchy[];
  readonly #known = new Map<string, Map<bigint, string>>();

  constructor(mounts: string = readMounts()) {
    this.#roots = hierarchies(mounts);
  }

  /** `unified:/system.slice,cpu:/x`: the path in each hierarchy of a matching name that has the id. */
  text(id: bigint, matches: (hierarchy: string) => boolean): string {
    return this.#roots
      .filter(({ name }) => matches(name))
      .flatMap(hierarchy => {
        const path = this.#find(hierarchy, id);
        return path === undefined ? [] : [`${hierarchy.name}:${path}`];
      })
      .join(',');
  }

  /** In version 2: '/system.slice'. */
  path(id: bigint): string | undefined {
    const unified = this.#roots.find(({ name }) => name === 'unified');
    return unified && this.#find(unified, id);
  }

  #find({ name, root }: Hierarchy, id: bigint): string | undefined {
    const known = this.#known.get(name)?.get(id);
    if (known !== undefined && inodeOf(join(root, known)) === id) return known;
    const paths = new Map<bigint, string>();
    walk(root, '/', paths);
    this.#known.set(name, paths);
    return paths.get(id);
  }
}

/** All folders below one, as '/a', '/a/b'. */
export function foldersBelow(root: string, path = '/'): string[] {
  return foldersIn(join(root, path)).flatMap(name => {
    const own = join(path, name);
    return [own, ...foldersBelow(root, own)];
  });
}

function walk(root: string, path: string, paths: Map<bigint, string>): void {
  const own = inodeOf(join(root, path));
  if (own !== undefined) paths.set(own, path);
  for (const entry of foldersIn(join(root, path))) walk(root, join(path, entry), paths);
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap(e => (e.isDirectory() ? [e.name] : []));
  } catch {
    return []; // gone meanwhile
  }
}

function inodeOf(path: string): bigint | undefined {
  try {
    return statSync(path, { bigint: true }).ino;
  } catch {
    return undefined;
  }
}

/** From /proc/self/mounts. A hierarchy of version 1 is named by each of its controllers, or by its name=. */
export function hierarchies(mounts: string): Hierarchy[] {
  const unified: Hierarchy[] = [];
  const others: Hierarchy[] = [];
  for (const line of mounts.split('\n')) {
    const [, root = '', type, options = ''] = line.split(' ');
    if (type === 'cgroup2') {
      if (unified.length === 0) unified.push({ name: 'unified', root });
    } else if (type === 'cgroup') {
      for (const option of options.split(',')) {
        const name = option.startsWith('name=') ? option.slice(5) : option;
        if (NO_CONTROLLER.has(name) || others.some(known => known.name === name)) continue;
        others.push({ name, root });
      }
    }
  }
  return [...unified, ...others.sort((a, b) => (a.name < b.name ? -1 : 1))];
}

/** Options of a mount that name no controller. */
const NO_CONTROLLER = new Set([
  'rw',
  'ro',
  'nosuid',
  'nodev',
  'noexec',
  'relatime',
  'noatime',
  'nodiratime',
  'xattr',
  'clone_children',
  'noprefix',
  'cpuset_v2_mode',
  'favordynmods',
  'all',
  'none',
]);

function readMounts(): string {
  try {
    return readFileSync('/proc/self/mounts', 'utf8');
  } catch {
    return '';
  }
}
