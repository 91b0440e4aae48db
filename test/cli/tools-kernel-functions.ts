// Tools that only probes of the kernel's functions can be, in test kernels, which have them: each beside programs that do a known
// number of things (alone: TSBPF_GUEST_TESTS=cli/tools-kernel-functions test/guest/matrix 5.10 6.12). Where the kernel lets none of
// its functions be probed they say so, and name another tool.
import { execFileSync, spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { gated } from '../harness/gated.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { withDisk } from '../harness/loop-disk.js';
import { noKprobes } from '../harness/probe-kinds.js';
import { beside, toolMaps, toolRows } from '../harness/tool.js';
import { type Bucket, held } from '../harness/tool-output.js';
import { tsbpf } from '../harness/tsbpf.js';
import { workload } from '../workload/workload.js';

const ELSEWHERE = IN_GUEST ? noKprobes : 'loads modules, which the test kernels have';
const shell = (program: string, ...args: readonly string[]) => execFileSync(program, args, { stdio: 'pipe' });

/** A file system of the type ext4, empty. */
async function withExt4(use: (folder: string, device: string) => Promise<void>): Promise<void> {
  shell('modprobe', '-a', 'loop', 'ext4');
  await withDisk(32, async ({ path }) => {
    const folder = '/tmp/kernel-functions-ext4';
    mkdirSync(folder, { recursive: true });
    shell('mkfs.ext4', '-q', '-b', '4096', path);
    shell('mount', path, folder);
    try {
      await use(folder, path);
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
      const latency = maps.get('@latency_us') as unknown as Record<string, { count: number }[]>;
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
      // Of a kretprobe as many calls may not have returned as there are CPUs. Without types of modules (5.11) there is nothing else.
      const threads = release().startsWith('5.10.') ? 1 : 100;
      const maps = await toolMaps(t, beside(`thread-syncs ${threads} ${folder}/synced`, 'fsdist'));
      const latency = maps.get('@latency_us') as unknown as Record<string, { count: number }[]>;
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

const MANY = 60;
/** Of one process, which waits while the tool attaches: nothing counts but what it does then. */
const ofDeed = async (words: readonly string[], read: (pid: string, run: () => unknown) => Promise<void>) => {
  const { pid, run } = await gated(workload('deeds'), words);
  await read(String(pid), run);
};

kernelTest(
  'dcstat, icstat: names and inodes that are not in the caches, and those that are',
  async t => {
    await withExt4(async (folder, device) => {
      writeFileSync(`${folder}/linked`, '');
      for (let i = 0; i < MANY; i++) {
        if (i % 2 === 0) writeFileSync(`${folder}/file${i}`, '');
        else linkSync(`${folder}/linked`, `${folder}/file${i}`);
      }
      // Both caches are without them then.
      shell('umount', folder);
      shell('mount', device, folder);
      const statOf = async (tool: string, name: string) => {
        let found: unknown;
        await ofDeed(['names', String(MANY), `${folder}/${name}`], async (pid, run) => {
          const rows = await toolRows(t, ['-p', pid, tool, '--every', '600'], run);
          found = rows.map(({ lookups, hits, misses, hitratio_pct }) => [
            lookups,
            hits,
            misses,
            hitratio_pct,
          ]);
        });
        return found;
      };
      // Half of the files are links to one, whose inode is in the cache after the first.
      t.deepEqual(await statOf('icstat', 'file'), [[MANY, MANY / 2 - 1, MANY / 2 + 1, 48]]);
      // Of a name in /tmp/FOLDER three parts are looked up.
      t.deepEqual(await statOf('dcstat', 'absent'), [[3 * MANY, 2 * MANY, MANY, 66]]);
    });
  },
  ELSEWHERE,
);

kernelTest(
  'vfscount: reads and writes of a process',
  async t => {
    await ofDeed(['blocks', String(MANY), '/tmp/kernel-functions-blocks'], async (pid, run) => {
      const calls = (await toolMaps(t, ['-q', '-p', pid, 'vfscount'], run)).get('@calls') ?? {};
      // The line that it prints is written, too.
      t.deepEqual(
        [calls.vfs_read, calls.vfs_write, calls.vfs_fsync_range],
        [MANY, MANY + 1, undefined],
        JSON.stringify(calls),
      );
    });
  },
  ELSEWHERE,
);

kernelTest(
  'overlayfs: each operation of files of an overlay',
  async t => {
    shell('modprobe', 'overlay');
    // In a file system of its own: /tmp may be an overlay, above which there can be none.
    const place = '/tmp/kernel-functions-overlay';
    mkdirSync(place, { recursive: true });
    shell('mount', '-t', 'tmpfs', 'tmpfs', place);
    const [below, above, work, folder] = ['below', 'above', 'work', 'merged'].map(
      name => `${place}/${name}`,
    ) as [string, string, string, string];
    for (const each of [below, above, work, folder]) mkdirSync(each);
    writeFileSync(`${below}/old`, '');
    const options = `lowerdir=${below},upperdir=${above},workdir=${work}`;
    shell('mount', '-t', 'overlay', '-o', options, 'overlay', folder);
    try {
      await ofDeed(['operations', String(MANY), `${folder}/old`], async (pid, run) => {
        const latency = (await toolMaps(t, ['-q', '-p', pid, 'overlayfs'], run)).get('@latency_us') ?? {};
        const counts = Object.entries(latency).map(([op, buckets]) => [
          op,
          held(buckets as readonly Bucket[]),
        ]);
        const each = { read: MANY, write: MANY, fsync: MANY, getattr: MANY };
        t.deepEqual(Object.fromEntries(counts), { open: 1, ...each });
      });
    } finally {
      shell('umount', folder);
      shell('umount', place);
    }
  },
  ELSEWHERE,
);

kernelTest(
  'mdflush: each flush of a mirror of two disks',
  async t => {
    shell('modprobe', '-a', 'loop', 'raid1');
    await withDisk(8, async first => {
      await withDisk(8, async second => {
        const name = 'md_functions';
        const folder = `/sys/block/${name}/md`;
        const tell = (file: string, text: string) => writeFileSync(`${folder}/${file}`, text);
        writeFileSync('/sys/module/md_mod/parameters/new_array', name);
        tell('metadata_version', 'none');
        tell('level', 'raid1');
        tell('raid_disks', '2');
        for (const [slot, disk] of [first, second].entries()) {
          tell('new_dev', readFileSync(`/sys/block/${disk.name}/dev`, 'utf8'));
          tell(`dev-${disk.name}/slot`, String(slot));
        }
        tell('array_state', 'active');
        try {
          const rows = await toolRows(t, beside(`syncs ${N} /dev/${name}`, 'mdflush'));
          t.deepEqual(
            rows.map(row => `${row.device} ${row.comm}`),
            Array(2 * N).fill(`${name} deeds`),
          );
        } finally {
          tell('array_state', 'clear');
        }
      });
    });
  },
  ELSEWHERE,
);

kernelTest(
  'kvmexit: each write to a port by a virtual machine',
  async t => {
    // QEMU emulates the virtualization of AMD.
    shell('modprobe', 'kvm-amd');
    const words = (...options: readonly string[]) => [
      '-c',
      `${workload('machine')} 300`,
      '--follow',
      'kvmexit',
      ...options,
    ];
    const maps = await toolMaps(t, words());
    const { pid, done } = (maps.get('done') ?? {}) as Record<string, string>;
    t.is(done, '300');
    const exits = maps.get('@outside_ns') as Record<string, { count: number; total: number }> | undefined;
    const io = exits?.[`{.pid=${pid},.comm=machine,.reason=svm_io}`];
    t.is(io?.count, 300, JSON.stringify(exits));
    t.true(io!.total > 0);
    const threads = await toolMaps(t, words('--threads'));
    const own = threads.get('done')?.pid;
    const each = threads.get('@outside_ns')?.[`{.pid=${own},.tid=${own},.comm=machine,.reason=svm_io}`];
    t.is((each as { count: number } | undefined)?.count, 300);
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
      // By fsync(2) and by fdatasync(2). In Debian's 5.10 and 6.1 one of the two does without a function of its own.
      t.is(fsyncs, 2 * N);

      const vectors = await toolRows(
        t,
        beside(`vectors ${N} ${folder}/vectors`, 'vfsstat', '--every', '600'),
      );
      // The start of a program reads its libraries.
      t.is(Number(vectors[0]?.reads) - Number(row?.reads), 2 * N);
      t.is(vectors[0]?.writes, 2 * N + 1);
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
