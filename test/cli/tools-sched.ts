// Tools about switches, wake-ups and timers: each beside programs whose sleeps and turns are known.
import { readlinkSync } from 'node:fs';
import { cpus } from 'node:os';
import { gated } from '../harness/gated.js';
import { kernelTest } from '../harness/kernel-test.js';
import { beside, toolMaps, toolRows } from '../harness/tool.js';
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
