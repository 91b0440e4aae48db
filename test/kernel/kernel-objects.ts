// Functions that the kernel answers for objects of its own: files, sockets, tasks, variables of each CPU, memory of processes.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgType } from '../../src/compiler/bpf/uapi.js';
import { openHost } from '../../src/kernel/host/host.js';
import { runInProcess } from '../harness/in-process.js';
import { kernelTest } from '../harness/kernel-test.js';

const { env } = openHost({ params: [], options: new Map(), targetPid: undefined });
const [major = 0, minor = 0] = release().split('.').map(Number);
const lacks = (since: readonly [number, number]) =>
  major < since[0] || (major === since[0] && minor < since[1]) ? `needs Linux ${since.join('.')}` : undefined;

kernelTest(
  'path() names each open file once, whole or its end',
  async t => {
    const folder = mkdtempSync(join(tmpdir(), 'tsbpf-path-'));
    const file = join(folder, 'some-file');
    const fd = openSync(file, 'w');
    try {
      const { stdout, stderr } = await runInProcess(
        `iter:task_file /ctx.fd == ${fd} && ctx.task.tgid == ${process.pid}/ {
           if (ctx.file != 0) { printf("[%s] [%s]\\n", path(ctx.file.f_path), path(ctx.file.f_path, 1024)); }
         }`,
        'text',
      );
      const lines = stdout.split('\n').filter(line => line.startsWith('['));
      // One for each thread of ours, which share their files; newer kernels leave them out.
      t.true(lines.length > 0, stderr);
      for (const line of lines) t.is(line, `[${file}] [${file}]`);
    } finally {
      closeSync(fd);
      rmSync(folder, { recursive: true });
    }
  },
  lacks([5, 12]),
);

kernelTest(
  'socket_cookie() of a socket is a number that stays',
  async t => {
    const server = createServer();
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    const ask = async () => {
      const program = `iter:tcp { if (ctx.sk_common != 0) { if (ctx.sk_common.skc_num == ${port}) { printf("cookie %d\\n", socket_cookie(ctx.sk_common)); } } }`;
      const { stdout, stderr } = await runInProcess(program, 'text');
      return /cookie (\d+)/.exec(stdout)?.[1] ?? stderr;
    };
    try {
      const first = await ask();
      t.regex(first, /^[1-9]\d*$/);
      t.is(await ask(), first);
    } finally {
      server.close();
    }
  },
  lacks([5, 12]),
);

kernelTest(
  'comm(pid) is the name of another process, N/A of none',
  async t => {
    const program =
      'tracepoint:syscalls:sys_enter_exit_group /pid == cpid/ { printf("%s %s %s\\n", comm(pid), comm(), comm(4000000)); }';
    const { stdout, stderr } = await runInProcess(program, 'text', { command: ['/bin/true'] });
    t.regex(stdout, /^true true N\/A$/m, stderr);
  },
  env.kfuncAllowed?.('bpf_task_from_pid', { type: ProgType.BPF_PROG_TYPE_TRACEPOINT }) === true
    ? undefined
    : lacks([6, 18]),
);

const noData =
  env.kernelSymbol?.('runqueues') === undefined ? 'needs a kernel with CONFIG_KALLSYMS_ALL' : undefined;

kernelTest(
  "percpu_kaddr() leads to a CPU's variables, and to none of a CPU that is not there",
  async t => {
    const program = `BEGIN {
      $mine = (struct rq *)percpu_kaddr("runqueues");
      $first = (struct rq *)percpu_kaddr("runqueues", 0);
      $same = (struct rq *)percpu_kaddr("runqueues", cpu);
      printf("%d %d %d %d\\n", $mine.cpu == cpu, $first.cpu, $mine == $same, percpu_kaddr("runqueues", 100000) == 0);
      exit();
    }`;
    const { stdout, stderr } = await runInProcess(program, 'text');
    t.regex(stdout, /^1 0 1 1$/m, stderr);
  },
  noData ??
    (env.btf()?.variable('runqueues') === undefined ? 'needs type information of variables' : undefined),
);

kernelTest(
  'kaddr() of data: what lies there',
  async t => {
    const program =
      'BEGIN { printf("%d\\n", *(int32 *)kaddr("panic_timeout")); print(strcontains(str(kaddr("linux_banner"), 32), "Linux version")); exit(); }';
    const { stdout, stderr } = await runInProcess(program, 'text');
    const timeout = readFileSync('/proc/sys/kernel/panic', 'utf8').trim();
    t.regex(stdout, new RegExp(`^${timeout}\ntrue$`, 'm'), stderr);
  },
  noData,
);

kernelTest(
  'write_user() changes what a process is about to write',
  async t => {
    const folder = mkdtempSync(join(tmpdir(), 'tsbpf-write-'));
    const file = join(folder, 'changed');
    const fd = openSync(file, 'w');
    const program = `tracepoint:syscalls:sys_enter_write /pid == ${process.pid} && args.fd == ${fd} && args.count == 6/ {
      write_user((uint64)args.buf + 2, "XY", 2);
      exit();
    }`;
    try {
      const writing = setInterval(() => writeSync(fd, Buffer.from('abcdef')), 20);
      const { stderr } = await runInProcess(program, 'text', { unsafe: true });
      clearInterval(writing);
      t.regex(readFileSync(file, 'utf8'), /abXYef/, stderr);
    } finally {
      closeSync(fd);
      rmSync(folder, { recursive: true });
    }
  },
  env.has('probe_write_user') ? undefined : 'needs a kernel that is not locked down',
);
