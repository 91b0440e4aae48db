// Tools about sockets of any kind, each beside sockets of the test's own.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelTest } from '../harness/kernel-test.js';
import { net, of, some, type Talk, total } from '../harness/net.js';
import { toolRows, toolTable } from '../harness/tool.js';
import { filled, maps, tableRows } from '../harness/tool-maps.js';
import { command } from '../harness/tsbpf.js';
import { parseCounts, workload } from '../workload/workload.js';

kernelTest('solisten, bindsnoop: who listens where, and what is bound', async t => {
  const done: Talk[] = [];
  let bound: Awaited<ReturnType<typeof toolRows>> = [];
  const rows = await toolRows(t, ['solisten'], async () => {
    bound = await toolRows(t, ['bindsnoop'], async () => {
      done.push(await net('listen', 3, 77), await net('listen', 2, 5, 6), await net('datagram', 1, 1, 6));
    });
  });
  const listening = (i: number, ...fields: readonly string[]) => some(of(rows, done[i]!), 'comm', ...fields);
  t.deepEqual(
    listening(0, 'proto', 'laddr', 'lport', 'backlog', 'err'),
    done[0]!.clients.map(port => `net TCP 127.0.0.1 ${port} 77 -`),
  );
  t.deepEqual(
    listening(1, 'proto', 'laddr', 'lport', 'backlog', 'err'),
    done[1]!.clients.map(port => `net TCP ::1 ${port} 5 -`),
  );
  const binds = (i: number) =>
    some(of(bound, done[i]!), 'comm', 'proto', 'laddr', 'lport', 'options', 'if', 'err');
  t.deepEqual(
    binds(0),
    done[0]!.clients.map(port => `net TCP 127.0.0.1 ${port} - 0 -`),
  );
  t.deepEqual(binds(2), [`net UDP ::1 ${done[2]!.port} - 0 -`]);
});

kernelTest('bindsnoop --failed: a port that is taken', async t => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const rows = await toolRows(t, ['bindsnoop', '-x', '-L', String(port)], async () => {
    for (let i = 0; i < 2; i++) await once(createServer().listen(port, '127.0.0.1'), 'error');
  });
  server.close();
  t.deepEqual(
    some(rows, 'pid', 'laddr', 'lport', 'options', 'err'),
    Array(2).fill(`${process.pid} 127.0.0.1 ${port} REUSEADDR EADDRINUSE`),
  );
});

kernelTest('soconnect, soaccept: every family, how long it took, and errors by name', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-sockets-'));
  const path = join(folder, 'socket');
  const done: Talk[] = [];
  let accepted: Awaited<ReturnType<typeof toolRows>> = [];
  try {
    const rows = await toolRows(t, ['soconnect', '-w'], async () => {
      accepted = await toolRows(t, ['soaccept'], async () => {
        done.push(await net('talk', 2, 10, 6), await net('refuse', 3), await net('datagram', 1));
        const server = createServer(socket => socket.end()).listen(path);
        await once(server, 'listening');
        const client = connect(path);
        client.resume();
        await once(client, 'close');
        await once(connect(join(folder, 'none')), 'error');
        server.close();
      });
    });
    const fields = ['comm', 'family', 'proto', 'raddr', 'rport', 'path', 'err'] as const;
    const [talk, refused, datagram] = done;
    t.deepEqual(some(of(rows, talk!), ...fields), Array(2).fill(`net INET6 TCP ::1 ${talk!.port} - -`));
    t.deepEqual(
      some(of(rows, refused!), ...fields),
      Array(3).fill(`net INET TCP 127.0.0.1 ${refused!.port} - ECONNREFUSED`),
    );
    t.deepEqual(some(of(rows, datagram!), ...fields), [`net INET UDP 127.0.0.1 ${datagram!.port} - -`]);
    for (const row of of(rows, talk!)) t.true(Number(row.latency_ns) > 0);
    t.deepEqual(
      some(
        rows.filter(row => String(row.path).startsWith(folder)),
        'pid',
        'family',
        'path',
        'err',
      ),
      [`${process.pid} UNIX ${path} -`, `${process.pid} UNIX ${join(folder, 'none')} ENOENT`],
    );
    t.deepEqual(
      some(of(accepted, talk!), 'comm', 'family', 'raddr', 'rport', 'laddr', 'lport', 'err'),
      talk!.clients.map(client => `net INET6 ::1 ${client} ::1 ${talk!.port} -`),
    );
    t.true(accepted.some(row => row.pid === process.pid && row.family === 'UNIX' && Number(row.fd) > 2));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

kernelTest('udpconnect: UDP alone', async t => {
  const done: Talk[] = [];
  const rows = await toolRows(t, ['udpconnect'], async () => {
    done.push(await net('datagram', 2, 1, 6), await net('talk', 2));
  });
  const { port, clients } = done[0]!;
  t.deepEqual(some(of(rows, done[0]!), 'comm', 'laddr', 'lport', 'raddr', 'rport', 'err'), [
    `net ::1 ${clients[0]} ::1 ${port} -`,
  ]);
  t.deepEqual(of(rows, done[1]!), []);
});

kernelTest('so1stbyte: as late as the other side answers', async t => {
  let done = await net('talk', 0);
  const rows = await toolRows(t, ['so1stbyte'], async () => {
    done = await net('answer', 2, 30);
  });
  const own = of(rows, done);
  t.deepEqual(
    some(own, 'comm', 'lport', 'rport'),
    done.clients.map(client => `net ${client} ${done.port}`),
  );
  for (const row of own) t.true(Number(row.latency_ns) >= 30e6, String(row.latency_ns));
});

// On one CPU the kernel gives the memory of a socket to the next one but one; those that listen wait to be freed.
kernelTest('so1stbyte: an accepted socket is none, even in memory of one that was connected', async t => {
  const talks: Record<string, string>[] = [];
  const onOneCpu = async (...words: readonly string[]) =>
    parseCounts(await command('taskset', ['-c', '0', workload('net'), ...words]));
  const rows = await toolRows(t, ['so1stbyte'], async () => {
    for (const between of ['1', '2']) {
      await onOneCpu('queue', '5'); // clients that receive nothing
      await onOneCpu('listen', between);
      talks.push(await onOneCpu('talk', '5'));
    }
  });
  for (const { pid, port } of talks)
    t.deepEqual(
      some(of(rows, { pid: Number(pid), port: Number(port), clients: [] }), 'rport'),
      Array(5).fill(port),
    );
});

kernelTest('socketio: calls and bytes of each process, way and other end', async t => {
  const done: Talk[] = [];
  const act = async () => {
    done.length = 0;
    done.push(await net('talk', 2, 1000), await net('datagram', 5, 30, 6));
  };
  const names = ['comm', 'way', 'proto', 'raddr', 'rport'] as const;
  const calls = await tableRows(t, ['socketio'], act);
  t.deepEqual(total(of(calls, done[1]!), names, ['calls']), [
    'net recv UDP :: 0 5',
    `net send UDP ::1 ${done[1]!.port} 5`,
  ]);
  const bytes = await tableRows(t, ['socketio', '--bytes'], act);
  const { port, clients } = done[0]!;
  t.deepEqual(
    total(of(bytes, done[0]!), names, ['bytes']),
    [
      ...clients.flatMap(client => [
        `net recv TCP 127.0.0.1 ${client} 1000`,
        `net send TCP 127.0.0.1 ${client} 2000`,
      ]),
      `net recv TCP 127.0.0.1 ${port} 4000`,
      `net send TCP 127.0.0.1 ${port} 2000`,
    ].sort(),
  );
});

kernelTest('socksize, soconnlat, sofamily: by process name', async t => {
  const act = () => net('datagram', 40, 48);
  const size = await maps(t, ['socksize'], act);
  for (const way of ['@send_bytes', '@recv_bytes'])
    t.true(
      filled(size[way]?.net).some(([from, count]) => from === 32 && count >= 40),
      JSON.stringify(size),
    );
  const latency = await maps(t, ['soconnlat'], () => net('refuse', 60));
  t.true(filled(latency['@us']?.net).reduce((sum, [, count]) => sum + count, 0) >= 60);
  const rows = await tableRows(t, ['sofamily'], () => net('refuse', 60, 1, 6));
  const inet6 = rows.filter(row => row.comm === 'net' && row.family === 'INET6');
  const count = (call: string) => Number(inet6.find(row => row.call === call)?.sockets);
  t.true(count('socket') >= 61 && count('connect') >= 60, JSON.stringify(inet6));
});

kernelTest('sockstat: at least what we did', async t => {
  const rows = await toolRows(t, ['sockstat', '--every', '60'], async () => {
    await net('talk', 10, 1000);
    await net('listen', 3);
  });
  t.is(rows.length, 1);
  const [row] = rows;
  for (const [name, least] of [
    ['connect', 10],
    ['accept', 10],
    ['bind', 4],
    ['listen', 4],
    ['send', 20],
    ['recv', 30],
    ['tx_bytes', 30_000],
    ['rx_bytes', 30_000],
  ] as const)
    t.true(Number(row?.[name]) >= least, `${name}: ${String(row?.[name])}`);
  const { head } = await toolTable(t, ['sockstat'], () => undefined);
  t.is(head, 'TIME CONNECT ACCEPT BIND LISTEN SEND RECV TX RX');
});
