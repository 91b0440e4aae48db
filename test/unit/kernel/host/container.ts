// Containers found in the trees that runtimes leave: control groups and state files, made here as those runtimes write them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  type Container,
  containerAt,
  containersNamed,
  findContainers,
  shortName,
} from '../../../../src/kernel/host/container.js';

const id = (digit: string) => digit.repeat(64);

/** A machine with these folders below its control groups, and these files. */
function containers(
  t: ExecutionContext,
  groups: readonly string[],
  files: Readonly<Record<string, unknown>> = {},
): readonly Container[] {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-containers-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const cgroup = join(folder, 'sys/fs/cgroup');
  mkdirSync(cgroup, { recursive: true });
  for (const group of groups) mkdirSync(join(cgroup, group), { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return findContainers({ cgroup, root: folder });
}

const told = (list: readonly Container[]) =>
  list.map(({ runtime, id, names, cgroup }) => [runtime, id.slice(0, 4), names.join(' '), cgroup]);

test("docker, by systemd's scopes and by plain folders, with the names of its state files", t => {
  const list = containers(
    t,
    [`system.slice/docker-${id('a')}.scope/init.scope`, `docker/${id('b')}`, 'system.slice/docker.service'],
    {
      [`/var/lib/docker/containers/${id('a')}/config.v2.json`]: { ID: id('a'), Name: '/web' },
      [`/var/lib/docker/containers/${id('b')}/config.v2.json`]: { ID: id('b'), Name: '/db' },
      [`/var/lib/docker/containers/${id('c')}/config.v2.json`]: { ID: id('c'), Name: '/stopped' },
      [`/var/lib/docker/containers/${id('d')}/config.v2.json`]: '{ half a fi',
    },
  );
  t.deepEqual(told(list), [
    ['docker', 'bbbb', 'db', `/docker/${id('b')}`],
    ['docker', 'aaaa', 'web', `/system.slice/docker-${id('a')}.scope`],
  ]);
});

test('podman, of the system and of a user, without its monitors', t => {
  const user = 'user.slice/user-1000.slice/user@1000.service/user.slice';
  const list = containers(
    t,
    [
      `machine.slice/libpod-${id('a')}.scope/container`,
      `machine.slice/libpod-conmon-${id('a')}.scope`,
      `${user}/libpod-${id('b')}.scope`,
    ],
    {
      '/var/lib/containers/storage/overlay-containers/containers.json': [{ id: id('a'), names: ['web'] }],
      '/home/ann/.local/share/containers/storage/vfs-containers/containers.json': [
        { id: id('b'), names: ['own'] },
      ],
    },
  );
  t.deepEqual(told(list), [
    ['podman', 'aaaa', 'web', `/machine.slice/libpod-${id('a')}.scope`],
    ['podman', 'bbbb', 'own', `/${user}/libpod-${id('b')}.scope`],
  ]);
});

test('Kubernetes: containerd by annotations, cri-o by the names in its storage', t => {
  const pod = 'kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice';
  const list = containers(
    t,
    [`${pod}/cri-containerd-${id('a')}.scope`, `${pod}/crio-${id('b')}.scope`, `kubepods/pod2/${id('c')}`],
    {
      [`/run/containerd/io.containerd.runtime.v2.task/k8s.io/${id('a')}/config.json`]: {
        annotations: {
          'io.kubernetes.cri.container-name': 'nginx',
          'io.kubernetes.cri.sandbox-name': 'web-7',
          'io.kubernetes.cri.sandbox-namespace': 'prod',
        },
        linux: { cgroupsPath: `kubepods-burstable-pod1.slice:cri-containerd:${id('a')}` },
      },
      '/var/lib/containers/storage/overlay-containers/containers.json': [
        { id: id('b'), names: ['k8s_redis_cache-0_prod_0a1b_0'] },
      ],
      [`/run/containerd/io.containerd.runtime.v2.task/k8s.io/${id('c')}/config.json`]: {
        linux: { cgroupsPath: `/kubepods/pod2/${id('c')}` },
      },
    },
  );
  t.deepEqual(told(list), [
    ['containerd', 'aaaa', 'web-7/nginx prod/web-7/nginx nginx', `/${pod}/cri-containerd-${id('a')}.scope`],
    [
      'cri-o',
      'bbbb',
      'k8s_redis_cache-0_prod_0a1b_0 cache-0/redis prod/cache-0/redis',
      `/${pod}/crio-${id('b')}.scope`,
    ],
    ['containerd', 'cccc', '', `/kubepods/pod2/${id('c')}`],
  ]);
  const named = (name: string) => containersNamed(list, name).map(each => each.id[0]);
  t.deepEqual(named('prod/web-7/nginx'), ['a']);
  t.deepEqual(named('cache-0/redis'), ['b']);
  t.deepEqual(named('nginx'), ['a']);
});

test('nerdctl, runc and crun: groups that their state files name', t => {
  const list = containers(t, ['system.slice', `default/${id('a')}`, 'mine/box', 'user.slice/crun-1'], {
    [`/run/containerd/io.containerd.runtime.v2.task/default/${id('a')}/config.json`]: {
      annotations: { 'nerdctl/name': 'box1' },
      linux: { cgroupsPath: `/default/${id('a')}` },
    },
    '/run/runc/box/state.json': { id: 'box', cgroup_paths: { '': '/sys/fs/cgroup/mine/box' } },
    '/run/crun/small/status': { pid: 5, 'cgroup-path': '/user.slice/crun-1' },
  });
  t.deepEqual(told(list), [
    ['containerd', 'aaaa', 'box1', `/default/${id('a')}`],
    ['crun', 'smal', '', '/user.slice/crun-1'],
  ]);
});

test('systemd-nspawn and lxc: by the names of their groups, and by what systemd keeps', t => {
  const list = containers(
    t,
    [
      'machine.slice/machine-deb\\x2dsid.scope/payload',
      'machine.slice/systemd-nspawn@fedora.service',
      'machine.slice/machine-qemu\\x2d1\\x2dvm.scope',
      'lxc.payload.alpine/init.scope',
      'lxc.monitor.alpine',
      'lxc/old',
    ],
    {
      '/run/systemd/machines/deb-sid':
        'NAME=deb-sid\nCLASS="container"\nSERVICE="systemd-nspawn"\nLEADER=77\n',
      '/run/systemd/machines/qemu-1-vm': 'NAME=qemu-1-vm\nCLASS="vm"\nLEADER=78\n',
      '/proc/77/cgroup': '1:name=systemd:/x\n0::/machine.slice/machine-deb\\x2dsid.scope/payload\n',
    },
  );
  t.deepEqual(told(list), [
    ['lxc', 'alpi', 'alpine', '/lxc.payload.alpine'],
    ['lxc', 'old', 'old', '/lxc/old'],
    ['nspawn', 'deb-', 'deb-sid', '/machine.slice/machine-deb\\x2dsid.scope'],
    ['nspawn', 'fedo', 'fedora', '/machine.slice/systemd-nspawn@fedora.service'],
  ]);
});

test('a name, an id or the beginning of an id; a path within a group', t => {
  const list = containers(
    t,
    [`system.slice/docker-ab${'0'.repeat(62)}.scope/app`, `system.slice/docker-ac${'0'.repeat(62)}.scope`],
    { [`/var/lib/docker/containers/ab${'0'.repeat(62)}/config.v2.json`]: { Name: '/acab' } },
  );
  const found = (name: string) => containersNamed(list, name).map(shortName);
  t.deepEqual(found('acab'), ['acab']);
  t.deepEqual(found('ab0'), ['acab']);
  t.deepEqual(found(`ac${'0'.repeat(62)}`), ['ac0000000000']);
  t.deepEqual(found('a'), []); // too short to be meant as an id
  t.deepEqual(found('web'), []);
  t.is(containerAt(list, `/system.slice/docker-ab${'0'.repeat(62)}.scope/app`)?.names[0], 'acab');
  t.is(containerAt(list, '/system.slice'), undefined);
  t.is(containerAt(list, `/system.slice/docker-ab${'0'.repeat(62)}.scope2`), undefined);
});

test('nothing at all', t => t.deepEqual(containers(t, []), []));
