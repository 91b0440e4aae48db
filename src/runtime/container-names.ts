// Names of containers by the id of a control group: looked up when a group is first met, and kept.
import { type CgroupPaths, cgroup2Root } from '../kernel/host/cgroup.js';
import { containerAt, findContainers, shortName } from '../kernel/host/container.js';

/** Of a group that is in no container, and of one that was gone before it could be looked at. */
const NONE = '-';
const GONE = '?';

export class ContainerNames {
  readonly #paths: CgroupPaths;
  readonly #known = new Map<bigint, string>();

  constructor(paths: CgroupPaths) {
    this.#paths = paths;
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
    const cgroup = cgroup2Root();
    const path = this.#paths.path(id);
    if (cgroup === undefined || path === undefined) return cgroup === undefined ? NONE : GONE;
    const found = containerAt(findContainers({ cgroup, root: '' }), path);
    return found === undefined ? NONE : shortName(found);
  }
}
