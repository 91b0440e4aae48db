// Tools that trace whatever probe they are given: counts are those of a workload.
import test from 'ava';
import { kernelTest } from '../harness/kernel-test.js';
import { command, tsbpf } from '../harness/tsbpf.js';
import { workloadAs, workload as workloadNamed } from '../workload/workload.js';

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
  const { stdout } = await tsbpf(['stackcount', '-P', 'tracepoint:raw_syscalls:sys_enter', '-f', 'csv'], {
    workload: workload('scount'),
  });
  const counts = [...stdout.matchAll(/,scount,(\d+)$/gm)].map(([, count]) => Number(count));
  t.true(counts.reduce((a, b) => a + b, 0) >= N, stdout);
  t.regex(stdout, /do_syscall_64|el0_svc/);
});

kernelTest('stackcount of a function of a program counts the stacks of the program', async t => {
  const program = workloadNamed('stacks');
  const { stdout } = await tsbpf(['stackcount', `uprobe:${program}:inner`, '-f', 'folded'], {
    workload: async () => void (await command(program, ['300', '2', '300'])),
  });
  const rows = stdout.trim().split('\n');
  // Where the function has no frame yet its caller is not seen.
  t.deepEqual(
    rows.map(row => /;main;.*(?:deeper;)+outer;.*inner (\d+)$/.exec(row.replaceAll(/\+\d+/g, ''))?.[1]),
    ['150', '150'],
    stdout,
  );
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

kernelTest('funclatency: every call of a function is in the histogram', async t => {
  const program = workloadNamed('calls');
  const probe = `uprobe:${program}:called`;
  const { stdout, stderr, code } = await tsbpf(['funclatency', '-f', 'json', '-F', probe], {
    workload: async () => {
      await command(program, ['3000']);
    },
  });
  t.is(code, 0, stderr);
  const { data } = JSON.parse(stdout.split('\n').find(line => line.includes('@latency_ns'))!) as {
    data: { '@latency_ns': Record<string, { count: number }[]> };
  };
  const [[name, buckets = []] = []] = Object.entries(data['@latency_ns']);
  t.is(name, probe.replace('uprobe', 'uretprobe'));
  t.is(
    buckets.reduce((sum, { count }) => sum + count, 0),
    3000,
  );
});

kernelTest('funcinterval: the time between any two events', async t => {
  const program = workloadNamed('calls');
  const probe = `uprobe:${program}:called`;
  const { stdout, stderr, code } = await tsbpf(['funcinterval', '-f', 'json', probe], {
    workload: async () => {
      await command(program, ['3000']);
    },
  });
  t.is(code, 0, stderr);
  const { data } = JSON.parse(stdout.split('\n').find(line => line.includes('@between_ns'))!) as {
    data: { '@between_ns': Record<string, { count: number }[]> };
  };
  t.is(
    data['@between_ns'][probe]?.reduce((sum, { count }) => sum + count, 0),
    2999,
  );
});

kernelTest('funcslower: system calls that take longer than so long', async t => {
  const program = workloadAs('deeds', 'fnapper');
  const entry = 'tracepoint:syscalls:sys_enter_nanosleep';
  const { stdout, stderr, code } = await tsbpf(
    [
      'funcslower',
      '-f',
      'csv',
      '--min-ms',
      '150',
      entry,
      '--where',
      'comm=fnapper',
      '--columns',
      'comm,latency_ns',
    ],
    {
      // What is short may take long on a busy machine, what is long is never short.
      workload: async () => {
        for (const [count, us] of [
          [200, 10],
          [3, 160_000],
        ])
          await command(program, ['naps', `${count}`, `${us}`]);
      },
    },
  );
  t.is(code, 0, stderr);
  const [, ...rows] = stdout.trim().split('\n');
  t.true(rows.length >= 3 && rows.length < 20, stdout);
  t.true(rows.every(row => Number(row.split(',')[1]) >= 150_000_000));
});

kernelTest('argdist: how often an expression has each value, with a condition, as a histogram', async t => {
  const program = workloadNamed('calls');
  const of = async (...words: string[]) => {
    const { stdout, stderr, code } = await tsbpf([
      '-f',
      'csv',
      '-c',
      `${program} 3000`,
      'argdist',
      `uprobe:${program}:called`,
      ...words,
    ]);
    t.is(code, 0, stderr);
    t.is(stderr, '');
    return stdout.split('\n').filter(line => line !== '' && !line.startsWith('calls='));
  };
  t.deepEqual((await of('arg0 % 3')).sort(), ['0,1000', '1,1000', '2,1000', 'value,count']);
  t.deepEqual((await of('str(arg1), arg0 + 1', 'arg0 == 7 || comm == "other"', '-b')).sort(), [
    'calls,"(text-7, 8)",1',
    'comm,value,count',
  ]);
  const { stdout } = await tsbpf([
    '-f',
    'json',
    '-c',
    `${program} 3000`,
    'argdist',
    `uprobe:${program}:called`,
    'arg0',
    'arg0 < 16',
    '-H',
  ]);
  const line = stdout.split('\n').find(each => each.includes('@values'))!;
  const { data } = JSON.parse(line) as { data: { '@values': { count: number }[] } };
  t.deepEqual(
    data['@values'].map(({ count }) => count),
    [1, 1, 2, 4, 8],
  );
});

kernelTest('argdist: what is wrong with an expression is shown in it', async t => {
  const wrong = async (...words: string[]) =>
    (await tsbpf(['argdist', 'tracepoint:raw_syscalls:sys_exit', ...words])).stderr;
  t.regex(await wrong('args.idd + 1'), /^\$2:1:6-9: ERROR: .*"idd"\nargs.idd \+ 1\n {5}\^\^\^\n/);
  t.regex(await wrong('args.id; exit()'), /^\$2:1:8-9: ERROR: expected the end of \$2, found ";"\n/);
  t.regex(
    await wrong('args.id', 'args.ret <'),
    /^\$3:1:11-11: ERROR: expected an expression, found the end\n/,
  );
  t.regex(
    await wrong('expression($2)'),
    /^\$2:1:1-15: ERROR: expression\(\) takes a parameter as it is written\n/,
  );
  t.regex(await wrong(), /^tsbpf: argdist needs EXPRESSION, /);
});

test('where nothing returns, it is said', async t => {
  const { code, stderr } = await tsbpf(['funclatency', 'interval:s:1']);
  t.is(code, 1);
  t.regex(stderr, /interval:s:1 is no entry of a function: nothing returns/);
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
