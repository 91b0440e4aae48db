// Tools about system calls: each beside programs that make a known number of them.
import { existsSync, readFileSync } from 'node:fs';
import { gated } from '../harness/gated.js';
import { kernelTest } from '../harness/kernel-test.js';
import { beside, deed, eventually, toolMaps, toolRows } from '../harness/tool.js';
import { tsbpf } from '../harness/tsbpf.js';
import { workload } from '../workload/workload.js';

kernelTest('syscount: calls by name, by process, that failed, and how long they took', async t => {
  const calls = async (words: string, ...options: readonly string[]) =>
    (await toolMaps(t, beside(words, 'syscount', ...options))).get('@calls') ?? {};
  const all = await calls('naps 50');
  t.is(all['{.syscall=nanosleep}'], 50);
  t.is(all['{.syscall=exit_group}'], undefined); // it does not end
  t.deepEqual(await calls('forbidden 7', '-e', 'EPERM'), { '{.syscall=kill}': 7 });
  t.is((await calls('forbidden 7', '-x'))['{.syscall=kill}'], 7);
  const [who, count] = Object.entries(await calls('stats 100 /', '-P'))[0] ?? ['', 0];
  t.regex(who, /^\{\.pid=\d+,\.comm=deeds\}$/);
  t.true(Number(count) > 100);
  const maps = await toolMaps(t, beside('naps 5 20000', 'syscount', '-L'));
  const took = maps.get('@latency_ns')?.['{.syscall=nanosleep}'] as { count: number; average: number };
  t.is(took.count, 5);
  t.true(took.average >= 20e6, String(took.average));
});

kernelTest('syscount: a table with named columns, the most frequent first', async t => {
  const { stdout, code } = await tsbpf(beside('naps 2000 1', 'syscount', '--top', '3'));
  t.is(code, 0);
  const lines = stdout.split('\n').filter(line => line !== '');
  const at = lines.findIndex(line => /^SYSCALL +CALLS$/.test(line));
  t.regex(lines[at + 1] ?? '', /^nanosleep +2000$/);
  t.is(lines.slice(at + 1).filter(line => !line.startsWith('done=')).length, 3, stdout);
  const timed = await tsbpf(beside('naps 5 20000', 'syscount', '-L'));
  t.regex(timed.stdout, /^SYSCALL +COUNT +AVERAGE +TOTAL\nnanosleep +5 [\d. ]+ ms [\d. ]+ ms$/m);
});

kernelTest('syscount: --syscall, --ppid and -t: one call, children of a process, one thread', async t => {
  const naps = { '{.syscall=nanosleep}': 9 };
  const ppid = String(process.pid);
  const ours = await toolMaps(t, ['syscount', '--syscall', 'nanosleep', '--ppid', ppid], () =>
    deed('naps', 9),
  );
  t.deepEqual(ours.get('@calls'), naps);
  const { pid, run } = await gated(workload('deeds'), ['naps', '9']);
  const thread = await toolMaps(t, ['syscount', '--syscall', 'nanosleep', '-t', String(pid)], run);
  t.deepEqual(thread.get('@calls'), naps);
});

kernelTest(
  'traceloop: the last calls of a thread that ends, and the one that it does not return from',
  async t => {
    const run = (...options: readonly string[]) =>
      toolRows(t, [
        '-c',
        `${workload('syscalls')} 100`,
        '--follow',
        'traceloop',
        '--calls',
        '40',
        ...options,
      ]);
    const rows = await run();
    t.is(rows.length, 41);
    const asked = rows.filter(row => row.syscall === 'getppid');
    t.true(asked.length >= 20, JSON.stringify(rows));
    t.true(asked.every(row => row.err === '-' && row.pid === row.tid && Number(row.ret) > 0));
    // What was before them has been given up, what came after is there.
    t.deepEqual(rows.slice(0, asked.length), asked);
    const pid = Number(asked[0]!.pid);
    const written = rows.find(row => row.syscall === 'write');
    t.is(written?.ret, `syscalls=100 pid=${pid}\n`.length);
    t.like(rows.at(-1), { syscall: 'exit_group', err: '...', pid, comm: 'syscalls' });
    const ages = rows.map(row => Number(row.ago_ns));
    t.deepEqual(
      ages,
      [...ages].sort((a, b) => b - a),
      'the oldest first',
    );
    t.deepEqual(await run('--failed'), []);
  },
);

kernelTest('traceloop: SIGUSR1 asks for the calls of those that go on', async t => {
  const { pid, child, go } = await gated(workload('deeds'), ['naps', '1000', '900000']);
  try {
    let shown = '';
    const rows = await toolRows(t, ['traceloop', '--signal-only', '-p', String(pid)], async tracer => {
      tracer.stdout!.on('data', part => (shown += part));
      go();
      // In nanosleep(2), by its number on x86.
      t.true(await eventually(() => /^35 /.test(readFileSync(`/proc/${pid}/syscall`, 'utf8'))));
      tracer.kill('SIGUSR1');
      t.true(await eventually(() => shown.includes('nanosleep')));
    });
    t.like(rows.at(-1), { pid, comm: 'deeds', err: '...', ret: 0 });
    t.is(rows.at(-1)?.syscall, 'nanosleep');
    t.true(rows.length > 1 && rows.slice(0, -1).every(row => row.pid === pid && row.err === '-'));
  } finally {
    child.kill('SIGKILL');
  }
});

kernelTest('eperm: what is refused', async t => {
  let made = { pid: 0 };
  const rows = await toolRows(t, ['eperm', '-u', '65534'], async () => {
    made = await deed('forbidden', 6);
  });
  const ours = rows.filter(row => row.pid === made.pid);
  t.is(ours.length, 6);
  for (const row of ours)
    t.deepEqual(row, { uid: 65534, pid: made.pid, comm: 'deeds', syscall: 'kill', err: 'EPERM' });
});

kernelTest(
  'capable: which capability is asked for, and refused',
  async t => {
    let made = { pid: 0 };
    const rows = await toolRows(t, ['capable', '-x', '-u', '65534'], async () => {
      made = await deed('forbidden', 6);
    });
    const ours = rows.filter(row => row.pid === made.pid && row.cap === 'CAP_KILL');
    t.is(ours.length, 6);
    for (const row of ours)
      t.deepEqual(row, { uid: 65534, pid: made.pid, comm: 'deeds', cap: 'CAP_KILL', err: 'EPERM' });
    const stacks = await toolRows(t, ['capable', '-K', '-U', '-x', '-u', '65534'], async () => {
      made = await deed('forbidden', 1);
    });
    const [row] = stacks.filter(({ pid, cap }) => pid === made.pid && cap === 'CAP_KILL');
    t.regex(String(row?.kstack), /kill/);
    t.regex(String(row?.ustack), /0x[0-9a-f]+|kill/);
  },
  existsSync('/sys/kernel/tracing/events/capability/cap_capable')
    ? undefined
    : 'needs the tracepoint capability:cap_capable (6.14)',
);

kernelTest('setuids: which ids are asked for, by each call', async t => {
  const rows = await toolRows(t, beside('identities 2', 'setuids'));
  const me = process.getuid?.();
  const once = [`setuid ${me} -1 -1 -`, `setreuid -1 ${me} -1 -`, `setresuid -1 ${me} -1 -`];
  t.deepEqual(
    rows.map(({ call, real, eff, saved, err }) => `${call} ${real} ${eff} ${saved} ${err}`),
    [...once, ...once],
  );
});

kernelTest('futexctn: waits of one futex', async t => {
  const maps = await toolMaps(t, beside('futexes 10', 'futexctn'));
  const pid = String(maps.get('done')?.pid);
  const waits = Object.entries(maps.get('@waited_ns') ?? {}).filter(([key]) =>
    key.startsWith(`{.pid=${pid},.comm=deeds`),
  );
  t.true(waits.length > 0);
  for (const [key, value] of waits) {
    t.regex(key, /,\.futex=0x[0-9a-f]+\}$/);
    t.true((value as { count: number }).count > 0);
  }
});
