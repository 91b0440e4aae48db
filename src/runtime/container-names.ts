// Names of containers by the id of a control group: looked up when a group is first met, and kept. All groups are looked through
// once, and again when one is met that is younger.
import { type CgroupPaths, cgroup2Root, foldersBelow } from '../kernel/host/cgroup.js';
import { type Container, containerAt, findContainers, shortName } from '../kernel/host/container.js';

/** Of a group that is in no container, and of one that was gone before it could be looked at. */
const NONE = '-';
const GONE = '?';

export interface Scan {
  /** Paths of all groups that were there. */
  readonly groups: ReadonlySet<string>;
  readonly containers: readonly Container[];
}

export class ContainerNames {
  readonly #paths: Pick<CgroupPaths, 'path'>;
  readonly #scan: () => Scan | undefined;
  readonly #known = new Map<bigint, string>();
  #last: Scan | undefined;

  /** `scan` gives undefined where there are no groups of version 2. */
  constructor(paths: Pick<CgroupPaths, 'path'>, scan: () => Scan | undefined = scanMachine) {
    this.#paths = paths;
    this.#scan = scan;
  }

  text(id: bigint): string {
    let text = this.#known.get(id);
    if (text === undefined) {
      text = this.#find(id);
      this.#known.set(id, text);
    }
    return text;
  }

  #find(id: bigint): string {
    const path = this.#paths.path(id);
    if (this.#last === undefined || (path !== undefined && !this.#last.groups.has(path)))
      this.#last = this.#scan();
    if (this.#last === undefined || path === undefined) return this.#last === undefined ? NONE : GONE;
    const found = containerAt(this.#last.containers, path);
    return found === undefined ? NONE : shortName(found);
  }
}

function scanMachine(): Scan | undefined {
  const cgroup = cgroup2Root();
  if (cgroup === undefined) return undefined;
  // The groups first: one that comes meanwhile is younger.
  const groups = new Set(foldersBelow(cgroup));
  return { groups, containers: findContainers({ cgroup, root: '' }) };
}
