// Iterators against what /proc and the other windows into the kernel say of the same objects.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openVmlinuxBtf } from '../../src/kernel/host/vmlinux-btf.js';
import { isAtLeast, runningKernel } from '../../src/kernel/sys/kernel-version.js';
import { runInProcess } from '../harness/in-process.js';
import { kernelTest } from '../harness/kernel-test.js';
import { leftOf, objectsOf } from '../harness/left-behind.js';
import { tsbpf } from '../harness/tsbpf.js';
import { workload } from '../workload/workload.js';

const btf = openVmlinuxBtf();

/** Undefined where the kernel has the iterator. */
function lacks(name: string): string | undefined {
  return btf?.idOf(`bpf_iter_${name}`, 'func') === undefined
    ? `Linux ${runningKernel().join('.')} has no iterator of ${name}`
    : undefined;
}

/** A process that stays as it is while `body` runs. */
async function withProcess(
  threads: number,
  files: number,
  body: (pid: number) => Promise<void>,
): Promise<void> {
  const child: ChildProcess = spawn(workload('holds'), [String(threads), String(files)]);
  await new Promise(resolve => child.stdout!.once('data', resolve));
  try {
    await body(child.pid!);
  } finally {
    child.stdin!.end('\n');
    await new Promise(resolve => child.on('exit', resolve));
  }
}

/** Lines of a run that ends by itself. */
async function lines(args: readonly string[]): Promise<string[]> {
  const { stdout, stderr, code } = await tsbpf(args);
  if (code !== 0) throw new Error(stderr);
  return stdout.split('\n').filter(line => line !== '');
}

kernelTest(
  'iter:task goes through every thread of a process, once',
  async t => {
    await withProcess(40, 0, async pid => {
      const threads = readdirSync(`/proc/${pid}/task`).map(Number);
      t.is(threads.length, 41);
      const script = 'printf("%d %d %s\\n", ctx.task.tgid, ctx.task.pid, ctx.task.comm);';
      const expected = threads.map(tid => `${pid} ${tid} holds`).sort();
      t.deepEqual(
        (await lines(['-e', `iter:task /ctx.task.tgid == ${pid}/ { ${script} }`])).sort(),
        expected,
      );
      t.deepEqual((await lines(['-p', String(pid), '-e', `iter:task { ${script} }`])).sort(), expected);
      t.deepEqual(await lines(['-e', `it:task { if (ctx.task.tgid == ${pid}) { @n++; @c = count(); } }`]), [
        '@c: 41',
        '@n: 41',
      ]);
    });
  },
  lacks('task'),
);

kernelTest(
  'every process that was there before and after is among the tasks',
  async t => {
    const processes = () => readdirSync('/proc').filter(name => /^\d+$/.test(name));
    const before = processes();
    const seen = new Set(
      await lines(['-e', 'iter:task /ctx.task.pid == ctx.task.tgid/ { printf("%d\\n", ctx.task.pid); }']),
    );
    const after = new Set(processes());
    // Some sandboxes hide their own first process from BPF.
    const missing = before.filter(pid => after.has(pid) && !seen.has(pid) && pid !== '1');
    t.deepEqual(missing, []);
    t.true(seen.size > 5);
  },
  lacks('task'),
);

kernelTest(
  'iter:task_file goes through the open files of a process',
  async t => {
    await withProcess(0, 25, async pid => {
      const fds = readdirSync(`/proc/${pid}/fd`)
        .map(Number)
        .sort((a, b) => a - b);
      t.true(fds.length >= 28);
      const script = 'printf("%d %d\\n", ctx.task.pid, ctx.fd);';
      const expected = fds.map(fd => `${pid} ${fd}`);
      t.deepEqual(await lines(['-e', `iter:task_file /ctx.task.tgid == ${pid}/ { ${script} }`]), expected);
      t.deepEqual(await lines(['-p', String(pid), '-e', `iter:task_file { ${script} }`]), expected);
      const inodes = await lines([
        '-p',
        String(pid),
        '-e',
        'iter:task_file { printf("%d %d\\n", ctx.fd, ctx.file.f_inode.i_ino); }',
      ]);
      t.deepEqual(
        inodes,
        fds.map(fd => `${fd} ${statSync(`/proc/${pid}/fd/${fd}`, { bigint: true }).ino}`),
      );
    });
  },
  lacks('task_file'),
);

kernelTest(
  'iter:task_vma goes through the mappings of a process',
  async t => {
    await withProcess(3, 0, async pid => {
      const expected = readFileSync(`/proc/${pid}/maps`, 'utf8')
        .split('\n')
        .filter(line => line !== '' && !line.includes('[vsyscall]'))
        .map(line => line.split(' ')[0]!.replace(/^0+/, '').replace(/-0+/, '-'));
      const script = 'printf("%lx-%lx\\n", ctx.vma.vm_start, ctx.vma.vm_end);';
      const seen = await lines([
        '-p',
        String(pid),
        '-e',
        `iter:task_vma /ctx.task.pid == ctx.task.tgid/ { ${script} }`,
      ]);
      t.deepEqual(seen, expected);
      t.true(seen.includes('70000000-70002000'));
    });
  },
  lacks('task_vma'),
);

kernelTest(
  'iter:bpf_map and iter:bpf_prog show what bpftool shows',
  async t => {
    const shown = (what: string) =>
      (
        JSON.parse(execFileSync('bpftool', ['-j', what, 'show'], { encoding: 'utf8' }) || '[]') as {
          id: number;
        }[]
      ).map(o => o.id);
    // Other tests make maps and remove them meanwhile.
    const before = shown('map');
    const maps = new Set((await lines(['-e', 'iter:bpf_map { printf("%d\\n", ctx.map.id); }'])).map(Number));
    const after = new Set(shown('map'));
    t.deepEqual(
      before.filter(id => after.has(id) && !maps.has(id)),
      [],
    );
    t.true(maps.size > 0);
    if (lacks('bpf_prog') !== undefined) return;
    const [own] = await lines([
      '-e',
      'iter:bpf_prog { if (strncmp(ctx.prog.aux.name, "iter_bpf_prog", 13) == 0) { @[ctx.prog.aux.name] = count(); } }',
    ]);
    t.is(own, '@[iter_bpf_prog]: 1');
  },
  lacks('bpf_map'),
);

kernelTest(
  'iter:tcp and iter:unix go through sockets',
  async t => {
    const server = net.createServer(() => {});
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const client = net.connect(port, '127.0.0.1');
    await new Promise(resolve => client.on('connect', resolve));
    const path = join(tmpdir(), `tsbpf-iter-${process.pid}`);
    const local = net.createServer(() => {});
    await new Promise<void>(resolve => local.listen(path, resolve));
    const ports = await lines([
      '-e',
      `iter:tcp { $sk = ctx.sk_common; if ($sk.skc_num == ${port} || bswap($sk.skc_dport) == ${port}) { printf("%d %d %d\\n", $sk.skc_num, bswap($sk.skc_dport), $sk.skc_state); } }`,
    ]);
    const own = client.localPort;
    t.deepEqual(ports.sort(), [`${own} ${port} 1`, `${port} 0 10`, `${port} ${own} 1`].sort());
    if (lacks('unix') === undefined) {
      const listed = () =>
        readFileSync('/proc/net/unix', 'utf8')
          .split('\n')
          .flatMap(line => /\s(\/.*)$/.exec(line)?.[1] ?? []);
      // Others make sockets and remove them meanwhile.
      const before = listed();
      const seen = await lines([
        '-e',
        'iter:unix /ctx.unix_sk.addr != 0/ { printf("%s\\n", str(ctx.unix_sk.addr.name[0].sun_path)); }',
      ]);
      const after = new Set(listed());
      t.is(seen.filter(each => each === path).length, 1);
      t.deepEqual(
        before.filter(each => after.has(each) && !seen.includes(each)),
        [],
      );
    }
    client.destroy();
    server.close();
    local.close();
  },
  lacks('tcp'),
);

kernelTest(
  'every iterator that is listed loads and runs, or says what it lacks',
  async t => {
    const names = await lines(['-l', 'iter:*']);
    t.true(names.includes('iter:task') && names.includes('iter:bpf_map'));
    const ofOneMap = names.filter(name =>
      ['bpf_map_elem', 'bpf_sk_storage_map', 'sockmap'].includes(name.slice(5)),
    );
    const refused = await tsbpf(['-e', ofOneMap.map(name => `${name} { }`).join(' ')]);
    t.is(refused.code, 1);
    for (const name of ofOneMap)
      t.true(refused.stderr.includes(`${name} goes through one map`), refused.stderr);
    for (const name of names.filter(name => !ofOneMap.includes(name))) {
      const program = `${name} { @ = count(); } END { printf("end\\n"); }`;
      const { code, stdout, stderr } = await runInProcess(program, 'text');
      t.is(code, 0, `${name}: ${stderr}`);
      t.regex(stdout, /^end$/m, name);
    }
  },
  lacks('task'),
);

kernelTest('an unknown iterator is refused with those that there are', async t => {
  const { code, stderr } = await tsbpf(['-e', 'iter:tsk { }']);
  t.is(code, 1);
  t.regex(stderr, /no iterator "tsk"/);
  t.regex(stderr, /HINT: did you mean "task"/);
});

for (const buffer of ['ring', 'perf']) {
  kernelTest(
    `no line is lost, however small the ${buffer} is`,
    async t => {
      // Some symbols have no name: with "ksym" their lines are not empty.
      const out = await lines([
        '-e',
        `config = { event_buffer = ${buffer}; perf_rb_pages = 16 } iter:ksym { printf("ksym %s\\n", ctx.ksym.name); @ = count(); }`,
      ]);
      const count = Number(/^@: (\d+)$/.exec(out.at(-1)!)?.[1]);
      t.is(out.length - 1, count);
      t.true(count > 10_000);
    },
    lacks('ksym'),
  );
}

kernelTest(
  'loops, maps and END work beside an iterator; exit() stops it',
  async t => {
    await withProcess(4, 0, async pid => {
      const script = `begin { printf("begin\\n"); } iter:task /ctx.task.tgid == ${pid}/ { $i = 0; while ($i < 3) { @[ctx.task.comm, $i] = count(); $i++; } } end { printf("end\\n"); }`;
      t.deepEqual(await lines(['-e', script]), [
        'begin',
        'end',
        '@[holds, 0]: 5',
        '@[holds, 1]: 5',
        '@[holds, 2]: 5',
      ]);
    });
    const { stdout, code } = await tsbpf(['-e', 'iter:task { printf("one\\n"); exit(7); }']);
    t.is(code, 7);
    t.is(stdout.trim(), 'one');
  },
  isAtLeast(runningKernel(), [5, 17]) ? lacks('task') : 'unbounded loops need Linux 5.17',
);

const PIN = `tsbpf-test-${process.pid}`;
const PINNED = `/sys/fs/bpf/${PIN}`;

kernelTest(
  'a pinned iterator prints whenever its file is read',
  async t => {
    try {
      await withProcess(2, 0, async pid => {
        const script = `iter:task:${PIN} /ctx.task.tgid == ${pid}/ { printf("%-8s|%5d|%x|%s|100%%\\n", ctx.task.comm, ctx.task.tgid, ctx.task.tgid, "text"); }`;
        const { stdout, stderr, code } = await tsbpf(['-e', script]);
        t.is(code, 0, stderr);
        t.is(stdout.trim(), '');
        t.regex(stderr, new RegExp(`Program pinned to ${PINNED}`));
        const line = `holds   |${String(pid).padStart(5)}|${pid.toString(16)}|text|100%\n`;
        for (let i = 0; i < 2; i++) t.is(execFileSync('cat', [PINNED], { encoding: 'utf8' }), line.repeat(3));
        const again = await tsbpf(['-e', `iter:task:${PINNED} { }`]);
        t.is(again.code, 1);
        t.regex(again.stderr, /is there already\nHINT: rm/);
      });
    } finally {
      rmSync(PINNED, { force: true });
    }
  },
  existsSync('/sys/fs/bpf') ? lacks('task') : 'needs a BPF file system',
);

kernelTest(
  '--dry-run pins nothing; a path outside of the BPF file system is refused',
  async t => {
    const dry = await tsbpf(['--dry-run', '-e', `iter:task:${PIN} { printf("x\\n"); }`]);
    t.is(dry.code, 0, dry.stderr);
    t.false(existsSync(PINNED));
    const { code, stderr } = await tsbpf(['-e', 'iter:task:/tmp/nowhere { printf("x\\n"); }']);
    t.is(code, 1);
    t.regex(stderr, /cannot be pinned to \/tmp\/nowhere/);
    t.regex(stderr, /HINT: .*BPF file system/);
  },
  lacks('task'),
);

kernelTest(
  'nothing is left of an iterator that was interrupted',
  async t => {
    let objects: string[] = [];
    const script = 'iter:ksym { for ($i : 0..200) { @[ctx.ksym.value % 1000, $i % 10] = count(); } }';
    await tsbpf(['-e', script], {
      workload: tracer => {
        objects = objectsOf(tracer.pid!);
      },
    });
    t.true(objects.length > 0);
    t.deepEqual(await leftOf(objects), []);
  },
  lacks('ksym'),
);
