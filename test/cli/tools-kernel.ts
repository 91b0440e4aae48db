// Tools about the kernel's own work: workers, calls between CPUs, locks, compaction, busy CPUs.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kernelTest } from '../harness/kernel-test.js';
import { diskTest, type LoopDisk } from '../harness/loop-disk.js';
import { eventually } from '../harness/tool.js';
import { type Bucket, held, ranAs, toolOutput } from '../harness/tool-output.js';
import { tsbpf } from '../harness/tsbpf.js';

type Histograms = Readonly<Record<string, readonly Bucket[]>>;

/** The worker of a loop device does each write. */
const writes = ({ path }: LoopDisk, count: number) =>
  ranAs('dd', 'if=/dev/zero', `of=${path}`, 'bs=16k', `count=${count}`, 'oflag=direct');

diskTest('workq: a histogram for the function of the worker', async (t, disk) => {
  const { map } = await toolOutput(t, ['workq'], async () => {
    // A worker that is given the next write in time stays at work: pauses let it end.
    for (let i = 0; i < 5; i++) {
      await writes(disk, 2);
      await sleep(50);
    }
  });
  const found = Object.entries(map<Histograms>('@usecs') ?? {}).filter(([key]) =>
    /^loop_\w*workfn/.test(key),
  );
  t.true(
    found.some(([, buckets]) => held(buckets) > 0),
    Object.keys(map('@usecs') ?? {}).join(' '),
  );
});

diskTest('wqlat: a histogram for the workqueue', async (t, disk) => {
  const { map } = await toolOutput(t, ['wqlat'], () => writes(disk, 20));
  const waits = held(map<Histograms>('@usecs')?.[disk.name]);
  // A worker that is at work already may take the next write too.
  t.true(waits > 0 && waits <= 20, String(waits));
});

kernelTest(
  'smpcalls: what one CPU has another one do',
  async t => {
    const { map } = await toolOutput(t, ['smpcalls'], async () => {
      // An event of each CPU is opened on that CPU.
      const { code } = await tsbpf(['-e', 'profile:hz:1 { @ = count(); } BEGIN { exit(); }']);
      t.is(code, 0);
    });
    const found = map<Histograms>('@nsecs') ?? {};
    t.true(held(found.remote_function) > 0, Object.keys(found).join(' '));
  },
  cpus().length > 1 ? undefined : 'needs two CPUs',
);

diskTest('klockstat: the wait for a frozen file system', async (t, disk) => {
  execFileSync('mkfs.ext4', ['-q', disk.path]);
  const folder = mkdtempSync(join(tmpdir(), 'tools-kernel-'));
  const mounted = join(folder, 'mounted');
  mkdirSync(mounted);
  execFileSync('mount', [disk.path, mounted]);
  const frozenFor = 200;
  try {
    const { map } = await toolOutput(t, ['klockstat', '-n', 'mkdir'], async () => {
      execFileSync('fsfreeze', ['-f', mounted]);
      const child = spawn('mkdir', [join(mounted, 'new')], { stdio: 'ignore' });
      const ended = once(child, 'close');
      // It sleeps, and no signal ends that.
      const waits = () => / D /.test(readFileSync(`/proc/${child.pid}/stat`, 'latin1'));
      t.true(await eventually(waits));
      await sleep(frozenFor);
      execFileSync('fsfreeze', ['-u', mounted]);
      await ended;
    });
    const waited = Object.entries(map<Record<string, { total: number }>>('@waited') ?? {}).filter(
      ([key]) => key.startsWith('percpu read') && key.includes('mnt_want_write'),
    );
    t.is(waited.length, 1);
    t.true(waited[0]![1].total >= frozenFor * 1e6, JSON.stringify(waited));
    const oneThread = async (tid: number) => {
      const { map } = await toolOutput(t, ['klockstat', '-t', String(tid)], async () => {
        execFileSync('fsfreeze', ['-f', mounted]);
        // Once this process waits.
        const waits = `grep -q mnt_want_write /proc/${process.pid}/stack`;
        const untilThen = `i=0; until ${waits} || [ $i = 1500 ]; do sleep 0.02; i=$((i+1)); done`;
        const thaw = spawn('sh', ['-c', `${untilThen}; fsfreeze -u ${mounted}`], { stdio: 'ignore' });
        const ended = once(thaw, 'close');
        mkdirSync(join(mounted, `of-${tid}`));
        await ended;
      });
      return Object.keys(map<object>('@waited') ?? {}).filter(key => key.includes('mnt_want_write')).length;
    };
    t.is(await oneThread(process.pid), 1);
    t.is(await oneThread(1), 0);
  } finally {
    execFileSync('umount', [mounted]);
    rmdirSync(mounted);
    rmdirSync(folder);
  }
});

kernelTest('compactsnoop: compaction that was asked for', async t => {
  const { rows } = await toolOutput(t, ['compactsnoop'], () =>
    writeFileSync('/proc/sys/vm/compact_memory', '1'),
  );
  const own = rows.filter(({ pid }) => pid === process.pid);
  t.true(own.length > 0);
  for (const { mode, status, lat_ns } of own) {
    t.is(mode, 'sync');
    t.regex(String(status), /^[A-Z_]+$/);
    t.true(Number(lat_ns) > 0);
  }
});

kernelTest('cpuwalk: samples of the CPU that a program keeps busy', async t => {
  const last = cpus().length - 1;
  const { map } = await toolOutput(t, ['cpuwalk'], () =>
    ranAs('taskset', '-c', String(last), 'sh', '-c', 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'),
  );
  const samples = held((map<readonly Bucket[]>('@cpu') ?? []).filter(({ min }) => min === last));
  t.true(samples > 0);
});
