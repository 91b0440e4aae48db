// Probes of kernel functions as a user meets them: exact counts against what a workload did, arguments of every kind, nothing
// left behind. They run where the kernel has what they need; the test kernels do.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { openHost } from '../../src/kernel/host/host.js';
import { workScript } from '../harness/comparison.js';
import { IN_GUEST } from '../harness/guest.js';
import { runInProcess } from '../harness/in-process.js';
import { kernelTest, ON_HOST } from '../harness/kernel-test.js';
import { leftOf, objectsOf } from '../harness/left-behind.js';
import { noFentry, noKprobes } from '../harness/probe-kinds.js';
import { command, type Outcome, tsbpf } from '../harness/tsbpf.js';
import { parseCounts, workload } from '../workload/workload.js';

const { env } = openHost({ params: [], options: new Map(), targetPid: undefined });
const [major, minor] = env.kernelVersion;
const isAtLeast = (a: number, b: number) => major > a || (major === a && minor >= b);
/** Debian's 6.1 is built without. */
const noMulti =
  env.has('kprobe_multi') || isAtLeast(6, 12) ? noKprobes : 'needs Linux 5.18 with CONFIG_FPROBE';
const noSessions = isAtLeast(6, 10) ? noMulti : 'needs Linux 6.10';
const noModuleTypes = isAtLeast(5, 11) ? noFentry : 'types of modules need Linux 5.11';
const noModules = IN_GUEST ? undefined : 'loads a module, which the test kernels have';

const N = 400;
/** Bytes of each transfer: nobody else reads and writes so many. */
const SIZE = 777;
const OURS = (argument: string) => `/comm == "transfers" && ${argument} == ${SIZE}/`;

const folder = mkdtempSync(join(tmpdir(), 'tsbpf-kernel-probes-'));
const QUIET_TRANSFERS = workScript(`transfers ${N} ${SIZE}`, folder);
test.after.always(() => rmSync(folder, { recursive: true }));

/** The tracer's outcome beside N writes and N reads of SIZE bytes. */
async function besideTransfers(t: ExecutionContext, ...args: readonly string[]): Promise<Outcome> {
  const outcome = await tsbpf(args, {
    workload: async () => {
      const { reads } = parseCounts(await command(workload('transfers'), [String(N), String(SIZE)]));
      t.is(reads, String(N));
    },
  });
  t.is(outcome.code, 0, outcome.stderr);
  return outcome;
}

/** A program, and lines of its output; without flags in this very process, which is much quicker in an emulated kernel. */
function counts(
  title: string,
  program: string,
  lines: readonly string[],
  missing: string | undefined,
  ...flags: readonly string[]
) {
  kernelTest(
    title,
    async t => {
      const { stdout, stderr } =
        flags.length > 0
          ? await besideTransfers(t, ...flags, '-e', program)
          : await runInProcess(program, 'text', { command: [QUIET_TRANSFERS] });
      for (const line of lines)
        t.true(stdout.includes(`${line}\n`), `${line}\nis not in\n${stdout}${stderr}`);
      t.notRegex(stderr, /WARNING/);
    },
    missing,
  );
}

counts('kprobe: N calls give N', `kprobe:vfs_read ${OURS('arg2')} { @ = count(); }`, [`@: ${N}`], noKprobes);
counts(
  'kretprobe: N returns give N, and what they return',
  `kretprobe:vfs_read ${OURS('retval')} { @ = count(); @sum = sum(retval); }`,
  [`@: ${N}`, `@sum: ${N * SIZE}`],
  noKprobes,
);
counts(
  'kprobe and kretprobe: each call with its return',
  `kprobe:vfs_read ${OURS('arg2')} { @want[tid] = arg2; }
   kretprobe:vfs_read /@want[tid]/ { @pairs = count(); @same = sum(@want[tid] == retval ? 1 : 0); delete(@want[tid]); }`,
  [`@pairs: ${N}`, `@same: ${N}`],
  noKprobes,
);
counts(
  'kprobe args by BTF: pointers to structs are followed, integers have their sign',
  `kprobe:vfs_write ${OURS('args.count')} { @same = sum(args.file == arg0 && args.count == arg2); @[args.file.f_path.dentry.d_sb.s_magic] = count(); }`,
  [`@same: ${N}`, `@[${0x50495045}]: ${N}`], // PIPEFS_MAGIC, include/uapi/linux/magic.h
  noKprobes,
);
counts(
  'several functions by name: func and probe tell them apart',
  `kprobe:vfs_read, kprobe:vfs_write ${OURS('arg2')} { @[func, probe] = count(); }`,
  [`@[vfs_read, kprobe:vfs_read]: ${N}`, `@[vfs_write, kprobe:vfs_write]: ${N}`],
  noKprobes,
);
const PATTERN = `kprobe:vfs_rea*, kprobe:vfs_writ* ${OURS('arg2')} { @[func, probe] = count(); }`;
const BY_PATTERN = [`@[vfs_read, kprobe:vfs_read]: ${N}`, `@[vfs_write, kprobe:vfs_write]: ${N}`];
counts('functions by pattern, by one link where the kernel can', PATTERN, BY_PATTERN, noKprobes);
counts('functions by pattern, one by one', PATTERN, BY_PATTERN, noKprobes, '--no-feature', 'kprobe_multi');
counts(
  'returns by pattern',
  `kretprobe:vfs_rea*, kretprobe:vfs_writ* ${OURS('retval')} { @[func, probe] = count(); }`,
  [`@[vfs_read, kretprobe:vfs_read]: ${N}`, `@[vfs_write, kretprobe:vfs_write]: ${N}`],
  noKprobes,
);
counts(
  'kprobes and kretprobes by trampolines, as on a kernel without kprobes',
  `kprobe:vfs_read ${OURS('arg2')} { @ = count(); @args = sum(args.count); } kretprobe:vfs_read ${OURS('retval')} { @r = count(); }`,
  [`@: ${N}`, `@args: ${N * SIZE}`, `@r: ${N}`],
  isAtLeast(5, 17) ? noFentry : 'needs Linux 5.17',
  '--no-feature',
  'kprobe',
);
const SIDES = `kprobe:vfs_rea*, kprobe:vfs_writ* ${OURS('arg2')} { @entry[func, probe] = count(); @start[tid] = nsecs; }
  kretprobe:vfs_rea*, kretprobe:vfs_writ* /@start[tid]/ {
    @return[func, probe] = count(); @bytes = sum(retval); @ns = hist(nsecs - @start[tid]); @done = count(); delete(@start, tid);
  }`;
const BY_SIDE = [
  `@bytes: ${2 * N * SIZE}`,
  `@done: ${2 * N}`,
  ...['entry', 'return'].flatMap(side =>
    ['vfs_read', 'vfs_write'].map(
      name => `@${side}[${name}, ${side === 'entry' ? 'kprobe' : 'kretprobe'}:${name}]: ${N}`,
    ),
  ),
];
kernelTest(
  'entry and return of the same functions by one link, each counted by itself',
  async t => {
    const ways = [
      await besideTransfers(t, '-v', '-e', SIDES),
      await besideTransfers(t, '-v', '--no-feature', 'kprobe_session', '-e', SIDES),
    ];
    for (const { stdout, stderr } of ways)
      for (const line of BY_SIDE) t.true(stdout.includes(`${line}\n`), stdout + stderr);
    const links = ways.map(({ stderr }) =>
      [...stderr.matchAll(/kprobe (session|multi) link of/g)].map(([, kind]) => kind),
    );
    t.deepEqual(links, [['session'], ['multi', 'multi']]);
    const attached = ways.map(({ stderr, stdout }) => /Attached \d+ probes/.exec(stdout + stderr)?.[0]);
    t.is(attached[0], attached[1]);
  },
  noSessions,
);
kernelTest(
  'nothing is left of a session after SIGKILL',
  async t => {
    let objects: string[] = [];
    await tsbpf(['-e', SIDES], {
      workload: async tracer => {
        await sleep(100);
        objects = objectsOf(tracer.pid!);
      },
      signal: 'SIGKILL',
    });
    // A link's fd names its program too.
    const kinds = [...new Set(objects)].map(each => each.split(' ')[0]).filter(kind => kind !== 'map');
    t.deepEqual(kinds.sort(), ['link', 'prog']);
    t.deepEqual(await leftOf(objects), []);
  },
  noSessions,
);
counts(
  'a module may be named: vmlinux is one',
  `kprobe:vmlinux:vfs_read ${OURS('arg2')} { @[probe] = count(); }`,
  [`@[kprobe:vmlinux:vfs_read]: ${N}`],
  noKprobes,
);
counts(
  'fentry: N calls give N, arguments typed',
  `fentry:vfs_read ${OURS('args.count')} { @[probe, func, args.file.f_path.dentry.d_sb.s_magic] = count(); }`,
  [`@[fentry:vmlinux:vfs_read, vfs_read, ${0x50495045}]: ${N}`],
  noFentry,
);
counts(
  'fexit: arguments and return value together',
  `fexit:vfs_read ${OURS('args.count')} { @[probe] = count(); @all = sum((uint64)retval == args.count); }`,
  [`@[fexit:vmlinux:vfs_read]: ${N}`, `@all: ${N}`],
  noFentry,
);
counts(
  'fexit: a negative return value is negative',
  // The read ends of pipes cannot be written to: EBADF never reaches vfs_write; do_sys_openat2 gives ENOENT.
  `fexit:do_sys_openat2 /comm == "transfers" && retval == -2/ { @ = count(); } fentry:vfs_read ${OURS('args.count')} { @reads = count(); }`,
  [`@reads: ${N}`],
  noFentry,
);
counts(
  'fentry by pattern: a program for each function',
  `fentry:vfs_rea*, fentry:vfs_writ* /comm == "transfers"/ { @f[func] = count(); } kfunc:vfs_read ${OURS('args.count')} { @ = count(); }`,
  [`@: ${N}`],
  noFentry,
);
counts(
  'rawtracepoint: arguments by number and by name',
  `rawtracepoint:sys_enter /comm == "transfers" && arg1 == 0/ { @n = count(); }
   rawtracepoint:sys_enter /comm == "transfers" && args.id == 0 && args.regs.dx == ${SIZE}/ { @reads = count(); }
   rawtracepoint:sys_exit /comm == "transfers" && args.ret == ${SIZE}/ { @[probe] = count(); }`,
  [`@reads: ${N}`, `@[rawtracepoint:vmlinux:sys_exit]: ${2 * N}`],
  process.arch === 'x64' ? undefined : 'system calls of x86_64',
);
counts(
  'tracepoint: signed and unsigned arguments of system calls',
  `tracepoint:syscalls:sys_enter_read ${OURS('args.count')} { @fd[args.fd] = count(); }
   tracepoint:syscalls:sys_exit_read /comm == "transfers" && args.ret == ${SIZE}/ { @ = count(); }`,
  [`@: ${N}`, `@fd[3]: ${N}`],
  undefined,
);
counts(
  'a || b: the first that there is',
  `kprobe:no_such_function || fentry:no_such_function || kprobe:vfs_read ${OURS('arg2')} { @[probe] = count(); }`,
  [`@[kprobe:vfs_read]: ${N}`],
  noKprobes,
);
counts(
  'reg() and ctx read the registers of the call',
  `kprobe:vfs_read ${OURS('reg("dx")')} { @ = count(); @same = sum(ctx.dx == reg("dx") && reg("dx") == arg2); }`,
  [`@: ${N}`, `@same: ${N}`],
  process.arch === 'x64' ? noKprobes : 'registers of x86_64',
);

kernelTest(
  'kprobe+offset: behind the first instruction the arguments are still in their registers',
  async t => {
    // The function begins with a 5-byte nop for ftrace, behind endbr64 where the kernel has it.
    let last = '';
    for (const offset of [4, 5, 9]) {
      const program = `kprobe:vfs_read+${offset} ${OURS('reg("dx")')} { @[func, probe] = count(); }`;
      const { code, stderr, stdout } = await tsbpf(['-e', program], {
        workload: async () => void (await command(workload('transfers'), [String(N), String(SIZE)])),
      });
      last = stderr;
      if (code !== 0) {
        t.regex(
          stderr,
          /ERROR: cannot attach kprobe:vfs_read\+\d: (that is in the middle of an instruction|the kernel does not allow)/,
        );
        continue;
      }
      t.true(stdout.includes(`@[vfs_read, kprobe:vfs_read+${offset}]: ${N}\n`), stdout);
      return;
    }
    t.fail(last);
  },
  process.arch === 'x64' ? noKprobes : 'instructions of x86_64',
);

kernelTest(
  'kprobe by address needs --unsafe, and names the function that it lies in',
  async t => {
    const address = /^([0-9a-f]+) T vfs_read$/m.exec(readFileSync('/proc/kallsyms', 'latin1'))?.[1];
    const program = `kprobe:0x${address} ${OURS('arg2')} { @[func] = count(); }`;
    const refused = await tsbpf(['-e', program]);
    t.is(refused.code, 1);
    t.regex(refused.stderr, /needs --unsafe/);
    const { stdout } = await besideTransfers(t, '--unsafe', '-e', program);
    t.true(stdout.includes(`@[vfs_read]: ${N}\n`), stdout);
  },
  noKprobes,
);

kernelTest(
  'a failure half-way leaves nothing attached, and tells how far it came',
  async t => {
    // Kprobes cannot probe what handles them.
    const { code, stderr } = await tsbpf([
      '-e',
      'kprobe:vfs_read, kprobe:vfs_write, kprobe:kprobe_ftrace_handler { @ = count(); }',
    ]);
    t.is(code, 1);
    t.regex(
      stderr,
      /ERROR: cannot attach kprobe:kprobe_ftrace_handler: .* \(of 3 targets; the 2 attached before it are detached again\)/,
    );
    t.is(readFileSync('/sys/kernel/tracing/kprobe_events', 'latin1'), '');
  },
  noKprobes,
);

kernelTest(
  'missing_probes = warn goes on without what cannot be attached',
  async t => {
    const program = `config = { missing_probes = warn } kprobe:vfs_read, kprobe:kprobe_ftrace_handler ${OURS('arg2')} { @ = count(); }`;
    const { stdout, stderr } = await besideTransfers(t, '-e', program);
    t.regex(stderr, /WARNING: kprobe:kprobe_ftrace_handler is not attached/);
    t.true(stdout.includes(`@: ${N}\n`), stdout);
  },
  noKprobes,
);

kernelTest(
  'ten thousand functions by one link',
  async t => {
    const { code, stderr } = await tsbpf(['--dry-run', '-v', '-e', 'kprobe:* { @ = count(); }']);
    t.is(code, 0, stderr);
    const count = Number(/kprobe multi link of (\d+) functions/.exec(stderr)?.[1]);
    t.true(count > 10_000, stderr);
  },
  noMulti,
);

kernelTest(
  'hundreds of functions one by one',
  async t => {
    const { code, stderr, stdout } = await tsbpf(
      [
        '--no-feature',
        'kprobe_multi',
        '-e',
        'config = { missing_probes = warn } kprobe:tcp_* { @ = count(); } interval:ms:1 { exit(); }',
      ],
      { timeout: IN_GUEST ? 600_000 : 60_000 },
    );
    t.is(code, 0, stderr);
    t.true(Number(/Attached (\d+) probes/.exec(stderr + stdout)?.[1]) > 200, stderr);
    t.is(readFileSync('/sys/kernel/tracing/kprobe_events', 'latin1'), '');
  },
  noKprobes,
);

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  kernelTest(
    `nothing is left after ${signal}`,
    async t => {
      const program =
        'kprobe:vfs_read, kretprobe:vfs_write, kprobe:vfs_rea* { @[func] = count(); }' +
        (noFentry === undefined ? ' fentry:vfs_read, fexit:vfs_write { @f = count(); }' : '');
      let objects: string[] = [];
      await tsbpf(['-e', program], {
        workload: async tracer => {
          await sleep(100);
          objects = objectsOf(tracer.pid!);
        },
        signal,
      });
      t.true(objects.length > 3);
      t.deepEqual(await leftOf(objects), []);
      t.is(readFileSync('/sys/kernel/tracing/kprobe_events', 'latin1'), '');
      t.false(
        existsSync('/sys/kernel/debug/kprobes/list') &&
          /vfs_(read|write)/.test(readFileSync('/sys/kernel/debug/kprobes/list', 'latin1')),
      );
    },
    noKprobes,
  );
}

kernelTest(
  'functions of modules: not loaded, loaded, unloaded while they are probed',
  async t => {
    spawnSync('modprobe', ['-r', 'dummy']);
    const absent = await tsbpf(['-e', 'kprobe:dummy:dummy_setup { }']);
    t.is(absent.code, 1);
    t.regex(absent.stderr, /the module dummy has no function "dummy_setup"/);
    t.regex(absent.stderr, /HINT: is the module loaded\? modprobe dummy/);
    execFileSync('modprobe', ['dummy', 'numdummies=0']);
    const program = 'kprobe:dummy:dummy_setup { @[probe, func] = count(); }';
    const { stdout, stderr } = await tsbpf(['-e', program], {
      workload: () => {
        for (let i = 0; i < 7; i++) execFileSync('ip', ['link', 'add', `dummy${i}`, 'type', 'dummy']);
        for (let i = 0; i < 7; i++) execFileSync('ip', ['link', 'del', `dummy${i}`]);
        spawnSync('modprobe', ['-r', 'dummy']);
      },
    });
    t.true(stdout.includes('@[kprobe:dummy:dummy_setup, dummy_setup]: 7\n'), stdout + stderr);
    spawnSync('modprobe', ['-r', 'dummy']);
  },
  noModules ?? noKprobes,
);

kernelTest(
  'fentry of a module: its own types',
  async t => {
    execFileSync('modprobe', ['dummy', 'numdummies=0']);
    const program =
      'fentry:dummy_setup { @[probe, args.dev.name] = count(); } fexit:dummy:dummy_dev_init { @init[retval] = count(); }';
    const { stdout, stderr } = await tsbpf(['-e', program], {
      workload: () => {
        for (let i = 0; i < 3; i++) execFileSync('ip', ['link', 'add', `dummy${i}`, 'type', 'dummy']);
        for (let i = 0; i < 3; i++) execFileSync('ip', ['link', 'del', `dummy${i}`]);
      },
    });
    t.is(
      [...stdout.matchAll(/^@\[fentry:dummy:dummy_setup, .*\]: 1$|^@\[fentry:dummy:dummy_setup, .*\]: 3$/gm)]
        .length > 0,
      true,
      stdout + stderr,
    );
    t.regex(stdout, /^@init\[0\]: 3$/m);
    spawnSync('modprobe', ['-r', 'dummy']);
  },
  noModules ?? noModuleTypes,
);

kernelTest(
  'fentry and fexit of a running BPF program',
  async t => {
    const first = 'tracepoint:syscalls:sys_enter_getppid /comm == "syscalls"/ { @ = count(); }';
    let traced = '';
    const outer = await tsbpf(['-e', first], {
      workload: async () => {
        const inner = await tsbpf(
          ['-e', 'fentry:bpf:tp_sys_enter_ge, fexit:bpf:tp_sys_enter_g* { @[func] = count(); }'],
          {
            workload: async () => void (await command(workload('syscalls'), [String(N)])),
          },
        );
        traced = inner.stdout + inner.stderr;
      },
    });
    t.true(outer.stdout.includes(`@: ${N}\n`), outer.stdout + outer.stderr + traced);
    // The program runs for every getppid(2), of whomever; its predicate comes after.
    const count = Number(/^@\[tp_sys_enter_ge\]: (\d+)$/m.exec(traced)?.[1]);
    t.true(count >= 2 * N, traced);
  },
  noFentry,
);

kernelTest('--traceable-functions names the functions that patterns match', async t => {
  const file = '/tmp/tsbpf-traceable-functions';
  writeFileSync(file, 'vfs_read\nvfs_write\nelsewhere [module]\n');
  const { stdout } = await tsbpf(['--traceable-functions', file, '-l', 'kprobe:*']);
  t.is(stdout, 'kprobe:elsewhere\nkprobe:vfs_read\nkprobe:vfs_write\n');
  rmSync(file);
});

kernelTest(
  'a hundred thousand functions are listed in a moment',
  async t => {
    const file = join(mkdtempSync(join(tmpdir(), 'tsbpf-functions-')), 'functions');
    const names = Array.from({ length: 100_000 }, (_, i) => `function_${i}${i % 3 === 0 ? ' [module]' : ''}`);
    writeFileSync(file, `${names.join('\n')}\n`);
    const start = performance.now();
    const { stdout } = await tsbpf(['--traceable-functions', file, '-l', 'kprobe:*']);
    const took = performance.now() - start;
    t.is(stdout.split('\n').length - 1, names.length);
    t.true(took < 10_000, `${took} ms`); // half a second on an idle machine
    const some = await tsbpf(['--traceable-functions', file, '-l', 'kprobe:*_9999?']);
    t.is(some.stdout.split('\n').length - 1, 10);
    rmSync(dirname(file), { recursive: true });
  },
  ON_HOST,
);

kernelTest('--probe-filter keeps the targets whose names match', async t => {
  const program = 'tracepoint:sched:sched_* { @ = count(); } BEGIN { exit(); }';
  const { stderr, stdout } = await tsbpf(['--probe-filter', 'sched_(switch|wakeup)$', '-e', program]);
  t.regex(stdout + stderr, /Attached 3 probes/);
  const none = await tsbpf(['--probe-filter', 'nothing', '-e', 'tracepoint:sched:sched_switch { }']);
  t.is(none.code, 1);
  t.regex(none.stderr, /No probes to attach/);
  const wrong = await tsbpf(['--probe-filter', '(', '-e', program]);
  t.regex(wrong.stderr, /--probe-filter: Invalid regular expression/);
});

kernelTest('-l with a program lists what it would attach, -lv with arguments', async t => {
  const program = 'BEGIN { } tracepoint:sched:sched_wakeu*, rawtracepoint:sched_switch { @ = count(); }';
  const { stdout } = await tsbpf(['-l', '-e', program]);
  const lines = stdout.trimEnd().split('\n');
  t.true(
    lines.includes('tracepoint:sched:sched_wakeup') && lines.includes('rawtracepoint:vmlinux:sched_switch'),
  );
  t.false(lines.includes('begin'));
  const verbose = await tsbpf(['-lv', 'rawtracepoint:sched_switch']);
  t.regex(
    verbose.stdout,
    /^rawtracepoint:vmlinux:sched_switch\n {4}bool preempt\n {4}struct task_struct \* prev\n/,
  );
});

kernelTest(
  'where there are no kprobes the error says why, and what sees the same',
  async t => {
    const { code, stderr } = await tsbpf(['-e', 'kprobe:tcp_set_state { @ = count(); }']);
    t.is(code, 1);
    t.regex(stderr, /this kernel does not let its functions be probed \(kprobe\): CONFIG_KPROBES is not set/);
    t.regex(stderr, /tracepoint:sock:inet_sock_set_state/);
  },
  env.has('kprobe') || env.kernelOption?.('CONFIG_KPROBES') !== 'n' ? 'this kernel has kprobes' : undefined,
);
