// tcpstates against real connections over loopback: every change of state of both ends, whose each socket is, the options,
// and the three forms of output.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { kernelTest } from '../harness/kernel-test.js';
import { command, tsbpf } from '../harness/tsbpf.js';
import { parseCounts, workload } from '../workload/workload.js';

interface Row {
  readonly since_ns: number;
  readonly skaddr: number | string;
  readonly pid: number;
  readonly comm: string;
  readonly laddr: string;
  readonly lport: number;
  readonly raddr: string;
  readonly rport: number;
  readonly oldstate: string;
  readonly newstate: string;
  readonly age_ns: number;
}

type Family = 4 | 6;
type Scenario = 'active' | 'passive' | 'reset' | 'refused' | 'shared';

const LOOPBACK: Readonly<Record<Family, string>> = { 4: '127.0.0.1', 6: '::1' };
const ANY: Readonly<Record<Family, string>> = { 4: '0.0.0.0', 6: '::' };

const CLOSES_FIRST = ['ESTABLISHED FIN_WAIT1', 'FIN_WAIT1 FIN_WAIT2', 'FIN_WAIT2 CLOSE'];
const CLOSES_LAST = ['ESTABLISHED CLOSE_WAIT', 'CLOSE_WAIT LAST_ACK', 'LAST_ACK CLOSE'];
const CONNECTS = ['CLOSE SYN_SENT', 'SYN_SENT ESTABLISHED'];
const ACCEPTED = ['LISTEN SYN_RECV', 'SYN_RECV ESTABLISHED'];

const STATES: Readonly<Record<Scenario, { client: readonly string[]; server: readonly string[] }>> = {
  active: { client: [...CONNECTS, ...CLOSES_FIRST], server: [...ACCEPTED, ...CLOSES_LAST] },
  passive: { client: [...CONNECTS, ...CLOSES_LAST], server: [...ACCEPTED, ...CLOSES_FIRST] },
  reset: {
    client: [...CONNECTS, 'ESTABLISHED CLOSE'],
    server: [...ACCEPTED, 'ESTABLISHED CLOSE'],
  },
  refused: { client: ['CLOSE SYN_SENT', 'SYN_SENT CLOSE'], server: [] },
  shared: { client: [...CONNECTS, ...CLOSES_FIRST], server: [...ACCEPTED, ...CLOSES_LAST] },
};

/** Runs the tool with -f json -t around `act`; the data of its rows. */
async function trace(
  t: ExecutionContext,
  args: readonly string[],
  act: () => Promise<unknown>,
): Promise<Row[]> {
  const { stdout, stderr, code } = await tsbpf(['tcpstates', '-f', 'json', '-t', ...args], {
    workload: async () => void (await act()),
  });
  t.is(code, 0, stderr);
  const lines = stdout.split('\n').filter(line => line !== '');
  return lines
    .map(line => JSON.parse(line) as { type: string; data: Row })
    .filter(line => line.type === 'value')
    .map(line => line.data);
}

interface Connection {
  readonly family: Family;
  readonly pid: number;
  readonly servers: readonly number[];
  /** Ports of the last connection. */
  readonly client: number;
  readonly server: number;
}

async function connect(scenario: Scenario, family: Family): Promise<Connection> {
  const out = await command(workload('tcp'), [scenario, String(family)]);
  const [line = ''] = out.split('\n');
  const { lport, rport } = parseCounts(line);
  const { pid, servers = '' } = parseCounts(out);
  return {
    family,
    pid: Number(pid),
    servers: servers.split(',').map(Number),
    client: Number(lport),
    server: Number(rport),
  };
}

const changes = (rows: readonly Row[]) => rows.map(row => `${row.oldstate} ${row.newstate}`);

/** The rows of each socket of a connection. On 5.10 an accepted socket has no remote port yet when it leaves LISTEN. */
function socketsOf(rows: readonly Row[], { client, server }: { client: number; server: number }) {
  const own = (row: Row) => row.lport === client && row.rport === server;
  const theirs = (row: Row) => row.lport === server && (row.rport === client || row.oldstate === 'LISTEN');
  const accepted = rows.find(row => row.lport === server && row.rport === client)?.skaddr;
  return {
    client: rows.filter(own),
    server: rows.filter(row => theirs(row) && row.skaddr === accepted),
    listeners: rows.filter(row => row.lport === server && row.rport === 0 && row.skaddr !== accepted),
  };
}

/** Every scenario of both families, in one trace; each test looks at its own part. */
let all: Promise<{ rows: Row[]; connections: Map<string, Connection> }> | undefined;
function everything(t: ExecutionContext) {
  all ??= (async () => {
    const connections = new Map<string, Connection>();
    const rows = await trace(t, [], async () => {
      for (const scenario of Object.keys(STATES) as Scenario[]) {
        for (const family of [4, 6] as const)
          connections.set(`${scenario} ${family}`, await connect(scenario, family));
      }
    });
    return { rows, connections };
  })();
  return all;
}

for (const scenario of ['active', 'passive', 'reset', 'refused'] as const) {
  for (const family of [4, 6] as const) {
    kernelTest(
      `${scenario} close over IPv${family}: every change of both ends, and whose they are`,
      async t => {
        const { rows, connections } = await everything(t);
        const connection = connections.get(`${scenario} ${family}`)!;
        const { client, server, listeners } = socketsOf(rows, connection);
        t.deepEqual(changes(client), STATES[scenario].client);
        t.deepEqual(changes(server), STATES[scenario].server);
        if (scenario !== 'refused') t.deepEqual(changes(listeners), ['CLOSE LISTEN', 'LISTEN CLOSE']);
        for (const row of [...client, ...server, ...listeners]) {
          t.is(row.pid, connection.pid, JSON.stringify(row));
          t.is(row.comm, 'tcp');
          t.is(row.laddr, LOOPBACK[family]);
        }
        for (const row of client) t.is(row.raddr, LOOPBACK[family]);
        for (const row of listeners) t.is(row.raddr, ANY[family]);
        for (const socket of [client, server]) {
          t.deepEqual(
            socket.map(row => row.age_ns > 0),
            socket.map((_, i) => i > 0),
            'the first change has no age, the others have',
          );
          for (const [i, row] of socket.slice(1).entries()) {
            const apart = row.since_ns - socket[i]!.since_ns;
            t.true(Math.abs(apart - row.age_ns) < 50e6, `${apart} ns apart, age ${row.age_ns} ns`);
          }
        }
      },
    );
  }
}

for (const family of [4, 6] as const) {
  kernelTest(`a port of two processes over IPv${family}: the owner is - until it accepts`, async t => {
    const { rows, connections } = await everything(t);
    const connection = connections.get(`shared ${family}`)!;
    const { client, server, listeners } = socketsOf(rows, connection);
    t.deepEqual(changes(server), STATES.shared.server);
    t.true(client.every(row => row.pid === connection.pid));
    t.deepEqual([...new Set(listeners.map(row => row.pid))].sort(), [...connection.servers].sort());
    for (const row of server) {
      // Accepted may be what the client has closed already.
      if (
        row.newstate === 'SYN_RECV' ||
        row.newstate === 'ESTABLISHED' ||
        (row.newstate === 'CLOSE_WAIT' && row.pid === 0)
      )
        t.is(`${row.pid} ${row.comm}`, '0 -', JSON.stringify(row));
      else t.true(connection.servers.includes(row.pid) && row.comm === 'tcp', JSON.stringify(row));
    }
  });
}

/** A server in this process; the sockets it accepts, for the test to close. */
async function listen(family: Family): Promise<{ server: Server; port: number; accept(): Promise<Socket> }> {
  const waiting: ((socket: Socket) => void)[] = [];
  const server = createServer({ allowHalfOpen: true }, socket => {
    socket.resume();
    waiting.shift()?.(socket);
  });
  server.listen(0, LOOPBACK[family]);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, port, accept: () => new Promise(resolve => waiting.push(resolve)) };
}

/** Another process connects and closes; then the server does. */
async function visit(family: Family, { port, accept }: Awaited<ReturnType<typeof listen>>): Promise<number> {
  const accepted = accept();
  const client = spawn('bash', ['-c', `exec 3<>/dev/tcp/${LOOPBACK[family]}/${port}`]);
  await once(client, 'close');
  const socket = await accepted;
  if (!socket.readableEnded) await once(socket, 'end');
  socket.end();
  await once(socket, 'close');
  return client.pid!;
}

const self = () => readFileSync('/proc/self/comm', 'utf8').trim();

for (const family of [4, 6] as const) {
  kernelTest(
    `an accepted socket over IPv${family} belongs to who listens, the other end to who connects`,
    async t => {
      let port = 0;
      let visitor = 0;
      const rows = await trace(t, [], async () => {
        const site = await listen(family);
        port = site.port;
        visitor = await visit(family, site);
        site.server.close();
        await once(site.server, 'close');
      });
      const client = rows.filter(row => row.rport === port && row.newstate !== 'LISTEN');
      const server = rows.filter(row => row.lport === port);
      t.deepEqual(changes(client), STATES.active.client);
      t.deepEqual(changes(server), ['CLOSE LISTEN', ...STATES.active.server, 'LISTEN CLOSE']);
      for (const row of client) t.is(`${row.pid} ${row.comm}`, `${visitor} bash`, JSON.stringify(row));
      for (const row of server)
        t.is(`${row.pid} ${row.comm}`, `${process.pid} ${self()}`, JSON.stringify(row));
    },
  );
}

kernelTest(
  'a listener older than the trace: - until its owner accepts; --lport, --rport and -4 choose rows',
  async t => {
    const site = await listen(4);
    const theirs = await trace(t, ['--lport', String(site.port)], () => visit(4, site));
    t.deepEqual(changes(theirs), STATES.active.server);
    const owners = theirs.map(row => `${row.pid} ${row.comm}`);
    const own = `${process.pid} ${self()}`;
    // It may be accepted before or after the other side closes.
    t.deepEqual(owners, ['0 -', '0 -', owners[2] === '0 -' ? '0 -' : own, own, own]);
    const ours = await trace(t, [`--rport=${site.port}`, '-4'], () => visit(4, site));
    t.deepEqual(changes(ours), STATES.active.client);
    t.deepEqual(await trace(t, ['--rport', String(site.port), '-6'], () => visit(4, site)), []);
    site.server.close();
  },
);

/** Values of one line of CSV without quotes in it. */
const cells = (line: string) => line.split(',');

kernelTest('-f csv: a header, a line for each change, raw numbers', async t => {
  let connection: Connection | undefined;
  const { stdout, stderr, code } = await tsbpf(['tcpstates', '-t', '-f', 'csv'], {
    workload: async () => {
      connection = await connect('active', 6);
    },
  });
  t.is(code, 0, stderr);
  const [header = '', ...lines] = stdout.trimEnd().split('\n');
  t.is(header, 'since_ns,skaddr,pid,comm,laddr,lport,raddr,rport,oldstate,newstate,age_ns');
  const server = String(connection!.server);
  const rows = lines.map(cells).filter(row => row[5] === server || row[7] === server);
  t.is(rows.length, 12, stdout);
  for (const row of rows) {
    t.is(row.length, 11);
    for (const column of [0, 2, 5, 7, 10]) t.regex(row[column]!, /^\d+$/);
    t.is(row[2], String(connection!.pid));
  }
});

kernelTest('through a pipe: plain columns, each line when it happens, the header once', async t => {
  let text = '';
  const { stdout, code, stderr } = await tsbpf(['tcpstates', '-T', '-w'], {
    workload: async tracer => {
      tracer.stdout!.on('data', part => (text += part));
      const arrives = async (pattern: RegExp) => {
        for (let i = 0; i < 1500 && !pattern.test(text); i++) await sleep(20);
        t.regex(text, pattern);
      };
      const site = await listen(4);
      await arrives(new RegExp(`127\\.0\\.0\\.1 +${site.port} 0\\.0\\.0\\.0 +0 CLOSE +LISTEN `));
      await visit(4, site);
      await arrives(new RegExp(`${site.port} 127\\.0\\.0\\.1 +\\d+ LAST_ACK +CLOSE `));
      site.server.close();
      await arrives(new RegExp(`127\\.0\\.0\\.1 +${site.port} 0\\.0\\.0\\.0 +0 LISTEN +CLOSE `));
    },
  });
  t.is(code, 0, stderr);
  const lines = stdout.trimEnd().split('\n');
  t.is(
    lines[0]!.trimEnd().split(/ +/).join(' '),
    'TIME SKADDR PID COMM LADDR LPORT RADDR RPORT OLDSTATE NEWSTATE AGE',
  );
  t.is(lines.filter(line => line.startsWith('TIME ')).length, 1);
  t.false(stdout.includes('\x1b'));
  const at = lines[0]!.indexOf('OLDSTATE');
  for (const line of lines.slice(1)) t.is(line[at - 1], ' ', `the columns stand below their heads: ${line}`);
});
