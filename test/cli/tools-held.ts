// Tools that show what processes hold: tasks, sockets, objects of BPF, mutexes.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { kernelTest } from '../harness/kernel-test.js';
import { eventually, type ToolRow, toolRows } from '../harness/tool.js';
import { tsbpf } from '../harness/tsbpf.js';
import { parseCounts, workload } from '../workload/workload.js';

/** Rows of a tool that ends by itself and prints one table, by name of its columns. */
async function table(t: ExecutionContext, words: readonly string[]) {
  const { stdout, stderr, code } = await tsbpf(['-f', 'csv', ...words]);
  t.is(code, 0, stderr);
  t.is(stderr, '');
  const [head = '', ...lines] = stdout
    .trim()
    .split('\n')
    .filter(line => line.includes(','));
  const names = head.split(',');
  return lines.map(line => Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell])));
}

kernelTest('tasks: a row for each process, or thread, with its state', async t => {
  const child = spawn(workload('holds'), ['7', '0']);
  await once(child.stdout, 'data');
  try {
    const ours = ['tasks', '--name', 'holds', '-p', String(child.pid)];
    const expected = {
      pid: child.pid,
      ppid: process.pid,
      uid: process.geteuid!(),
      threads: 8,
      comm: 'holds',
    };
    const [row, ...more] = await toolRows(t, ours);
    t.deepEqual(more, []);
    const { age_ns, parent, state, ...rest } = row!;
    t.deepEqual(rest, expected);
    t.true((age_ns as number) > 0);
    t.is(parent, readFileSync('/proc/self/comm', 'utf8').trim());
    t.regex(String(state), /^(sleeping|running)$/);
    const threads = await toolRows(t, [...ours, '--threads']);
    t.deepEqual(
      threads.map(({ tid }) => tid),
      readdirSync(`/proc/${child.pid}/task`).map(Number),
    );
    child.kill('SIGSTOP');
    const stat = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8');
    t.true(await eventually(() => stat().includes(') T ')));
    const stopped = await toolRows(t, [...ours, '--state', 'stopped']);
    t.deepEqual(
      stopped.map(({ pid, state }) => [pid, state]),
      [[child.pid, 'stopped']],
    );
    t.deepEqual(await toolRows(t, [...ours, '--state', 'zombie']), []);
  } finally {
    child.kill('SIGCONT');
    child.stdin.end('\n');
    await once(child, 'exit');
  }
});

kernelTest('tasks: all processes that /proc has, unless they come or go', async t => {
  const processes = () => readdirSync('/proc').filter(name => /^[1-9]\d*$/.test(name));
  const before = processes();
  const seen = new Set((await toolRows(t, ['tasks'])).map(({ pid }) => String(pid)));
  const after = new Set(processes());
  // Some sandboxes hide their own first process from BPF.
  t.deepEqual(
    before.filter(pid => after.has(pid) && !seen.has(pid) && pid !== '1'),
    [],
  );
});

kernelTest('sockets: of TCP, UDP and unix, with what waits in them', async t => {
  const path = join(tmpdir(), `tsbpf-sockets-${process.pid}`);
  rmSync(path, { force: true });
  const server = net.createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  const local = net.createServer().listen(path);
  const udp = dgram.createSocket('udp6');
  await new Promise<void>(resolve => udp.bind(0, '::1', resolve));
  await Promise.all([server, local].map(each => each.listening || once(each, 'listening')));
  const { port } = server.address() as AddressInfo;
  const client = net.connect(port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [net.Socket];
  await new Promise(resolve => client.write(Buffer.alloc(100), resolve));
  try {
    const of = async (...words: string[]): Promise<(ToolRow & { queues: string })[]> => {
      const rows = await toolRows(t, ['-p', String(process.pid), 'sockets', ...words]);
      t.true(rows.every(row => row.pid === process.pid));
      return rows.map(({ pid, comm, fd, netns, uid, recvq, sendq, ...rest }) => {
        t.deepEqual([uid, `net:[${netns}]`], [process.geteuid!(), readlinkSync('/proc/self/ns/net')]);
        t.regex(readlinkSync(`/proc/self/fd/${fd}`), /^socket:/);
        return { ...rest, queues: `${recvq} ${sendq}` };
      });
    };
    const listens = {
      proto: 'tcp',
      state: 'LISTEN',
      laddr: '127.0.0.1',
      lport: port,
      raddr: '0.0.0.0',
      rport: 0,
      path: '',
      queues: '0 511',
    };
    t.deepEqual(await of('--listening', '--lport', String(port)), [listens]);
    // What is sent is acknowledged some time later.
    const ends = (await of('--tcp', '-4'))
      .filter(row => row.lport === port || row.rport === port)
      .map(({ state, lport, rport, queues }) => [state, lport, rport, queues.split(' ')[0]].join(' '));
    t.deepEqual(
      ends.sort(),
      [
        `ESTABLISHED ${client.localPort} ${port} 0`,
        `ESTABLISHED ${port} ${client.localPort} 100`,
        `LISTEN ${port} 0 0`,
      ].sort(),
    );
    t.deepEqual(
      (await of('--udp', '-6')).filter(row => row.lport === udp.address().port),
      [
        {
          ...listens,
          proto: 'udp',
          state: 'CLOSE',
          laddr: '::1',
          lport: udp.address().port,
          raddr: '::',
          queues: '0 0',
        },
      ],
    );
    t.deepEqual(
      (await of('--unix', '--listening')).filter(row => row.path === path),
      [{ ...listens, proto: 'unix', laddr: '', lport: 0, raddr: '', path, queues: '0 0' }],
    );
    t.deepEqual(await of('--rport', String(port), '-6'), []);
  } finally {
    client.destroy();
    accepted.destroy();
    server.close();
    local.close();
    udp.close();
  }
});

kernelTest('bpflist: counts are those of the links in /proc/PID/fd', async t => {
  await tsbpf(['-e', 'interval:s:100 { @a[1] = count(); @b = 1; } software:cpu-clock:1000000000 { @++; }'], {
    workload: async ({ pid }) => {
      const files = readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
        const [, kind] = /^anon_inode:\[?bpf[-_](\w+)\]?$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [];
        return kind === undefined ? [] : [kind];
      });
      const counted = (kind: string) => files.filter(each => each === kind).length;
      t.true(counted('prog') > 0 && counted('map') > 2 && counted('link') > 0, files.join(' '));
      const rows = await table(t, ['bpflist', '--where', `pid=${pid}`]);
      t.deepEqual(
        Object.fromEntries(rows.map(({ kind, count }) => [kind, Number(count)])),
        Object.fromEntries([...new Set(files)].map(kind => [kind, counted(kind)])),
      );
    },
  });
});

kernelTest('pmlock and pmheld: each mutex that was taken, waited for and held', async t => {
  const rounds = 6;
  const us = 2000;
  const of = async (words: readonly string[]) => {
    const { stdout, stderr, code } = await tsbpf([
      '-f',
      'csv',
      '-c',
      `${workload('locks')} ${rounds} ${us}`,
      ...words,
    ]);
    t.is(code, 0, stderr);
    t.is(stderr, '');
    const names = parseCounts(stdout.split('\n').find(line => line.startsWith('rounds='))!);
    const rows = [...stdout.matchAll(/^(\d+),locks,(0x[0-9a-f]+),(\d+),(\d+),(\d+)$/gm)];
    return (name: string) => {
      const row = rows.find(([, pid, mutex]) => pid === names.pid && mutex === names[name]);
      return row && { count: Number(row[3]), total: Number(row[5]) };
    };
  };
  const waited = await of(['pmlock']);
  t.is(waited('contended')?.count, 2 * rounds);
  t.true(waited('contended')!.total >= rounds * us * 1000);
  t.deepEqual(
    ['nested', 'left', 'first', 'second'].map(name => waited(name)?.count),
    [rounds, rounds, rounds + 1, rounds + 1],
  );
  const held = await of(['pmheld']);
  t.is(held('contended')?.count, 2 * rounds);
  t.true(held('contended')!.total >= rounds * us * 1000);
  t.deepEqual(
    ['nested', 'left', 'first', 'second'].map(name => held(name)?.count),
    [rounds, 2 * rounds, rounds + 1, rounds + 1],
  );
  // However busy the machine is, these are not shorter.
  const long = await of(['pmheld', '--min', String(us)]);
  t.true(long('contended')!.count >= rounds);
});

kernelTest('deadlock: two mutexes that are taken in both orders, once', async t => {
  const { stdout, stderr, code } = await tsbpf([
    '-f',
    'csv',
    '-c',
    `${workload('locks')} 5 1000`,
    'deadlock',
    '--columns',
    'pid,comm,holds,takes,here,before',
  ]);
  t.is(code, 0, stderr);
  t.is(stderr, '');
  const names = parseCounts(stdout.split('\n').find(line => line.startsWith('rounds='))!);
  const rows = [...stdout.matchAll(/^(\d+),locks,(\w+),(\w+),"\s*(\w+)[^"]*","\s*(\w+)/gm)];
  t.deepEqual(
    rows.map(row => row.slice(1)),
    [[names.pid, names.second, names.first, 'main', 'main']],
    stdout,
  );
});
