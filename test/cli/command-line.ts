// The command line itself: where options may stand, what is refused and how, help, versions, exit codes, and the two streams.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { kernelTest } from '../harness/kernel-test.js';
import { inProject } from '../harness/project.js';
import { tsbpf } from '../harness/tsbpf.js';

const PARAMETER = 'BEGIN { printf("<%s>\\n", str($1)); exit(); }';

/** stderr must say this, the exit code is 1 and nothing goes to stdout. */
function refuses(title: string, args: readonly string[], ...patterns: readonly RegExp[]): void {
  test(`refused: ${title}`, async t => {
    const { stdout, stderr, code } = await tsbpf(args);
    t.is(code, 1);
    t.is(stdout, '');
    for (const pattern of patterns) t.regex(stderr, pattern);
    t.notRegex(stderr, /INTERNAL|^\s+at /m);
  });
}

refuses(
  'an unknown option, with the one that may have been meant',
  ['--colour', 'always', '-e', PARAMETER],
  /^tsbpf: unknown option '--colour'\n\(Did you mean --color\?\)\nTry 'tsbpf --help'\.$/m,
);
refuses(
  'an unknown option of a tool, with the one of all tools that may have been meant',
  ['tcplife', '--colums', 'pid'],
  /^tsbpf: tcplife has no option --colums; did you mean "--columns"\?\nTry 'tsbpf tcplife --help'\.$/m,
);
refuses(
  'a word behind a tool that takes none',
  ['runqlat', 'often'],
  /not 'often'\nTry 'tsbpf runqlat --help'\.$/m,
);
refuses(
  'an unknown stage of -d, with the known ones',
  ['-d', 'bogus', '-e', PARAMETER],
  /'bogus'.*ast, types/,
);
refuses("-dd, which is -d with the stage 'd'", ['-dd', '-e', PARAMETER], /'d' for -d/);
refuses('-e without a program', ['-e'], /argument missing/);
refuses('a process id that is none', ['-p', 'abc', '-e', PARAMETER], /expected a process id/);
refuses('an unknown buffering', ['-B', 'some', '-e', PARAMETER], /line, full, none/);
refuses('an unknown format', ['-f', 'xml', '-e', PARAMETER], /text, json, csv, table/);
refuses('an unknown feature', ['--no-feature', 'x', '-e', PARAMETER], /'x'.*kprobe_multi.*uprobe_multi/);
refuses('--emit-llvm, with what there is instead', ['--emit-llvm', 'x', '-e', PARAMETER], /no LLVM.*-d ir/);
refuses('--check without --fmt', ['--check', 'x.bt'], /belongs to --fmt/);
refuses(
  'an option that neither the script nor tsbpf has',
  ['-e', PARAMETER, '--', '--foo'],
  /no option --foo/,
);
refuses('-c beside -p', ['-c', 'true', '-p', '1', '-e', PARAMETER], /-c and -p/);
refuses(
  'a list of functions that is not there',
  ['--traceable-functions', '/nonexistent/list', '-e', PARAMETER],
  /no file \/nonexistent\/list/,
);
refuses(
  '--interval where nothing is waited for',
  ['--interval', '1s', '--test', '-e', 'test:a { }'],
  /--test/,
);
refuses(
  '--interval over a capture',
  ['--interval', '1s', '--packets', '/dev/null', '-e', 'xdp:x { @ = count(); }'],
  /'--interval' does not go with --packets/,
);
refuses('--live of no packets', ['--live', '-e', 'BEGIN { }'], /--live is of packets/);
refuses(
  '--live over a capture',
  ['--live', '--packets', '/dev/null', '-e', 'xdp:x { @ = count(); }'],
  /'--live' does not go with --packets/,
);
refuses('no program at all', [], /no program/);
refuses('a tool that does not exist', ['tcpstate'], /did you mean "tcpstates"/);

test('--help and --version go to stdout, with 0', async t => {
  for (const flag of ['-h', '--help', '-V', '--version']) {
    const { stdout, stderr, code } = await tsbpf([flag]);
    t.is(code, 0);
    t.is(stderr, '');
    t.regex(stdout, /tsbpf/);
  }
});

test('--help fits 80 columns but for its example programs', async t => {
  const { stdout } = await tsbpf(['--help']);
  const long = stdout.split('\n').filter(line => line.length > 80 && !/^ {2}tsbpf /.test(line));
  t.deepEqual(long, []);
});

test('--mode codegen compiles, and that is all', async t => {
  t.deepEqual(await tsbpf(['--mode', 'codegen', '-e', 'BEGIN { printf("x"); }']), {
    stdout: '',
    stderr: '',
    code: 0,
    signal: undefined,
  });
  t.is((await tsbpf(['--mode', 'codegen', '-e', 'BEGIN { $x + ; }'])).code, 1);
});

kernelTest('--mode compiler-bench tells what each stage takes', async t => {
  const { stdout, stderr, code } = await tsbpf(['--mode', 'compiler-bench', '-e', 'BEGIN { printf("x"); }']);
  t.deepEqual([stderr, code], ['', 0]);
  const rows = stdout.split('\n').filter(line => line !== '');
  t.deepEqual(
    rows.map(row => /^(\S+) +[1-9]\d* +[1-9]\d* +\d+ ± \d+ (ns|μs|ms)$/.exec(row)?.[1]),
    ['parse', 'check', 'generate', 'assemble'],
  );
});

kernelTest('options stand before the program or behind it, apart or together', async t => {
  for (const args of [
    ['-q', '-f', 'json', '-e', PARAMETER, 'word'],
    ['-e', PARAMETER, 'word', '-q', '-f', 'json'],
    ['-qfjson', '-e', PARAMETER, 'word'],
    ['-e', PARAMETER, '--format=json', 'word', '-q'],
    ['-q', '--format', 'json', '-e', PARAMETER, '--', 'word'],
  ]) {
    const { stdout, stderr, code } = await tsbpf(args);
    t.is(code, 0, stderr);
    t.is(stderr, '');
    t.is(stdout, '{"type": "printf", "data": "<word>\\n"}\n', args.join(' '));
  }
});

kernelTest(
  "an option that the script declares is the script's, also when we have one of that name",
  async t => {
    const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
    const script = join(folder, 'script.bt');
    writeFileSync(
      script,
      'BEGIN { printf("%d %d %s\\n", getopt("pid", 1), getopt("quiet", false), str($1)); exit(); }',
    );
    const behind = await tsbpf(['-q', script, '--pid', '7', 'word', '--quiet']);
    t.is(behind.stdout.trim(), '7 1 word');
    const json = await tsbpf([script, '--pid=8', '-f', 'json', '--', 'word']);
    t.regex(json.stdout, /"data": "8 0 word\\n"/);
    rmSync(folder, { recursive: true });
  },
);

kernelTest('standard input is read once, also when its options are asked for', async t => {
  const input = 'BEGIN { printf("%d\\n", getopt("n", 1)); exit(); }';
  const { stdout } = await tsbpf(['-', '--n', '5', '-q'], { input });
  t.is(stdout.trim(), '5');
});

kernelTest('a feature that --no-feature names is not used', async t => {
  const script = 'BEGIN { @a[1] = 1; printf("%d\\n", len(@a)); exit(); }';
  t.is((await tsbpf(['-e', script])).code, 0);
  const without = await tsbpf(['--no-feature', 'for_each_map_elem', '-e', script]);
  t.is(without.code, 1);
  t.regex(without.stderr, /5\.13/);
});

test('colours: --color, then TSBPF_COLOR and BPFTRACE_COLOR, then NO_COLOR, then the terminal', async t => {
  const wrong = ['-e', 'BEGIN { $x + ; }'];
  const colored = async (args: readonly string[], env: Record<string, string> = {}) =>
    (await tsbpf([...args, ...wrong], { env: { NO_COLOR: '', ...env } })).stderr.includes('\x1b[');
  t.false(await colored([]));
  t.true(await colored(['--color', 'always']));
  t.true(await colored(['--color=always'], { NO_COLOR: '1' }));
  t.true(await colored([], { BPFTRACE_COLOR: 'always' }));
  t.false(await colored(['--color', 'never'], { BPFTRACE_COLOR: 'always' }));
});

kernelTest('options that change nothing here are accepted', async t => {
  const options = [
    '--usdt-file-activation',
    '--debuginfo',
    '/tmp:/var',
    '-I',
    '/tmp',
    '--verify-llvm-ir',
    '-q',
  ];
  const { stdout, stderr, code } = await tsbpf([...options, '-e', PARAMETER, 'word']);
  t.deepEqual([stdout, stderr, code], ['<word>\n\n\n', '', 0]);
});

kernelTest('the options of a program: their help, behind --', async t => {
  const program = 'BEGIN { printf("%d\\n", getopt("depth", 7, "how deep")); exit(); }';
  const { stdout, code } = await tsbpf(['-e', program, '--', '--help']);
  t.is(code, 0);
  t.regex(stdout, /^Usage: tsbpf -e 'PROGRAM' \[options\]\n/);
  t.regex(stdout, /^ +--depth <value> +how deep \(default: 7\)$/m);
});

kernelTest("-d takes bpftrace's names of stages beside ours", async t => {
  const heads = async (stages: string) => {
    const { stdout, code } = await tsbpf(['--mode', 'codegen', '-d', stages, '-e', 'BEGIN { @ = 1; }']);
    t.is(code, 0);
    return [...stdout.matchAll(/^(\S+)\n-+$/gm)].map(match => match[1]);
  };
  t.deepEqual(await heads('ast'), ['ast']);
  t.deepEqual(await heads('ast,types'), ['ast', 'types']);
  t.deepEqual(await heads('codegen,codegen-opt,dis'), ['ir', 'ir-opt', 'asm']);
  t.deepEqual(await heads('parse'), ['tokens']);
  t.deepEqual(
    await heads('all'),
    ['tokens', 'ast', 'types', 'asm', 'ir', 'ir-opt', 'maps', 'spec'].sort(byPass),
  );
});

const PASSES = ['tokens', 'ast', 'types', 'ir', 'ir-opt', 'asm', 'maps', 'spec'];
const byPass = (a: string, b: string) => PASSES.indexOf(a) - PASSES.indexOf(b);

kernelTest('-d verifier and -d libbpf show what the kernel says, and what is loaded', async t => {
  const script = 'BEGIN { @ = 1; exit(); }';
  const verifier = await tsbpf(['-d', 'verifier', '-e', script]);
  t.regex(verifier.stderr, /Verifier log of begin:\n[\s\S]*processed \d+ insns/);
  const load = await tsbpf(['-q', '-d', 'libbpf', '-e', script]);
  t.regex(load.stdout, /load: map @: id \d+[\s\S]*load: program begin/);
});

kernelTest('a script with a #! line that has options of its own', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
  const script = join(folder, 'script');
  writeFileSync(
    script,
    `#!/usr/bin/env -S tsbpf -q --unsafe\nBEGIN { system("echo %s", str($1)); printf("%d\\n", getopt("n", 1)); exit(); }\n`,
  );
  chmodSync(script, 0o755);
  const PATH = `${inProject('bin')}:${process.env.PATH}`;
  const { stdout, stderr, code } = await tsbpf(['word', '--n', '7', '-f', 'json'], {
    program: script,
    env: { PATH },
  });
  t.is(code, 0, stderr);
  t.is(stderr, '');
  t.is(stdout, '{"type": "syscall", "data": "word\\n"}\n{"type": "printf", "data": "7\\n"}\n');
  rmSync(folder, { recursive: true });
});

kernelTest('-c: quotes group, a backslash takes the next character; what fails says so, with 1', async t => {
  const script = 'BEGIN { }';
  const works = await tsbpf(['-q', '-c', String.raw`sh -c "printf '<%s>' 'a b' 'c\"d'"`, '-e', script]);
  t.is(works.code, 0, works.stderr);
  t.regex(works.stdout, /^<a b><c"d>/);
  t.regex((await tsbpf(['-q', '-c', "echo 'x", '-e', script])).stderr, /quote at column 6 is not closed/);
  for (const command of ['nosuchcommand x', '/etc/passwd', '/nonexistent/x']) {
    const { stdout, stderr, code } = await tsbpf(['-c', command, '-e', script]);
    t.is(code, 1);
    t.is(stdout, '');
    t.true(stderr.includes(command.split(' ')[0]!), stderr);
    t.regex(stderr, /HINT: -c takes a command/);
  }
});
