// Tools about network interfaces, dropped packets, resolvers and TLS.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelTest } from '../harness/kernel-test.js';
import { net, netOn, of, some, type Talk, total } from '../harness/net.js';
import { makeNetwork, type Network, whyNoNetwork } from '../harness/network.js';
import { type ToolRow, toolRows } from '../harness/tool.js';
import { filled, maps, tableRows } from '../harness/tool-maps.js';
import { command } from '../harness/tsbpf.js';

let made = 0;

/** A pair of interfaces in a network of its own, whose names nobody else has; what is sent to AWAY goes out of the first. */
async function withInterfaces(act: (network: Network, out: string, into: string) => Promise<void>) {
  const network = makeNetwork();
  const id = `${process.pid}x${made++}`;
  const [out, into] = [`to${id}`, `ti${id}`];
  const ip = (...words: readonly string[]) => network.run('near', 'ip', ...words);
  try {
    ip('link', 'add', out, 'type', 'veth', 'peer', 'name', into);
    for (const name of [out, into]) ip('link', 'set', name, 'up');
    ip('addr', 'add', '10.79.0.1/24', 'dev', out);
    ip('neigh', 'add', AWAY, 'lladdr', '02:00:00:00:79:99', 'dev', out);
    await act(network, out, into);
  } finally {
    network.close();
  }
}
const AWAY = '10.79.0.99';

/** JSON has the bytes. */
const textOf = (row: ToolRow) => ({ ...row, data: Buffer.from(row.data as number[]).toString() });

kernelTest(
  'netsize: sizes of packets by interface, sent, queued and received',
  async t => {
    await withInterfaces(async (network, out, into) => {
      const act = () => netOn(network, 'near', 'send', 40, 1000, 4, AWAY);
      const sizes = await maps(t, ['netsize'], act);
      // 28 bytes of headers, and 14 of Ethernet, which is taken off before a packet is received.
      for (const [map, device] of [
        ['@sent', out],
        ['@queued', out],
        ['@received', into],
      ] as const)
        t.deepEqual(
          filled(sizes[map]?.[device]).filter(([from]) => from === 1024),
          [[1024, 40]],
          map,
        );
      const one = await maps(t, ['netsize', '-n', into], act);
      t.deepEqual(Object.keys(one['@received'] ?? {}), [into]);
    });
  },
  whyNoNetwork(),
);

kernelTest(
  'netqtop: packets and bytes of each queue',
  async t => {
    await withInterfaces(async (network, out, into) => {
      const rows = await tableRows(t, ['netqtop'], async () => {
        for (const size of [1000, 500]) await netOn(network, 'near', 'send', 20, size, 4, AWAY);
      });
      const names = ['if', 'way', 'queue'] as const;
      const counts = (device: string, least: number) =>
        total(
          rows.filter(row => row.if === device && Number(row.avg_bytes) >= least),
          names,
          ['packets', 'total_bytes'],
        );
      t.deepEqual(counts(out, 500), [`${out} tx 0 40 ${20 * (1042 + 542)}`]);
      t.deepEqual(counts(into, 500), [`${into} rx 0 40 ${20 * (1028 + 528)}`]);
    });
  },
  whyNoNetwork(),
);

kernelTest(
  'qdisclat: how long packets wait for a token bucket',
  async t => {
    await withInterfaces(async (network, out) => {
      const words = [
        'qdisc',
        'add',
        'dev',
        out,
        'root',
        'tbf',
        'rate',
        '1mbit',
        'burst',
        '1600',
        'limit',
        '100000',
      ];
      network.run('near', 'tc', ...words);
      const waits = await maps(t, ['qdisclat', '-n', out], async () => {
        await netOn(network, 'near', 'send', 11, 1000, 4, AWAY);
        // Until all have left: 84 ms.
        for (let i = 0; i < 500; i++) {
          const shown = network.run('near', 'tc', '-s', 'qdisc', 'show', 'dev', out);
          if (/backlog 0b 0p/.test(shown)) break;
        }
      });
      const buckets = filled(waits['@us']?.[`${out},tbf`]);
      t.true(buckets.reduce((sum, [, count]) => sum + count, 0) >= 11, JSON.stringify(waits));
      // The tenth has nine before it, 8.3 ms each.
      t.true(buckets.filter(([from]) => from >= 32768).reduce((sum, [, count]) => sum + count, 0) >= 3);
    });
  },
  whyNoNetwork(),
);

kernelTest('skbdrop: by reason, protocol and place; by stack', async t => {
  const act = async () => {
    await net('refuse', 30, 1, 6);
    await net('unheard', 20);
  };
  const rows = await tableRows(t, ['skbdrop'], act);
  const dropped = (proto: string, where: RegExp) =>
    rows
      .filter(row => row.reason === 'NO_SOCKET' && row.proto === proto && where.test(String(row.location)))
      .reduce((sum, row) => sum + Number(row.drops), 0);
  t.true(dropped('IPV6', /^tcp_v6_rcv$/) >= 30);
  t.true(dropped('IPV4', /udp4_lib_rcv/) >= 20);
  const stacks = Object.entries((await maps(t, ['skbdrop', '--stacks'], act))['@stacks'] ?? {});
  const count = stacks
    .filter(([key]) => key.includes('tcp_v6_rcv'))
    .reduce((sum, [, n]) => sum + Number(n), 0);
  t.true(count >= 30, JSON.stringify(stacks));
});

kernelTest('gethostlatency: names that are found and that are not', async t => {
  const none = `tools-net-${process.pid}.invalid`;
  const act = async () => {
    await command('getent', ['ahosts', 'localhost']);
    // Without a network, where no name server lets them wait.
    for (const database of ['ahosts', 'hosts'])
      await command('unshare', ['-n', 'getent', database, none]).catch(() => {});
  };
  const rows = await toolRows(t, ['gethostlatency'], act);
  const own = rows.filter(row => row.comm === 'getent');
  t.true(own.some(row => row.host === 'localhost' && row.err === '-' && Number(row.latency_ns) > 0));
  const missing = own.filter(row => row.host === none);
  t.true(
    missing.some(row => /^(NONAME|AGAIN|FAIL|NODATA)$/.test(String(row.err))),
    JSON.stringify(missing),
  );
  t.true(
    missing.some(row => row.err === 'FAILED'),
    JSON.stringify(missing),
  );
  const failed = (await toolRows(t, ['gethostlatency', '-x'], act)).filter(row => row.comm === 'getent');
  t.deepEqual([...new Set(some(failed, 'host'))], [none]);
});

kernelTest(
  'bashreadline: lines that are typed; --shared names another shell',
  async t => {
    const folder = mkdtempSync(join(tmpdir(), 'tools-net-'));
    const word = `tools-net-${process.pid}`;
    const typed = async (bash: string, ...options: readonly string[]) => {
      let pid = 0;
      const rows = await toolRows(t, ['bashreadline', '-w', ...options], async () => {
        const shell = spawn('script', ['-qec', `${bash} --norc --noprofile -i`, '/dev/null'], {
          stdio: ['pipe', 'pipe', 'ignore'],
        });
        let shown = '';
        shell.stdout.on('data', part => (shown += part));
        shell.stdin.write(`true ${word} one\necho pid=$$\ntrue ${word} two\nexit\n`);
        await once(shell, 'close');
        pid = Number(/^pid=(\d+)/m.exec(shown)?.[1]);
      });
      t.true(pid > 0);
      return some(of(rows, { pid, port: 0, clients: [] }), 'uid', 'command');
    };
    const lines = [`true ${word} one`, 'echo pid=$$', `true ${word} two`, 'exit'].map(
      line => `${process.getuid?.()} ${line}`,
    );
    try {
      t.deepEqual(await typed('bash'), lines);
      const other = join(folder, 'bash');
      copyFileSync('/bin/bash', other);
      t.deepEqual(await typed(other, '-s', other), lines);
      t.deepEqual(await typed(other), []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  existsSync('/usr/bin/script') ? undefined : 'needs script(1)',
);

kernelTest(
  'ttysnoop: what is written to a pseudo terminal',
  async t => {
    const word = `tools-net-${process.pid}`;
    let shown = '';
    const rows = await toolRows(t, ['ttysnoop'], async () => {
      const shell = spawn('script', ['-qec', `sh -c 'tty; echo ${word}; printf %s ${word}'`, '/dev/null'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      shell.stdout.on('data', part => (shown += part));
      await once(shell, 'close');
    });
    const number = /^\/dev\/pts\/(\d+)/m.exec(shown)?.[1];
    const own = rows.map(textOf).filter(row => String(row.data).includes(word));
    t.deepEqual(some(own, 'comm', 'tty', 'number', 'len', 'data'), [
      `sh pts ${number} ${word.length + 1} ${word}\n`,
      `sh pts ${number} ${word.length} ${word}`,
    ]);
  },
  existsSync('/usr/bin/script') ? undefined : 'needs script(1)',
);

kernelTest('undump: what goes through UNIX sockets, and who is at the other end', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-net-'));
  const path = join(folder, 'socket');
  try {
    const rows = await toolRows(t, ['undump', '--max-bytes', '10'], async () => {
      const server = createServer(socket => {
        socket.on('data', part => socket.end(`${part} has an answer`));
      }).listen(path);
      await once(server, 'listening');
      const client = connect(path);
      client.write('a question');
      await once(client, 'data');
      server.close();
      await once(server, 'close');
    });
    t.deepEqual(some(rows.filter(row => row.path === path).map(textOf), 'pid', 'peer', 'len', 'data'), [
      `${process.pid} ${process.pid} 10 a question`,
      `${process.pid} ${process.pid} 24 a question`,
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** s_server answers a line by its letters backwards (without SSL_read() and SSL_write()); the client sends one. */
async function talkTls(folder: string): Promise<Talk> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  if (!existsSync(key))
    await command('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost'],
    ]);
  const server = spawn(
    'openssl',
    ['s_server', '-accept', '127.0.0.1:0', '-key', key, '-cert', certificate, '-rev'],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    server.stdout.on('data', part => {
      said += part;
      const found = /^ACCEPT .*:(\d+)$/m.exec(said);
      if (found) resolve(Number(found[1]));
    });
    server.on('error', reject);
    server.on('close', () => reject(new Error(`s_server: ${said}`)));
  });
  const client = spawn('openssl', ['s_client', '-quiet', '-connect', `127.0.0.1:${port}`], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  client.stdin.write('question\n');
  const [answer] = (await once(client.stdout, 'data')) as [Buffer];
  client.stdin.end();
  client.kill();
  server.kill();
  if (answer.toString() !== 'noitseuq\n') throw new Error(`s_server answered ${answer}`);
  return { pid: client.pid!, port, clients: [] };
}

kernelTest('sslsniff, ssllatency: what is said behind TLS, and how long it takes', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-net-'));
  try {
    let done = await talkTls(folder);
    const rows = await toolRows(t, ['sslsniff', '-w'], async () => {
      done = await talkTls(folder);
    });
    const said = some(of(rows, done).map(textOf), 'comm', 'lib', 'way', 'len', 'data');
    t.deepEqual(said.slice(0, 2), ['openssl openssl send 9 question\n', 'openssl openssl recv 9 noitseuq\n']);
    const timed = await toolRows(t, ['sslsniff', '-l', '-u', String(process.getuid?.())], async () => {
      done = await talkTls(folder);
    });
    const took = of(timed, done).map(({ lat_ns }) => Number(lat_ns));
    t.true(took.length >= 2 && took.every(ns => ns > 0 && ns < 60e9), took.join(' '));
    t.deepEqual(of(await toolRows(t, ['sslsniff', '-u', '12345'], () => talkTls(folder)), done), []);
    const times = await maps(t, ['ssllatency', '--by-comm'], () => talkTls(folder));
    const count = (map: string, key: string) => filled(times[map]?.[key]).reduce((sum, [, n]) => sum + n, 0);
    t.true(count('@comm_us', 'SSL_write,openssl') >= 1, JSON.stringify(times));
    t.true(count('@comm_us', 'SSL_read,openssl') >= 1, JSON.stringify(times));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
