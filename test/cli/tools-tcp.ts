// Tools about TCP connections, each beside connections of the test's own, told apart by process and port.
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelTest } from '../harness/kernel-test.js';
import { net, of, some, type Talk } from '../harness/net.js';
import { inProject } from '../harness/project.js';
import { type ToolRow, toolRows, toolTable } from '../harness/tool.js';
import { tsbpf } from '../harness/tsbpf.js';

const LOOPBACK = { 4: '127.0.0.1', 6: '::1' } as const;

kernelTest('tcplife: both ends of each connection, their bytes, and how long they lasted', async t => {
  const done: Talk[] = [];
  const rows = await toolRows(t, ['tcplife'], async () => {
    for (const family of [4, 6]) done.push(await net('talk', 3, 1000, family));
    done.push(await net('refuse', 2));
  });
  for (const [i, family] of ([4, 6] as const).entries()) {
    const { port, clients } = done[i]!;
    const own = of(rows, done[i]!);
    const address = LOOPBACK[family];
    t.deepEqual(
      some(own, 'comm', 'laddr', 'lport', 'raddr', 'rport', 'tx_bytes', 'rx_bytes').sort(),
      clients
        .flatMap(client => [
          `net ${address} ${client} ${address} ${port} 1000 2000`,
          `net ${address} ${port} ${address} ${client} 2000 1000`,
        ])
        .sort(),
    );
    t.true(own.every(row => Number(row.age_ns) > 0 && Number(row.age_ns) < 20e9));
  }
  t.false(
    rows.some(row => String(row.comm).startsWith('swapper')),
    'whoever runs when a packet comes is not its owner',
  );
  const refused = of(rows, done[2]!);
  t.deepEqual(some(refused, 'rport', 'tx_bytes', 'rx_bytes'), Array(2).fill(`${done[2]!.port} 0 0`));
});

kernelTest('tcplife: --lport, --rport, --pid, -4 and -6 choose; -T, -t and -w add columns', async t => {
  let talk = await net('talk', 0);
  const trace = async (...options: readonly string[]) =>
    of(await toolRows(t, ['tcplife', ...options], async () => (talk = await net('talk', 2))), talk).length;
  t.is(await trace('-4', '--lport', '1-65535'), 4);
  t.is(await trace('-6'), 0);
  t.is(await trace('-p', '1'), 0); // whose they are not
  t.is(await trace('-D', '9'), 0);
  const { head } = await toolTable(t, ['tcplife', '-T', '-t', '-w'], () => net('talk', 1));
  t.is(head, 'TIME SINCE NETNS PID COMM LADDR LPORT RADDR RPORT TX RX AGE');
});

kernelTest('tcpconnect: who connects where, and with --count how often', async t => {
  const done: Talk[] = [];
  const act = async () => {
    done.length = 0;
    done.push(await net('talk', 3), await net('talk', 2, 10, 6), await net('refuse', 4));
  };
  const rows = await toolRows(t, ['tcpconnect'], act);
  for (const [i, times, address] of [
    [0, 3, LOOPBACK[4]],
    [1, 2, LOOPBACK[6]],
    [2, 4, LOOPBACK[4]],
  ] as const) {
    t.deepEqual(
      some(of(rows, done[i]!), 'comm', 'laddr', 'raddr', 'rport'),
      Array(times).fill(`net ${address} ${address} ${done[i]!.port}`),
    );
  }
  const { head, lines } = await toolTable(t, ['tcpconnect', '-c', '-4'], act);
  t.is(head, 'PID COMM RADDR RPORT CONNECTS');
  const counts = lines
    .map(line => line.trim().split(/ +/))
    .filter(([pid]) => done.some(d => d.pid === Number(pid)));
  t.deepEqual(
    counts.map(line => line.join(' ')).sort(),
    [
      `${done[0]!.pid} net 127.0.0.1 ${done[0]!.port} 3`,
      `${done[2]!.pid} net 127.0.0.1 ${done[2]!.port} 4`,
    ].sort(),
  );
});

kernelTest('tcpaccept: who accepts, and how many still wait', async t => {
  const done: Talk[] = [];
  const rows = await toolRows(t, ['tcpaccept'], async () => {
    done.push(await net('queue', 5), await net('talk', 2, 10, 6));
  });
  const { port, clients } = done[0]!;
  t.deepEqual(
    some(of(rows, done[0]!), 'comm', 'raddr', 'rport', 'laddr', 'lport', 'queue', 'limit'),
    clients.map((client, i) => `net 127.0.0.1 ${client} 127.0.0.1 ${port} ${4 - i} 5`),
  );
  t.deepEqual(some(of(rows, done[1]!), 'raddr', 'lport'), Array(2).fill(`::1 ${done[1]!.port}`));
});

kernelTest('tcpconnlat: how long connections took, and why they failed', async t => {
  const done: Talk[] = [];
  const act = async () => {
    done.length = 0;
    done.push(await net('talk', 3), await net('refuse', 4, 1, 6));
  };
  const rows = await toolRows(t, ['tcpconnlat'], act);
  t.deepEqual(
    some(of(rows, done[0]!), 'comm', 'lport', 'raddr', 'rport', 'err'),
    done[0]!.clients.map(client => `net ${client} 127.0.0.1 ${done[0]!.port} -`),
  );
  t.deepEqual(
    some(of(rows, done[1]!), 'raddr', 'rport', 'err'),
    Array(4).fill(`::1 ${done[1]!.port} ECONNREFUSED`),
  );
  t.true(rows.every(row => Number(row.latency_ns) > 0));
  t.is(of(await toolRows(t, ['tcpconnlat', '--failed'], act), done[0]!).length, 0);
  t.is(of(await toolRows(t, ['tcpconnlat', '-m', '60000000'], act), done[0]!).length, 0);
});

kernelTest('tcptracer: connect, accept, close and refused', async t => {
  const done: Talk[] = [];
  const rows = await toolRows(t, ['tcptracer'], async () => {
    done.push(await net('talk', 2, 10, 6), await net('refuse', 3));
  });
  const { port, clients } = done[0]!;
  t.deepEqual(
    some(of(rows, done[0]!), 'event', 'lport', 'raddr', 'rport').sort(),
    clients
      .flatMap(client => [
        `connect ${client} ::1 ${port}`,
        `accept ${port} ::1 ${client}`,
        `close ${client} ::1 ${port}`,
        `close ${port} ::1 ${client}`,
      ])
      .sort(),
  );
  t.deepEqual(some(of(rows, done[1]!), 'event', 'rport'), Array(3).fill(`refused ${done[1]!.port}`));
});

kernelTest('tcplife, tcpconnect: none of thousands of connections is lost', async t => {
  let talk = await net('talk', 0);
  const act = async () => {
    talk = await net('talk', 3000, 10);
  };
  t.is(of(await toolRows(t, ['tcplife'], act), talk).length, 6000);
  t.is(of(await toolRows(t, ['tcpconnect'], act), talk).length, 3000);
});

kernelTest('tcplife -p: connections of a process, packets of which are handled elsewhere too', async t => {
  const server = createServer(socket => socket.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const rows = await toolRows(t, ['tcplife', '-p', String(process.pid)], async () => {
    await net('talk', 2);
    const client = connect(port, '127.0.0.1');
    client.resume();
    await once(client, 'close');
  });
  server.close();
  t.deepEqual([...new Set(some(rows, 'pid'))], [String(process.pid)]);
  t.deepEqual(
    some(
      rows.filter(row => row.rport === port),
      'tx_bytes',
      'rx_bytes',
    ),
    ['0 5'],
  );
});

kernelTest(
  'tcpstates, tcplife: whoever accepts has the connection, when nothing else is known of it',
  async t => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const act = async () => {
      const client = connect(port, '127.0.0.1');
      const [[accepted]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [
        [Socket],
        unknown,
      ];
      accepted.resume();
      client.resetAndDestroy();
      await once(accepted, 'close').catch(() => {}); // ECONNRESET
    };
    const owners = (rows: readonly ToolRow[]) =>
      some(
        rows.filter(row => row.lport === port),
        'pid',
      );
    t.deepEqual(owners(await toolRows(t, ['tcpstates'], act)), ['0', '0', String(process.pid)]);
    t.deepEqual(owners(await toolRows(t, ['tcplife', '-p', String(process.pid)], act)), [
      String(process.pid),
    ]);
    server.close();
  },
);

kernelTest('a copy of a tool finds what tools share', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-tcp-'));
  try {
    copyFileSync(inProject('scripts-library/tcplife.bt'), join(folder, 'mine.bt'));
    const { code, stderr } = await tsbpf(['--dry-run', join(folder, 'mine.bt'), '--lport', '80']);
    t.is(code, 0, stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
