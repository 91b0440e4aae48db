// uprobe, uretprobe and usdt on the real kernel: what fires is counted exactly, whether places are attached by one link or one
// after the other; only what was asked for is traced; nothing is left behind.

import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { compile } from '../../src/compiler/compile.js';
import { openHost } from '../../src/kernel/host/host.js';
import { openObject } from '../../src/kernel/load/object.js';
import { raiseMemlock } from '../../src/kernel/sys/rlimit.js';
import { ProbeChoice } from '../../src/runtime/choice.js';
import { gated } from '../harness/gated.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { command, tsbpf } from '../harness/tsbpf.js';
import { parseCounts, workload } from '../workload/workload.js';

const PROBES = workload('probes');
const [MAJOR = 0, MINOR = 0] = release().split('.').map(Number);
const atLeast = (major: number, minor: number) => MAJOR > major || (MAJOR === major && MINOR >= minor);

/** By one link, where the kernel has that, and by perf events. */
const WAYS: readonly (readonly string[])[] = atLeast(6, 6) ? [[], ['--no-feature', 'uprobe_multi']] : [[]];

/** Values of scalar maps and of `@name[key]`, by what is before the colon. */
function maps(stdout: string): Record<string, string> {
  return Object.fromEntries(
    [...stdout.matchAll(/^(@[^:\n]*(?:\[[^\]]*\])?): (.*)$/gm)].map(match => [match[1]!, match[2]!]),
  );
}

/** Between rounds of a process that looks at its semaphores after the last: an emulated kernel takes seconds to remove many probes. */
const PAUSE_US = IN_GUEST ? '300000' : '20000';

/** Programs for user space, and lines of uprobe_events. */
function left(): Set<string> {
  const out = execFileSync('bpftool', ['-j', 'prog', 'show'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const programs = (JSON.parse(out) as { id: number; name?: string }[]).filter(each =>
    /^(uprobe|uretprobe|usdt)/.test(each.name ?? ''),
  );
  const file = '/sys/kernel/tracing/uprobe_events';
  const events = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  return new Set([...programs.map(each => `program ${each.id}`), ...events]);
}

/** What has come since and stays: a link's program goes a grace period after it, and other tests have theirs for a moment. */
async function leftSince(before: ReadonlySet<string>): Promise<string[]> {
  let stays = [...left()].filter(each => !before.has(each));
  for (let i = 0; i < 100 && stays.length > 0; i++) {
    await new Promise(resolve => setTimeout(resolve, 100));
    const now = left();
    stays = stays.filter(each => now.has(each));
  }
  return stays;
}

for (const way of WAYS) {
  const how = way.length === 0 ? 'as the kernel has it' : 'one after the other';

  kernelTest(`calls in threads and forked processes are counted exactly, ${how}`, async t => {
    const script = `uprobe:${PROBES}:counted { @ = count(); @sum = sum(arg0); @by[tid] = count(); }
      uretprobe:${PROBES}:counted { @returns = count(); @returned = sum(retval); }
      usdt:${PROBES}:tsbpf:places { @places = count(); }
      usdt:${PROBES}:tsbpf:counted { @counted = count(); }`;
    let said = '';
    const { stdout, stderr } = await tsbpf([...way, '-e', script], {
      workload: async () => {
        said = execFileSync('/bin/sh', ['-c', `exec ${PROBES} 500 4 2 2>&1`], { encoding: 'utf8' });
      },
    });
    const found = maps(stdout);
    const { rounds, before } = parseCounts(said);
    t.is(rounds, '6000', said);
    t.is(found['@'], '6000', stdout + stderr);
    t.is(found['@returns'], '6000');
    t.is(found['@places'], '12000');
    t.is(found['@counted'], '6000');
    t.not(before, '0', 'the program is told that somebody listens');
    const sum = String(((500 * 499) / 2) * 12);
    t.is(found['@sum'], sum);
    t.is(found['@returned'], sum);
    const threads = [...stdout.matchAll(/^@by\[\d+\]: (\d+)$/gm)].map(match => match[1]);
    t.deepEqual(
      threads,
      Array.from({ length: 12 }, () => '500'),
    );
    t.notRegex(stderr, /lost|missed/i);
  });

  kernelTest(`-p traces one process, all threads of it, and ends with it, ${how}`, async t => {
    const [mine, other] = await Promise.all([gated(PROBES, ['300', '4']), gated(PROBES, ['300'])]);
    const script = `uprobe:${PROBES}:counted { @[pid] = count(); } uretprobe:${PROBES}:recursive { @r[pid] = count(); }
      usdt:${PROBES}:places { @u[pid] = count(); }`;
    const { stdout, code } = await tsbpf([...way, '-p', String(mine.pid), '-e', script], {
      workload: async () => void (await Promise.all([other.run(), mine.run()])),
      signal: null,
    });
    t.is(code, 0);
    t.deepEqual(maps(stdout), {
      [`@[${mine.pid}]`]: '1200',
      [`@r[${mine.pid}]`]: '4800',
      [`@u[${mine.pid}]`]: '3600',
    });
  });

  kernelTest(`-c traces the command only, not what it forks, ${how}`, async t => {
    const script = `uprobe:${PROBES}:counted { @[pid == cpid] = count(); }`;
    const { stdout } = await tsbpf([...way, '-c', `${PROBES} 100 2 2`, '-e', script]);
    t.deepEqual(maps(stdout), { '@[true]': '200' });
  });

  kernelTest(`many functions by a wildcard, ${how}`, async t => {
    const many = workload('many');
    const pattern = way.length === 0 && atLeast(6, 6) ? 'f_*' : 'f_00*';
    const functions = pattern === 'f_*' ? 4096 : 64;
    const before = left();
    const { stdout, stderr } = await tsbpf(
      [
        ...way,
        '-e',
        `config = { max_probes = 5000 } uprobe:${many}:${pattern} { @ = count(); @by[func] = count(); @sum = sum(arg0); }`,
      ],
      {
        workload: async () => void execFileSync(many, ['3'], { stdio: 'ignore' }),
        timeout: IN_GUEST ? 300_000 : 60_000,
      },
    );
    const found = maps(stdout);
    t.is(found['@'], String(3 * functions), stderr);
    t.is(found['@sum'], String((3 * functions * (functions - 1)) / 2));
    t.is(stdout.match(/^@by\[.*\]: 3$/gm)?.length, functions);
    t.regex(stderr, new RegExp(`Attached ${functions} probes`));
    t.deepEqual(await leftSince(before), []);
  });
}

kernelTest('a place that cannot be attached takes all others along', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'probes-'));
  try {
    const copy = join(folder, 'probes');
    copyFileSync(PROBES, copy);
    const before = left();
    const machine = openHost({ params: [], options: new Map(), targetPid: undefined });
    const text = `uprobe:${PROBES}:co*, uprobe:${copy}:counted { @ = count(); }`;
    const { spec } = compile({ name: 'stdin', text }, machine.env);
    unlinkSync(copy);
    raiseMemlock();
    const object = openObject(spec!, { btf: machine.btf, possibleCpus: machine.possibleCpus });
    const choice = new ProbeChoice(spec!.probes[0]!, () => {});
    const options = {
      context: machine.attach,
      program: (index: number) => object.program(index),
      pace: () => true,
      skip: () => false,
    };
    const error = await t.throwsAsync(choice.attach(options));
    t.regex(
      error?.message ?? '',
      /^cannot attach uprobe:.*probes:counted: the file is gone .*of 3 targets; the 2 attached before it are detached again/,
    );
    object.close();
    t.deepEqual(await leftSince(before), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

kernelTest('a killed tracer leaves nothing: no probes, no links, semaphores as before', async t => {
  const before = left();
  const traced = await gated(PROBES, ['60', '1', '0', PAUSE_US]);
  const script = `uprobe:${PROBES}:* { @ = count(); } usdt:${PROBES}:* { @u = count(); }`;
  const { signal } = await tsbpf(['-e', script], {
    workload: async tracer => {
      traced.go();
      await new Promise(resolve => setTimeout(resolve, IN_GUEST ? 1000 : 300));
      tracer.kill('SIGKILL');
    },
    signal: null,
  });
  t.is(signal, 'SIGKILL');
  const { after } = await traced.ended;
  t.is(after, '0');
  t.deepEqual(await leftSince(before), []);
});

kernelTest('the semaphore goes back when the tracer ends', async t => {
  const traced = await gated(PROBES, ['30', '1', '0', PAUSE_US]);
  await tsbpf(['-e', `usdt:${PROBES}:tsbpf:counted { @ = count(); } interval:ms:200 { exit(); }`], {
    workload: () => traced.go(),
    signal: null,
  });
  t.is((await traced.ended).after, '0');
});

kernelTest('a program that is replaced by another (exec) is still the one that -p means', async t => {
  const shell = spawn('/bin/sh', ['-c', `read line; exec ${PROBES} 70`], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { stdout } = await tsbpf(
    ['-p', String(shell.pid), '-e', `uprobe:${PROBES}:counted { @ = count(); }`],
    {
      workload: () => void shell.stdin.write('go\n'),
      signal: null,
    },
  );
  t.deepEqual(maps(stdout), { '@': '70' });
});

kernelTest('a deleted program goes on being traced where it runs; its replacement is another', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'probes-'));
  try {
    const copy = join(folder, 'probes');
    copyFileSync(PROBES, copy);
    execFileSync('chmod', ['+x', copy]);
    const running = await gated(copy, ['40']);
    const { stdout } = await tsbpf(['-e', `uprobe:${copy}:counted { @ = count(); }`], {
      workload: async () => {
        unlinkSync(copy);
        copyFileSync(PROBES, `${copy}.new`);
        execFileSync('chmod', ['+x', `${copy}.new`]);
        renameSync(`${copy}.new`, copy);
        await command(copy, ['1000']);
        await running.run();
      },
    });
    t.deepEqual(maps(stdout), { '@': '40' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

kernelTest(
  'symbols and debug information that were split off are found; without any, an address will do',
  async t => {
    const split = workload('probes-split');
    const found = await tsbpf([
      '-c',
      `${split} 5`,
      '-e',
      `uprobe:${split}:pointers { @[func, args.node.value] = count(); } uprobe:${split}:hidden { @h = count(); }`,
    ]);
    t.deepEqual(maps(found.stdout), { '@[pointers, 1]': '5', '@h': '5' }, found.stderr);

    const bare = workload('probes-bare');
    const none = await tsbpf(['-c', `${bare} 5`, '-e', `uprobe:${bare}:counted { @ = count(); }`]);
    t.is(none.code, 1);
    t.regex(none.stderr, /has no function "counted"[\s\S]*is stripped: only what it exports has a name/);
    const address = execFileSync('nm', [PROBES], { encoding: 'utf8' }).match(/^([0-9a-f]+) T counted$/m)?.[1];
    const doubted = await tsbpf(['-c', `${bare} 5`, '-e', `uprobe:${bare}:0x${address} { @ = count(); }`]);
    t.regex(doubted.stderr, /cannot be told where instructions start[\s\S]*--unsafe/);
    const { stdout } = await tsbpf([
      '--unsafe',
      '-c',
      `${bare} 5`,
      '-e',
      `uprobe:${bare}:0x${address} { @ = count(); }`,
    ]);
    t.deepEqual(maps(stdout), { '@': '5' });
  },
);

kernelTest('a program in another mount namespace is found through its process', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'probes-'));
  try {
    copyFileSync(PROBES, join(folder, 'inside'));
    execFileSync('chmod', ['+x', join(folder, 'inside')]);
    const inside = await gated('unshare', [
      '-m',
      'sh',
      '-c',
      `mount --bind ${folder} /mnt && exec /mnt/inside 25`,
    ]);
    const { stdout, stderr } = await tsbpf(
      [
        '-p',
        String(inside.pid),
        '-e',
        'uprobe:/mnt/inside:counted { @[func] = count(); } uprobe:*:nothing { @all = count(); }',
      ],
      { workload: () => inside.go(), signal: null },
    );
    t.deepEqual(maps(stdout), { '@[counted]': '25', '@all': '25' }, stderr);
    const outside = await tsbpf(['-e', 'uprobe:/mnt/inside:counted { @ = count(); }']);
    t.regex(outside.stderr, /no file is called "\/mnt\/inside"/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

kernelTest('* is whatever runs', async t => {
  const running = await gated(workload('linked'), ['15']);
  const { stdout, stderr } = await tsbpf(
    ['-e', 'uprobe:*:shared_call { @[probe] = count(); } usdt:*:shared:call { @u = count(); }'],
    {
      workload: async () => void (await running.run()),
    },
  );
  const found = maps(stdout);
  t.is(found['@u'], '15', stderr);
  t.true(
    Object.keys(found).some(key => key.endsWith('libshared.so:shared_call]')),
    stdout,
  );
});

kernelTest('the current version of a library function is the one that is meant', async t => {
  const library = join(workload('linked'), '../libshared.so');
  const { stdout } = await tsbpf([
    '-c',
    `${workload('linked')} 12`,
    '-e',
    `uprobe:${library}:scale { @now = count(); } uprobe:${library}:scale@V1 { @before = count(); } uprobe:${library}:shared_call, uprobe:${library}:alias_of_call { @alias = count(); }`,
  ]);
  t.is(maps(stdout)['@now'], '12');
  t.is(maps(stdout)['@before'], undefined);
});

kernelTest('texts of many threads at once: each arrives whole', async t => {
  const script = `uprobe:${PROBES}:pointers { printf("%s %s %d\\n", str(args.text), str(args.node.text), args.node.value); @[str(args.node.text), args.node.name] = count(); @n = count(); }`;
  const { stdout, stderr } = await tsbpf(['-e', script], {
    workload: async () => void execFileSync(PROBES, ['300', '16'], { stdio: 'ignore' }),
  });
  t.is(stdout.split('\n').filter(line => line === 'a-string the text 1').length, 4800, stderr);
  t.deepEqual(maps(stdout), { '@[the text, first]': '4800', '@n': '4800' });
  t.notRegex(stderr, /lost/);
});

kernelTest(
  'variables of a moved program are found where a function returns, too',
  async t => {
    const { stdout } = await tsbpf([
      '-c',
      `${PROBES} 3`,
      '-e',
      `uretprobe:${PROBES}:counted { @[*uaddr("global_int")] = count(); }`,
    ]);
    t.deepEqual(maps(stdout), { '@[42]': '3' });
  },
  atLeast(6, 6) ? undefined : 'needs Linux 6.6: bpf_get_func_ip',
);

kernelTest('what is no 64-bit program is told', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'probes-'));
  try {
    const small = join(folder, 'small');
    const bytes = readFileSync(PROBES);
    bytes[4] = 1; // ELFCLASS32
    writeFileSync(small, bytes);
    const { stderr, code } = await tsbpf(['-e', `uprobe:${small}:main { }`]);
    t.is(code, 1);
    t.regex(stderr, /is a 32-bit program: only 64-bit ones are supported/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const NODE = process.execPath;

kernelTest('a hundred thousand functions are listed', async (t: ExecutionContext) => {
  const { stdout } = await tsbpf(['-l', `uprobe:${NODE}:*`]);
  t.true(stdout.split('\n').length > 50_000, String(stdout.split('\n').length));
  const some = await tsbpf(['-l', `uprobe:${NODE}:uv_fs_o*`]);
  t.regex(some.stdout, /^uprobe:.*:uv_fs_open$/m);
});
