// How often all control groups are looked through for the names of containers.
import test from 'ava';
import { ContainerNames } from '../../../src/runtime/container-names.js';

test('groups that were there are not looked for again, a younger one is', t => {
  const groups = new Map([
    [1n, '/system.slice'],
    [2n, '/user.slice'],
    [3n, '/web/init.scope'],
  ]);
  let scans = 0;
  const names = new ContainerNames({ path: id => groups.get(id) }, () => {
    scans++;
    const containers = [{ runtime: 'docker', id: 'a'.repeat(64), names: ['web'], cgroup: '/web' }];
    return { groups: new Set(groups.values()), containers };
  });
  t.deepEqual(
    [1n, 2n, 3n, 1n, 9n].map(id => names.text(id)),
    ['-', '-', 'web', '-', '?'],
  );
  t.is(scans, 1);
  groups.set(4n, '/web/new');
  t.is(names.text(4n), 'web');
  t.is(scans, 2);
});
