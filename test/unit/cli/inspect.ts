// The pure parts of `tsbpf net` and `tsbpf prog`: rates, which program a word means, which words are subcommands.
import test from 'ava';
import { parseCommandLine } from '../../../src/cli/command-line.js';
import { findPrograms } from '../../../src/cli/inspect/find-program.js';
import { holderText } from '../../../src/cli/inspect/holder-text.js';
import { type Counters, type Rates, ratesOf } from '../../../src/cli/inspect/rates.js';
import { MissingError } from '../../../src/kernel/host/missing.js';
import type { BpfProgram } from '../../../src/kernel/host/objects/programs.js';
import { type RowField, recordOf } from '../../../src/output/row-fields.js';

const SECOND = 1_000_000_000n;

const rates = test.macro({
  exec(t, now: Counters, before: Counters | undefined, elapsed: bigint | undefined, expected: Rates) {
    t.deepEqual(ratesOf(now, before, elapsed), expected);
  },
  title: (given = '') => `rates: ${given}`,
});

const before = { runs: 100n, runTime: 50_000n };
test('of the interval', rates, { runs: 300n, runTime: 90_000n }, before, SECOND / 2n, {
  perSecond: 400n,
  average: 200n,
  cpu: 80n,
});
test('no run in it: the average of all', rates, before, before, SECOND, {
  perSecond: 0n,
  average: 500n,
  cpu: 0n,
});
test('new in it: all its runs', rates, before, undefined, SECOND, {
  perSecond: 100n,
  average: 500n,
  cpu: 50n,
});
test('rounded to the nearest', rates, { runs: 3n, runTime: 8n }, undefined, 2n * SECOND, {
  perSecond: 2n,
  average: 3n,
  cpu: 0n,
});
test('on several CPUs at once', rates, { runs: 1n, runTime: 3n * SECOND }, undefined, SECOND, {
  perSecond: 1n,
  average: 3n * SECOND,
  cpu: 3_000_000n,
});
const none = { perSecond: undefined, average: undefined, cpu: undefined };
test('never run', rates, { runs: 0n, runTime: 0n }, undefined, undefined, none);
test('not measured', rates, before, undefined, undefined, { ...none, average: 500n });

const program = (id: number, name: string, tag: string) => ({ id, name, tag }) as BpfProgram;
const PROGRAMS = [
  program(12, 'xdp_drop', '00000000deadbeef'),
  program(40, 'count', '1111111111111111'),
  program(41, 'count', '2222222222222222'),
  program(60, '40', '3333333333333333'),
];
const idsOf = (word: string) => findPrograms(word, PROGRAMS).map(({ id }) => id);

test('a program is meant by its id, its tag or its name, which may be of several', t => {
  t.deepEqual(idsOf('12'), [12]);
  t.deepEqual(idsOf('00000000DEADBEEF'), [12]);
  t.deepEqual(idsOf('count'), [40, 41]);
  t.deepEqual(idsOf('40'), [40, 60]);
});

const missing = test.macro((t, word: string, hint: RegExp, programs: readonly BpfProgram[] = PROGRAMS) => {
  const error = t.throws(() => findPrograms(word, [...programs]), { instanceOf: MissingError });
  t.regex(error?.message ?? '', new RegExp(`no BPF program '${word}'`));
  t.regex(error?.hint ?? '', hint);
});
test('a name that is not there: the nearest', missing, 'xdp_drpo', /"xdp_drop"/);
test('an id that is not there: the nearest', missing, '50', /nearest id is 41 \(count\)/);
test('nothing near', missing, 'zzzzzzzzzz', /tsbpf prog lists/);
test('nothing there', missing, 'x', /none is loaded/, []);

test('holders in a cell', t => {
  t.is(holderText([]), undefined);
  t.is(holderText([{ pid: 5, comm: 'a b' }]), 'a b 5');
  t.is(holderText([5, 6, 7].map(pid => ({ pid, comm: 'x' }))), 'x 5 +2');
});

const subcommand = test.macro((t, argv: readonly string[], expected: object) => {
  t.like(
    parseCommandLine('tsbpf', argv, () => []),
    expected,
  );
});
test('net is a subcommand', subcommand, ['net', 'eth0', '-f', 'json'], {
  subcommand: 'net',
  words: ['eth0', '-f', 'json'],
});
test('so is prog, and options before it are its own', subcommand, ['-f', 'csv', 'prog', 'list'], {
  subcommand: 'prog',
  words: ['-f', 'csv', 'list'],
});
test('with -l it is a pattern', subcommand, ['-l', 'net'], { config: { script: 'net', list: true } });
test('behind -e it is a parameter', subcommand, ['-e', 'BEGIN {}', 'net'], {
  config: { scriptArgs: ['net'] },
});
test('a file of that name is named as one', subcommand, ['./net'], { config: { script: './net' } });

test('rows become records: numbers, text, and what there is not', t => {
  const fields: readonly RowField<{ a?: bigint; b?: string }>[] = [
    { name: 'a', align: 'right', of: row => row.a },
    { name: 'b', of: row => row.b },
  ];
  const { type, values } = recordOf(fields, [{ a: 1n, b: 'long text' }, {}], '-');
  t.deepEqual(
    type.fields.map(field => [field.name, field.type.kind]),
    [
      ['a', 'integer'],
      ['b', 'string'],
    ],
  );
  t.deepEqual(
    values.map(([a, b]) => [a, String(b)]),
    [
      [1n, 'long text'],
      [undefined, '-'],
    ],
  );
});
