// --events and --interval: so many lines exactly; maps printed now and then, of which every event is in one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { command, tsbpf } from '../harness/tsbpf.js';
import { workloadAs } from '../workload/workload.js';

const CALL = 'tracepoint:syscalls:sys_enter_getppid /comm == "limited"/';
const N = IN_GUEST ? 20_000 : 300_000;

const bothAtOnce = async () => {
  await Promise.all([1, 2].map(() => command(workloadAs('syscalls', 'limited'), [String(N)])));
};

/** Lines of stdout. */
const linesOf = (stdout: string) => stdout.split('\n').filter(line => line !== '');

for (const [title, n] of [
  ['one', 1],
  ['seven', 7],
  ['more than a batch holds', 12_345],
] as const) {
  kernelTest(`--events: ${title}, of many more on all CPUs`, async t => {
    const { stdout, code } = await tsbpf(['--events', String(n), '-e', `${CALL} { printf("%d\\n", tid); }`], {
      workload: bothAtOnce,
      signal: null,
    });
    t.is(code, 0);
    t.is(linesOf(stdout).length, n);
  });
}

kernelTest('--events does not count what BEGIN and END print, nor maps', async t => {
  const script = `BEGIN { printf("HEAD\\n"); } ${CALL} { @c = count(); print((tid=tid, n=1)); } END { printf("END\\n"); }`;
  const { stdout } = await tsbpf(['-e', script, '--events', '5'], { workload: bothAtOnce, signal: null });
  const lines = linesOf(stdout);
  t.is(lines[0], 'HEAD');
  t.is(lines.filter(line => line.includes('.n = 1')).length, 5);
  t.true(lines.includes('END'));
  t.regex(lines.at(-1)!, /^@c: \d+$/);
});

kernelTest('--events: a line may be put together by several printf()', async t => {
  const script = `${CALL} { printf("%d ", pid); printf("call\\n"); }`;
  const { stdout } = await tsbpf(['--events', '4', '-e', script], { workload: bothAtOnce, signal: null });
  t.is(stdout.match(/call\n/g)?.length, 4);
});

kernelTest('--events in JSON, CSV and tables', async t => {
  const script = `${CALL} { print((tid=tid, n=1)); }`;
  for (const [format, heads] of [
    ['json', 1],
    ['csv', 1],
    ['table', 1],
  ] as const) {
    const { stdout } = await tsbpf(['-f', format, '--events', '9', '-e', script], {
      workload: bothAtOnce,
      signal: null,
    });
    t.is(linesOf(stdout).length, heads + 9, stdout);
  }
});

kernelTest('--events of a program without any', async t => {
  const { code, stderr } = await tsbpf(['--events', '3', '-e', `${CALL} { @ = count(); }`]);
  t.is(code, 1);
  t.regex(stderr, /--events: this program prints no lines for events/);
  t.regex((await tsbpf(['--events', '0', '-e', 'BEGIN { }'])).stderr, /expected a number from 1/);
});

kernelTest('--interval: every event is in one of the printed maps', async t => {
  const script = `${CALL} { @c = count(); @k[cpu, pid]++; @h = hist(tid); @start[tid] = nsecs; if (@start[tid] > 0) { @seen = count(); } }`;
  const { stdout } = await tsbpf(['--interval', '100ms', '-e', script], { workload: bothAtOnce });
  const sum = (pattern: RegExp) =>
    [...stdout.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
  t.is(sum(/^@c: (\d+)$/gm), 2 * N);
  t.is(sum(/^@seen: (\d+)$/gm), 2 * N);
  t.is(sum(/^@k\[\d+, \d+\]: (\d+)$/gm), 2 * N);
  t.is(sum(/ (\d+) \|[@ ]{52}\|$/gm), 2 * N);
  const times = stdout.match(/^\d\d:\d\d:\d\d$/gm)?.length ?? 0;
  t.true(times >= 2);
  // And at the end, unless nothing came after the last.
  t.true([times, times + 1].includes(stdout.match(/^@c: /gm)?.length ?? 0), stdout);
  // What the script reads is its own affair.
  const first = stdout.indexOf('\n\n');
  t.is(stdout.slice(0, first).includes('@start'), false);
  t.regex(stdout.slice(first), /^@start\[\d+\]: \d+$/m);
});

kernelTest('--interval as JSON, with --sort', async t => {
  const script = `${CALL} { @k[pid % 5] = count(); }`;
  const { stdout } = await tsbpf(['-f', 'json', '--interval=50ms', '--sort', '-key', '-e', script], {
    workload: bothAtOnce,
  });
  const messages = linesOf(stdout).map(line => JSON.parse(line) as { type: string; data: unknown });
  t.true(messages.filter(message => message.type === 'time').length > 1);
  const maps = messages.filter(message => message.type === 'map') as {
    data: { '@k': Record<string, number> };
  }[];
  const counts = maps.flatMap(({ data }) => Object.values(data['@k']));
  t.is(
    counts.reduce((a, b) => a + b, 0),
    2 * N,
  );
});

kernelTest('--interval with nothing to print', async t => {
  const script = `${CALL} { @s[tid] = nsecs; } tracepoint:syscalls:sys_exit_getppid { @d = hist(nsecs - @s[tid]); delete(@s, tid); } interval:s:1 { print(@d); clear(@d); }`;
  const { code, stderr } = await tsbpf(['--interval', '1s', '-e', script]);
  t.is(code, 1);
  t.regex(stderr, /--interval prints maps that the program only fills: this one has none/);
  t.regex((await tsbpf(['--interval', '1ms', '-e', 'BEGIN { }'])).stderr, /takes 10ms to 24h/);
});

kernelTest('--count with --interval ends after so many of them', async t => {
  const { stdout, code } = await tsbpf([
    '--interval',
    '50ms',
    '--count',
    '3',
    '-e',
    `${CALL} { @ = count(); }`,
  ]);
  t.is(code, 0);
  t.is(stdout.match(/^\d\d:\d\d:\d\d$/gm)?.length, 3);
  t.true((stdout.match(/^@: /gm) ?? []).length <= 3, 'what came behind the last one is of no whole interval');
});

kernelTest('behind a tool -d ends it, and --count is --events', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-limits-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'ticks.bt'), 'interval:ms:10 { @n++; print((n=@n, twice=@n * 2)); }');
  const env = { TSBPF_PATH: folder };
  t.is((await tsbpf(['ticks', '-d', '100ms'], { env })).code, 0);
  const { stdout, code } = await tsbpf(
    ['ticks', '--count', '3', '-f', 'csv', '--columns', 'twice', '--sort', 'n:desc', '-T'],
    { env },
  );
  t.is(code, 0);
  t.is(stdout.split('\n\n')[0], 'twice\n6\n4\n2');
});
