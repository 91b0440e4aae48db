// --fmt: stdout, --write and --check; broken programs and files that cannot be read leave everything as it is.
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { tsbpf } from '../harness/tsbpf.js';

const ROUGH = 'BEGIN{exit()} // end\n';
const USUAL = 'BEGIN\n{\n  exit();\n} // end\n';
const BROKEN = 'BEGIN { $x = ; }\n';

async function inFolder(
  t: ExecutionContext,
  body: (files: { rough: string; usual: string; broken: string; folder: string }) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  try {
    await body({
      folder,
      rough: file('rough.bt', ROUGH),
      usual: file('usual.bt', USUAL),
      broken: file('broken.bt', BROKEN),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  t.pass();
}

test('--fmt prints a file, -e or standard input', async t => {
  await inFolder(t, async ({ rough, usual }) => {
    const expected = { stdout: USUAL, stderr: '', code: 0, signal: undefined };
    t.deepEqual(await tsbpf(['--fmt', rough]), expected);
    t.deepEqual(await tsbpf(['--mode', 'format', rough]), expected);
    t.deepEqual(await tsbpf(['--fmt', '-e', ROUGH]), expected);
    t.deepEqual(await tsbpf(['--fmt'], { input: ROUGH }), expected);
    t.deepEqual(await tsbpf(['--fmt', '-'], { input: ROUGH }), expected);
    t.is((await tsbpf(['--fmt', rough, usual])).stdout, USUAL + USUAL);
    t.is(readFileSync(rough, 'utf8'), ROUGH);
  });
});

test('--fmt --check names what is in another form, and exits with 1', async t => {
  await inFolder(t, async ({ rough, usual }) => {
    t.deepEqual(await tsbpf(['--fmt', '--check', usual, rough]), {
      stdout: `${rough}\n`,
      stderr: '',
      code: 1,
      signal: undefined,
    });
    t.is((await tsbpf(['--fmt', usual, '--check'])).code, 0);
    t.is((await tsbpf(['--fmt', '--check'], { input: ROUGH })).stdout, 'stdin\n');
    t.is(readFileSync(rough, 'utf8'), ROUGH);
  });
});

test('--fmt --write changes files in place: mode and links stay, what is in form is not touched', async t => {
  await inFolder(t, async ({ folder, rough, usual }) => {
    const link = join(folder, 'link.bt');
    symlinkSync(rough, link);
    chmodSync(rough, 0o755);
    const before = statSync(usual, { bigint: true }).mtimeNs;
    const { stdout, stderr, code } = await tsbpf(['--fmt', '--write', '-v', link, usual]);
    t.deepEqual([stdout, stderr, code], ['', `${link}: changed\n`, 0]);
    t.is(readFileSync(rough, 'utf8'), USUAL);
    t.is(statSync(rough).mode & 0o777, 0o755);
    t.is(statSync(usual, { bigint: true }).mtimeNs, before);
  });
});

test('a broken program is refused with its place, left as it is, and the others are formatted', async t => {
  await inFolder(t, async ({ broken, rough }) => {
    const { stdout, stderr, code } = await tsbpf(['--fmt', '--write', broken, rough]);
    t.is(code, 1);
    t.is(stdout, '');
    t.regex(stderr, /broken\.bt:1:14-15: ERROR: expected an expression/);
    t.is(readFileSync(broken, 'utf8'), BROKEN);
    t.is(readFileSync(rough, 'utf8'), USUAL);
    t.is((await tsbpf(['--fmt', broken])).stdout, '');
  });
});

test('what cannot be: a file that is not there, --write without a file or beside --check', async t => {
  for (const [args, pattern] of [
    [['--fmt', '/nonexistent/x.bt'], /cannot read \/nonexistent\/x\.bt: ENOENT/],
    [['--fmt', '--write'], /--write needs a file/],
    [['--fmt', '--write', '-e', ROUGH], /--write needs a file/],
    [['--fmt', '--write', '--check', 'x.bt'], /exclude each other/],
  ] as const) {
    const { stderr, code } = await tsbpf(args, { input: ROUGH });
    t.is(code, 1);
    t.regex(stderr, pattern);
  }
});
