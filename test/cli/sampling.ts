// profile, interval, software and hardware against counts that the kernel keeps itself: clocks, page faults, context switches.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { onlineCpus } from '../../src/kernel/host/cpu.js';
import { gated } from '../harness/gated.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { leftOf, objectsOf } from '../harness/left-behind.js';
import { command, type Outcome, tsbpf } from '../harness/tsbpf.js';
import { parseCounts, workload } from '../workload/workload.js';

/** Of '@name[key]: 5'. */
function counts(stdout: string): Map<string, number> {
  return new Map([...stdout.matchAll(/^(@\S*): (\d+)$/gm)].map(([, key, value]) => [key!, Number(value)]));
}

function within(value: number | undefined, expected: number, share: number): boolean {
  return value !== undefined && Math.abs(value - expected) <= expected * share;
}

/** As often as a clock should tick; the CPUs of an emulated machine stall for moments: ticks are lost, and the end comes late. */
function ticked(value: number | undefined, expected: number, share: number): boolean {
  return IN_GUEST
    ? value !== undefined && value > 0 && value <= 2 * expected
    : within(value, expected, share);
}

/** ms */
const PATIENCE = 150_000;

/**
 * A clock that interrupts a BPF program is not run (bpf_prog_active in kernel/events/core.c), so floods of tests beside this one
 * cost ticks: again until it `fits`, or for as long as they may last.
 */
async function undisturbed(
  script: string,
  fits: (found: ReadonlyMap<string, number>) => boolean,
): Promise<Outcome> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const seen = await tsbpf(['-e', script]);
    if (seen.code !== 0 || fits(counts(seen.stdout)) || Date.now() > end) return seen;
  }
}

/** A process for each CPU, so that none sleeps: an idle virtual CPU is woken late for its clock, or not. */
function occupy(cpus: readonly number[]): () => void {
  const busy = cpus.map(cpu =>
    spawn('taskset', ['-c', String(cpu), workload('spin'), String(PATIENCE / 500)]),
  );
  return () => {
    for (const each of busy) each.kill();
  };
}

kernelTest('99 Hz over 2 s with all CPUs busy is 2 x 99 samples on each', async t => {
  t.timeout(2 * PATIENCE);
  const cpus = onlineCpus();
  const release = occupy(cpus);
  const fits = (found: ReadonlyMap<string, number>) =>
    ticked(found.get('@all'), 2 * 99 * cpus.length, 0.1) &&
    cpus.every(cpu => ticked(found.get(`@[${cpu}]`), 2 * 99, 0.1));
  const script = 'profile:hz:99 { @[cpu] = count(); @all = count(); } interval:s:2 { exit(); }';
  const { stdout, code, stderr } = await undisturbed(script, fits);
  release();
  t.is(code, 0, stderr);
  t.true(fits(counts(stdout)), stdout);
});

kernelTest('every form of a rate is that rate, of interval on one CPU, of profile on all', async t => {
  t.timeout(2 * PATIENCE);
  const forms = ['hz:50', 'ms:20', 'us:20000', '20ms', '20000us', '20000000', '20_000_000'];
  const script = [
    ...forms.map((form, i) => `interval:${form} { @i${i} = count(); }`),
    ...forms.map((form, i) => `profile:${form} { @p${i}[cpu] = count(); }`),
    'interval:2s { @s = count(); } profile:s:1 { @t[cpu] = count(); } interval:3s { exit(); }',
  ].join(' ');
  const cpus = onlineCpus();
  // A CPU that the machine's host takes away has fewer ticks, but of every form as few; the others have all.
  const fits = (found: ReadonlyMap<string, number>) => {
    const of = (cpu: number) => forms.map((_, i) => found.get(`@p${i}[${cpu}]`) ?? 0);
    const most = Math.max(...cpus.flatMap(of));
    return (
      forms.every((_, i) => ticked(found.get(`@i${i}`), 150, 0.1)) &&
      ticked(most, 150, 0.1) &&
      cpus.every(cpu => of(cpu).every(count => ticked(count, Math.max(...of(cpu), 1), 0.1))) &&
      found.get('@s') === 1 &&
      cpus.every(cpu => {
        const seconds = found.get(`@t[${cpu}]`) ?? 0; // the third comes with the end
        return seconds >= (IN_GUEST ? 1 : 2) && seconds <= 3;
      })
    );
  };
  const release = occupy(cpus);
  const { stdout, code, stderr } = await undisturbed(script, fits);
  release();
  t.is(code, 0, stderr);
  t.true(fits(counts(stdout)), stdout);
});

kernelTest('page faults, context switches and migrations are those that the kernel counts', async t => {
  const script = [
    'software:page-faults:1 /comm == "touching"/ { @faults = count(); }',
    'software:minor-faults:1 /comm == "touching"/ { @minor = count(); }',
    's:faults:100 /comm == "touching"/ { @hundreds = count(); }',
    'software:context-switches:1 /comm == "sleeping"/ { @switches = count(); }',
    's:cs:1 /comm == "sleeping"/ { @cs = count(); }',
    'software:cpu-migrations:1 /comm == "moving"/ { @moves = count(); }',
    'software:major-faults:1 /comm == "touching"/ { @major = count(); }',
    'software:alignment-faults /comm == "touching"/ { @alignment = count(); }',
    'software:emulation-faults /comm == "touching"/ { @emulation = count(); }',
  ].join(' ');
  t.timeout(2 * PATIENCE);
  const moves = onlineCpus().length > 1 ? 200 : 0;
  const args = ['-c', `${workload('pages')} 3000 500 ${moves}`, '-e', script];
  const end = Date.now() + PATIENCE;
  let { stdout, code, stderr } = await tsbpf(args);
  const ofKernel = () => parseCounts(stdout.split('\n').find(line => line.startsWith('faults=')) ?? '');
  // A page that the kernel takes away and that is touched again is one more.
  while (code === 0 && Number(ofKernel().faults) !== 3000 && Date.now() < end)
    ({ stdout, code, stderr } = await tsbpf(args));
  t.is(code, 0, stderr);
  const made = ofKernel();
  t.deepEqual(
    [...counts(stdout)].sort(([a], [b]) => (a < b ? -1 : 1)),
    [
      ['@cs', Number(made.switches)],
      ['@faults', Number(made.faults)],
      ['@hundreds', Math.floor(Number(made.faults) / 100)],
      ['@minor', Number(made.faults)],
      ...(moves > 0 ? [['@moves', moves] as const] : []),
      ['@switches', Number(made.switches)],
    ],
    stdout,
  );
  t.is(Number(made.faults), 3000);
});

kernelTest('without -p and -c every process is counted', async t => {
  let made: Readonly<Record<string, string>> = {};
  const { stdout } = await tsbpf(
    ['-e', 'software:page-faults:1 /comm == "touching"/ { @ = count(); @cpus[cpu] = count(); }'],
    {
      workload: async () => {
        made = parseCounts(await command(workload('pages'), ['2000', '0', '0']));
      },
    },
  );
  // One that the process has beside those may come before it has its name.
  const found = counts(stdout).get('@') ?? 0;
  t.true(found >= 2000 && found <= Number(made.faults), `${found} of ${made.faults}`);
});

for (const option of ['-p', '-c'] as const) {
  kernelTest(`${option}: samples are of all threads of the process, and of no other`, async t => {
    const script =
      'profile:hz:499 { @[comm] = count(); @threads[tid] = count(); } interval:ms:100 { @fired = count(); }';
    const words = `${workload('busy')} 2 3`;
    const sampled = async () => {
      const busy = option === '-p' ? await gated(workload('busy'), ['2', '3']) : undefined;
      const { stdout, code, stderr } = await tsbpf(
        busy === undefined ? ['-c', words, '-e', script] : ['-p', String(busy.pid), '-e', script],
        busy === undefined ? {} : { workload: () => busy.go(), signal: null },
      );
      t.is(code, 0, stderr);
      const made = (await busy?.ended) ?? parseCounts(/^ms=.*$/m.exec(stdout)?.[0] ?? '');
      const found = counts(stdout);
      t.is(found.get('@[forked]'), undefined, stdout);
      t.true([...found.keys()].filter(key => key.startsWith('@threads')).length >= 4, stdout);
      t.true((found.get('@fired') ?? 0) > 10, stdout); // an interval is no matter of one process
      const fits = ticked(found.get('@[busy]'), (Number(made.ms) / 1000) * 499, 0.15);
      return { fits, said: `${made.ms} ms: ${stdout}` };
    };
    t.timeout(2 * PATIENCE);
    const end = Date.now() + PATIENCE;
    let { fits, said } = await sampled();
    while (!fits && Date.now() < end) ({ fits, said } = await sampled());
    t.true(fits, said);
  });
}

kernelTest('a sample has the stacks and the mode of what it interrupted', async t => {
  const { stdout, stderr } = await tsbpf([
    '-c',
    `${workload('spin')} 1`,
    '-e',
    'profile:hz:499 /usermode/ { @[ustack(1)] = count(); } profile:hz:499 { @k[kstack(3), usermode] = count(); }',
  ]);
  t.regex(stdout, /^@\[\n\s+spin_here\+\d+\n\]: \d+$/m, stderr);
  t.regex(stdout, /^@k\[\n, 1\]: \d+$/m);
});

kernelTest('an event that the machine does not count is refused with what it takes', async t => {
  const { code, stderr } = await tsbpf([
    '-e',
    'hardware:cache-misses:1000 { @ = count(); } interval:ms:10 { exit(); }',
  ]);
  if (code === 0) return void t.pass('this machine has the counter');
  t.is(code, 1);
  t.regex(
    stderr,
    /^ERROR: cannot attach hardware:cache-misses:1000: .*no hardware counter for cache-misses/m,
  );
  t.regex(stderr, /^HINT: .*software:cpu-clock/m);
});

kernelTest('missing_probes = warn goes on without it', async t => {
  const script =
    'config = { missing_probes = warn } hardware:cache-misses:1000 { @h = count(); } interval:ms:10 { @i++; exit(); }';
  const { code, stdout, stderr } = await tsbpf(['-e', script]);
  t.is(code, 0);
  t.regex(stdout, /^@i: 1$/m);
  if (!/^@h:/m.test(stdout))
    t.regex(stderr, /^WARNING: hardware:cache-misses:1000 is not attached: .*counter/m);
});

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  kernelTest(`nothing is left after ${signal}`, async t => {
    let objects: string[] = [];
    await tsbpf(
      [
        '-e',
        'profile:hz:99 { @[kstack] = count(); } software:faults:1 { @f = count(); } interval:s:1 { print(@f); }',
      ],
      {
        workload: async tracer => {
          await sleep(100);
          objects = objectsOf(tracer.pid!);
        },
        signal,
      },
    );
    t.true(objects.length > 0);
    t.deepEqual(await leftOf(objects), []);
  });
}

kernelTest('-p of a process that ends ends the session; of none, it says so', async t => {
  const victim = spawn('sleep', ['60']);
  const { code, stdout } = await tsbpf(
    ['-p', String(victim.pid), '-e', 'profile:hz:99 { @ = count(); } END { printf("end\\n"); }'],
    {
      workload: () => void victim.kill(),
      signal: null,
    },
  );
  t.is(code, 0);
  t.regex(stdout, /^end$/m);
  const none = await tsbpf(['-p', '4194000', '-e', 'profile:hz:99 { @ = count(); }']);
  t.is(none.code, 1);
  t.regex(none.stderr, /process 4194000|no such process/i);
});

const CPU1 = '/sys/devices/system/cpu/cpu1/online';

kernelTest(
  'a CPU that is offline has no samples, and is no obstacle',
  async t => {
    writeFileSync(CPU1, '0');
    try {
      const { stdout, code, stderr } = await tsbpf(
        [
          '-e',
          'profile:hz:50 { @[cpu] = count(); } software:cs:1 { @s[cpu] = count(); } interval:s:1 { exit(); }',
        ],
        {},
      );
      t.is(code, 0, stderr);
      t.true((counts(stdout).get('@[0]') ?? 0) > 20, stdout);
      t.is(counts(stdout).get('@[1]'), undefined, stdout);
    } finally {
      writeFileSync(CPU1, '1');
    }
    t.is(readFileSync(CPU1, 'utf8').trim(), '1');
  },
  IN_GUEST && existsSync(CPU1) ? undefined : 'takes a CPU offline: only in a test kernel',
);
