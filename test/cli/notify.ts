// systemd: READY=1 when all is attached, STOPPING=1 at the end, to the socket that NOTIFY_SOCKET names.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from '../../src/kernel/sys/error.js';
import { closeFd } from '../../src/kernel/sys/fd.js';
import { native } from '../../src/kernel/sys/native.js';
import { notifyService } from '../../src/kernel/sys/service-notify.js';
import { kernelTest } from '../harness/kernel-test.js';
import { inProject } from '../harness/project.js';
import { tsbpf } from '../harness/tsbpf.js';

const [AF_UNIX, SOCK_DGRAM, MSG_DONTWAIT] = [1, 2, 0x40];

/** A datagram socket at a path; '@' starts an abstract name. */
function listen(path: string): number {
  const shim = native();
  const fd = check(shim.syscall(shim.nr.socket, AF_UNIX, SOCK_DGRAM, 0), 'socket');
  const address = new TextEncoder().encode(`\x01\0${path.replace(/^@/, '\0')}`);
  check(shim.syscall(shim.nr.bind, fd, address, address.length), 'bind');
  return fd;
}

function received(fd: number): string[] {
  const shim = native();
  const messages: string[] = [];
  for (;;) {
    const bytes = new Uint8Array(512);
    const length = shim.syscall(shim.nr.recvfrom, fd, bytes, bytes.length, MSG_DONTWAIT, null, null);
    if (length < 0) return messages;
    messages.push(new TextDecoder().decode(bytes.subarray(0, length)));
  }
}

kernelTest('-f json through a pipe tells that it is attached when it is, though no event comes', async t => {
  const child = spawn(inProject('bin/tsbpf'), ['-f', 'json', '-e', 'interval:s:60 { }'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 60_000,
  });
  const ended = once(child, 'close');
  const [line] = (await Promise.race([once(child.stdout, 'data'), ended])) as [unknown];
  t.is(String(line), '{"type": "attached_probes", "count": 1, "data": {"probes": 1}}\n');
  t.is(child.exitCode, null);
  child.kill('SIGINT');
  await ended;
});

kernelTest('a service manager is told when all is attached, and of the end', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
  for (const socket of [join(folder, 'notify'), `@tsbpf-test-${process.pid}`]) {
    const fd = listen(socket);
    let before: string[] = [];
    const { code, stdout } = await tsbpf(['-q', '-e', 'BEGIN { printf("x\\n"); } interval:s:60 { }'], {
      env: { NOTIFY_SOCKET: socket },
      workload: () => {
        before = received(fd);
      },
    });
    t.is(code, 0);
    t.regex(stdout, /^x\n/);
    t.deepEqual(before, ['READY=1\nSTATUS=tracing']);
    t.deepEqual(received(fd), ['STOPPING=1']);
    closeFd(fd);
  }
  rmSync(folder, { recursive: true });
});

kernelTest('a service manager that does not listen is no reason to fail', async t => {
  const env = { NOTIFY_SOCKET: '/nonexistent/notify' };
  const { code, stderr } = await tsbpf(['-q', '-e', 'BEGIN { exit(); }'], { env });
  t.is(code, 0);
  t.is(stderr, '');
  t.false(notifyService('READY=1', 'vsock:2:1234'));
  t.false(notifyService('READY=1', `/${'x'.repeat(200)}`));
});
