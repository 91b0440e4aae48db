// Tools that trace whatever probe they are given: counts are those of a workload.
import { kernelTest } from '../harness/kernel-test.js';
import { command, tsbpf } from '../harness/tsbpf.js';
import { workloadAs } from '../workload/workload.js';

const N = 5000;
const CALLS = 'tracepoint:syscalls:sys_enter_getppid';
const workload = (name: string) => async () => {
  await command(workloadAs('syscalls', name), [String(N)]);
};

kernelTest('funccount counts each event, by place and process', async t => {
  const { stdout, code } = await tsbpf(['funccount', '-b', CALLS, '-f', 'csv'], {
    workload: workload('fcount'),
  });
  t.is(code, 0);
  t.regex(stdout, new RegExp(`^${CALLS},fcount,${N}$`, 'm'));
});

kernelTest('funccount takes patterns, and places in programs', async t => {
  const { stdout } = await tsbpf(
    [
      'funccount',
      'tracepoint:syscalls:sys_*_getppid',
      '-f',
      'csv',
      '--where',
      'key2=fcount2',
      '--by-process',
    ],
    {
      workload: workload('fcount2'),
    },
  );
  t.deepEqual(stdout.trim().split('\n').sort(), [
    'key1,key2,@by_process',
    `${CALLS},fcount2,${N}`,
    `tracepoint:syscalls:sys_exit_getppid,fcount2,${N}`,
  ]);
});

kernelTest('stackcount: all stacks together are all events', async t => {
  const { stdout } = await tsbpf(['stackcount', '-b', 'tracepoint:raw_syscalls:sys_enter', '-f', 'csv'], {
    workload: workload('scount'),
  });
  const counts = [...stdout.matchAll(/,scount,(\d+)$/gm)].map(([, count]) => Number(count));
  t.true(counts.reduce((a, b) => a + b, 0) >= N, stdout);
  t.regex(stdout, /do_syscall_64|el0_svc/);
});

kernelTest('trace shows each event with its arguments', async t => {
  const { stdout } = await tsbpf(
    [
      'trace',
      'tracepoint:raw_syscalls:sys_enter',
      '-f',
      'csv',
      '--where',
      'comm=traced && id=110',
      '--columns',
      'comm,id',
    ],
    { workload: workload('traced') },
  );
  const [head, ...rows] = stdout.trim().split('\n');
  t.is(head, 'comm,id');
  t.is(rows.length, process.arch === 'x64' ? N : rows.length);
  t.true(rows.every(row => row === 'traced,110'));
});

kernelTest('a probe that is not there, and none', async t => {
  const wrong = await tsbpf(['funccount', 'tracepoint:syscalls:sys_enter_getpidd']);
  t.is(wrong.code, 1);
  t.regex(wrong.stderr, /sys_enter_getpid"?/);
  const none = await tsbpf(['funccount']);
  t.is(none.code, 1);
  t.regex(
    none.stderr,
    /^tsbpf: funccount needs PROBE, what is counted, .*; 'tsbpf help funccount' tells more\n/,
  );
});
