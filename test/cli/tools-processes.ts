// Tools about processes: each beside programs that do a known number of things.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { kernelTest } from '../harness/kernel-test.js';
import { beside, deed, run, type ToolRow, toolRows, toolTable } from '../harness/tool.js';

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
