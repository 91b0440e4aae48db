import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { spawnHeld } from '../../src/kernel/sys/child.js';
import { setProcessName } from '../../src/kernel/sys/process-name.js';
import { openFds } from '../harness/kernel-test.js';
import { eventually } from '../harness/tool.js';

const stateOf = (pid: number): string =>
  /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
const exeOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8');

test.serial('a child waits before its exec, then runs and tells its status', async t => {
  const before = openFds();
  const child = spawnHeld(['sh', '-c', 'exit 3']);
  t.true(await eventually(() => stateOf(child.pid) === 'S'));
  t.is(exeOf(child.pid), readFileSync('/proc/self/cmdline', 'utf8')); // not yet the shell
  t.regex(child.path, /\/sh$/);
  child.release();
  t.deepEqual(await child.exited, { status: 3, signal: undefined });
  child.close();
  child.close();
  t.is(openFds(), before);
});

test.serial('a child that a signal ends', async t => {
  const child = spawnHeld(['sleep', '100']);
  child.release();
  child.kill('SIGKILL');
  t.deepEqual(await child.exited, { status: undefined, signal: 'SIGKILL' });
  child.close();
});

test.serial('a child that is never released leaves no trace', async t => {
  const before = openFds();
  const child = spawnHeld(['sleep', '100']);
  child.close();
  t.deepEqual(await child.exited, { status: 127, signal: undefined });
  t.throws(() => readFileSync(`/proc/${child.pid}/status`), { code: 'ENOENT' }); // reaped
  t.is(openFds(), before);
});

test.serial('a command that does not exist is refused at once', t => {
  t.throws(() => spawnHeld(['no-such-command']), { message: /^execve \(no-such-command\): ENOENT/ });
  t.throws(() => spawnHeld(['/etc/passwd']), { message: /EACCES/ });
  t.throws(() => spawnHeld(['']), { message: /ENOENT/ });
});

test.serial('an exec that fails is told by release', async t => {
  const child = spawnHeld([fileURLToPath(new URL('../../../test/fixtures/not-a-program', import.meta.url))]);
  t.throws(() => child.release(), { message: /^execve .*ENOEXEC/ });
  t.deepEqual(await child.exited, { status: 127, signal: undefined });
  child.close();
});

const CHILD = new URL('../../src/kernel/sys/child.js', import.meta.url).href;
const script = (body: string): string[] => [
  '--input-type=module',
  '-e',
  `import { spawnHeld } from ${JSON.stringify(CHILD)}; ${body}`,
];

test.serial(
  'the child has our streams, its arguments, its environment and no blocked or ignored signals',
  async t => {
    const body = `
    process.on('SIGUSR2', () => {});
    for (const argv of [['sh', '-c', 'echo "$1 $V"', 'sh', 'ä b'], ['grep', '-E', 'Sig(Blk|Ign)', '/proc/self/status']]) {
      const child = spawnHeld(argv, { ...process.env, V: 'w' });
      child.release();
      console.error(JSON.stringify(await child.exited));
    }`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, script(body));
    const [echo, ...masks] = stdout.trim().split('\n');
    t.is(echo, 'ä b w');
    const words = masks.map(line => BigInt(`0x${line.split(/\s+/)[1]}`));
    t.deepEqual(words, [0n, 0n]);
    t.is(stderr, '{"status":0}\n{"status":0}\n');
  },
);

test.serial('the child ends when its tracer is killed', async t => {
  const body = `
    const child = spawnHeld(['sleep', '100']);
    child.release();
    console.log(child.pid);
    process.kill(process.pid, 'SIGKILL');`;
  const { stdout, signal } = spawnSync(process.execPath, script(body), { encoding: 'utf8', timeout: 60_000 });
  t.is(signal, 'SIGKILL');
  const pid = Number(stdout);
  const hasEnded = () => {
    try {
      return stateOf(pid) === 'Z';
    } catch {
      return true;
    }
  };
  t.true(await eventually(hasEnded));
});

test.serial('an armed watch does not hinder the end of a worker or of the process', async t => {
  const watch = new URL('../../src/kernel/sys/fd-watch.js', import.meta.url).href;
  const body = `
    import { watchFd } from ${JSON.stringify(watch)};
    import { Worker, isMainThread } from 'node:worker_threads';
    watchFd(0, () => {}).arm();
    setTimeout(() => process.exit(isMainThread ? 5 : 0), 50);`;
  const main = `
    import { Worker } from 'node:worker_threads';
    const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(body)})));
    worker.on('exit', () => { console.log('worker ended'); });`;
  const run = (code: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  t.is(run(body).status, 5);
  const worker = run(main);
  t.is(worker.stdout, 'worker ended\n');
  t.is(worker.status, 0);
});

test.serial('a callback that throws is an uncaught exception', t => {
  const body = `
    import { watchFd } from ${JSON.stringify(new URL('../../src/kernel/sys/fd-watch.js', import.meta.url).href)};
    process.on('uncaughtException', error => { console.log(error.message); process.exit(4); });
    watchFd(0, () => { throw new Error('from the callback'); }).arm();`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', body], {
    encoding: 'utf8',
    input: 'x',
  });
  t.is(stdout, 'from the callback\n');
  t.is(status, 4);
});

test.serial('every thread gets the name, cut to 15 bytes', t => {
  const before = readFileSync('/proc/self/comm', 'utf8').trim();
  setProcessName('/usr/bin/a-name-that-is-long');
  t.is(readFileSync('/proc/self/comm', 'utf8').trim(), 'a-name-that-is-');
  setProcessName(before);
});
