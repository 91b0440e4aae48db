// Tools about switches, wake-ups and timers: each beside programs whose sleeps and turns are known.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { gated } from '../harness/gated.js';
import { kernelTest } from '../harness/kernel-test.js';
import { beside, eventually, toolMaps, toolRows } from '../harness/tool.js';
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
  const rows = await toolRows(t, beside(`naps ${NAPS}`, 'wakesnoop', '--name', 'deeds'));
  t.true(rows.length >= NAPS && rows.every(row => row.tcomm === 'deeds'), JSON.stringify(rows));
  t.deepEqual(await toolRows(t, beside('naps 1', 'wakesnoop', '--name', 'nobody')), []);
});

kernelTest('offcpuhist: each nap is in the histogram of its stack', async t => {
  const naps = async (...options: readonly string[]) => {
    const maps = await toolMaps(t, beside(`naps ${NAPS} 5000`, 'offcpuhist', ...options));
    const found = Object.entries(maps.get('@us') ?? {}).filter(([key]) =>
      /^deeds,[\s\S]*nanosleep/.test(key),
    );
    return found.reduce((sum, [, value]) => sum + held(buckets(value)), 0);
  };
  // It may lose the CPU on its way to sleep, or on its way back, too.
  t.true((await naps()) >= NAPS);
  t.true((await naps('--user', '--min', '2500')) >= NAPS / 2);
  t.true((await naps('--max', '2500')) < NAPS / 2);
});

kernelTest('hrtimersnoop: a timer for each nap, not before its time', async t => {
  const maps = await toolMaps(t, beside(`naps ${NAPS}`, 'hrtimersnoop'));
  t.is(held(buckets(maps.get('@late_us')?.hrtimer_wakeup)), NAPS);
});

kernelTest('threaded: samples of the thread that computes', async t => {
  const burner = await deeds('burns', '300');
  const maps = await toolMaps(t, ['threaded', '-F', '199', '-p', String(burner.pid)], burner.run);
  const samples = Object.entries(maps.get('@samples') ?? {});
  t.deepEqual(
    samples.map(([key]) => key),
    [`{.pid=${burner.pid},.comm=deeds,.tid=${burner.pid}}`],
  );
  t.true(Number(samples[0]?.[1]) > 0);
});

kernelTest('pidnss: two namespaces that share a CPU', async t => {
  const pinned = ['taskset', '-c', String(cpus().length - 1), workload('deeds'), 'burns', '200'] as const;
  const apart = await gated('unshare', ['--pid', '--fork', ...pinned]);
  const here = await gated(pinned[0], pinned.slice(1));
  const inum = (path: string) => /\d+/.exec(readlinkSync(path))?.[0];
  const own = inum('/proc/self/ns/pid');
  const other = inum(`/proc/${apart.child.pid}/ns/pid_for_children`);
  const maps = await toolMaps(t, ['pidnss'], () => Promise.all([apart.run(), here.run()]));
  const switches = maps.get('@switches') ?? {};
  for (const key of [`{.from=${own},.to=${other}}`, `{.from=${other},.to=${own}}`])
    t.true(Number(switches[key]) > 0, `${key} ${JSON.stringify(switches)}`);
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
