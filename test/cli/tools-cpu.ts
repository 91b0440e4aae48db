// Tools about CPUs: each beside programs whose waits and turns are known.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { gated } from '../harness/gated.js';
import { kernelTest } from '../harness/kernel-test.js';
import { beside, deed, measured, run, toolMaps, toolRows } from '../harness/tool.js';
import { tsbpf } from '../harness/tsbpf.js';
import { workload, workloadAs } from '../workload/workload.js';

interface Bucket {
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

const held = (buckets: unknown) =>
  ((buckets ?? []) as readonly Bucket[]).reduce((sum, { count }) => sum + count, 0);

/** Values in the histogram of the deed's process, and how often the kernel says that it left the CPU. */
async function heldOfDeed(t: ExecutionContext, map: string, words: string, ...tool: readonly string[]) {
  const maps = await toolMaps(t, beside(words, ...tool));
  const { pid, switches } = maps.get('done') ?? {};
  // Before it was deeds it had another name.
  const own = Object.entries(maps.get(map) ?? {}).filter(([key]) => key.startsWith(`${pid},`));
  return { count: own.reduce((sum, [, buckets]) => sum + held(buckets), 0), switches: Number(switches) };
}

kernelTest('runqlat: a wait for each time that a process is woken; -P and -L tell whose', async t => {
  for (const by of ['-P', '-L']) {
    const { count, switches } = await heldOfDeed(t, '@waited_us', 'naps 25', 'runqlat', by);
    t.true(switches > 0 && count >= switches, `${count} ${switches}`);
  }
});

kernelTest('runqlat -p: one process, and those it forks with --follow', async t => {
  const gated = spawn(workload('deeds'), ['naps', '20'], {
    env: { ...process.env, WORKLOAD_GATE: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(gated.stdout, 'data');
  const maps = await toolMaps(t, ['-p', String(gated.pid), 'runqlat', '-P'], async () => {
    gated.stdin.write('\n');
    await once(gated, 'close');
  });
  t.deepEqual(Object.keys(maps.get('@waited_us') ?? {}), [`${gated.pid},deeds`]);
  t.true(held(maps.get('@waited_us')?.[`${gated.pid},deeds`]) > 0);
});

kernelTest('runqslower: who had the CPU that another waited for', async t => {
  const pair: number[] = [];
  const rows = await toolRows(t, ['runqslower', '--min', '500'], async () => {
    const both = [0, 1].map(() =>
      spawn('taskset', ['-c', '0', workload('spin'), '0.3'], { stdio: 'ignore' }),
    );
    pair.push(...both.map(({ pid }) => pid!));
    await Promise.all(both.map(child => once(child, 'close')));
  });
  const waits = rows.filter(row => pair.includes(row.tid as number));
  t.true(waits.length > 0, JSON.stringify(rows.slice(0, 20)));
  for (const row of waits) {
    t.true(Number(row.waited_ns) >= 500e3);
    t.not(row.tid, row.prevtid);
    t.is(row.pid, row.tid);
  }
});

kernelTest('cpudist: turns on the CPU, and with --off the times between them', async t => {
  const on = await heldOfDeed(t, '@time_us', 'naps 30 2000', 'cpudist', '-P');
  t.true(on.switches > 0 && on.count >= on.switches, `${on.count} ${on.switches}`);
  const off = await heldOfDeed(t, '@time_us', 'naps 30 2000', 'cpudist', '-O', '-L');
  t.true(off.switches > 0 && off.count >= off.switches, `${off.count} ${off.switches}`);
});

/** Of a map with a comm first and microseconds. */
function sumOf(map: Readonly<Record<string, unknown>> | undefined, pattern: RegExp): number {
  return Object.entries(map ?? {})
    .filter(([key]) => pattern.test(key))
    .reduce((sum, [, value]) => sum + Number(value), 0);
}

kernelTest('offcputime: the time of naps, by stack', async t => {
  const maps = await toolMaps(t, beside('naps 10 20000', 'offcputime'));
  const slept = sumOf(maps.get('@us'), /^deeds,[\s\S]*nanosleep/);
  t.true(slept >= 200_000, String(slept));
  const { stdout, stderr, code } = await tsbpf([
    '-f',
    'folded',
    ...beside('naps 10 20000', 'offcputime', '-K', '--min', '10000'),
  ]);
  t.is(code, 0, stderr);
  const line =
    stdout.split('\n').find(each => /^deeds;.*;(do|hrtimer)_nanosleep;.*schedule/.test(each)) ?? '';
  t.true(Number(/ (\d+)$/.exec(line)?.[1]) >= 200_000, line || stdout.slice(0, 500));
  t.notRegex(stdout, /;(bpf_|__traceiter_)/, 'frames of the tracer itself');
});

kernelTest('profile: a busy process is found, so often as is asked for', async t => {
  const samples = async (...options: readonly string[]) => {
    const maps = await toolMaps(t, ['profile', ...options], () => deed('burns', 500));
    return sumOf(maps.get('@samples'), /^deeds,/);
  };
  const few = await samples('-F', '50', '-U');
  const many = await samples('--frequency', '400', '-U');
  t.true(few > 0 && many > 2 * few, `${few} ${many}`);
});

/** Sums over CPUs by what stands before the colon. */
function counters(file: string): Map<string, number> {
  const lines = readFileSync(file, 'utf8').split('\n').slice(1);
  return new Map(
    lines.map(line => {
      const [, name = '', rest = ''] = /^\s*(\w+):\s*(.*)$/.exec(line) ?? [];
      const numbers = /^[\d\s]*/.exec(rest)?.[0].trim().split(/\s+/) ?? [];
      return [name.toLowerCase(), numbers.reduce((sum, number) => sum + Number(number), 0)];
    }),
  );
}

/**
 * No more than the kernel counts while the tool lives, and as many as within the trace but for a few, which the kernel passes by
 * while other tracers come and go (`measured`).
 */
async function asCounted(t: ExecutionContext, tool: string, file: string, nameOf: (key: string) => string) {
  const before = counters(file);
  let within = before;
  let inner = before;
  const maps = await toolMaps(t, [tool, '-C'], async () => {
    within = counters(file);
    await deed('syncs', 50, path.join(tmpdir(), `tools-cpu-${process.pid}`));
    inner = counters(file);
  });
  const after = counters(file);
  const counted = Object.entries(maps.get('@interrupts') ?? {});
  for (const [key, count] of counted) {
    const of = (at: ReadonlyMap<string, number>) => at.get(nameOf(key)) ?? 0;
    t.true(Number(count) >= 0.95 * (of(inner) - of(within)) - 4, `${key} ${count} ${of(inner) - of(within)}`);
    t.true(Number(count) <= of(after) - of(before), `${key} ${count}`);
  }
}

kernelTest('softirqs: as many as the kernel counts', async t => {
  await asCounted(t, 'softirqs', '/proc/softirqs', key => /softirq=(\w+)/.exec(key)?.[1] ?? '');
});

kernelTest('softirqs: of a process that sends itself datagrams, one for each', async t => {
  const of = (
    name: string,
    key: string,
    count: (value: unknown) => number,
    ...options: readonly string[]
  ) => {
    const words = ['-c', `${workload('net')} datagram 500`, '--follow', 'softirqs', ...options];
    return measured(async () => count((await toolMaps(t, words)).get(name)?.[key]), near);
  };
  // A packet from elsewhere may interrupt it.
  const near = (count: number) => count >= 500 && count <= 502;
  t.true(near(await of('@interrupts', '{.softirq=net_rx}', Number, '-C')));
  t.true(near(await of('@took_ns', '{.softirq=net_rx}', stats => (stats as { count: number }).count)));
  t.true(near(await of('@ns', 'net_rx', held, '--dist')));
});

kernelTest('softirqslower: all from no time on, none from a minute on', async t => {
  const rows = await toolRows(t, ['softirqslower', '--min', '0'], () => deed('naps', 300));
  t.true(rows.some(row => row.softirq === 'timer' || row.softirq === 'hrtimer' || row.softirq === 'sched'));
  for (const { took_ns } of rows) t.true(Number(took_ns) > 0);
  t.deepEqual(await toolRows(t, ['softirqslower', '--min', '60000000'], () => deed('naps', 300)), []);
  const last = cpus().length - 1;
  const ofLast = await toolRows(t, ['softirqslower', '--min', '0', '--cpu', String(last)], () =>
    run('taskset', ['-c', String(last), workload('deeds'), 'naps', '300']),
  );
  t.deepEqual([...new Set(ofLast.map(row => row.cpu))], [last]);
});

kernelTest('hardirqs: as many as the kernel counts, by number', async t => {
  await asCounted(t, 'hardirqs', '/proc/interrupts', key => /irq=(\d+)/.exec(key)?.[1] ?? '');
});

kernelTest('wakeuptime: who wakes whom, and from where', async t => {
  const maps = await toolMaps(t, beside('futexes 5', 'wakeuptime'));
  t.true(sumOf(maps.get('@us'), /^deeds,deeds,[\s\S]*futex/) > 0, JSON.stringify([...maps]));
});

kernelTest('offwaketime: who waits where, and who ends it', async t => {
  const maps = await toolMaps(t, beside('futexes 5', 'offwaketime'));
  t.true(
    sumOf(maps.get('@us'), /^deeds,[\s\S]*futex[\s\S]*,deeds,[\s\S]*futex/) > 0,
    JSON.stringify([...maps]),
  );
});

kernelTest('runqlen: threads that wait while more want to run than there are CPUs', async t => {
  const maps = await toolMaps(t, ['runqlen', '-F', '199'], () =>
    Promise.all(Array.from({ length: 2 * cpus().length + 1 }, () => deed('burns', 150))),
  );
  const lengths = (maps.get('@waiting') ?? []) as unknown as readonly Bucket[];
  t.true(held(lengths.filter(({ min }) => min >= 1)) > 0, JSON.stringify(lengths));
});

/** Maps of a tool beside naps of a process whose id goes before them. */
async function besidePid(t: ExecutionContext, naps: number, words: (pid: string) => readonly string[]) {
  const { pid, run } = await gated(workload('deeds'), ['naps', String(naps)]);
  return { pid, maps: await toolMaps(t, words(String(pid)), run) };
}

kernelTest('-t: one thread, of runqslower, offcputime and offwaketime', async t => {
  const napper = await gated(workload('deeds'), ['naps', '20']);
  const rows = await toolRows(t, ['runqslower', '--min', '0', '-t', String(napper.pid)], napper.run);
  t.deepEqual([...new Set(rows.map(row => row.tid))], [napper.pid]);
  for (const tool of ['offcputime', 'offwaketime']) {
    const { maps } = await besidePid(t, 20, pid => [tool, '-t', pid]);
    const waiters = Object.keys(maps.get('@us') ?? {}).map(key => key.slice(0, key.indexOf(',')));
    t.deepEqual([...new Set(waiters)], ['deeds'], tool);
  }
});

kernelTest(
  'offcputime: -u and -k choose threads of programs or the kernel, --state what they wait in',
  async t => {
    const naps = async (...options: readonly string[]) => {
      const maps = await toolMaps(t, beside('naps 5 2000', 'offcputime', '-K', ...options));
      return sumOf(maps.get('@us'), /^deeds,[\s\S]*nanosleep/);
    };
    t.true((await naps('-u')) > 0);
    t.is(await naps('-k'), 0);
    t.true((await naps('--state', '1')) > 0);
    t.is(await naps('--state', '2'), 0);
  },
);

kernelTest(
  'wakeuptime, offwaketime: --max leaves out what took longer, -u and -k choose threads',
  async t => {
    // A timer wakes it 20 ms after it was set, which is before the thread leaves the CPU, now and then long before.
    const naps = async (tool: string, ...options: readonly string[]) => {
      const maps = await toolMaps(t, beside('naps 5 20000', tool, ...options));
      return sumOf(maps.get('@us'), /^deeds,[\s\S]*hrtimer_wakeup/);
    };
    for (const tool of ['wakeuptime', 'offwaketime']) {
      t.true((await naps(tool, '-u')) > 50_000, tool);
      t.true((await naps(tool, '-M', '10000')) < 50_000, tool);
    }
    t.is(await naps('offwaketime', '-k'), 0);
  },
);

kernelTest('cpudist --idle: idle CPUs as process 0; runqlat --pidnss: by namespace', async t => {
  const idle = () => Number(/^cpu +\d+ \d+ \d+ (\d+)/.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
  let idled = 0;
  const maps = await toolMaps(t, ['cpudist', '-I', '-P'], async () => {
    const before = idle();
    const naps = (cpu: number) =>
      run('taskset', ['-c', String(cpu), workload('deeds'), 'naps', '100', '2000']);
    await Promise.all(cpus().map((_, cpu) => naps(cpu)));
    idled = idle() - before;
  });
  // Where others keep all CPUs busy there may be none; in hundredths of a second.
  const turns = Object.entries(maps.get('@time_us') ?? {}).filter(([key]) => key.startsWith('0,'));
  t.true(turns.length > 0 || idled < 10 * cpus().length, String(idled));
  t.true(turns.every(([key, buckets]) => /^0,swapper/.test(key) && held(buckets) > 0));
  const without = await toolMaps(t, ['cpudist', '-P'], () => deed('naps', 20));
  t.false(Object.keys(without.get('@time_us') ?? {}).some(key => key.startsWith('0,')));
  const waits = await toolMaps(t, beside('naps 20', 'runqlat', '--pidnss'));
  const own = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
  t.deepEqual(Object.keys(waits.get('@waited_us') ?? {}), [own]);
  t.true(held(waits.get('@waited_us')?.[own]) > 0);
});

kernelTest('profile: -C and -L, one CPU, one thread', async t => {
  const last = String(cpus().length - 1);
  const program = workloadAs('deeds', 'tools-profile');
  const act = () => run('taskset', ['-c', last, program, 'burns', '300']);
  const samples = async (...options: readonly string[]) =>
    sumOf((await toolMaps(t, ['profile', '-F', '199', ...options], act)).get('@samples'), /^tools-profile,/);
  t.true((await samples('-C', last)) > 0);
  t.is(await samples('-C', String(cpus().length)), 0);
  const { pid, run: burn } = await gated(program, ['burns', '300']);
  const maps = await toolMaps(t, ['profile', '-F', '199', '-K', '-L', String(pid)], burn);
  const names = Object.keys(maps.get('@samples') ?? {}).map(key => key.slice(0, key.indexOf(',')));
  t.deepEqual([...new Set(names)], ['tools-profile']);
});

kernelTest('runqlen --occupancy: a share of the samples', async t => {
  const maps = await toolMaps(t, ['runqlen', '-O', '-C', '-F', '199'], () =>
    Promise.all(Array.from({ length: 2 * cpus().length + 1 }, () => deed('burns', 150))),
  );
  const shares = Object.values(maps.get('@occupied_pct') ?? {}).map(Number);
  t.true(
    shares.every(share => share >= 0 && share <= 100) && shares.some(share => share > 0),
    shares.join(' '),
  );
});

kernelTest('cpuunclaimed: threads that are bound to one CPU wait for it', async t => {
  const last = String(cpus().length - 1);
  // Three that have it in turn for more than a second: two of them wait, and it is never idle.
  const rows = await toolRows(t, ['cpuunclaimed'], () =>
    Promise.all([1, 2, 3].map(() => run('taskset', ['-c', last, workload('deeds'), 'burns', '450']))),
  );
  const [whole] = rows;
  t.true(Number(whole?.waiting_pct) >= (0.85 * 200) / cpus().length, JSON.stringify(rows));
  t.true(Number(whole?.idle_pct) <= 100 - 85 / cpus().length, JSON.stringify(rows));
  for (const row of rows) {
    const [idle, waiting, unclaimed] = [row.idle_pct, row.waiting_pct, row.unclaimed_pct].map(Number) as [
      number,
      number,
      number,
    ];
    t.is(row.cpus, cpus().length);
    // What was found at two times, of either.
    t.true(
      0 <= unclaimed && unclaimed <= idle + 5 && unclaimed <= waiting + 5 && idle <= 100,
      JSON.stringify(row),
    );
  }
});
