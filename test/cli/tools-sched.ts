// Tools about switches, wake-ups and timers: each beside programs whose sleeps and turns are known.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gated } from '../harness/gated.js';
import { kernelTest } from '../harness/kernel-test.js';
import { beside, eventually, measured, toolMaps, toolRows } from '../harness/tool.js';
import { type Bucket, held } from '../harness/tool-output.js';
import { workload } from '../workload/workload.js';

const NAPS = 20;
const deeds = (...words: readonly string[]) => gated(workload('deeds'), words);
const buckets = (value: unknown) => (value ?? []) as readonly Bucket[];

kernelTest('wakesnoop: who wakes a thread, and how often', async t => {
  const napper = await deeds('naps', String(NAPS));
  const rows = await toolRows(t, ['wakesnoop', '-t', String(napper.pid)], napper.run);
  t.deepEqual(
    [...new Set(rows.map(({ tpid, ttid, tcomm }) => `${tpid} ${ttid} ${tcomm}`))],
    [`${napper.pid} ${napper.pid} deeds`],
  );
  // This process, at the gate; then the timer of each nap, whoever it interrupts.
  t.is(rows[0]?.pid, process.pid);
  t.true(rows.length > NAPS, String(rows.length));
});

kernelTest('wakesnoop -p, --name: those that are woken', async t => {
  const rows = await measured(
    () => toolRows(t, beside(`naps ${NAPS}`, 'wakesnoop', '--name', 'deeds')),
    found => found.length >= NAPS,
  );
  t.true(rows.length >= NAPS && rows.every(row => row.tcomm === 'deeds'), JSON.stringify(rows));
  t.deepEqual(await toolRows(t, beside('naps 1', 'wakesnoop', '--name', 'nobody')), []);
});

kernelTest(
  'wakesnoop: a row for each wake-up of a thread that another wakes as soon as it waits',
  async t => {
    // The thread that wakes is woken by nobody; the main thread once by this tool, before it is the program.
    const rows = await measured(
      async () =>
        (await toolRows(t, beside('wakes 5000', 'wakesnoop'))).filter(
          ({ pid, tpid, comm, tcomm }) => pid === tpid && comm === 'deeds' && tcomm === 'deeds',
        ),
      found => found.length === 5000,
    );
    t.is(rows.length, 5000);
    t.is(new Set(rows.map(({ ttid }) => ttid)).size, 1);
  },
);

kernelTest('offcpuhist: each nap is in the histogram of its stack', async t => {
  const naps = async (...options: readonly string[]) => {
    const maps = await toolMaps(t, beside(`naps ${NAPS} 5000`, 'offcpuhist', ...options));
    const found = (stack: RegExp) =>
      Object.entries(maps.get('@us') ?? {})
        .filter(([key]) => stack.test(key))
        .reduce((sum, [, value]) => sum + held(buckets(value)), 0);
    const switches = Number((maps.get('done') as Record<string, string> | undefined)?.switches);
    return { all: found(/^deeds,/), napped: found(/^deeds,[\s\S]*nanosleep/), switches };
  };
  // It may lose the CPU on its way to sleep, or on its way back, too, and behind the last nap.
  const { all, napped, switches } = await measured(
    () => naps('--min', '0'),
    found => found.napped >= NAPS && found.all >= found.switches,
  );
  t.true(napped >= NAPS && napped <= switches, `${napped} of ${switches}`);
  t.true(all >= switches && all <= switches + 3, `${all} ${switches}`);
  t.true((await naps('--user', '--min', '2500')).napped >= NAPS / 2);
  t.true((await naps('--max', '2500')).napped < NAPS / 2);
});

kernelTest('hrtimersnoop: a timer for each nap, not before its time', async t => {
  const maps = await toolMaps(t, beside(`naps ${NAPS}`, 'hrtimersnoop'));
  t.is(held(buckets(maps.get('@late_us')?.hrtimer_wakeup)), NAPS);
});

kernelTest('threaded: samples of two threads, as many as their times on the CPU', async t => {
  const sampled = async () => {
    const maps = await toolMaps(t, beside('shares 150', 'threaded', '-F', '499'));
    const { pid, second } = (maps.get('done') ?? {}) as Record<string, string>;
    // What -c runs is this tool at first.
    const samples = Object.entries(maps.get('@samples') ?? {}).filter(([key]) => key.includes('.comm=deeds'));
    t.is(samples.length, 2);
    const foundOf = (tid: string | undefined) =>
      Number(samples.find(([key]) => key === `{.pid=${pid},.comm=deeds,.tid=${tid}}`)?.[1]);
    return [
      [foundOf(pid), 0.15 * 499],
      [foundOf(second), 0.45 * 499],
    ] as const;
  };
  const fits = (all: Awaited<ReturnType<typeof sampled>>) =>
    all.every(([found, count]) => Math.abs(found - count) < 0.2 * count);
  // A clock that interrupts another program is not run: see sampling.ts.
  let all = await sampled();
  for (let more = 20; more > 0 && !fits(all); more--) all = await sampled();
  t.true(fits(all), all.join(' '));
});

kernelTest('pidnss: a parent and its child in a namespace of its own take turns on a CPU', async t => {
  const N = 1000;
  const turns = async () => {
    const maps = await toolMaps(t, ['-c', `${workload('deeds')} turns-apart ${N}`, 'pidnss']);
    const { own, apart, left } = (maps.get('done') ?? {}) as Record<string, string>;
    const switches = maps.get('@switches') ?? {};
    return {
      left: Number(left),
      to: Number(switches[`{.from=${own},.to=${apart}}`]),
      back: Number(switches[`{.from=${apart},.to=${own}}`]),
    };
  };
  // The kernel counts how often the child leaves the CPU: behind the last turn, and now and then for somebody else, too.
  const exact = (found: Awaited<ReturnType<typeof turns>>) =>
    [found.to, found.back].every(count => count >= N && Math.abs(count - found.left) <= 1);
  const found = await measured(turns, exact);
  t.true(exact(found), JSON.stringify(found));
});

kernelTest('pidnss: of threads that have ended nothing is read', async t => {
  await toolMaps(
    t,
    beside('forks 300', 'pidnss').filter(word => word !== '--follow'),
  ); // it says nothing on stderr
});

/** Where CPU quotas are: the hierarchy of the controller, or the one of all controllers. */
const CPU_GROUPS = ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup'].find(
  folder => existsSync(join(folder, 'cpu.cfs_quota_us')) || hasCpuController(folder),
);

function hasCpuController(folder: string): boolean {
  const file = join(folder, 'cgroup.subtree_control');
  return existsSync(file) && readFileSync(file, 'utf8').split(/\s/).includes('cpu');
}

kernelTest('cfsthrottle: what cpu.stat says of a group with a quota', async t => {
  if (CPU_GROUPS === undefined) {
    t.log('no control groups with CPU quotas here');
    t.deepEqual(await toolRows(t, ['cfsthrottle', '--where', 'group=nobody']), []);
    return;
  }
  const name = `tsbpf-cfs-${process.pid}`;
  const group = join(CPU_GROUPS, name);
  mkdirSync(group);
  const busy = spawn(workload('deeds'), ['burns', '60000']);
  try {
    if (existsSync(join(group, 'cpu.max'))) writeFileSync(join(group, 'cpu.max'), '10000 100000');
    else writeFileSync(join(group, 'cpu.cfs_quota_us'), '10000');
    writeFileSync(join(group, 'cgroup.procs'), String(busy.pid));
    const stat = () => {
      const text = readFileSync(join(group, 'cpu.stat'), 'utf8');
      const value = (key: string) => Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1]);
      const waited = text.includes('throttled_usec')
        ? value('throttled_usec') * 1000
        : value('throttled_time');
      return { periods: value('nr_periods'), throttled: value('nr_throttled'), waited };
    };
    t.true(await eventually(() => stat().throttled >= 3));
    busy.kill('SIGSTOP');
    // Its periods go on until one of them found nothing to run.
    let [before, seen] = [stat(), Date.now()];
    const settled = () => {
      const now = stat();
      if (JSON.stringify(now) !== JSON.stringify(before)) [before, seen] = [now, Date.now()];
      return Date.now() - seen > 400;
    };
    t.true(await eventually(settled));
    const [row, ...more] = await toolRows(t, ['cfsthrottle', '--where', `group=${name}`]);
    t.deepEqual(more, []);
    const { group: shown, quota_ns, period_ns, periods, throttled, waited_ns } = row!;
    t.deepEqual(
      { shown, quota_ns, period_ns },
      { shown: name, quota_ns: 10_000_000, period_ns: 100_000_000 },
    );
    t.deepEqual({ periods, throttled }, { periods: before.periods, throttled: before.throttled });
    t.true(Math.abs((waited_ns as number) - before.waited) < 1000, `${waited_ns} ${before.waited}`);
  } finally {
    busy.kill('SIGKILL');
    await once(busy, 'exit');
    t.true(await eventually(() => readFileSync(join(group, 'cgroup.procs'), 'utf8') === ''));
    rmdirSync(group);
  }
});
