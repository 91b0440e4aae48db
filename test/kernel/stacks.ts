// Stacks and symbols on the real kernel: the exact stacks of the workload, counted exactly and named rightly whatever kind of
// program it is, also after it has gone; kernel stacks as bpftrace sees them at the same event.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { gated } from '../harness/gated.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { inProject } from '../harness/project.js';
import { command, listenTo, tsbpf } from '../harness/tsbpf.js';
import { workload } from '../workload/workload.js';

/** The longest that the workload stays for the tracer to look at it. */
const LOOK_MS = 60_000;
const PROBE = 'tracepoint:syscalls:sys_enter_getppid /comm == "stacks"/';
/** Its last system call: when this is printed the tracer has looked. */
const SEEN = 'tracepoint:syscalls:sys_enter_getpgid /comm == "stacks"/ { printf("seen %d\\n", pid); }';
const noCompiler = ['cc', 'objcopy', 'strip'].find(tool => !hasTool(tool));
const needsCompiler = noCompiler === undefined ? undefined : `needs ${noCompiler}`;

function hasTool(name: string): boolean {
  if (IN_GUEST) return false; // too slow there
  return (process.env.PATH ?? '').split(':').some(folder => existsSync(join(folder, name)));
}

function atLeast(major: number, minor: number): boolean {
  const [a = 0, b = 0] = release().split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

/** Runs the workload under the tracer, and lets it go once the tracer has looked at it; the maps are printed after it has gone. */
async function looked(script: string, run: () => Promise<unknown>) {
  const { stdout, stderr, code } = await tsbpf(['-e', `${script} ${SEEN}`], {
    workload: async tracer => {
      const prints = listenTo(tracer);
      const ended = run();
      const [, pid] = await prints(/^seen (\d+)$/m);
      process.kill(Number(pid), 'SIGUSR1');
      await ended;
    },
  });
  return { stdout: stdout.replace(/^seen \d+\n/m, ''), stderr, code };
}

/** The same for `program`. */
function traced(script: string, calls: number, variety: number, program = workload('stacks')) {
  return looked(script, () => command(program, [String(calls), String(variety), String(LOOK_MS)]));
}

/** Text of the map entries `@name[...]: n`: the key's lines without indentation and offsets, and n. */
function entries(stdout: string, name: string): { frames: string[]; count: number }[] {
  return [...stdout.matchAll(new RegExp(`^${name}\\[\\n([^\\]]*)\\]: (\\d+)$`, 'gm'))].map(
    ([, frames = '', count]) => ({
      frames: frames
        .trimEnd()
        .split('\n')
        .map(line => line.trim().replace(/\+\d+/, '')),
      count: Number(count),
    }),
  );
}

kernelTest('user stacks are counted exactly and named after the process has gone', async t => {
  const { stdout, stderr } = await traced(`${PROBE} { @[ustack] = count(); @n = count(); }`, 9000, 3);
  const found = entries(stdout, '@').toSorted((a, b) => a.frames.length - b.frames.length);
  t.is(found.length, 3, stdout + stderr);
  found.forEach(({ frames, count }, i) => {
    t.is(count, 3000);
    const deeper = Array.from({ length: i + 1 }, () => 'deeper');
    const own = ['inner', 'outer', ...deeper, 'main'];
    t.deepEqual(frames.slice(0, own.length), own);
  });
  t.regex(stdout, /^@n: 9000$/m);
  t.notRegex(stderr, /lost/);
});

kernelTest('as many stacks as there are: none is lost, none is taken for another', async t => {
  const { stdout, stderr } = await traced(`${PROBE} { @[ustack] = count(); }`, 5000, 100);
  const found = entries(stdout, '@');
  t.is(found.length, 100, stderr);
  t.true(found.every(({ count }) => count === 50));
  t.is(new Set(found.map(({ frames }) => frames.length)).size, 100);
});

kernelTest('a depth cuts the stack, and stacks that differ below it are one', async t => {
  const { stdout } = await traced(
    `${PROBE} { @[ustack(3)] = count(); @k[kstack(2), ustack(perf, 1)] = count(); }`,
    300,
    5,
  );
  const [only, ...more] = entries(stdout, '@');
  t.deepEqual(only, { frames: ['inner', 'outer', 'deeper'], count: 300 });
  t.is(more.length, 0);
  // Up to 6.1 the kernel finds no frames of its own at a system call's tracepoint; bpftrace shows none there either.
  const kernelFrames = atLeast(6, 2) ? '{2}' : '{0,2}';
  t.regex(
    stdout,
    new RegExp(
      String.raw`^@k\[\n( {8}\S+\+\d+\n)${kernelFrames}, \n\t[0-9a-f]+ inner\+\d+ \(.*\/stacks\)\n\]: 300$`,
      'm',
    ),
  );
});

kernelTest(
  'len of a stack is its number of frames',
  async t => {
    const script = `${PROBE} { @[len(ustack(3)), len(kstack(1)), len(ustack(0))] = count(); }`;
    const { stdout } = await traced(script, 30, 5);
    t.regex(stdout, /^@\[3, 1, 0\]: 30$/m);
  },
  atLeast(5, 13) ? undefined : 'needs Linux 5.13',
);

kernelTest('stacks in JSON: keys are not indented, values are', async t => {
  const script = `${PROBE} { @[ustack(2)] = count(); @v = ustack(1); printf("%s", ustack(raw, 1)); print((1, ustack(1))); exit(); }`;
  let running: ChildProcess | undefined;
  const { stdout } = await tsbpf(['-f', 'json', '-e', script], {
    workload: () => {
      running = spawn(workload('stacks'), ['1', '1', String(LOOK_MS)]);
    },
    signal: null,
  });
  running?.kill();
  const messages = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { type: string; data: Record<string, unknown> | string });
  const values = messages.filter(m => m.type === 'map').map(m => m.data);
  t.regex(JSON.stringify(values[0]), /^\{"@":\{"\\ninner\+\d+\\nouter\+\d+\\n":1\}\}$/);
  t.regex(JSON.stringify(values[1]), /^\{"@v":"\\n {8}inner\+\d+\\n"\}$/);
  t.regex(String(messages.find(m => m.type === 'printf')?.data), /^\n[0-9a-f]+\n$/);
  t.regex(JSON.stringify(messages.find(m => m.type === 'value')?.data), /^\[1,"\\n {8}inner\+\d+\\n"\]$/);
});

const BUILDS: readonly [title: string, build: (folder: string) => void][] = [
  ['a program that is not position-independent', folder => compile(folder, '-no-pie')],
  ['a static program', folder => compile(folder, '-static')],
  [
    'a stripped program with a debug link',
    folder => {
      compile(folder, '-Wl,--build-id=none');
      detach(folder, 'stacks.debug');
    },
  ],
  [
    'a stripped program whose debug file lies in .debug',
    folder => {
      compile(folder, '-Wl,--build-id');
      execFileSync('mkdir', [join(folder, '.debug')]);
      detach(folder, '.debug/stacks.debug');
    },
  ],
];

function compile(folder: string, ...flags: string[]): void {
  execFileSync('cc', [
    '-std=gnu11',
    '-O1',
    '-fno-omit-frame-pointer',
    ...flags,
    '-o',
    join(folder, 'stacks'),
    inProject('test/workload/stacks.c'),
  ]);
}

/** Moves the symbols into a file of their own. */
function detach(folder: string, debug: string): void {
  const program = join(folder, 'stacks');
  execFileSync('objcopy', ['--only-keep-debug', program, join(folder, debug)]);
  execFileSync('strip', ['--strip-all', program]);
  execFileSync('objcopy', [`--add-gnu-debuglink=${join(folder, debug)}`, program]);
}

for (const [title, build] of BUILDS) {
  kernelTest(
    `${title} is named, and the file is shown by perf mode`,
    async t => {
      const folder = mkdtempSync(join(tmpdir(), 'tsbpf-stacks-'));
      try {
        build(folder);
        const program = join(folder, 'stacks');
        const { stdout } = await traced(`${PROBE} { @[ustack(perf, 4)] = count(); }`, 60, 2, program);
        const found = entries(stdout, '@').map(({ frames, count }) => [
          frames.map(frame => frame.replace(/^[0-9a-f]+ /, '')),
          count,
        ]);
        const named = (...names: string[]) => names.map(name => `${name} (${program})`);
        t.deepEqual(found.toSorted(), [
          [named('inner', 'outer', 'deeper', 'deeper'), 30],
          [named('inner', 'outer', 'deeper', 'main'), 30],
        ]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    needsCompiler,
  );
}

kernelTest('a file that was deleted or replaced while it runs is named by what runs', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-stacks-'));
  const program = join(folder, 'stacks');
  execFileSync('cp', [workload('stacks'), program]);
  try {
    const running = await gated(program, ['10', '1', String(LOOK_MS)]);
    rmSync(program);
    const { stdout } = await looked(`${PROBE} { @[ustack(3)] = count(); }`, running.run);
    t.deepEqual(entries(stdout, '@'), [{ frames: ['inner', 'outer', 'deeper'], count: 10 }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

kernelTest(
  'a file that only the process sees (a container) is named, also when process and file have gone',
  async t => {
    const folder = mkdtempSync(join(tmpdir(), 'tsbpf-stacks-'));
    const inside = `mount -t tmpfs none ${folder} && cp ${workload('stacks')} ${folder}/ && ${folder}/stacks 10 1 ${LOOK_MS}`;
    try {
      const { stdout } = await looked(`${PROBE} { @[ustack(perf, 3)] = count(); }`, () =>
        command('unshare', ['-m', 'sh', '-c', inside]),
      );
      const [only] = entries(stdout, '@');
      t.is(only?.count, 10, stdout);
      t.regex(only?.frames[0] ?? '', new RegExp(`^[0-9a-f]+ inner \\(${folder}/stacks\\)$`));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  hasTool('unshare') ? undefined : 'needs unshare',
);

kernelTest('kernel stacks lead to the system call; ksym and kaddr agree', async t => {
  const { stdout } = await traced(
    `${PROBE} { @[kstack] = count(); @s[ksym(kaddr("vfs_read") + 4)] = count(); @e = kstack == kstack; }`,
    500,
    3,
  );
  const [only, ...more] = entries(stdout, '@');
  t.is(more.length, 0, 'the kernel stack does not depend on the user stack');
  t.is(only?.count, 500);
  // 5.10 and 6.1 give programs at system calls the registers of user space, and so no stack of the kernel's own.
  if (process.arch === 'x64' && atLeast(6, 18)) t.true(only?.frames.includes('do_syscall_64'), stdout);
  t.regex(stdout, /^@s\[vfs_read\]: 500$/m);
  t.regex(stdout, /^@e: (1|true)$/m);
});

kernelTest('the kernel stack of a switch leads to the scheduler', async t => {
  const { stdout } = await traced(
    'tracepoint:sched:sched_switch /comm == "stacks"/ { @[kstack(5)] = count(); }',
    5,
    1,
  );
  const found = entries(stdout, '@');
  t.true(found.length > 0);
  for (const { frames } of found)
    t.true(frames.includes('schedule') || frames.includes('__schedule'), stdout);
});

kernelTest('where threads are switched both stacks are kept from the first event on', async t => {
  const { stderr, code } = await tsbpf(
    ['--strict', '-q', '-e', 'rawtracepoint:sched_switch { @[kstack, ustack] = count(); }'],
    { workload: async () => void (await command(workload('stacks'), ['5', '1', '100'])) },
  );
  t.notRegex(stderr, /kept no frames/);
  t.is(code, 0, stderr);
});

kernelTest('usym names addresses of the process that it is asked in', async t => {
  const { stdout } = await traced(`${PROBE} { @a[usym(0)] = count(); @b[usym(1)] = count(); }`, 5, 1);
  t.regex(stdout, /^@a\[0\]: 5$/m);
  t.regex(stdout, /^@b\[0x1\]: 5$/m);
});

const bpftrace = process.env.TSBPF_BPFTRACE; // 0.27; older ones know no stack modes by these names

kernelTest(
  'kernel and user stacks are those of bpftrace for the same events',
  async t => {
    const body = '{ printf("K%sU%s", kstack(perf), ustack(raw)); }';
    let theirs = '';
    const { stdout } = await tsbpf(['-e', `${PROBE} ${body}`], {
      workload: async () => {
        const run = `${workload('stacks')} 6 3 300`;
        theirs = await command(bpftrace ?? '', ['-q', '-B', 'none', '-c', run, '-e', `${PROBE} ${body}`]);
      },
    });
    const ours = stacksOf(t, stdout);
    t.is(ours.length, 6);
    t.deepEqual(ours, stacksOf(t, theirs.replace(/^calls=.*\n/m, '')));
  },
  bpftrace === undefined ? 'needs bpftrace 0.27 (TSBPF_BPFTRACE)' : undefined,
);

function stacksOf(t: ExecutionContext, text: string): string[] {
  const found = text.match(/K\n[^U]*U\n(?:[0-9a-f]+\n)*/g);
  t.truthy(found, text);
  return found ?? [];
}
