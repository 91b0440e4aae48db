// The check that a test leaves nothing in the kernel sees what stays, and not what this process has in use.
import { rmSync } from 'node:fs';
import { MapType } from '../../src/compiler/bpf/uapi.js';
import { closeFd } from '../../src/kernel/sys/fd.js';
import { mapCreate } from '../../src/kernel/sys/map.js';
import { mapGetInfo, objPin } from '../../src/kernel/sys/object.js';
import { kernelTest } from '../harness/kernel-test.js';
import { inKernel, leftSince } from '../harness/nothing-left.js';

const PIN = `/sys/fs/bpf/tsbpf-test-${process.pid}`;

kernelTest('a pinned map is what is left', async t => {
  const before = inKernel();
  const left = async (patience?: number) =>
    (await leftSince(before, patience)).map(object => object.split(' ', 2).join(' '));
  const fd = mapCreate({ type: MapType.BPF_MAP_TYPE_ARRAY, keySize: 4, valueSize: 4, maxEntries: 1 });
  const map = `map ${mapGetInfo(fd).numbers.id}`;
  t.true(inKernel().has(map));
  t.false((await left(0)).includes(map));
  objPin(fd, PIN);
  closeFd(fd);
  try {
    t.true((await left(0)).includes(map));
  } finally {
    rmSync(PIN);
  }
  t.false((await left()).includes(map));
});
