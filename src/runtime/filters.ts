// The filters of a session, opened before anything of the script is attached: --follow and --cgroup.
import { closeSync, constants, openSync } from 'node:fs';
import { InternalError } from '../compiler/diagnostics/diagnostic.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import type { LoadedObject } from '../kernel/load/object.js';
import { Family } from './family.js';
import type { Globals } from './globals.js';

export interface SessionFilters {
  /** --follow: children too, of the process of -p or -c. */
  readonly follow: boolean;
  /** --cgroup, --container: folders of control groups (version 2), of which a process must be in each. */
  readonly cgroups: readonly string[];
}

/** `root`: process of -p or -c. */
export function openFilters(
  object: Pick<LoadedObject, 'maps' | 'program' | 'spec'>,
  { follow, cgroups }: SessionFilters,
  root: number | undefined,
  globals: Pick<Globals, 'word'>,
): Family | undefined {
  cgroups.forEach((path, i) => {
    const map = object.maps.get('cgroups');
    if (map !== undefined) putFolder(map, i, path); // undefined: no program asks
  });
  const map = object.maps.get('followed');
  if (!follow || map === undefined) return undefined;
  if (root === undefined || object.spec.tracker === undefined) throw new InternalError('nobody to follow');
  return new Family({
    root,
    map,
    tracker: object.program(object.spec.tracker).fd,
    forks: () => globals.word('forks'),
  });
}

/** The map keeps the group, not our fd of it. */
function putFolder(map: LoadedMap, index: number, path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    map.write(words(index), words(fd));
  } finally {
    closeSync(fd);
  }
}

function words(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
