// Tools about files and what is read and written: each beside programs that do a known number of things to files of the test's own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { kernelTest } from '../harness/kernel-test.js';
import { addedUp, ranAs, toolOutput } from '../harness/tool-output.js';
import { workload, workloadAs } from '../workload/workload.js';

const folder = mkdtempSync(join(tmpdir(), 'tools-io-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A program of the system by a name of the test's own, which is its comm. */
function named(program: string, comm: string): string {
  const link = join(folder, comm);
  symlinkSync(execFileSync('which', [program], { encoding: 'utf8' }).trim(), link);
  return link;
}

const PAGE = 4096;
const PAGES = 300;
const data = join(folder, 'io-data');
writeFileSync(data, Buffer.alloc(PAGES * PAGE, 1));

/** Reads `count` blocks of 64 KiB and writes them to another file. */
const copy = (dd: string, to: string, count: number) =>
  ranAs(dd, `if=${data}`, `of=${join(folder, to)}`, 'bs=64k', `count=${count}`);

kernelTest(
  'fileslower: each read and write, with its file, from no time on; none from a minute on',
  async t => {
    const dd = named('dd', 'io-slower');
    let pid = 0;
    const act = async () => {
      pid = await copy(dd, 'io-copy', 3);
    };
    const { rows } = await toolOutput(t, ['fileslower', '-n', 'io-slower', '--least', '0'], act);
    const own = rows.filter(({ file }) => file === 'io-data' || file === 'io-copy');
    t.deepEqual(
      own.map(row => [row.pid, row.comm, row.type, row.bytes, row.file].join(' ')),
      [1, 2, 3].flatMap(() => [
        `${pid} io-slower read 65536 io-data`,
        `${pid} io-slower write 65536 io-copy`,
      ]),
    );
    for (const { lat_ns } of own) t.true(Number(lat_ns) > 0);
    const slow = await toolOutput(t, ['fileslower', '-n', 'io-slower', '-m', '60000'], act);
    t.deepEqual(slow.rows, []);
  },
);

kernelTest('filetop: reads and writes by process and file', async t => {
  const dd = named('dd', 'io-top');
  let pid = 0;
  const { rows } = await toolOutput(
    t,
    ['-p', String(process.pid), '--follow', 'filetop', '-i', '60'],
    async () => {
      pid = await copy(dd, 'io-copy', 4);
    },
  );
  const sums = addedUp(rows, ['pid', 'comm', 'file'], ['reads', 'writes', 'read_kb', 'written_kb']);
  t.deepEqual(sums[`${pid} io-top io-data`], [4, 0, 256, 0]);
  t.deepEqual(sums[`${pid} io-top io-copy`], [0, 4, 0, 256]);
  for (const [option, file] of [
    ['--read-only', 'io-data'],
    ['--write-only', 'io-copy'],
  ] as const) {
    const chosen = await toolOutput(
      t,
      ['-p', String(process.pid), '--follow', 'filetop', '-i', '60', option],
      async () => {
        pid = await copy(dd, 'io-copy', 4);
      },
    );
    const own = chosen.rows.filter(row => row.pid === pid && /^io-(data|copy)$/.test(String(row.file)));
    t.deepEqual([...new Set(own.map(row => row.file))], [file]);
  }
});

kernelTest('filetop and fileslower: reads and writes of vectors', async t => {
  const act = async () => void (await ranAs(workload('deeds'), 'vectors', '5', join(folder, 'io-vectors')));
  const whose = ['-p', String(process.pid), '--follow'];
  const { rows } = await toolOutput(t, [...whose, 'filetop', '-i', '60'], act);
  const sums = addedUp(rows, ['comm', 'file'], ['reads', 'writes', 'read_kb', 'written_kb']);
  t.deepEqual(sums['deeds io-vectors'], [10, 10, 20, 20]);
  const slow = await toolOutput(t, [...whose, 'fileslower', '--least', '0'], act);
  const own = slow.rows.filter(({ file }) => file === 'io-vectors');
  t.deepEqual([...new Set(own.map(({ type, bytes }) => `${type} ${bytes}`))], ['write 2048', 'read 2048']);
  t.is(own.length, 20);
});

kernelTest('dirtop: reads and writes by folder', async t => {
  const dd = named('dd', 'io-dirs');
  const { rows } = await toolOutput(t, ['-p', String(process.pid), '--follow', 'dirtop', '-i', '60'], () =>
    copy(dd, 'io-copy', 4),
  );
  const sums = addedUp(rows, ['folder'], ['reads', 'writes', 'read_kb', 'written_kb']);
  t.deepEqual(sums[basename(folder)], [4, 4, 256, 256]);
});

kernelTest('ioprofile: each read and write, by stack', async t => {
  const dd = named('dd', 'io-stacks');
  const { map } = await toolOutput(t, ['-p', String(process.pid), '--follow', 'ioprofile'], () =>
    copy(dd, 'io-copy', 500),
  );
  const own = Object.entries(map<Record<string, number>>('@calls') ?? {}).filter(([key]) =>
    key.startsWith('io-stacks,'),
  );
  // 19 blocks of data, as many writes, and what the loader reads.
  const calls = own.reduce((sum, [, count]) => sum + count, 0);
  t.true(calls >= 2 * Math.ceil((PAGES * PAGE) / 65536) && calls < 100, JSON.stringify(own));
});

kernelTest('scread: reads by thread and file', async t => {
  const dd = named('dd', 'io-scread');
  const { map } = await toolOutput(t, ['scread', '-n', 'io-scread'], () => copy(dd, 'io-copy', 3));
  t.is(map<Record<string, number>>('@reads')?.['io-scread,io-data'], 3);
});

kernelTest('mmapsnoop: mappings of a file', async t => {
  const program = workloadAs('memory', 'io-mmap');
  let pid = 0;
  const { rows } = await toolOutput(t, ['mmapsnoop', '-n', 'io-mmap'], async () => {
    pid = await ranAs(program, 'maps', '5', data);
  });
  const own = rows.filter(({ file }) => file === 'io-data');
  t.deepEqual(
    own,
    [1, 2, 3, 4, 5].map(() => {
      const kb = (PAGES * PAGE) / 1024;
      return { pid, comm: 'io-mmap', prot: 'r--', flags: 'shared', kb, offset: 0, file: 'io-data' };
    }),
  );
});

kernelTest('filegone: files that are removed and renamed; --failed shows what is not', async t => {
  const [mv, rm] = [named('mv', 'io-mv'), named('rm', 'io-rm')];
  const [old, renamed, missing] = ['gone-old', 'gone-new', 'gone-missing'].map(name => join(folder, name));
  const pids: number[] = [];
  const act = async () => {
    writeFileSync(old!, '');
    pids.splice(
      0,
      9,
      await ranAs(mv, old!, renamed!),
      await ranAs(rm, renamed!),
      await ranAs(rm, '-f', missing!),
    );
  };
  const shown = async (...options: readonly string[]) => {
    const { rows } = await toolOutput(t, ['filegone', '-n', 'io-', ...options], act);
    return rows
      .filter(({ file }) => String(file).startsWith(join(folder, 'gone-')))
      .map(row => [row.pid, row.comm, row.action, row.err ?? '', row.file, row.new].join(' '));
  };
  const done = await shown();
  t.deepEqual(done, [`${pids[0]} io-mv rename  ${old} ${renamed}`, `${pids[1]} io-rm unlink  ${renamed} -`]);
  const all = await shown('--failed');
  t.deepEqual(all, [
    `${pids[0]} io-mv rename - ${old} ${renamed}`,
    `${pids[1]} io-rm unlink - ${renamed} -`,
    `${pids[2]} io-rm unlink ENOENT ${missing} -`,
  ]);
});

kernelTest('filelife: what was made and removed, not what was there before', async t => {
  const [touch, rm] = [named('touch', 'io-touch'), named('rm', 'io-life')];
  // Whoever makes them within the trace makes them anew: several for when it is traced again.
  const all = [0, 1, 2, 3].map(i => [join(folder, `life-fresh-${i}`), join(folder, `life-stale-${i}`)]);
  for (const [, stale] of all) writeFileSync(stale!, '');
  let fresh = '';
  let pid = 0;
  const { rows } = await toolOutput(t, ['filelife', '-n', 'io-life'], async () => {
    const [made = '', stale = ''] = all.shift()!;
    fresh = made;
    await ranAs(touch, fresh, stale);
    pid = await ranAs(rm, fresh, stale);
  });
  t.is(rows.length, 1, JSON.stringify(rows));
  const { age_ns, ...row } = rows[0]!;
  t.deepEqual(row, { pid, comm: 'io-life', file: fresh });
  t.true(Number(age_ns) > 0);
});

kernelTest('mountsnoop: a mount and an unmount', async t => {
  const place = mkdtempSync(join(folder, 'mount-'));
  let pids: number[] = [];
  const { rows } = await toolOutput(t, ['mountsnoop'], async () => {
    pids = [await ranAs('mount', '-t', 'tmpfs', 'tools-io', place), await ranAs('umount', place)];
  });
  const own = rows.filter(({ target }) => String(target).startsWith(join(folder, 'mount-')));
  const ends = own.map(row => [row.pid, row.comm, row.call, row.target, row.err].join(' '));
  t.true(ends[0]!.startsWith(`${pids[0]} mount `) && ends[0]!.endsWith(`${place} -`), ends[0]);
  t.true(ends.includes(`${pids[1]} umount umount ${place} -`), ends.join('\n'));
});

kernelTest('cachestat: pages that are looked for, brought in and changed', async t => {
  const dd = named('dd', 'io-cache');
  const cold = join(folder, 'io-cold');
  writeFileSync(cold, Buffer.alloc(2048 * PAGE, 1));
  // Only what is written back can be dropped.
  execFileSync('sync', [cold]);
  execFileSync('dd', [`of=${cold}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'], {
    stdio: 'ignore',
  });
  const { rows } = await toolOutput(
    t,
    ['-p', String(process.pid), '--follow', 'cachestat', '-i', '60'],
    async () => {
      await ranAs(dd, `if=${cold}`, 'of=/dev/null', 'bs=64k');
      await ranAs(dd, `if=${cold}`, `of=${join(folder, 'io-warm')}`, 'bs=64k');
    },
  );
  const [sum] = Object.values(addedUp(rows, [], ['lookups', 'misses', 'dirties']));
  const [lookups = 0, misses = 0, dirties = 0] = sum!;
  // Each read them all; the start of programs is some more.
  t.true(lookups >= 4096 && lookups < 4096 + 1500, JSON.stringify(rows));
  t.true(misses >= 2048 && misses < 2048 + 1500, JSON.stringify(rows)); // those that were dropped, not those of the copy
  t.true(dirties > 0, JSON.stringify(rows));
});

kernelTest('cachestat: pages that a write makes are changed, and no misses', async t => {
  const dd = named('dd', 'io-cache-made');
  const { rows } = await toolOutput(
    t,
    ['-p', String(process.pid), '--follow', 'cachestat', '-i', '60'],
    async () => {
      await ranAs(dd, 'if=/dev/zero', `of=${join(folder, 'io-made')}`, 'bs=4k', 'count=4096');
    },
  );
  const [sum] = Object.values(addedUp(rows, [], ['misses', 'dirties']));
  const [misses = 0, dirties = 0] = sum!;
  // The start of a program brings in some.
  t.true(misses < 1000, JSON.stringify(rows));
  t.true(dirties >= 4096, JSON.stringify(rows));
});

kernelTest('cachetop: the same by process', async t => {
  const dd = named('dd', 'io-cachetop');
  let pid = 0;
  const { rows } = await toolOutput(
    t,
    ['-p', String(process.pid), '--follow', 'cachetop', '-i', '60'],
    async () => {
      pid = await copy(dd, 'io-cachetop-copy', 9);
    },
  );
  const fields = ['lookups', 'misses', 'dirties'];
  const [lookups = 0, misses = 0, dirties = 0] =
    addedUp(rows, ['pid', 'comm'], fields)[`${pid} io-cachetop`] ?? [];
  // 64 KiB are 16 pages, read and written; the start of a program looks for some more.
  t.true(lookups >= 9 * 16 && lookups < 9 * 16 + 1500, JSON.stringify(rows));
  t.true(misses < 1500, JSON.stringify(rows)); // those that are written are none
  t.true(dirties > 0, JSON.stringify(rows));
});

kernelTest('bufgrow: whose pages came into the page cache', async t => {
  const dd = named('dd', 'io-bufgrow');
  const { map } = await toolOutput(t, ['bufgrow', '-n', 'io-bufgrow'], () =>
    ranAs(dd, 'if=/dev/zero', `of=${join(folder, 'io-grown')}`, 'bs=64k', 'count=32'),
  );
  const kb = map<Record<string, number>>('@kb')?.['io-bufgrow'] ?? 0;
  t.true(kb >= 2048 && kb < 2048 + 4096, String(kb));
});

kernelTest('fmapfault: faults by the file that is mapped', async t => {
  const program = workloadAs('memory', 'io-fmap');
  const { map } = await toolOutput(t, ['fmapfault', '-n', 'io-fmap'], () =>
    ranAs(program, 'faults', String(PAGES), data),
  );
  const faults = map<Record<string, number>>('@faults')?.['io-fmap,io-data'] ?? 0;
  // The kernel maps what is in the cache around a page, and all of a large one.
  t.true(faults >= 1 && faults <= PAGES, String(faults));
});

kernelTest('ffaults: faults by file alone', async t => {
  const program = workloadAs('memory', 'io-ffaults');
  const mine = join(folder, 'io-ffaults-data');
  writeFileSync(mine, Buffer.alloc(PAGES * PAGE, 1));
  const { map } = await toolOutput(t, ['ffaults'], () => ranAs(program, 'faults', String(PAGES), mine));
  const faults = map<Record<string, number>>('@faults')?.['io-ffaults-data'] ?? 0;
  t.true(faults >= 1 && faults <= PAGES, String(faults));
});

kernelTest('shmsnoop: the four calls of a segment, and one that fails', async t => {
  let pid = 0;
  const { rows } = await toolOutput(t, ['shmsnoop', '-n', 'io-shm'], async () => {
    pid = await ranAs(workloadAs('memory', 'io-shm'), 'shm', '2');
  });
  const own = rows.filter(row => row.pid === pid);
  t.deepEqual(
    own.map(({ call, err }) => `${call} ${err}`),
    [1, 2].flatMap(() => ['shmget -', 'shmat -', 'shmdt -', 'shmctl -']),
  );
  t.is(own[0]!.arg, 65_536);
  t.is(own[1]!.id, own[0]!.ret);
  t.is(own[2]!.id, own[1]!.ret);
  t.is(own[3]!.id, own[0]!.ret);
  t.truthy(workload('memory'));
});
