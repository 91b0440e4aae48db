// print(@x); clear(@x); under load: the sum of all that was printed is what the workload did, on every CPU at once.
import type { ChildProcess } from 'node:child_process';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { command, tsbpf } from '../harness/tsbpf.js';
import { workloadAs } from '../workload/workload.js';

/** System calls of each of two processes: in an emulated machine each takes a hundred times longer. */
const N = IN_GUEST ? 100_000 : 1_000_000;
const EVERY = IN_GUEST ? 'ms:200' : 'ms:50';
const PROBE = 'tracepoint:syscalls:sys_enter_getppid /comm == "generations"/';

const bothAtOnce = async () => {
  await Promise.all([1, 2].map(() => command(workloadAs('syscalls', 'generations'), [String(N)])));
};

/** The same again until the tracer has printed `pattern` so often: a quick machine ends a round within an interval. */
async function roundsUntil(tracer: ChildProcess, pattern: RegExp, times: number): Promise<number> {
  let text = '';
  tracer.stdout!.on('data', part => (text += part));
  let rounds = 0;
  do {
    await bothAtOnce();
    rounds++;
  } while ((text.match(pattern)?.length ?? 0) < times && rounds < 100);
  return rounds;
}

/** Numbers behind `NAME` or `NAME[...]`, by name, and how often each was printed. */
function totals(stdout: string): Map<string, { sum: number; prints: number }> {
  const found = new Map<string, { sum: number; prints: number }>();
  const add = (name: string, value: number) => {
    const { sum, prints } = found.get(name) ?? { sum: 0, prints: 0 };
    found.set(name, { sum: sum + value, prints: prints + 1 });
  };
  let histogram = '';
  for (const line of stdout.split('\n')) {
    const [, name, value] = /^(@\w*)(?:\[[^\]]*\])?: (?:\{ \.count = )?(\d+)/.exec(line) ?? [];
    if (name !== undefined) add(name, Number(value));
    histogram = /^(@\w+)(?:\[[^\]]*\])?:$/.exec(line)?.[1] ?? histogram;
    const bucket = /\s(\d+) \|[@ ]{52}\|$/.exec(line)?.[1];
    if (bucket !== undefined) add(histogram, Number(bucket));
  }
  return found;
}

async function sums(script: string, args: readonly string[] = []): Promise<ReturnType<typeof totals>> {
  const { stdout, stderr } = await tsbpf([...args, '-e', script], { workload: bothAtOnce });
  if (/WARNING|ERROR/.test(stderr)) throw new Error(stderr);
  return totals(stdout);
}

kernelTest(
  'scalars, keys, sums and histograms are printed and cleared without a loss or a repeat',
  async t => {
    const script =
      `${PROBE} { @c = count(); @k[cpu, comm] = count(); @n++; @i[pid] += 1; @s = sum(1); @st[cpu] = stats(1); ` +
      '@h = hist(pid); @l[cpu] = lhist(pid % 100, 0, 100, 10); }\n' +
      `interval:${EVERY} { print(@c); clear(@c); print(@k); print(@n); clear(@n); clear(@k); print(@i); clear(@i); ` +
      'print(@s); clear(@s); print(@st); clear(@st); print(@h); clear(@h); print(@l); clear(@l); }';
    let rounds = 0;
    const { stdout, stderr } = await tsbpf(['-e', script], {
      workload: async tracer => {
        rounds = await roundsUntil(tracer, /^@c: /gm, 3);
      },
    });
    t.notRegex(stderr, /WARNING|ERROR/);
    const found = totals(stdout);
    for (const name of ['@c', '@k', '@n', '@i', '@s', '@st', '@h', '@l']) {
      t.is(found.get(name)?.sum, rounds * 2 * N, name);
    }
    t.true(found.get('@c')!.prints > 2);
  },
);

kernelTest('inside if and with zero(), which keeps the keys', async t => {
  const script =
    `${PROBE} { @k[pid] = count(); @n[pid]++; } ` +
    `interval:${EVERY} { @turns++; if (@turns % 2 == 0) { print(@k); zero(@k); } else { print(@n); zero(@n); } }`;
  const { stdout } = await tsbpf(['-e', script], { workload: bothAtOnce });
  const found = totals(stdout);
  t.is(found.get('@k')?.sum, 2 * N);
  t.is(found.get('@n')?.sum, 2 * N);
  // Both processes are there at the end, whether or not they did something in the last interval.
  t.is(stdout.slice(stdout.lastIndexOf('\n\n')).match(/^@k\[\d+\]: \d+$/gm)?.length, 2);
});

kernelTest('a print() that may not come, and a clear() in any case', async t => {
  const script =
    `${PROBE} { @c = count(); } ` +
    `interval:${EVERY} { @turns++; if (@turns > 1) { print(@c); } clear(@c); } END { print("end"); }`;
  let rounds = 0;
  const { stdout } = await tsbpf(['-e', script], {
    workload: async tracer => {
      rounds = await roundsUntil(tracer, /^@c: /gm, 1);
    },
  });
  // What the first clear() took is all that is missing.
  t.true((totals(stdout).get('@c')?.sum ?? 0) <= rounds * 2 * N);
  t.regex(stdout, /^@c: \d+$/m);
});

kernelTest('a timer that is quicker than programs can be waited for does not fall behind', async t => {
  const quick = IN_GUEST ? 'ms:20' : 'us:500';
  const script = `${PROBE} { @c = count(); } interval:${quick} { print(@c); clear(@c); @i++; }`;
  const found = await sums(script);
  t.is(found.get('@c')?.sum, 2 * N);
  // @i is how often the timer fired; @c is printed once each time, and at the end if it holds something.
  t.true([0, 1].includes(found.get('@c')!.prints - found.get('@i')!.sum));
});

kernelTest('an aggregation that programs read is read in its generation', async t => {
  const script =
    `${PROBE} { @c = count(); if (@c == 1) { @firsts++; } } ` +
    `interval:${EVERY} { print(@c); clear(@c); } END { print(@c); }`;
  const { stdout, stderr } = await tsbpf(['-e', script], { workload: bothAtOnce });
  if (stderr.includes('Linux')) t.regex(stderr, /Linux 5\.19/);
  else t.true(Number(/^@firsts: (\d+)$/m.exec(stdout)?.[1]) >= 1);
});

kernelTest('a lone print() reads when it is handled', async t => {
  const script = `${PROBE} { @c = count(); } interval:${EVERY} { print(@c); }`;
  const { stdout } = await tsbpf(['-e', script], { workload: bothAtOnce });
  const printed = [...stdout.matchAll(/^@c: (\d+)$/gm)].map(match => Number(match[1]));
  t.deepEqual(
    printed,
    [...printed].sort((a, b) => a - b),
  );
  t.is(printed.at(-1), 2 * N);
});

for (const [merge, from] of [
  ['sum', '1'],
  ['max', 'cpu + 1'],
] as const) {
  kernelTest(`a time series by ${merge} holds every event`, async t => {
    const script =
      'config = { unstable_tseries = enable } ' +
      `${PROBE} { @t = tseries(${from}, 100ms, 600, "${merge}"); @k[pid] = tseries(${from}, 100ms, 600, "${merge}"); }`;
    const { stdout, stderr } = await tsbpf(['-f', 'json', '-e', script], { workload: bothAtOnce });
    const series = stdout
      .split('\n')
      .filter(line => line.startsWith('{"type": "tseries"'))
      .map(line => (JSON.parse(line) as { data: Record<string, unknown> }).data);
    type Point = { interval_start: string; value: number };
    const whole = series.find(data => '@t' in data)!['@t'] as Point[];
    const keyed = Object.values(series.find(data => '@k' in data)!['@k'] as Record<string, Point[]>);
    t.is(keyed.length, 2);
    t.true(whole.every(({ interval_start }) => /\.[0-9]00000000$/.test(interval_start)));
    if (merge === 'max') t.true(whole.every(({ value }) => value >= 1 && value <= 64));
    else {
      const sum = (points: readonly Point[]) => points.reduce((total, { value }) => total + value, 0);
      t.is(sum(whole), 2 * N);
      t.deepEqual(keyed.map(sum), [N, N], stderr);
    }
  });
}
