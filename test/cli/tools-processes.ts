// Tools about processes: each beside programs that do a known number of things.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelTest } from '../harness/kernel-test.js';
import { beside, deed, run, type ToolRow, toolMaps, toolRows, toolTable } from '../harness/tool.js';
import { type Bucket, held } from '../harness/tool-output.js';

const some = (rows: readonly ToolRow[], ...fields: readonly string[]) =>
  rows.map(row => fields.map(field => String(row[field])).join(' '));

kernelTest('execsnoop: programs with their arguments, and those that cannot be run', async t => {
  let pid = 0;
  const act = async () => {
    await run('/bin/echo', ['one', 'two three', 'tools-processes']);
    await run('/usr/bin/env', ['tools-processes-none']).catch(() => {});
    pid = await run('/bin/sh', ['-c', 'exec /bin/true tools-processes']);
  };
  const rows = (await toolRows(t, ['execsnoop'], act)).filter(row =>
    /tools-processes/.test(String(row.args)),
  );
  t.deepEqual(
    some(
      rows.filter(row => row.ppid === process.pid),
      'comm',
      'err',
      'args',
    ).slice(0, 2),
    ['echo - /bin/echo one two three tools-processes', 'env - /usr/bin/env tools-processes-none'],
  );
  const missing = rows.filter(row => row.err !== '-');
  t.true(missing.length > 0);
  for (const row of missing)
    t.regex(some([row], 'comm', 'err', 'args')[0]!, /^env ENOENT .*\/tools-processes-none$/);
  t.deepEqual(
    some(
      rows.filter(row => row.pid === pid),
      'comm',
      'ppid',
      'err',
      'args',
    ),
    [
      `sh ${process.pid} - /bin/sh -c exec /bin/true tools-processes`,
      `true ${process.pid} - /bin/true tools-processes`,
    ],
  );
});

kernelTest(
  'execsnoop: --failed, --name, --line, --ppid, --max-args choose; -T, -t and -w add columns',
  async t => {
    const act = async () => {
      for (let i = 0; i < 3; i++) await run('/bin/true', ['chosen-1', 'a', 'b']);
      await run('/bin/echo', ['chosen-1']);
      await run('/usr/bin/env', ['/chosen-1-none']);
    };
    const ours = ['--ppid', String(process.pid)];
    t.is((await toolRows(t, ['execsnoop', ...ours], act)).length, 6);
    t.deepEqual(
      some(await toolRows(t, ['execsnoop', ...ours, '-n', 'true', '--max-args', '2'], act), 'args'),
      ['/bin/true chosen-1', '/bin/true chosen-1', '/bin/true chosen-1'],
    );
    t.deepEqual(some(await toolRows(t, ['execsnoop', ...ours, '-l', 'chosen-1-'], act), 'args'), [
      '/usr/bin/env /chosen-1-none',
      '/chosen-1-none',
    ]);
    t.deepEqual(await toolRows(t, ['execsnoop', ...ours, '-u', '12345'], act), []);
    t.deepEqual(some(await toolRows(t, ['execsnoop', ...ours, '-q', '-n', 'echo'], act), 'args'), [
      '"/bin/echo" "chosen-1"',
    ]);
    const { head } = await toolTable(t, ['execsnoop', ...ours, '-T', '-t', '-w'], act);
    t.is(head, 'TIME SINCE UID PID PPID COMM ERR ARGS');
    t.is((await toolTable(t, ['execsnoop', ...ours], act)).head, 'PID PPID COMM ERR ARGS');
  },
);

kernelTest('exitsnoop: age, code and signal', async t => {
  const pids: number[] = [];
  const act = async () => {
    pids.length = 0;
    pids.push(await run('/bin/sh', ['-c', 'sleep 0.2; exit 7']));
    pids.push(await run('/bin/sh', ['-c', 'kill -9 $$']));
    pids.push(await run('/bin/true'));
  };
  const ends = (rows: readonly ToolRow[], pid: number) =>
    some(
      rows.filter(row => row.pid === pid),
      'comm',
      'ppid',
      'code',
      'signal',
    );
  const rows = await toolRows(t, ['exitsnoop'], act);
  t.deepEqual(ends(rows, pids[0]!), [`sh ${process.pid} 7 -`]);
  t.deepEqual(ends(rows, pids[1]!), [`sh ${process.pid} 0 SIGKILL`]);
  t.deepEqual(ends(rows, pids[2]!), [`true ${process.pid} 0 -`]);
  const age = (pid: number) => Number(rows.find(row => row.pid === pid)?.age_ns);
  t.true(age(pids[0]!) >= 200e6, String(age(pids[0]!)));
  t.true(age(pids[2]!) < age(pids[0]!));
  const failed = (await toolRows(t, ['exitsnoop', '-x'], act)).filter(row =>
    pids.includes(row.pid as number),
  );
  t.deepEqual(some(failed, 'pid'), pids.slice(0, 2).map(String));
});

kernelTest('exitsnoop --threads, forksnoop: every thread and every process', async t => {
  let made = await deed('threads', 0);
  const ends = await toolRows(t, ['exitsnoop', '--threads'], async () => {
    made = await deed('threads', 5);
  });
  t.is(ends.filter(row => row.pid === made.pid).length, 6);
  const begun = await toolRows(t, ['forksnoop', '-a', '-w'], async () => {
    made = await deed('threads', 5);
  });
  const threads = begun.filter(row => row.pid === made.pid);
  t.deepEqual(some(threads, 'comm', 'kind'), Array(5).fill('deeds thread'));
  for (const { flags } of threads) t.regex(String(flags), /^CLONE_VM\|CLONE_FS\|.*CLONE_THREAD\|[A-Z_|]*$/);
  const forked = await toolRows(t, ['forksnoop'], async () => {
    made = await deed('forks', 4);
  });
  const children = forked.filter(row => row.pid === made.pid);
  t.deepEqual(some(children, 'comm', 'kind'), Array(4).fill('deeds process'));
  t.is(new Set(some(children, 'child')).size, 4);
  const makers = forked.filter(row => row.child === made.pid);
  t.deepEqual(some(makers, 'pid'), [String(process.pid)]);
});

kernelTest('killsnoop: who sends what to whom, by name; --failed and --signal', async t => {
  const act = async () => {
    const child = spawn('/bin/sleep', ['30'], { stdio: 'ignore' });
    await once(child, 'spawn');
    for (let i = 0; i < 3; i++) process.kill(child.pid!, 0);
    child.kill('SIGTERM');
    await once(child, 'close');
    try {
      process.kill(child.pid!, 'SIGUSR1');
    } catch {}
    return child.pid;
  };
  let target: number | undefined;
  const trace = async (...options: readonly string[]) =>
    (
      await toolRows(t, ['killsnoop', ...options], async () => {
        target = await act();
      })
    ).filter(row => row.target === target);
  const fields = ['pid', 'sig', 'signal', 'err'] as const;
  const asked = `${process.pid} 0 - -`;
  const gone = `${process.pid} 10 SIGUSR1 ESRCH`;
  t.deepEqual(some(await trace(), ...fields), [asked, asked, asked, `${process.pid} 15 SIGTERM -`, gone]);
  t.deepEqual(some(await trace('--failed'), ...fields), [gone]);
  const child = spawn('/bin/sleep', ['30'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const toChild = await toolRows(t, ['killsnoop', '--target', String(child.pid)], async () => {
    await act();
    process.kill(child.pid!, 0);
    child.kill('SIGTERM');
    await once(child, 'close');
  });
  t.deepEqual(some(toChild, 'target', 'sig'), [`${child.pid} 0`, `${child.pid} 15`]);
  for (const name of ['SIGTERM', 'TERM'])
    t.deepEqual(some(await trace('-s', name), ...fields), [`${process.pid} 15 SIGTERM -`]);
});

kernelTest("sigsnoop: a process's signals and the kernel's, with what became of them", async t => {
  let pid = 0;
  const act = async () => {
    const child = spawn('/bin/sh', ['-c', "trap '' USR1; kill -USR1 $$; kill -SEGV $$"], { stdio: 'ignore' });
    pid = child.pid!;
    await once(child, 'close');
  };
  const rows = await toolRows(t, ['sigsnoop'], act);
  t.deepEqual(
    some(
      rows.filter(row => row.target === pid),
      'pid',
      'comm',
      'sig',
      'signal',
      'tcomm',
      'result',
    ),
    [`${pid} sh 10 SIGUSR1 sh ignored`, `${pid} sh 11 SIGSEGV sh delivered`],
  );
  const chld = rows.filter(row => row.target === process.pid && row.pid === pid);
  t.deepEqual(some(chld, 'signal'), ['SIGCHLD']);
  const failed = await toolRows(t, ['sigsnoop', '-x'], act);
  t.deepEqual(
    some(
      failed.filter(row => row.target === pid),
      'signal',
    ),
    ['SIGUSR1'],
  );
});

kernelTest('naptime, pidpersec, threadsnoop: sleeps, forks and threads of one process', async t => {
  const naps = await toolRows(t, beside('naps 7 2000', 'naptime'));
  t.deepEqual(some(naps, 'comm', 'nap_ns', 'kind'), Array(7).fill('deeds 2000000 for'));
  const forks = await toolRows(t, beside('forks 20', 'pidpersec'));
  t.is(
    forks.reduce((sum, row) => sum + Number(row.forks), 0),
    20,
  );
  const threads = await toolRows(t, beside('threads 3', 'threadsnoop'));
  t.is(threads.length, 3);
  // A process that has ended when its row is printed has no names any more.
  for (const row of some(threads, 'comm', 'function')) t.regex(row, /^deeds (nothing|0x[0-9a-f]+)$/);
});

kernelTest('signals: how many of each, by who gets them', async t => {
  let pid: number | undefined;
  const act = async () => {
    const child = spawn('/bin/sh', ['-c', "trap '' USR1; echo ready; exec sleep 30"]);
    pid = child.pid;
    await once(child.stdout, 'data');
    for (let i = 0; i < 7; i++) child.kill('SIGUSR1');
    child.kill('SIGTERM');
    await once(child, 'close');
  };
  const counted = async (...options: readonly string[]) => {
    const signals = Object.entries((await toolMaps(t, ['signals', ...options], act)).get('@signals') ?? {});
    // It is sh at first, then sleep.
    const counts = new Map<string, number>();
    for (const [key, count] of signals) {
      const [, name = '', target] = /^\{\.signal=(\w+),\.target=(\d+),/.exec(key) ?? [];
      if (Number(target) === pid) counts.set(name, (counts.get(name) ?? 0) + Number(count));
    }
    return Object.fromEntries(counts);
  };
  t.like(await counted(), { SIGUSR1: 7, SIGTERM: 1 });
  t.deepEqual(await counted('--signal', 'TERM'), { SIGTERM: 1 });
});

/** Runs `act` with the path of a script that holds `text`. */
async function withScript(text: string, act: (path: string) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'tools-processes-'));
  try {
    const path = join(folder, 'script');
    writeFileSync(path, text, { mode: 0o755 });
    await act(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

kernelTest('elfsnoop: what runs for a script, and the inode of what runs', async t => {
  await withScript('#!/bin/sh\nexit 0\n', async path => {
    let pids: readonly number[] = [];
    const rows = await toolRows(t, ['elfsnoop'], async () => {
      pids = [await run(path), await run('/bin/true')];
    });
    const shown = (pid: number) => rows.filter(row => row.pid === pid);
    t.deepEqual(some(shown(pids[0]!), 'comm', 'inode', 'file', 'runs'), [
      `script ${statSync('/bin/sh').ino} ${path} /bin/sh`,
    ]);
    t.deepEqual(some(shown(pids[1]!), 'comm', 'inode', 'file', 'runs'), [
      `true ${statSync('/bin/true').ino} /bin/true /bin/true`,
    ]);
    for (const { fs } of rows) t.regex(String(fs), /^\S+$/);
  });
});

kernelTest('shellsnoop --follow: what a script and its commands print', async t => {
  await withScript('#!/bin/sh\nexec 2>/dev/null\necho one\ncd /none\n/bin/echo three\n', async path => {
    const rows = await toolRows(t, ['-c', path, '--follow', 'shellsnoop', '--max-bytes', '4']);
    const shown = rows.map(
      (row): ToolRow => ({ ...row, data: Buffer.from(row.data as number[]).toString() }),
    );
    const printed = (fd: number) =>
      some(
        shown.filter(row => row.fd === fd),
        'comm',
        'len',
        'data',
      );
    t.deepEqual(printed(1), ['script 4 one\n', 'echo 6 thre']);
    // It complains in several writes, the first of which names it.
    t.regex(printed(2)[0] ?? '', new RegExp(`^script \\d+ ${path.slice(0, 4)}$`));
  });
});

kernelTest('bashfunc, bashfunclat: calls of functions, and how long they take', async t => {
  const text =
    '#!/bin/bash\nquick() { :; }\nslow() { sleep 0.05; quick; }\nslow; slow; for i in {1..9}; do quick; done\n';
  await withScript(text, async path => {
    const calls = (await toolMaps(t, ['-c', path, 'bashfunc'])).get('@calls');
    t.deepEqual(calls, { '{.function=quick}': 11, '{.function=slow}': 2 });
    const own = (await toolMaps(t, ['-c', path, 'bashfunc', '-b'])).get('@calls') ?? {};
    for (const key of Object.keys(own)) t.regex(key, /^\{\.pid=\d+,\.function=(quick|slow)\}$/);
    const took = (await toolMaps(t, ['-c', path, 'bashfunclat'])).get('@took_ms') ?? {};
    const buckets = (name: string) => took[name] as readonly Bucket[];
    t.deepEqual([held(buckets('quick')), held(buckets('slow'))], [11, 2]);
    t.true(buckets('slow').every(({ count, min = 0 }) => count === 0 || min >= 32));
    const fine = (await toolMaps(t, ['-c', path, 'bashfunclat', '-u'])).get('@took_us') ?? {};
    t.true((fine.slow as readonly Bucket[]).every(({ count, min = 0 }) => count === 0 || min >= 32_768));
  });
});
