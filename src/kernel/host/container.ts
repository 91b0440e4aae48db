// Containers as a machine's files tell of them, without asking any daemon: the names of control groups give runtime and id,
// the runtimes' state files give names and, where a group's name does not tell, its path. What is not found is left out.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldersBelow } from './cgroup.js';

export interface Container {
  readonly runtime: string; // 'docker', 'podman', 'containerd', 'cri-o', 'nspawn', 'lxc', 'runc', ...
  /** 64 hexadecimal digits, or the name where the runtime knows no other. */
  readonly id: string;
  /** Of Kubernetes also NAMESPACE/POD/CONTAINER and the like. */
  readonly names: readonly string[];
  /** Path in the hierarchy: '/system.slice/docker-....scope'. */
  readonly cgroup: string;
}

export interface ContainerRoots {
  /** Where control groups of version 2 are mounted. */
  readonly cgroup: string;
  /** '' for /run, /var/lib, /proc and /home of this machine. */
  readonly root: string;
}

/** All whose control group exists. */
export function findContainers(roots: ContainerRoots): readonly Container[] {
  const folders = foldersBelow(roots.cgroup);
  const exists = new Set(folders);
  const byGroup = new Map<string, Container>();
  for (const path of folders) {
    const own = containerOfGroup(path);
    // A group within a container's belongs to it (/container, /init.scope).
    if (own !== undefined && !ancestorsOf(path).some(above => byGroup.has(above))) byGroup.set(path, own);
  }
  for (const told of statesOf(roots)) {
    if (told.cgroup !== undefined && exists.has(told.cgroup)) {
      const known = byGroup.get(told.cgroup);
      byGroup.set(told.cgroup, {
        runtime: known?.runtime ?? told.runtime,
        id: told.id,
        names: [...new Set([...(known?.names ?? []), ...told.names])],
        cgroup: told.cgroup,
      });
    }
    for (const [path, container] of byGroup) {
      if (container.id !== told.id) continue;
      const names = [...new Set([...container.names, ...told.names])];
      const runtime = container.runtime === UNKNOWN ? told.runtime : container.runtime;
      byGroup.set(path, { ...container, runtime, names });
    }
  }
  return [...byGroup.values()].sort((a, b) => (a.cgroup < b.cgroup ? -1 : 1));
}

/** Those that a name means: by whole name or id, else by the beginning of an id. */
export function containersNamed(all: readonly Container[], name: string): readonly Container[] {
  const exact = all.filter(({ id, names }) => id === name || names.includes(name));
  if (exact.length > 0 || !/^[0-9a-f]{3,}$/.test(name)) return exact;
  return all.filter(({ id }) => id.startsWith(name));
}

/** The container whose group is this path or above it. */
export function containerAt(all: readonly Container[], path: string): Container | undefined {
  return all.find(({ cgroup }) => path === cgroup || path.startsWith(`${cgroup}/`));
}

/** How it is called where there is room for a word: its name, or 12 digits of its id. */
export function shortName({ id, names }: Container): string {
  return names[0] ?? id.slice(0, 12);
}

const UNKNOWN = 'oci';
const ID = '([0-9a-f]{64})';

/** The last folder of a container's group: by systemd's scopes, and as plain folders. */
const GROUPS: readonly (readonly [runtime: string, pattern: RegExp])[] = [
  ['docker', new RegExp(`^docker-${ID}\\.scope$`)],
  ['podman', new RegExp(`^libpod-(?:payload-)?${ID}(?:\\.scope)?$`)],
  ['cri-o', new RegExp(`^crio-${ID}(?:\\.scope)?$`)],
  ['containerd', new RegExp(`^(?:cri-containerd|nerdctl)-${ID}\\.scope$`)],
  [UNKNOWN, new RegExp(`^${ID}$`)],
];

function containerOfGroup(path: string): Container | undefined {
  const parts = path.split('/');
  const last = parts.at(-1)!;
  const above = parts.at(-2) ?? '';
  for (const [runtime, pattern] of GROUPS) {
    const id = pattern.exec(last)?.[1];
    if (id === undefined) continue;
    return {
      runtime: runtime === UNKNOWN && above === 'docker' ? 'docker' : runtime,
      id,
      names: [],
      cgroup: path,
    };
  }
  const machine = /^machine-(.+)\.scope$/.exec(last)?.[1] ?? /^systemd-nspawn@(.+)\.service$/.exec(last)?.[1];
  // Virtual machines have scopes of the same form.
  if (machine?.startsWith('qemu\\x2d') === true) return undefined;
  if (machine !== undefined) return named('nspawn', unescapeUnit(machine), path);
  const lxc =
    /^lxc\.payload\.(.+)$/.exec(last)?.[1] ?? (above === 'lxc' || above === 'lxc.payload' ? last : undefined);
  return lxc === undefined ? undefined : named('lxc', lxc, path);
}

function named(runtime: string, name: string, cgroup: string): Container {
  return { runtime, id: name, names: [name], cgroup };
}

/** systemd.unit(5): `\x2d` is a byte, in names of units. */
function unescapeUnit(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function ancestorsOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`);
}

/** What a state file tells of a container. */
interface State {
  readonly runtime: string;
  readonly id: string;
  readonly names: readonly string[];
  readonly cgroup?: string | undefined;
}

function statesOf(roots: ContainerRoots): State[] {
  return [
    ...dockerStates(roots),
    ...podmanStates(roots),
    ...containerdStates(roots),
    ...ociStates(roots),
    ...machineStates(roots),
  ];
}

/** /var/lib/docker/containers/ID/config.v2.json: {"ID": ..., "Name": "/web", ...}. */
function dockerStates({ root }: ContainerRoots): State[] {
  return storesOf(root, 'docker').flatMap(store => {
    const folder = join(store, 'containers');
    return entriesOf(folder).flatMap(id => {
      const config = json(join(folder, id, 'config.v2.json'));
      const name = text(config?.Name).replace(/^\//, '');
      return name === '' ? [] : [{ runtime: 'docker', id, names: [name] }];
    });
  });
}

/** /var/lib/containers/storage/DRIVER-containers/containers.json: [{"id": ..., "names": ["web"]}], of podman and cri-o. */
function podmanStates({ root }: ContainerRoots): State[] {
  return storesOf(root, 'containers/storage').flatMap(storage =>
    entriesOf(storage)
      .filter(name => name.endsWith('-containers'))
      .flatMap(folder => {
        const list = json(join(storage, folder, 'containers.json'));
        return (Array.isArray(list) ? (list as readonly Json[]) : []).map(each => ({
          runtime: 'podman',
          id: text(each.id),
          names: Array.isArray(each.names) ? each.names.map(text).flatMap(kubernetesNames) : [],
        }));
      }),
  );
}

/** k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT, the names that cri-o and dockershim give. */
function kubernetesNames(name: string): string[] {
  const [prefix, container, pod, namespace, uid] = name.split('_');
  if (prefix !== 'k8s' || uid === undefined) return [name];
  return [name, `${pod}/${container}`, `${namespace}/${pod}/${container}`];
}

/** /run/containerd/io.containerd.runtime.v2.task/NAMESPACE/ID/config.json: the OCI specification, with annotations. */
function containerdStates({ root }: ContainerRoots): State[] {
  const tasks = join(root, '/run/containerd/io.containerd.runtime.v2.task');
  return entriesOf(tasks).flatMap(space =>
    entriesOf(join(tasks, space)).map(id => {
      const config = json(join(tasks, space, id, 'config.json'));
      const notes = (config?.annotations ?? {}) as Json;
      const container = text(notes['io.kubernetes.cri.container-name']);
      const pod = text(notes['io.kubernetes.cri.sandbox-name']);
      const namespace = text(notes['io.kubernetes.cri.sandbox-namespace']);
      const own = text(notes['nerdctl/name']);
      const names = [
        ...(own === '' ? [] : [own]),
        ...(container === '' ? [] : [`${pod}/${container}`, `${namespace}/${pod}/${container}`, container]),
      ];
      const path = text((config?.linux as Json | undefined)?.cgroupsPath);
      // 'slice:prefix:id' is systemd's, of which the group's name tells the id.
      return { runtime: 'containerd', id, names, cgroup: path.startsWith('/') ? path : undefined };
    }),
  );
}

/** State of runc and crun: /run/runc/ID/state.json with "cgroup_paths", /run/crun/ID/status with "cgroup-path". */
function ociStates({ root, cgroup }: ContainerRoots): State[] {
  const runc = [
    join(root, '/run/runc'),
    join(root, '/run/docker/runtime-runc/moby'),
    ...entriesOf(join(root, '/run/containerd/runc')).map(space => join(root, '/run/containerd/runc', space)),
  ];
  return [
    ...runc.flatMap(folder =>
      entriesOf(folder).map((id): State => {
        const state = json(join(folder, id, 'state.json'));
        const path = text((state?.cgroup_paths as Json | undefined)?.['']);
        return { runtime: 'runc', id, names: [], cgroup: belowRoot(path, cgroup) };
      }),
    ),
    ...entriesOf(join(root, '/run/crun')).map((id): State => {
      const path = text(json(join(root, '/run/crun', id, 'status'))?.['cgroup-path']);
      return { runtime: 'crun', id, names: [], cgroup: belowRoot(path, cgroup) };
    }),
  ];
}

/** /run/systemd/machines/NAME: lines like LEADER=1234; the group of the leader is the machine's. */
function machineStates({ root }: ContainerRoots): State[] {
  const folder = join(root, '/run/systemd/machines');
  return entriesOf(folder)
    .filter(name => !name.startsWith('unit:'))
    .flatMap((name): State[] => {
      const lines = contents(join(folder, name)) ?? '';
      if (!/^CLASS="?container"?$/m.test(lines)) return [];
      const leader = /^LEADER=(\d+)$/m.exec(lines)?.[1];
      const groups = leader === undefined ? '' : (contents(join(root, '/proc', leader, 'cgroup')) ?? '');
      const path = /^0::(\/.*)$/m.exec(groups)?.[1];
      const service = /^SERVICE="?(.*?)"?$/m.exec(lines)?.[1] ?? 'nspawn';
      // The leader may have a group below that of its unit.
      const unit = path && /^(.*\.(?:scope|service))(?:\/|$)/.exec(path)?.[1];
      return [{ runtime: service, id: name, names: [name], cgroup: unit ?? path }];
    });
}

/** Data folders of a runtime: the system's, and those of users that run it without root. */
function storesOf(root: string, name: string): string[] {
  const homes = [
    join(root, '/root'),
    ...entriesOf(join(root, '/home')).map(user => join(root, '/home', user)),
  ];
  return [join(root, '/var/lib', name), ...homes.map(home => join(home, '.local/share', name))];
}

function belowRoot(path: string, cgroup: string): string | undefined {
  const below = path.startsWith(`${cgroup}/`) ? path.slice(cgroup.length) : path;
  return below.startsWith('/') ? below : undefined;
}

type Json = Readonly<Record<string, unknown>>;

function json(path: string): Json | undefined {
  try {
    return JSON.parse(contents(path) ?? 'null') as Json;
  } catch {
    return undefined; // being written
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function contents(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
