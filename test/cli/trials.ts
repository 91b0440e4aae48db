// --test and --bench: what passes, what is told, exit codes, JSON; self:signal; BEGIN and END in order.
import { kernelTest } from '../harness/kernel-test.js';
import { inProject } from '../harness/project.js';
import { command, listenTo, tsbpf } from '../harness/tsbpf.js';

const TESTS = [
  'test:fine { print("not shown"); }',
  'test:zero { return 0; }',
  'test:leaves { exit(); print("not reached"); }',
  'test:returns { printf("shown %d\\n", 5); return 1; }',
  'test:negative { return -1; }',
  'test:in_a_loop { for ($i : 0..10) { if ($i == 7) { return $i; } } }',
  'test:exits { exit(3); }',
  'test:asserts { assert(1 == 2, "no"); }',
  'test:divides { $x = (uint64)cpu - cpu; print(1 / $x); }',
  'test:after { @n++; }',
].join(' ');

const RESULTS: readonly [name: string, passed: boolean][] = [
  ['fine', true],
  ['zero', true],
  ['leaves', true],
  ['returns', false],
  ['negative', false],
  ['in_a_loop', false],
  ['exits', false],
  ['asserts', false],
  ['divides', false],
  ['after', true],
];

kernelTest('--test tells which tests pass, and what those that fail have printed', async t => {
  const { stdout, code } = await tsbpf(['--test', '-e', TESTS]);
  t.is(code, 1);
  const seen = [...stdout.matchAll(/^\[\s*(OK|FAILED)\s*\] (\w+) \(\d+ (?:ns|μs)\)$/gm)];
  t.deepEqual(
    seen.map(([, word, name]) => [name, word === 'OK']),
    RESULTS.map(([name, passed]) => [name, passed]),
  );
  t.regex(stdout, /^\[={10}\] Running 10 tests\.$/m);
  t.regex(stdout, /^\[ RUN {6}\] returns\nshown 5\n\[ {2}FAILED {2}\] returns/m);
  t.regex(stdout, /^\[ {2}PASSED {2}\] 4 tests\.$/m);
  t.regex(stdout, /^\[ {2}FAILED {2}\] 6 tests, listed below:\n\[ {2}FAILED {2}\] returns\n/m);
  t.notRegex(stdout, /not shown|not reached|@n/);
  t.regex(stdout, /ERROR: assert failed: no/);
});

kernelTest('--test -f json: a message for each test', async t => {
  const { stdout, code } = await tsbpf([
    '--test',
    '-f',
    'json',
    '-e',
    `${TESTS} begin { print("begin"); } end { print("end"); }`,
  ]);
  t.is(code, 1);
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  t.deepEqual(lines.pop(), { type: 'value', data: 'end' });
  t.deepEqual(
    lines.map(({ type, data }) => [
      type,
      ...Object.entries<{ passed: boolean }>(data).map(([name, d]) => [name, d.passed]),
    ]),
    RESULTS.map(([name, passed]) => ['test_result', [name, passed]]),
  );
  t.is(lines[0].data.fine.output, 'begin\nnot shown\n');
  t.is(lines[3].data.returns.output, 'shown 5\n');
  t.true(lines.every(line => Number.isInteger(Object.values<{ duration: number }>(line.data)[0]!.duration)));
});

kernelTest('tests that all pass exit with 0; none is no failure', async t => {
  const { code, stdout } = await tsbpf(['--test', '-e', 'test:a { } test:b { @ = 5; }']);
  t.is(code, 0);
  t.regex(stdout, /^\[ {2}PASSED {2}\] 2 tests\.$/m);
  t.is((await tsbpf(['--mode', 'test', '-e', 'BEGIN { }'])).code, 0);
});

kernelTest('nothing but tests, BEGIN and END is run or attached by --test', async t => {
  const { stdout, code } = await tsbpf([
    '--test',
    '-e',
    'begin { print(1); } interval:ms:1 { print("interval"); } hardware:cycles { } bench:b { print("bench"); } test:a { return 1; } end { print("end"); }',
  ]);
  t.is(code, 1);
  t.notRegex(stdout, /interval|bench/);
  t.regex(stdout, /RUN {6}\] a\n1\n/);
  t.regex(stdout, /^end$/m);
});

kernelTest('--probe-filter chooses among tests, and among probes', async t => {
  const { stdout } = await tsbpf([
    '--test',
    '--probe-filter',
    'b$',
    '-e',
    'test:a { } test:ab { } test:c { }',
  ]);
  t.regex(stdout, /Running 1 tests/);
  t.regex(stdout, /RUN {6}\] ab/);
  const none = await tsbpf(['--test', '--probe-filter', 'zzz', '-e', 'test:a { }']);
  t.is(none.code, 1);
  t.regex(none.stderr, /No probes to attach/);
  const one = await tsbpf([
    '--probe-filter',
    'ms:1',
    '-e',
    'BEGIN { print("begin"); } interval:ms:10 { print("ten"); exit(); } interval:ms:2 { print("two"); }',
  ]);
  t.is(one.stdout.trim(), 'begin\nten');
  t.regex(one.stderr, /Attached 2 probes/);
  const bad = await tsbpf(['--probe-filter', '[', '-e', 'BEGIN { }']);
  t.is(bad.code, 1);
  t.regex(bad.stderr, /--probe-filter: Invalid regular expression/);
});

kernelTest('a reader that goes away ends the tests quietly', async t => {
  const script =
    'test:a { for ($i : 0..1000000) { @ = $i; } } test:b { for ($i : 0..1000000) { @ = $i; } } test:c { }';
  const said = await command('bash', [
    '-c',
    `{ '${inProject('bin/tsbpf')}' --test -e '${script}' | head -1; } 2>&1`,
  ]);
  t.is(said, '[==========] Running 3 tests.\n');
});

kernelTest('without --test and --bench such probes are ignored; alone they are a mistake', async t => {
  const { stdout, code, stderr } = await tsbpf([
    '-e',
    'test:a { print("no"); } bench:b { print("no"); } BEGIN { print("yes"); }',
  ]);
  t.is(code, 0);
  t.is(stdout.trim(), 'yes');
  t.regex(stderr, /Attached 1 probe/);
  for (const type of ['test', 'bench']) {
    const alone = await tsbpf(['-e', `${type}:a { }`]);
    t.is(alone.code, 1);
    t.regex(alone.stderr, new RegExp(`use --${type} to run`));
  }
});

kernelTest('--bench: a table of times, in which more work takes longer', async t => {
  const { stdout, code, stderr } = await tsbpf([
    '--bench',
    '-e',
    'bench:nothing { } bench:little { @ = count(); } bench:much { for ($i : 0..1000) { @x[$i] = count(); } } bench:refuses { return 1; } bench:prints { printf("%d\\n", pid); }',
  ]);
  t.is(code, 0, stderr);
  t.is(stderr, '');
  const lines = stdout.split('\n');
  t.is(lines[0], `${'Benchmark'.padEnd(41)}${'Time(ns)'.padEnd(15)}Iterations`);
  t.is(lines[1], '-'.repeat(66));
  const rows = lines.slice(2).flatMap(line => {
    const match = /^(\w+) +(\d+) +(\d+)$/.exec(line);
    return match === null ? [] : [{ name: match[1], time: Number(match[2]), runs: Number(match[3]) }];
  });
  t.deepEqual(
    rows.map(row => row.name),
    ['nothing', 'little', 'much', 'prints'],
  );
  t.true(rows.every(row => row.runs > 1000));
  t.true(rows[2]!.time > 1000 && rows[2]!.time > rows[0]!.time, stdout);
});

kernelTest('--bench -f json; an error is one of the benchmark', async t => {
  const { stdout } = await tsbpf(['--bench', '-f', 'json', '-e', 'bench:a { @ = count(); }']);
  const { type, data } = JSON.parse(stdout);
  t.is(type, 'benchmark_result');
  t.deepEqual(Object.keys(data), ['a']);
  t.deepEqual(Object.keys(data.a), ['average', 'iters']);
  const failing = await tsbpf(['--bench', '-e', 'bench:a { errorf("x"); }']);
  t.is(failing.code, 1);
  t.regex(failing.stderr, /ERROR: Benchmark 'a' failed/);
});

kernelTest('SIGUSR1 that nobody asked for lets no debugger in', async t => {
  const { stdout, stderr } = await tsbpf(['-e', 'interval:ms:20 { printf("tick\\n"); }'], {
    workload: async tracer => {
      let ticks = 0;
      tracer.stdout!.on('data', part => (ticks += String(part).split('tick').length - 1));
      tracer.kill('SIGUSR1');
      while (ticks < 10 && tracer.exitCode === null) await new Promise(resolve => setTimeout(resolve, 5));
    },
  });
  t.regex(stdout, /(tick\n){10}/);
  t.notRegex(stderr, /Debugger/);
});

kernelTest('self:signal:SIGUSR1 runs at each signal', async t => {
  const script =
    'self:signal:SIGUSR1 { @n++; printf("signal %d %s\\n", @n, probe); } self:signal:SIGUSR1 { print("second"); }';
  const { stdout, stderr, code } = await tsbpf(['-e', script], {
    workload: async tracer => {
      const prints = listenTo(tracer);
      for (let i = 1; i <= 3; i++) {
        tracer.kill('SIGUSR1');
        await prints(new RegExp(`^signal ${i} .*\\nsecond$`, 'm'));
      }
    },
  });
  t.is(code, 0, stderr);
  t.is(stderr, 'Attached 2 probes\n');
  const lines = [1, 2, 3].flatMap(i => [`signal ${i} self:signal:SIGUSR1`, 'second']);
  t.deepEqual(stdout.trim().split('\n').slice(0, 6), lines);
});

kernelTest('exit() of a self probe ends the session', async t => {
  const { code, stdout } = await tsbpf(['-e', 'self:signal:SIGUSR1 { exit(6); } END { print("end"); }'], {
    workload: () => {},
    signal: 'SIGUSR1',
  });
  t.is(code, 6);
  t.is(stdout.trim(), 'end');
});

kernelTest('several BEGIN and END run in source order', async t => {
  const { stdout } = await tsbpf([
    '-e',
    'end { print("e1"); } begin { print("b1"); } BEGIN, begin { print("b2"); } END { print("e2"); } begin { exit(); } begin { print("b4"); }',
  ]);
  t.is(stdout.trim(), 'b1\nb2\nb2\ne1\ne2');
});
