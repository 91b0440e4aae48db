// --follow and --cgroup: from words to what a session needs.
import { join } from 'node:path';
import { cgroup2Root, cgroupFolder } from '../kernel/host/cgroup.js';
import { type Container, containersNamed, findContainers } from '../kernel/host/container.js';
import type { Host } from '../kernel/host/host.js';
import { MissingError } from '../kernel/host/missing.js';
import type { SessionFilters } from '../runtime/filters.js';
import { type CliConfig, UsageError } from './config.js';

type Given = Pick<CliConfig, 'follow' | 'cgroup' | 'container' | 'pid' | 'command' | 'emit'>;

export function sessionFilters(given: Given): SessionFilters {
  const { follow, cgroup, container, pid, command, emit } = given;
  if (follow && pid === undefined && command === undefined) {
    throw new UsageError('--follow needs a process to begin with: -p or -c');
  }
  const cgroups = [
    ...(cgroup === undefined ? [] : [folderOf(cgroup)]),
    ...(container === undefined ? [] : [containerFolder(container)]),
  ];
  if (emit !== undefined && (follow || cgroups.length > 0)) {
    throw new UsageError('--follow, --cgroup and --container belong to a session: --emit does without them');
  }
  return { follow, cgroups };
}

/** Folder of the control group of a container. */
function containerFolder(name: string): string {
  const cgroup = cgroup2Root();
  if (cgroup === undefined) {
    throw new MissingError(
      '--container needs control groups of version 2, which are not mounted',
      'mount -t cgroup2 none /sys/fs/cgroup/unified; containers must be in it, too',
    );
  }
  const all = findContainers({ cgroup, root: '' });
  const found = containersNamed(all, name);
  const [one] = found;
  if (one !== undefined && found.length === 1) return join(cgroup, one.cgroup);
  const listed = (found.length > 0 ? found : all).slice(0, 10).map(describe).join(', ');
  if (found.length > 0) throw new UsageError(`several containers are called '${name}': ${listed}`);
  const there = listed === '' ? 'none was found' : `there are: ${listed}`;
  throw new UsageError(
    `there is no running container '${name}' (by name, or by the beginning of its id); ${there}`,
  );
}

function describe({ runtime, id, names }: Container): string {
  return `${names[0] ?? id.slice(0, 12)} (${runtime})`;
}

function folderOf(path: string): string {
  const folder = cgroupFolder(path);
  if (folder !== undefined) return folder;
  throw new UsageError(
    `there is no control group (version 2) '${path}': it is a folder below /sys/fs/cgroup, or its path there`,
  );
}

/** Throws a MissingError where the machine cannot follow processes. */
export function checkFilters({ follow }: SessionFilters, host: Host): void {
  if (!follow) return;
  if (host.env.btf()?.struct('task_struct') === undefined) {
    throw new MissingError(
      '--follow needs type information of the kernel (BTF): /sys/kernel/btf/vmlinux',
      'a kernel built with CONFIG_DEBUG_INFO_BTF has it; --cgroup needs none',
    );
  }
  if (host.env.pidNamespace?.() !== undefined) {
    throw new MissingError(
      '--follow does not know process ids of a namespace of their own',
      'run it in the initial process id namespace (docker run --pid=host), or use --cgroup',
    );
  }
}
