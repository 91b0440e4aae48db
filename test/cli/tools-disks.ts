// Tools about disks, each on a loop device of its own that gets a known number of requests past the page cache.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskTest, type LoopDisk, withDisk } from '../harness/loop-disk.js';
import { addedUp, type Bucket, held, ranAs, toolOutput } from '../harness/tool-output.js';

const SIZE = 16_384;

/** So many requests of 16 KiB each, one after another; the process that made them. */
const writes = ({ path }: LoopDisk, count: number, at = 0) =>
  ranAs('dd', 'if=/dev/zero', `of=${path}`, `bs=${SIZE}`, `count=${count}`, `seek=${at}`, 'oflag=direct');
const reads = ({ path }: LoopDisk, count: number, at = 0) =>
  ranAs('dd', `if=${path}`, 'of=/dev/null', `bs=${SIZE}`, `count=${count}`, `skip=${at}`, 'iflag=direct');

/** Writes with a flush behind them, which a thread of the kernel makes. */
const synced = ({ path }: LoopDisk, count: number) =>
  ranAs('dd', 'if=/dev/zero', `of=${path}`, `bs=${SIZE}`, `count=${count}`, 'oflag=direct', 'conv=fsync');

type Buckets = readonly Bucket[];

diskTest('biolatency: each request is in the histogram, by kind, and by disk', async (t, disk) => {
  const act = async () => {
    await writes(disk, 12);
    await reads(disk, 5);
  };
  const plain = await toolOutput(t, ['biolatency', '-d', disk.name], act);
  t.is(held(plain.map<Buckets>('@latency_us')), 17);
  const kinds = await toolOutput(t, ['biolatency', '-DF', '-m', '-Q', '-d', disk.path], act);
  const latency = kinds.map<Record<string, Buckets>>('@latency_ms') ?? {};
  t.deepEqual(
    Object.entries(latency)
      .map(([key, buckets]) => [key, held(buckets)])
      .sort(),
    [
      [`${disk.name},read`, 5],
      [`${disk.name},write`, 12],
    ],
  );
});

diskTest('biolatency: a flush is one request, of whoever asked for it', async (t, disk) => {
  for (const queued of [[], ['-Q']]) {
    const options = ['-p', String(process.pid), '--follow', 'biolatency', '-F', ...queued];
    const { map } = await toolOutput(t, [...options, '-d', disk.name], () => synced(disk, 4));
    const latency = map<Record<string, Buckets>>('@latency_us') ?? {};
    const counts = Object.entries(latency).map(([kind, buckets]) => [kind, held(buckets)]);
    t.deepEqual(Object.fromEntries(counts), { write: 4, flush: 1 });
  }
});

diskTest('biolatency -p: requests of one process', async (t, disk) => {
  const other = await toolOutput(t, ['-p', String(process.pid), 'biolatency', '-d', disk.name], () =>
    writes(disk, 3),
  );
  t.is(held(other.map<Buckets>('@latency_us')), 0);
  const own = await toolOutput(
    t,
    ['-p', String(process.pid), '--follow', 'biolatency', '-d', disk.name],
    () => writes(disk, 3),
  );
  t.is(held(own.map<Buckets>('@latency_us')), 3);
});

diskTest('biosnoop --pattern: whether a request begins where the last one ended', async (t, disk) => {
  const { rows } = await toolOutput(t, ['biosnoop', '-P', '-d', disk.name], async () => {
    await writes(disk, 3, 8);
    await writes(disk, 2, 2);
    await synced(disk, 1);
    await writes(disk, 1, 1);
  });
  t.deepEqual(
    rows.map(({ sector, type, pattern }) => `${sector} ${type} ${pattern}`),
    [
      '256 write random',
      '288 write sequential',
      '320 write sequential',
      '64 write random',
      '96 write sequential',
      '0 write random',
      '0 flush ',
      '32 write sequential',
    ],
  );
});

diskTest('biolatpcts: percentiles of reads and writes', async (t, disk) => {
  const { map } = await toolOutput(t, ['biolatpcts', '-d', disk.name], async () => {
    await writes(disk, 4);
    await reads(disk, 3);
  });
  const found = map<Record<string, Buckets>>('@usecs') ?? {};
  t.is(held(found[`${disk.name},write`]), 4);
  t.is(held(found[`${disk.name},read`]), 3);
});

diskTest('bitesize: sizes by process', async (t, disk) => {
  const { map } = await toolOutput(t, ['bitesize', '-d', disk.name, '-n', 'dd'], () => writes(disk, 9));
  const buckets = map<Record<string, Buckets>>('@bytes')?.dd ?? [];
  t.deepEqual(
    buckets.filter(({ count }) => count > 0),
    [{ min: SIZE, max: 2 * SIZE - 1, count: 9 }],
  );
});

diskTest('seeksize: sequential requests and a jump', async (t, disk) => {
  const { map } = await toolOutput(t, ['seeksize', '-d', disk.name], async () => {
    await writes(disk, 6);
    await writes(disk, 2, 262); // 256 * 32 sectors after the end of the others
  });
  const buckets = map<Record<string, Buckets>>('@sectors')?.dd ?? [];
  t.deepEqual(
    buckets.filter(({ count }) => count > 0),
    [
      { min: 0, max: 0, count: 6 },
      { min: 8192, max: 16_383, count: 1 },
    ],
  );
});

diskTest('biopattern: shares of random and sequential requests', async (t, disk) => {
  const { rows } = await toolOutput(t, ['biopattern', '-d', disk.name, '--every', '60'], async () => {
    await writes(disk, 5);
    await reads(disk, 4, 100);
    await reads(disk, 2, 50);
  });
  t.deepEqual(
    rows.map(({ time: _time, ...row }) => row),
    [{ disk: disk.name, rnd_pct: 20, seq_pct: 80, count: 11, kb: 176 }],
  );
});

diskTest('biotop: requests and bytes by process', async (t, disk) => {
  const pids: number[] = [];
  const { rows } = await toolOutput(t, ['biotop', '-d', disk.name], async () => {
    pids.push(await synced(disk, 7), await reads(disk, 3));
  });
  t.deepEqual(addedUp(rows, ['pid', 'comm', 'disk', 'type'], ['io', 'kb']), {
    [`${pids[0]} dd ${disk.name} write`]: [7, 112],
    [`${pids[0]} dd ${disk.name} flush`]: [1, 0],
    [`${pids[1]} dd ${disk.name} read`]: [3, 48],
  });
  for (const { avg_ns } of rows) t.true(Number(avg_ns) > 0);
});

diskTest('biostacks: the stack of who asks', async (t, disk) => {
  const { map } = await toolOutput(t, ['biostacks', '-m', '-d', disk.name], () => writes(disk, 6));
  const stacks = Object.entries(map<Record<string, Buckets>>('@latency_ms') ?? {});
  t.is(
    stacks.reduce((sum, [, buckets]) => sum + held(buckets), 0),
    6,
  );
  for (const [stack] of stacks) t.true(stack.includes('blkdev_write_iter'), stack);
});

diskTest('iosched: what waits in a scheduler', async (t, disk) => {
  const scheduler = (name: string) => writeFileSync(`/sys/block/${disk.name}/queue/scheduler`, name);
  scheduler('mq-deadline');
  const { map } = await toolOutput(t, ['iosched', '-d', disk.name], () => writes(disk, 8));
  scheduler('none');
  t.is(held(map<Record<string, Buckets>>('@usecs')?.[disk.name]), 8);
});

diskTest('biosnoop: a row for each request, with place, size and times', async (t, disk) => {
  const pids: number[] = [];
  const { rows } = await toolOutput(t, ['biosnoop', '-Q', '-d', disk.name], async () => {
    pids.push(await writes(disk, 5, 10), await reads(disk, 2, 20), await synced(disk, 1));
  });
  const shown = rows.map(row => [row.pid, row.comm, row.disk, row.type, row.sector, row.bytes].join(' '));
  const row = (pid: number, type: string, at: number) =>
    `${pid} dd ${disk.name} ${type} ${(at * SIZE) / 512} ${SIZE}`;
  t.deepEqual(shown, [
    ...[10, 11, 12, 13, 14].map(at => row(pids[0]!, 'write', at)),
    ...[20, 21].map(at => row(pids[1]!, 'read', at)),
    row(pids[2]!, 'write', 0),
    `${pids[2]} dd ${disk.name} flush 0 0`,
  ]);
  for (const { lat_ns, queue_ns } of rows) t.true(Number(lat_ns) > 0 && Number(queue_ns) >= 0);
});

diskTest('bioerr: requests that a full file system behind the disk refuses', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-disks-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', folder]);
  try {
    await withDisk(
      16,
      async disk => {
        const { rows } = await toolOutput(t, ['bioerr', '-d', disk.name], () => writes(disk, 1, 500));
        t.is(rows.length, 0);
        const failed = await toolOutput(t, ['bioerr', '-d', disk.name], async () => {
          writeFileSync(join(folder, 'filler'), Buffer.alloc(192 << 10));
          await writes(disk, 20, 100);
        });
        t.true(failed.rows.length > 0);
        for (const row of failed.rows)
          t.regex(`${row.disk} ${row.type} ${row.sectors} ${row.err}`, /^loop\d+ W\S* 32 (ENOSPC|EIO)$/);
      },
      folder,
    );
  } finally {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  }
});

diskTest('writeback: a sync of a file system that was written to', async (t, disk) => {
  execFileSync('mkfs.ext4', ['-q', '-O', '^has_journal', disk.path]);
  const folder = mkdtempSync(join(tmpdir(), 'tools-disks-'));
  const mounted = join(folder, 'mounted');
  mkdirSync(mounted);
  execFileSync('mount', [disk.path, mounted]);
  try {
    execFileSync('sync', ['-f', mounted]);
    const device = execFileSync('stat', ['-c', '%Hd:%Ld', mounted], { encoding: 'utf8' }).trim();
    const { rows } = await toolOutput(t, ['writeback', '-d', device], () => {
      writeFileSync(join(mounted, 'file'), Buffer.alloc(50 * 4096));
      execFileSync('sync', ['-f', mounted]);
    });
    const pages = rows.reduce((sum, row) => sum + Number(row.pages), 0);
    t.true(pages >= 50 && pages < 100, JSON.stringify(rows));
    for (const row of rows) t.is(row.device, device);
    t.true(rows.some(({ reason }) => reason === 'SYNC'));
  } finally {
    execFileSync('umount', [mounted]);
    rmdirSync(mounted);
    rmdirSync(folder);
  }
});
