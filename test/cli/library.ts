// The library as a user meets it: `tsbpf tools`, `help`, `edit`, and tools of one's own. Nothing is traced.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { SUBCOMMAND_WORDS } from '../../src/cli/subcommand-words.js';
import { inProject } from '../harness/project.js';
import { tsbpf } from '../harness/tsbpf.js';

const LIBRARY = readdirSync(inProject('scripts-library')).flatMap(name =>
  name.endsWith('.bt') ? [name.slice(0, -3)] : [],
);

/** A home with tools of one's own in `own`, and a folder for TSBPF_PATH, `path`. */
function home(t: ExecutionContext, own: Record<string, string>, path: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'tsbpf-library-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const folders = { own: join(root, 'config', 'tsbpf'), path: join(root, 'path') };
  for (const [folder, tools] of [
    [folders.own, own],
    [folders.path, path],
  ] as const) {
    if (Object.keys(tools).length === 0) continue;
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(tools)) writeFileSync(join(folder, `${name}.bt`), text);
  }
  const env = {
    HOME: root,
    XDG_CONFIG_HOME: join(root, 'config'),
    TSBPF_PATH: `/nonexistent::${folders.path}`,
    VISUAL: '',
    EDITOR: '',
  };
  return { root, ...folders, env, run: (...args: string[]) => tsbpf(args, { env }) };
}

const script = (name: string, summary: string, topic = 'disks') =>
  `/*\n * ${name} - ${summary}\n *\n * Topic: ${topic}\n */\nBEGIN { printf("${summary}\\n"); exit(); }\n`;

test('tools: every tool of the library once, below its topic', async t => {
  const { run } = home(t, {});
  const { stdout, code } = await run('tools');
  t.is(code, 0);
  const listed = [...stdout.matchAll(/^ {2}(\S+) {2,}\S/gm)].map(([, name = '']) => name);
  t.deepEqual(listed.sort(), [...LIBRARY].sort());
  t.regex(stdout, /^Networking\n(?: {2}.*\n)* {2}tcpstates +trace TCP state changes/m);
  t.true(stdout.indexOf('Networking\n') < stdout.indexOf('\nXDP\n'));
});

test('tools WORD...: those that have all the words; none is exit status 1', async t => {
  const { run } = home(t, {
    zebra: script('zebra', 'count quaggas by stripe'),
    okapi: script('okapi', 'quaggas'),
  });
  t.regex(
    (await run('tools', 'QUAGGAS', 'stripe')).stdout,
    /^Disks\n {2}zebra {2}count quaggas by stripe .*\n$/,
  );
  t.regex((await run('tools', 'disks', 'zeb', 'ra')).stdout, /^Disks\n {2}zebra {2}.*\n$/);
  const none = await run('tools', 'tcpstatse');
  t.is(none.code, 1);
  t.is(none.stdout, '');
  t.is(none.stderr, 'No tool is about "tcpstatse"; did you mean "tcpstates"?\n');
});

test('tools of one’s own: where they are from, and what they hide', async t => {
  const set = home(
    t,
    { tcpstates: script('tcpstates', 'my states'), both: script('both', 'own'), net: script('net', 'x') },
    { both: script('both', 'by path', 'memory'), plain: 'BEGIN { exit(); }' },
  );
  const { stdout } = await set.run('tools');
  const line = (pattern: RegExp) => t.regex(stdout.replaceAll(set.root, '~~'), pattern);
  line(/^Memory\n {2}both +by path {2}\(.*path\)$/m);
  line(/^ {2}both +own {2}\(.*config\/tsbpf, hidden by .*path\)$/m);
  line(/^ {2}tcpstates +my states {2}\(~\/config\/tsbpf\)$/m);
  line(/^ {2}tcpstates +trace TCP.* {2}\(hidden by ~\/config\/tsbpf\)$/m);
  line(/^ {2}net +x {2}\(~\/config\/tsbpf, hidden by the subcommand\)$/m);
  line(/^Other\n {2}plain +\(~\/path\)$/m);
  const rows = (await set.run('tools', '-f', 'csv')).stdout.trim().split('\n');
  t.is(rows[0], 'name,topic,summary,path');
  t.deepEqual(
    rows
      .slice(1)
      .map(row => row.split(',')[0]!)
      .sort(),
    [...LIBRARY, 'both', 'plain'].sort(),
  );
});

test('TSBPF_PATH goes before one’s own tools, those before the library', async t => {
  const set = home(
    t,
    { tcpstates: script('tcpstates', 'my states'), both: script('both', 'own') },
    { both: script('both', 'by path') },
  );
  t.regex((await set.run('tcpstates', '--help')).stdout, /\n\nmy states\n/);
  t.regex((await set.run('both', '--help')).stdout, /\n\nby path\n/);
  t.regex((await set.run('help', 'both')).stdout, /tsbpf-both - by path\n/);
  t.regex((await set.run('net', '--help')).stdout, /attached to network interfaces/);
});

test('a mistake in a tool of one’s own is told with its path', async t => {
  const set = home(t, { broken: 'BEGIN { nope(); }' });
  const { code, stderr } = await set.run('--mode', 'codegen', 'broken');
  t.is(code, 1);
  t.true(stderr.includes(`${set.own}/broken.bt:1:9-`), stderr);
});

test('without HOME there is the library', async t => {
  const { stdout } = await tsbpf(['tools', 'tcpstates'], {
    env: { HOME: '', XDG_CONFIG_HOME: '', TSBPF_PATH: '' },
  });
  t.regex(stdout, /tcpstates/);
});

test('a name that is none: the nearest tool or subcommand, else where to look', async t => {
  const { run } = home(t, { mine: script('mine', 'x') });
  for (const [word, hint] of [
    ['tcpstats', 'did you mean "tcpstates"?'],
    ['mien', 'did you mean "mine"?'],
    ['tool', 'did you mean "tools"?'],
    ['qqqqqqqq', "'tsbpf tools' lists the tools"],
  ] as const) {
    const { stderr, code } = await run(word);
    t.is(stderr.split('\n')[0], `tsbpf: no tool and no file '${word}'; ${hint}`);
    t.is(code, 1);
  }
});

test('no tool of the library is named like a subcommand', t => {
  t.deepEqual(
    LIBRARY.filter(name => (SUBCOMMAND_WORDS as readonly string[]).includes(name)),
    [],
  );
});

test('help: the pages of tools, subcommands, language and command; as text through a pipe', async t => {
  const { run } = home(t, { plain: 'BEGIN { exit(); }' });
  for (const [words, name] of [
    [[], 'tsbpf - '],
    [['language'], 'tsbpf-language - '],
    [['tcpstates'], 'tsbpf-tcpstates - '],
    ...SUBCOMMAND_WORDS.map(word => [[word], `tsbpf-${word} - `] as const),
  ] as const) {
    const { stdout, code } = await run('help', ...words);
    t.is(code, 0);
    t.true(stdout.startsWith(`NAME\n       ${name}`), stdout.slice(0, 80));
  }
  t.regex((await run('help', 'plain')).stdout, /^Usage: tsbpf plain/);
  const { code, stderr } = await run('help', 'tcpstats');
  t.is(code, 1);
  t.regex(stderr, /^tsbpf: no tool 'tcpstats'; did you mean "tcpstates"\?\n/);
});

test('edit: the copy is a tool of one’s own, and is not overwritten', async t => {
  const set = home(t, {});
  const first = await set.run('edit', 'tcpstates');
  const copy = join(set.own, 'tcpstates.bt');
  t.is(first.code, 0, first.stderr);
  t.true(first.stderr.startsWith(`${copy} is a copy of `), first.stderr);
  t.is(readFileSync(copy, 'utf8'), readFileSync(inProject('scripts-library/tcpstates.bt'), 'utf8'));
  writeFileSync(copy, script('tcpstates', 'changed'));
  const again = await set.run('edit', 'tcpstates');
  t.is(again.code, 1);
  t.regex(again.stderr, /is there already, and is not overwritten/);
  t.regex((await set.run('tcpstates', '--help')).stdout, /\n\nchanged\n/);
});

test('edit TOOL PATH: a file, or the tool’s name in a folder', async t => {
  const set = home(t, {});
  const file = join(set.root, 'states.bt');
  t.is((await set.run('edit', 'tcpstates', file)).code, 0);
  t.true(existsSync(file));
  t.is((await set.run('edit', 'tcpstates', file)).code, 1);
  t.is((await set.run('edit', 'tcpstates', set.root)).code, 0);
  t.true(existsSync(join(set.root, 'tcpstates.bt')));
  t.is((await set.run('edit', 'tcpstates', `${set.root}/new/`)).code, 0);
  t.true(existsSync(join(set.root, 'new', 'tcpstates.bt')));
  const { code, stderr } = await set.run('edit', 'tcpstats');
  t.is(code, 1);
  t.regex(stderr, /edit: no tool 'tcpstats'; did you mean "tcpstates"\?/);
  t.regex((await set.run('edit')).stderr, /missing required argument 'tool'/);
});

const hasScript = spawnSync('script', ['--version'], { stdio: 'ignore' }).error === undefined;
const onTerminal = hasScript ? test : test.skip;
onTerminal(
  `edit opens $VISUAL or $EDITOR on a terminal${hasScript ? '' : ' (skipped: script(1) is not installed)'}`,
  t => {
    const set = home(t, {});
    const editor = join(set.root, 'editor');
    writeFileSync(editor, '#!/bin/sh\necho "// $1" >> "$2"\n');
    chmodSync(editor, 0o755);
    const copy = join(set.own, 'tcpstates.bt');
    const edit = (options: string, env: Record<string, string>) =>
      spawnSync('script', ['-qec', `${inProject('bin/tsbpf')} edit ${options} tcpstates`, '/dev/null'], {
        env: { ...process.env, ...set.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
      }).status;
    const lastLine = () => readFileSync(copy, 'utf8').trimEnd().split('\n').at(-1);
    t.is(edit('--no-editor', { EDITOR: `${editor} none` }), 0);
    t.is(lastLine(), '}');
    t.is(edit('', { EDITOR: `${editor} first` }), 0);
    t.is(lastLine(), '// first');
    t.is(edit('', { EDITOR: `${editor} first`, VISUAL: `${editor} 'second one'` }), 0);
    t.is(lastLine(), '// second one');
  },
);
