// What is committed in man/ is what `npm run gen` makes, and what readers of manual pages accept.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { manPages } from '../../../src/cli/generate.js';
import { BUILTINS, FUNCTIONS, PROBE_TYPES } from '../../../src/compiler/language/registry.js';
import { inProject } from '../../harness/project.js';

const MAN = inProject('man');
const pages = manPages(inProject('scripts-library'));

test('man/ holds these pages and no others', t => {
  t.deepEqual(readdirSync(MAN).sort(), [...pages.keys()].sort());
});

for (const [name, expected] of pages) {
  test(`man/${name} is as generated: run "npm run gen" when it is not`, t => {
    t.is(readFileSync(`${MAN}/${name}`, 'utf8'), expected);
  });

  test(`man/${name} is plain ASCII`, t => {
    t.notRegex(expected, /[^\n\x20-\x7e]/);
  });

  for (const [program, args] of [
    ['mandoc', ['-Tlint', '-W', 'warning']],
    ['groff', ['-man', '-ww', '-Tutf8', '-z']],
  ] as const) {
    const installed = spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
    const check = installed ? test : test.skip;
    check(`man/${name}: ${program} has nothing to say${installed ? '' : ' (skipped: not installed)'}`, t => {
      const { stdout, stderr } = spawnSync(program, [...args], { input: expected, encoding: 'utf8' });
      t.is(stdout + stderr, '');
    });
  }
}

test('every word of the language is in its page', t => {
  const text = pages.get('tsbpf-language.7') ?? '';
  const plain = text.replaceAll('\\fB', '').replaceAll('\\fP', '').replaceAll('\\-', '-');
  for (const { name } of [...BUILTINS, ...FUNCTIONS]) {
    t.regex(plain, new RegExp(`^\\.TP\\n${name}(\\(|$)`, 'm'), name);
  }
  for (const { usage } of PROBE_TYPES) t.true(plain.includes(`.TP\n${usage}\n`), usage);
});
