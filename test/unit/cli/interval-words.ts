// Words behind a tool that takes none of its own: an interval, and how often.
import test from 'ava';
import { parseCommandLine } from '../../../src/cli/command-line.js';
import type { CliConfig } from '../../../src/cli/config.js';
import { withIntervalWords } from '../../../src/cli/interval-words.js';
import { optionsOf, parseScriptArguments } from '../../../src/cli/script-options.js';
import { readSource } from '../../../src/cli/source.js';
import { packageFolder } from '../../../src/cli/tool-folders.js';
import { sourceFiles } from '../../../src/kernel/host/source-files.js';

const files = sourceFiles({ script: undefined, library: packageFolder('scripts-library') });

function askedBy(words: string) {
  const declared = (program: Pick<CliConfig, 'expression' | 'script'>) =>
    optionsOf(readSource(program).file, files);
  const parsed = parseCommandLine('tsbpf', words.split(' '), declared);
  if (!('config' in parsed)) throw new Error('no config');
  const { config } = parsed;
  const [source, own] = [readSource(config), declared(config)];
  const given = parseScriptArguments(config.scriptArgs, own, source.title ?? '');
  const asked = withIntervalWords({ config, words: given }, source, own);
  const { interval, prints, deadline } = asked.config;
  const { params, options } = asked.words;
  return { interval, prints, deadline, params, options: Object.fromEntries(options) };
}

const words = test.macro((t, expected: Partial<ReturnType<typeof askedBy>>) => {
  t.like(askedBy(t.title), { params: [], ...expected });
});
test('cpudist 1 10', words, { interval: 1, prints: 10, options: {} });
test('cpudist 500ms', words, { interval: 0.5, prints: undefined });
test('runqlat -m 2 3', words, { interval: 2, prints: 3, options: { milliseconds: true } });
test('slabratetop 5 3', words, { interval: undefined, deadline: 15, options: { every: '5' } });
test('slabratetop 5', words, { deadline: undefined, options: { every: '5' } });
test('slabratetop 5 3 -d 1', words, { deadline: 1, options: { every: '5' } });
test('funccount vfs_read', words, { interval: undefined, params: ['vfs_read'] });

for (const given of ['pidpersec x', 'pidpersec 1 x', 'pidpersec 0 2', 'pidpersec 1 0', 'pidpersec 1 2 3']) {
  test(`${given}: refused`, t => {
    t.throws(() => askedBy(given), { message: /pidpersec takes an interval and how often, .* not '[x03]'/ });
  });
}
