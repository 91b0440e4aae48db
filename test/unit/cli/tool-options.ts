// Options that all tools share: letters behind a tool's name, and what rows are to be shown.
import test from 'ava';
import { parseCommandLine } from '../../../src/cli/command-line.js';
import type { CliConfig } from '../../../src/cli/config.js';
import { declare } from '../../../src/cli/options.js';
import { type DeclaredOption, declaredOptions } from '../../../src/cli/script-options.js';
import { SHARED_OPTIONS, sharedWith } from '../../../src/cli/shared-options.js';
import { parse } from '../../../src/compiler/syntax/parse.js';

const option = (name: string, short?: string): DeclaredOption => ({
  name,
  short,
  flag: false,
  default: '0',
  help: '',
});

function configOf(words: string, declared: readonly DeclaredOption[] = []): CliConfig {
  const parsed = parseCommandLine('tsbpf', words.split(' '), () => declared);
  if (!('config' in parsed)) throw new Error('no config');
  return parsed.config;
}

const words = test.macro((t, expected: Partial<CliConfig>, declared: readonly DeclaredOption[] = []) => {
  t.like(configOf(t.title.replace(/;.*/, ''), declared), expected);
});

test('tool -d 5', words, { deadline: 5 });
test('tool -d500ms', words, { deadline: 0.5 });
test('tool -d=2m', words, { deadline: 120 });
test('tool --duration 5', words, { deadline: 5 });
test('--duration=5s tool', words, { deadline: 5 });
test('tool -i 2', words, { interval: 2, prints: undefined });
test('tool -i1 --count 3', words, { interval: 1, prints: 3, events: undefined });
test('tool --count 3', words, { interval: undefined, prints: undefined, events: 3 });
test('tool -c ls', words, { command: 'ls' });
test('tool -p 12 --follow', words, { pid: 12, follow: true });
test('./tool.bt -d ast', words, { debug: ['ast'], deadline: undefined });
test('-d ast tool', words, { debug: ['ast'], deadline: undefined });

for (const [letter, name] of [
  ['d', 'duration'],
  ['i', 'interval'],
  ['c', 'count'],
  ['p', 'pid'],
  ['T', 'timestamp'],
] as const) {
  test(
    `tool -${letter} 5; is the tool's where it declares --${name}`,
    words,
    { scriptArgs: [`--${name}`, '5'] },
    [option(name)],
  );
  test(
    `tool -${letter} 5; is the tool's where it declares -${letter}`,
    words,
    { scriptArgs: [`-${letter}`, '5'] },
    [option('other', letter)],
  );
}

const selection = test.macro((t, expected: Partial<NonNullable<CliConfig['selection']>>) => {
  t.like(configOf(t.title).selection, expected);
});
test('tool --columns pid,comm', selection, { columns: ['pid', 'comm'], timestamp: false });
test('--where age>5ms tool', selection, { where: 'age>5ms' });
test('tool --sort age', selection, { sort: { column: 'age', descending: undefined } });
test('tool --sort age:desc', selection, { sort: { column: 'age', descending: true } });
test('tool --sort=age:asc --top 3', selection, { sort: { column: 'age', descending: false }, top: 3 });
test('tool -T', selection, { timestamp: true });

test('orders of maps are no columns', t => {
  const { mapOrder, selection: none } = configOf('tool --sort -key');
  t.is(mapOrder, '-key');
  t.is(none, undefined);
});

for (const [given, message] of [
  ['tool --sort age:up', /takes COLUMN, COLUMN:asc or COLUMN:desc, not 'age:up'/],
  ['tool -d ast', /'ast' is no duration/],
  ['tool --top 0', /expected a number from 1/],
] as const) {
  test(`${given}: refused`, t => {
    t.throws(() => configOf(given), { message });
  });
}

test('help of a tool shows the shared options that it does not declare itself', t => {
  const flags = sharedWith([option('timestamp', 't'), option('other', 'd')]).map(([flag]) => flag);
  t.true(flags.includes('--duration <time>'));
  t.true(flags.includes('-i, --interval <time>'));
  t.false(flags.some(flag => flag.includes('--timestamp')));
});

test('every shared option is one of ours', t => {
  const ours = declare('tsbpf').options.flatMap(({ long, short }) => [long, short]);
  for (const [flags] of SHARED_OPTIONS) {
    const [, long] = /(--\w+)/.exec(flags) ?? [];
    t.true(ours.includes(long), flags);
  }
});

test('options of macros are those of the macros that a script uses, however deep', t => {
  const text = `macro inner() { getopt("inner", 1) }
macro outer($x) { $x + inner() }
macro bare() { getopt("bare", 2) }
macro unused() { getopt("unused", 3) }
BEGIN { $a = outer(1); print($a + bare + getopt("own", 4)); }`;
  const options = declaredOptions(parse({ name: 'test.bt', text }, { params: [] }));
  t.deepEqual(
    options.map(({ name }) => name),
    ['inner', 'bare', 'own'],
  );
});
