// A session as its user meets it: exact counts against a workload's own, endings, pipes, names, and nothing left behind.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gated } from '../harness/gated.js';
import { kernelTest } from '../harness/kernel-test.js';
import { leftOf, objectsOf } from '../harness/left-behind.js';
import { inProject } from '../harness/project.js';
import { command, tsbpf } from '../harness/tsbpf.js';
import { parseCounts, workload } from '../workload/workload.js';

const MISSING = '/nonexistent/tsbpf-test';

kernelTest('N opens give N lines, and a count of N', async t => {
  const n = 5000;
  let printed: Record<string, string> = {};
  const script = `tracepoint:syscalls:sys_enter_openat /comm == "opens" && str(args.filename) == "${MISSING}"/ { printf("open %s %s\\n", comm, str(args.filename)); @ = count(); }`;
  const { stdout, stderr, code } = await tsbpf(['-e', script], {
    workload: async () => {
      printed = parseCounts(await command(workload('opens'), [String(n), MISSING]));
    },
  });
  t.is(code, 0, stderr);
  t.is(printed.opens, String(n));
  t.is(stdout.split('\n').filter(line => line === `open opens ${MISSING}`).length, n);
  t.regex(stdout, new RegExp(`^@: ${n}$`, 'm'));
});

kernelTest('a keyed count of system calls is exact', async t => {
  const { stdout } = await tsbpf(
    [
      '-e',
      'tracepoint:syscalls:sys_enter_getppid /comm == "syscalls"/ { @[comm, pid > 0] = count(); @n++; }',
    ],
    {
      workload: async () => void (await command(workload('syscalls'), ['20000'])),
    },
  );
  t.regex(stdout, /^@\[syscalls, (true|1)\]: 20000$/m);
  t.regex(stdout, /^@n: 20000$/m);
});

kernelTest('-f json: every line is JSON, numbers are exact', async t => {
  const script =
    'BEGIN { @big = 9223372036854775807; @s["a\\"b"] = 1; printf("x\\ty\\n"); print((a=1, b="c")); @h = hist(5); exit(); }';
  const { stdout, code } = await tsbpf(['-f', 'json', '-e', script]);
  t.is(code, 0);
  const lines = stdout.split('\n').filter(line => line !== '');
  for (const line of lines) t.notThrows(() => JSON.parse(line), line);
  t.true(lines.some(line => line.includes('9223372036854775807')));
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  kernelTest(`${signal} runs END, prints maps, exits with 0`, async t => {
    const { stdout, code, stderr } = await tsbpf(
      ['-e', 'BEGIN { @a = 7; } interval:s:60 { } END { printf("the end\\n"); }'],
      {
        workload: () => sleep(50),
        signal,
      },
    );
    t.is(code, 0, stderr);
    t.regex(stdout, /the end\n[\s\S]*@a: 7\n/);
  });
}

kernelTest('SIGHUP ends the session', async t => {
  const { signal, code } = await tsbpf(['-e', 'interval:s:60 { }'], {
    workload: () => sleep(50),
    signal: 'SIGHUP',
  });
  t.is(signal, undefined);
  t.is(code, 0);
});

kernelTest('a reader that leaves ends it quietly with 0, and leaves nothing', async t => {
  const script = 'tracepoint:raw_syscalls:sys_enter { printf("%d\\n", args.id); }';
  // The reader waits until its word; then it reads one line and goes.
  const shell = spawn('bash', [
    '-c',
    `exec 3<&0; '${inProject('bin/tsbpf')}' -e '${script}' </dev/null | { read -r word <&3; head -1; }; echo "status \${PIPESTATUS[0]}"`,
  ]);
  let out = '';
  let err = '';
  shell.stdout.on('data', part => (out += part));
  shell.stderr.on('data', part => (err += part));
  const ended = new Promise(resolve => shell.on('close', resolve));
  let objects: string[] = [];
  while (!err.includes('Attached')) await sleep(20);
  const children = readFileSync(`/proc/${shell.pid}/task/${shell.pid}/children`, 'utf8').trim().split(' ');
  objects = children.flatMap(child => objectsOf(Number(child)));
  t.true(objects.some(o => o.startsWith('prog ')) && objects.some(o => o.startsWith('map ')));
  shell.stdin.end('go\n');
  await ended;
  t.regex(out, /^\d+\nstatus 0\n$/);
  t.notRegex(err, /EPIPE|Error/);
  t.deepEqual(await leftOf(objects), []);
});

kernelTest('what -o cannot write ends the session: it is told, and what the kernel had is gone', async t => {
  const script = 'tracepoint:raw_syscalls:sys_enter { printf("%d\\n", pid); }';
  const { code, stderr } = await tsbpf(['-o', '/dev/full', '-e', script]);
  t.is(code, 1);
  t.regex(stderr, /^ERROR: \/dev\/full: ENOSPC: no space left on device$/m);
  t.notRegex(stderr, /fault of tsbpf|at .*tsbpf\.cjs/);
});

kernelTest('exit(n) is the exit code, and what was printed before it is there', async t => {
  const { stdout, code } = await tsbpf(['-e', 'BEGIN { printf("one\\n"); exit(5); printf("never\\n"); }']);
  t.is(code, 5);
  t.true(stdout.startsWith('one\n'));
  t.false(stdout.includes('never'));
});

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  kernelTest(`nothing is left in the kernel after ${signal}`, async t => {
    const script =
      'tracepoint:sched:sched_switch { @[comm] = count(); printf("%d\\n", pid); } interval:ms:100 { print(@); }';
    let objects: string[] = [];
    const outcome = await tsbpf(['-e', script], {
      workload: async tracer => {
        await sleep(200);
        objects = objectsOf(tracer.pid!);
      },
      signal,
    });
    t.is(outcome.signal, signal === 'SIGKILL' ? signal : undefined);
    const kinds = new Set(objects.map(o => o.split(' ')[0]));
    t.true(kinds.has('prog') && kinds.has('map'), objects.join());
    t.deepEqual(await leftOf(objects), []);
  });
}

kernelTest('a flood is delivered or counted as lost: the books balance', async t => {
  let made = 0;
  const script =
    'tracepoint:syscalls:sys_enter_getppid /comm == "flood"/ { printf("f %d %d %d\\n", pid, tid, nsecs); @ = count(); }';
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
  const file = join(folder, 'out');
  const { stderr } = await tsbpf(['-o', file, '-e', `config = { perf_rb_pages = 64 } ${script}`], {
    workload: async () => {
      made = Number(parseCounts(await command(workload('flood'), ['2', '1'])).calls);
    },
    timeout: 120_000,
  });
  const text = readFileSync(file, 'utf8');
  rmSync(folder, { recursive: true });
  const delivered = text.split('\n').filter(line => line.startsWith('f ')).length;
  const told = (what: RegExp) => Number(what.exec(stderr)?.[1]?.replaceAll(',', '') ?? 0);
  const lost = told(/([\d,]+) events lost: the ring was full/);
  const skipped = told(/([\d,]+) events skipped by the kernel/);
  const ran = Number(/^@: (\d+)$/m.exec(text)?.[1]);
  t.true(made > 0);
  t.is(ran + skipped, made, `the program ran ${ran} times, the kernel skipped it ${skipped} times`);
  t.is(delivered + lost, ran, `delivered ${delivered}, lost ${lost}`);
});

kernelTest('-c runs a command when all is attached, traces its exec, and ends with it', async t => {
  const { stdout, code, stderr } = await tsbpf([
    '-c',
    `${workload('opens')} 10 ${MISSING}`,
    '-e',
    'tracepoint:syscalls:sys_enter_openat /comm == "opens" && str(args.filename) == "/nonexistent/tsbpf-test"/ { @ = count(); }',
  ]);
  t.is(code, 0, stderr);
  t.regex(stdout, /opens=10/);
  t.regex(stdout, /^@: 10$/m);
});

kernelTest('-c of a command that does not exist says so, with 1', async t => {
  const { stderr, code } = await tsbpf(['-c', '/no/such/command', '-e', 'BEGIN { }']);
  t.is(code, 1);
  t.regex(stderr, /no\/such\/command/);
});

kernelTest('-p traces that process only and ends with it', async t => {
  const calls = await gated(workload('syscalls'), ['5000']);
  const { stdout, code } = await tsbpf(
    ['-p', String(calls.pid), '-e', 'tracepoint:syscalls:sys_enter_getppid { @[pid] = count(); }'],
    {
      workload: async () => {
        await command(workload('syscalls'), ['300']); // not to be seen
        calls.go();
      },
      signal: null,
    },
  );
  t.is(code, 0);
  t.is(stdout.trim(), `@[${calls.pid}]: 5000`);
});

kernelTest('the process has the name it was invoked by, in every thread; a symlink is a drop-in', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
  const link = join(folder, 'bpftrace');
  symlinkSync(inProject('bin/tsbpf'), link);
  const names = (pid: number) =>
    execFileSync('sh', ['-c', `cat /proc/${pid}/task/*/comm | sort -u`], { encoding: 'utf8' }).trim();
  for (const [program, name] of [
    [inProject('bin/tsbpf'), 'tsbpf'],
    [link, 'bpftrace'],
  ] as const) {
    let seen = '';
    const { stdout } = await tsbpf(['-e', `BEGIN { printf("%s\\n", comm); } interval:s:60 { }`], {
      program,
      workload: tracer => {
        seen = names(tracer.pid!);
      },
    });
    t.is(seen, name);
    t.true(stdout.startsWith(`${name}\n`));
  }
  rmSync(folder, { recursive: true });
});

kernelTest('-o writes to a file, -q is quiet, a script file takes parameters', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
  const script = join(folder, 'script.bt');
  const file = join(folder, 'out');
  writeFileSync(script, 'BEGIN { printf("%d %s %d\\n", $1, str($2), $#); exit(); }');
  const { stdout, stderr, code } = await tsbpf(['-q', '-o', file, script, '42', 'word']);
  t.is(code, 0, stderr);
  t.is(stdout, '');
  t.is(stderr, '');
  t.true(readFileSync(file, 'utf8').startsWith('42 word 2\n'));
  rmSync(folder, { recursive: true });
});

kernelTest('stdin is a script too', async t => {
  const { stdout } = await tsbpf(['-'], { input: 'BEGIN { printf("from stdin\\n"); exit(); }' });
  t.true(stdout.startsWith('from stdin\n'));
});

kernelTest('--for ends the session, in its time', async t => {
  const start = performance.now();
  const script = 'BEGIN { @began = 1; } interval:ms:50 { @ = count(); }';
  const { stdout, code } = await tsbpf(['--for', '1s', '-e', script]);
  const took = performance.now() - start;
  t.is(code, 0);
  t.regex(stdout, /^@began: 1$/m);
  const count = Number(/^@: (\d+)$/m.exec(stdout)?.[1] ?? 0);
  t.true(took >= 1000 && count <= took / 50, `${took} ms: ${stdout}`);
});

kernelTest('--for takes more than the 24 days of a timer of Node', async t => {
  const script = 'interval:ms:50 { @++; if (@ == 3) { exit(); } }';
  const { stdout, stderr, code } = await tsbpf(['-q', '--for', '600h', '-e', script]);
  t.is(code, 0, stderr);
  t.is(stderr, '');
  t.regex(stdout, /^@: 3$/m);
});

kernelTest('--dry-run attaches and runs nothing', async t => {
  const { stdout, code } = await tsbpf([
    '--dry-run',
    '-e',
    'BEGIN { printf("no\\n"); } tracepoint:sched:sched_switch { @ = count(); } END { printf("no\\n"); }',
  ]);
  t.is(code, 0);
  t.false(stdout.includes('no'));
});

kernelTest('-v shows the lifecycle', async t => {
  const { stderr } = await tsbpf(['-v', '-e', 'tracepoint:sched:sched_switch { @ = count(); }'], {
    workload: () => sleep(20),
  });
  for (const stage of ['open', 'load', 'attach', 'run', 'tear down'])
    t.regex(stderr, new RegExp(`\\b${stage}: `));
});

kernelTest('control characters of kernel text do not reach a terminal', async t => {
  // script(1) gives it a terminal; the process calls itself by an escape sequence.
  const inner = `${inProject('bin/tsbpf')} -f text -c "${process.execPath} -e 'require(\\"fs\\").writeFileSync(\\"/proc/self/comm\\", \\"\\\\x1b[31mred\\"); process.kill(process.pid, 0); process.getuid()'" -e 'tracepoint:syscalls:sys_enter_kill { printf("<%s>\\n", comm); }'`;
  const out = execFileSync('script', ['-qec', inner, '/dev/null'], {
    encoding: 'utf8',
    env: { ...process.env, TERM: 'xterm' },
  });
  t.false(out.includes('<\x1b[31mred>'));
  t.regex(out, /31mred/);
});
