import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';

const TALLY = path.resolve('test/guest/tally.js');

/** What the tally says of runs, given as the titles of their tests with + (passed) or - (failed) before them. */
function tally(runs: Record<string, readonly string[]>, ...args: string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tally-'));
  try {
    mkdirSync(path.join(folder, 'build/results'), { recursive: true });
    mkdirSync(path.join(folder, 'compiled/cli'), { recursive: true });
    for (const name of ['one', 'two']) writeFileSync(path.join(folder, `compiled/cli/${name}.js`), '');
    for (const [name, tests] of Object.entries(runs)) {
      const failed = tests.filter(each => each.startsWith('-')).length;
      const lines = tests.map((each, i) => {
        const [sign, title] = [each[0], each.slice(1)];
        return sign === '+'
          ? `ok ${i + 1} - ${title}`
          : `not ok ${i + 1} - ${title}\n  ---\n    what: it said`;
      });
      const results = path.join(folder, `build/results/${name}`);
      writeFileSync(`${results}.tap`, ['TAP version 13', ...lines, `# fail ${failed}`, ''].join('\n'));
      writeFileSync(`${results}.status`, failed > 0 ? '1' : '0');
    }
    const { stdout, status } = spawnSync(process.execPath, [TALLY, ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    return `${stdout}exit status ${status}\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const FIRST = ['+cli › one › a', '-cli › one › b', '+cli › two › a'];

test('a failure is a failure, with what it said', t => {
  const said = tally({ k: FIRST }, 'k');
  t.regex(said, /FAILED k: cli › one › b\n {2}---\n {4}what: it said/);
  t.regex(said, /\n2 passed, 1 failed\nexit status 1\n$/);
});

test('the files of a few failed tests are named for a second try', t => {
  t.is(tally({ k: FIRST }, '--again', 'k', 'compiled'), 'compiled/cli/one.js\nexit status 0\n');
  const many = ['-cli › one › b', '-cli › one › c', '-cli › one › d', '-cli › two › a'];
  t.is(tally({ k: many }, '--again', 'k', 'compiled'), 'exit status 0\n');
});

test('a test that passes at the second try is passed, and told', t => {
  const said = tally({ k: FIRST, 'k-again': ['+a', '+b'] }, 'k');
  t.regex(said, /passed at the second try k: cli › one › b\n {2}---\n {4}what: it said/);
  t.regex(said, /\n1 of those that passed did so at the second try\n3 passed, 0 failed\nexit status 0\n$/);
});

test('a test that fails twice is failed', t => {
  t.regex(tally({ k: FIRST, 'k-again': ['+a', '-b'] }, 'k'), /\n2 passed, 1 failed\nexit status 1\n$/);
});

test('a second try that never ran the test changes nothing', t => {
  t.regex(tally({ k: FIRST, 'k-again': ['+a'] }, 'k'), /\n2 passed, 1 failed\nexit status 1\n$/);
});
