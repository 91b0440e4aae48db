// Tools that only probes of the kernel's functions can be, in test kernels, which have them: each beside programs that do a known
// number of things (alone: TSBPF_GUEST_TESTS=cli/tools-kernel-functions test/guest/matrix 5.10 6.12). Where the kernel lets none of
// its functions be probed they say so, and name another tool.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { release } from 'node:os';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { withDisk } from '../harness/loop-disk.js';
import { noKprobes } from '../harness/probe-kinds.js';
import { beside, toolMaps, toolRows } from '../harness/tool.js';
import { tsbpf } from '../harness/tsbpf.js';

const ELSEWHERE = IN_GUEST ? noKprobes : 'loads modules, which the test kernels have';
const shell = (program: string, ...args: readonly string[]) => execFileSync(program, args, { stdio: 'pipe' });

/** A file system of the type ext4, empty. */
async function withExt4(use: (folder: string) => Promise<void>): Promise<void> {
  shell('modprobe', '-a', 'loop', 'ext4');
  await withDisk(32, async ({ path }) => {
    const folder = '/tmp/kernel-functions-ext4';
    mkdirSync(folder, { recursive: true });
    shell('mkfs.ext4', '-q', '-b', '4096', path);
    shell('mount', path, folder);
    try {
      await use(folder);
    } finally {
      shell('umount', folder);
    }
  });
}

const N = 6;

kernelTest(
  'ext4slower and fsdist: each open, read, write and fsync of files of ext4',
  async t => {
    await withExt4(async folder => {
      const file = `${folder}/blocks`;
      const rows = await toolRows(t, beside(`blocks ${N} ${file}`, 'ext4slower', '--least', '0'));
      const each = (op: string) => Array.from({ length: N }, (_, i) => `${op} 4096 ${4 * i} blocks deeds`);
      t.deepEqual(
        rows.map(row => [row.op, row.bytes, row.offset_kb, row.file, row.comm].join(' ')),
        ['open 0 0 blocks deeds', ...each('write'), ...each('read')],
      );
      for (const { lat_ns } of rows) t.true(Number(lat_ns) > 0);

      const maps = await toolMaps(t, beside(`syncs ${N} ${file}`, 'fsdist', '--type', 'ext4'));
      const latency = maps.get('@latency') as unknown as Record<string, { count: number }[]>;
      const counts = Object.entries(latency).map(([op, buckets]) => [
        op,
        buckets.reduce((sum, { count }) => sum + count, 0),
      ]);
      // By fsync(2) and by fdatasync(2).
      t.deepEqual(Object.fromEntries(counts), { open: 1, fsync: 2 * N });
    });
  },
  ELSEWHERE,
);

kernelTest(
  'fsdist: none is missed where many threads wait in the file system at the same time',
  async t => {
    await withExt4(async folder => {
      // Of a kretprobe ten calls may not have returned. Without types of modules (5.11) there is nothing else.
      const threads = release().startsWith('5.10.') ? 4 : 100;
      const maps = await toolMaps(t, beside(`thread-syncs ${threads} ${folder}/synced`, 'fsdist'));
      const latency = maps.get('@latency') as unknown as Record<string, { count: number }[]>;
      t.is(
        latency.fsync?.reduce((sum, { count }) => sum + count, 0),
        5 * threads,
      );
    });
  },
  ELSEWHERE,
);

kernelTest(
  'dcsnoop: a name that is not there is asked of the file system once',
  async t => {
    await withExt4(async folder => {
      const rows = await toolRows(t, beside(`stats ${N} ${folder}/absent`, 'dcsnoop', '--all'));
      t.deepEqual(
        rows.filter(({ name }) => name === 'absent').map(({ cache, comm }) => `${cache} ${comm}`),
        ['miss deeds', ...Array(N - 1).fill('hit deeds')],
      );
    });
  },
  ELSEWHERE,
);

kernelTest(
  'vfsstat: calls of the virtual file system',
  async t => {
    // A file system that lies upon another one, as /tmp may, has each call twice.
    await withExt4(async folder => {
      const [row] = await toolRows(t, beside(`syncs ${N} ${folder}/synced`, 'vfsstat', '--every', '600'));
      const { writes, fsyncs, unlinks, mkdirs } = row ?? {};
      // What it prints at its end is its only write.
      t.deepEqual({ writes, unlinks, mkdirs }, { writes: 1, unlinks: 0, mkdirs: 0 });
      // In Debian's 5.10 one of the two system calls does without a call of vfs_fsync_range.
      t.true(fsyncs === 2 * N || (release().startsWith('5.10.') && fsyncs === N), `${fsyncs}`);

      const vectors = await toolRows(
        t,
        beside(`vectors ${N} ${folder}/vectors`, 'vfsstat', '--every', '600'),
      );
      // The start of a program reads its libraries.
      t.is(Number(vectors[0]?.reads) - Number(row?.reads), N);
      t.is(vectors[0]?.writes, N + 1);
    });
  },
  ELSEWHERE,
);

kernelTest(
  'swapin: pages that a process waits for, as many as its major faults',
  async t => {
    shell('modprobe', 'zram');
    shell('sh', '-c', 'echo 32M > /sys/block/zram0/disksize');
    shell('mkswap', '/dev/zram0');
    shell('swapon', '/dev/zram0');
    try {
      const maps = await toolMaps(t, beside('pageouts 200', 'swapin'));
      const { pid, major } = (maps.get('done') ?? {}) as Record<string, string>;
      t.true(Number(major) > 100, `${major} of 200 pages came back from swap`);
      t.is(Number(maps.get('@pages')?.[`${pid},deeds`]), Number(major));
    } finally {
      shell('swapoff', '/dev/zram0');
      spawnSync('modprobe', ['-r', 'zram']);
    }
  },
  ELSEWHERE,
);

kernelTest(
  'without kprobes they say what they require, and what shows nearly the same',
  async t => {
    const instead = {
      fsslower: 'fileslower',
      xfsdist: 'syncsnoop',
      vfscount: 'syscount',
      dcsnoop: 'statsnoop',
    };
    const all = Object.entries(instead).map(async ([tool, other]) => {
      const { code, stderr, stdout } = await tsbpf([tool]);
      t.is(code, 1);
      t.is(stdout, '');
      t.is(
        stderr.match(/^\S+: ERROR: this kernel does not let its functions be probed/gm)?.length,
        1,
        stderr,
      );
      t.regex(stderr, new RegExp(`^${tool} requires:\n  kprobes .*\n(  .*\n)*  otherwise ${other}\\b`, 'm'));
    });
    await Promise.all(all);
  },
  noKprobes === undefined ? 'this kernel has kprobes' : undefined,
);
