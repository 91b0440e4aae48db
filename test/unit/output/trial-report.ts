// How results of tests and benchmarks are told.
import test from 'ava';
import { MemoryOutput } from '../../../src/output/byte-output.js';
import { TrialReport } from '../../../src/output/trial-report.js';

function told(options: { json?: boolean; color?: boolean }, tell: (report: TrialReport) => void): string {
  const output = new MemoryOutput();
  tell(new TrialReport(output, { json: options.json ?? false, color: options.color ?? false }));
  return output.text;
}

const two = (report: TrialReport) => {
  report.startTests(2);
  report.startTest('a');
  report.test({ name: 'a', passed: true, nanoseconds: 900n, output: 'hidden\n' });
  report.startTest('b');
  report.test({ name: 'b', passed: false, nanoseconds: 2_900_000n, output: 'x"\n' });
  report.endTests();
};

test('tests as text', t => {
  t.is(
    told({}, two),
    [
      '[==========] Running 2 tests.',
      '[ RUN      ] a',
      '[       OK ] a (900 ns)',
      '[ RUN      ] b',
      'x"',
      '[  FAILED  ] b (2900 μs)',
      '[==========] 2 tests ran.',
      '[  PASSED  ] 1 test.',
      '[  FAILED  ] 1 test, listed below:',
      '[  FAILED  ] b',
      '',
    ].join('\n'),
  );
});

test('tests in colour', t => {
  const lines = told({ color: true }, two).split('\n');
  t.is(lines[0], '\x1b[32m[==========]\x1b[0m Running 2 tests.');
  t.is(lines[5], '\x1b[31m[  FAILED  ]\x1b[0m b (2900 μs)');
});

test('tests as JSON', t => {
  t.is(
    told({ json: true }, two),
    [
      '{"type": "test_result", "data": {"a": {"duration": 900, "passed": true, "output": "hidden\\n"}}}',
      '{"type": "test_result", "data": {"b": {"duration": 2900000, "passed": false, "output": "x\\"\\n"}}}',
      '',
    ].join('\n'),
  );
});

test('no tests, no words', t => {
  t.is(
    told({}, report => {
      report.startTests(0);
      report.endTests();
    }),
    '',
  );
});

test('benchmarks: the column of names is as wide as the longest', t => {
  const long = 'x'.repeat(50);
  t.is(
    told({}, report => {
      report.startBenchmarks(['a', long]);
      report.benchmark('a', 12, 100);
    }),
    `${'Benchmark'.padEnd(51)}Time(ns)       Iterations\n${'-'.repeat(76)}\n${'a'.padEnd(51)}12             100\n`,
  );
  t.is(
    told({ json: true }, report => {
      report.startBenchmarks(['a']);
      report.benchmark('a', 12, 100);
    }),
    '{"type": "benchmark_result", "data": {"a": {"average": 12, "iters": 100}}}\n',
  );
});
