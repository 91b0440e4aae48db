// Tools about the packets of the kernel: how long they live, what becomes of them, pings, congestion; sockets that nobody serves.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gated } from '../harness/gated.js';
import { kernelTest } from '../harness/kernel-test.js';
import { net, netOn, some } from '../harness/net.js';
import { makeNetwork, type Network, whyNoNetwork } from '../harness/network.js';
import { beside, eventually, toolMaps, toolRows } from '../harness/tool.js';
import { filled, maps, tableRows } from '../harness/tool-maps.js';
import { workload } from '../workload/workload.js';

/** Addresses that no other test has: of the near side and of the far one. */
const HERE = `10.81.${(process.pid >> 8) & 255}.${process.pid & 255}`;
const THERE = HERE.replace('.81.', '.82.');
const [HERE6, THERE6] = [`fd81::${process.pid.toString(16)}`, `fd82::${process.pid.toString(16)}`];

/** Two sides that reach each other by these. */
async function withNetwork(act: (network: Network) => Promise<void>) {
  const network = makeNetwork({ v6: true });
  try {
    for (const [side, device, own, other, bits] of [
      ['near', network.near, HERE, THERE, 32],
      ['far', network.far, THERE, HERE, 32],
      ['near', network.near, HERE6, THERE6, 128],
      ['far', network.far, THERE6, HERE6, 128],
    ] as const) {
      network.run(
        side,
        'ip',
        'addr',
        'add',
        `${own}/${bits}`,
        'dev',
        device,
        ...(bits === 128 ? ['nodad'] : []),
      );
      network.run(side, 'ip', 'route', 'add', `${other}/${bits}`, 'dev', device, 'src', own);
    }
    await act(network);
  } finally {
    network.close();
  }
}

const ping = (network: Network, times: number, ...words: readonly string[]) =>
  network.run('near', 'ping', '-c', String(times), '-i', '0.01', '-W', '5', ...words);

kernelTest(
  'superping: each ping that is answered, over both families',
  async t => {
    await withNetwork(async network => {
      const rows = await toolRows(t, ['superping'], () => {
        ping(network, 5, THERE);
        ping(network, 4, THERE6);
      });
      for (const [address, times] of [
        [THERE, 5],
        [THERE6, 4],
      ] as const) {
        const own = rows.filter(row => row.addr === address);
        t.deepEqual(
          some(own, 'seq', 'ttl'),
          Array.from({ length: times }, (_, i) => `${i + 1} 64`),
        );
        t.true(own.every(row => Number(row.rtt_ns) > 0 && row.id === own[0]!.id));
      }
    });
  },
  whyNoNetwork(),
);

kernelTest(
  'ipecn: packets by sender, with what they say of congestion',
  async t => {
    await withNetwork(async network => {
      const act = async () => {
        ping(network, 3, '-Q', '1', THERE);
        ping(network, 2, '-Q', '3', THERE);
        ping(network, 4, '-Q', '3', THERE6);
      };
      // Answers are marked like the questions.
      const own = (rows: Awaited<ReturnType<typeof tableRows>>, ...addresses: readonly string[]) =>
        some(
          rows.filter(row => addresses.includes(String(row.saddr)) && row.ecn !== 'NOT_ECT'),
          'saddr',
          'ecn',
          'packets',
        ).sort();
      t.deepEqual(
        own(await tableRows(t, ['ipecn'], act), HERE, THERE, HERE6),
        [`${HERE} ECT1 3`, `${THERE} ECT1 3`, `${HERE} CE 2`, `${THERE} CE 2`, `${HERE6} CE 4`].sort(),
      );
      t.deepEqual(own(await tableRows(t, ['ipecn', '--ce'], act), HERE), [`${HERE} CE 2`]);
    });
  },
  whyNoNetwork(),
);

kernelTest('udpdrops: datagrams to a port that nobody has', async t => {
  let port = 0;
  const act = async () => {
    port = (await net('unheard', 20)).port;
  };
  const own = async (...options: readonly string[]) =>
    some(
      (await tableRows(t, ['udpdrops', ...options], act)).filter(row => Number(row.dport) === port),
      'reason',
      'daddr',
      'drops',
    );
  t.deepEqual(await own(), ['NO_SOCKET 127.0.0.1 20']);
  t.deepEqual(await own('--dport', '1'), []);
});

kernelTest(
  'nettxlat, skblife: packets of an interface, until they are dropped at its other end',
  async t => {
    const network = makeNetwork();
    const [out, into] = [`po${process.pid}`, `pi${process.pid}`];
    const away = '10.79.0.99';
    const ip = (...words: readonly string[]) => network.run('near', 'ip', ...words);
    try {
      ip('link', 'add', out, 'type', 'veth', 'peer', 'name', into);
      for (const name of [out, into]) ip('link', 'set', name, 'up');
      ip('addr', 'add', '10.79.0.1/24', 'dev', out);
      ip('neigh', 'add', away, 'lladdr', '02:00:00:00:79:99', 'dev', out);
      const send = () => netOn(network, 'near', 'send', 40, 1000, 4, away);
      const sum = (buckets: unknown) =>
        filled(buckets as never).reduce((total, [, count]) => total + count, 0);
      const sent = await maps(t, ['nettxlat', '-n', out], send);
      t.is(sum(sent['@us']?.[out]) + Number(sent['@dropped']?.[out] ?? 0), 40, JSON.stringify(sent));
      const life = await maps(t, ['skblife', '-n', out], send);
      t.is(sum(life['@sent_us']), 40, JSON.stringify(life));
    } finally {
      network.close();
    }
  },
  whyNoNetwork(),
);

/** How many soft interrupts of a kind all CPUs have had. */
function softirqs(kind: string): number {
  const line = readFileSync('/proc/softirqs', 'utf8')
    .split('\n')
    .find(each => each.trim().startsWith(`${kind}:`));
  return (line ?? '')
    .trim()
    .split(/ +/)
    .slice(1)
    .reduce((sum, count) => sum + Number(count), 0);
}

kernelTest('softirqcpu: no fewer than the kernel counts meanwhile, and no more than around it', async t => {
  let least = 0;
  const before = softirqs('NET_RX');
  const rows = await tableRows(t, ['softirqcpu', '--kind', 'net_rx'], async () => {
    const start = softirqs('NET_RX');
    await net('datagram', 200);
    least = softirqs('NET_RX') - start;
  });
  const most = softirqs('NET_RX') - before;
  const counted = rows.reduce((sum, row) => sum + Number(row.softirqs), 0);
  t.true(least >= 1 && counted >= least && counted <= most, `${least} ${counted} ${most}`);
  t.true(rows.every(row => row.softirq === 'net_rx'));
});

kernelTest('timers: one for each nap, by the function that ends it', async t => {
  const starts = (await toolMaps(t, beside('naps 50', 'timers', '--comm'))).get('@starts') ?? {};
  t.is(starts['{.kind=hrtimer,.function=hrtimer_wakeup,.comm=deeds}'], 50, JSON.stringify(starts));
});

kernelTest('unixbacklog: connections that a server which is stopped has not accepted', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-packets-'));
  const path = join(folder, 'socket');
  const script = `require('node:net').createServer().listen('${path}', () => console.log('listening'))`;
  const server = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const clients: Socket[] = [];
  try {
    await once(server.stdout, 'data');
    const rows = async (...options: readonly string[]) =>
      some(
        (await toolRows(t, ['unixbacklog', ...options])).filter(row => row.path === path),
        'queue',
        'limit',
      );
    t.deepEqual(await rows(), ['0 511']);
    server.kill('SIGSTOP');
    t.true(await eventually(() => /^State:\s+T/m.test(readFileSync(`/proc/${server.pid}/status`, 'utf8'))));
    for (let i = 0; i < 3; i++) {
      const client = connect(path);
      clients.push(client);
      await once(client, 'connect');
    }
    t.deepEqual(await rows('--queued'), ['3 511']);
  } finally {
    for (const client of clients) client.destroy();
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

kernelTest('unixbacklog: every socket of thousands, by names that no NUL ends', async t => {
  const N = 3000;
  const { pid, run } = await gated(workload('net'), ['unix', String(N), '7']);
  try {
    const own = (await toolRows(t, ['unixbacklog'])).filter(row =>
      String(row.path).startsWith(`@net-${pid}-`),
    );
    t.deepEqual(
      own.map(({ path, queue, limit }) => `${path} ${queue} ${limit}`).sort(),
      Array.from({ length: N }, (_, i) => `@net-${pid}-${i} 0 7`).sort(),
    );
  } finally {
    await run();
  }
});

kernelTest('acceptlat: each connection that waited, also as a histogram', async t => {
  let done = await net('queue', 0);
  const act = async () => {
    done = await net('queue', 5);
  };
  const rows = (await toolRows(t, ['acceptlat'], act)).filter(row => row.pid === done.pid);
  t.deepEqual(
    some(rows, 'comm', 'laddr', 'lport', 'raddr', 'rport'),
    done.clients.map(client => `net 127.0.0.1 ${done.port} 127.0.0.1 ${client}`),
  );
  const waited = rows.map(row => Number(row.waited_ns));
  t.true(waited.every(ns => ns > 0 && ns < 60e9));
  t.deepEqual(await toolRows(t, ['acceptlat', '--min-us', '60000000', '--lport', '1-65535'], act), []);
  const times = await toolMaps(t, ['-c', `${workload('net')} queue 7`, '--follow', 'acceptlat', '--hist']);
  t.is(
    filled(times.get('@us')?.net).reduce((sum, [, count]) => sum + count, 0),
    7,
  );
});

kernelTest(
  'acceptlat: those that are accepted in the moment they can be, though the client has reset them',
  async t => {
    let done = await net('queue', 0);
    const rows = await toolRows(t, ['acceptlat'], async () => {
      done = await net('rush', 1000);
    });
    const ports = rows
      .filter(row => row.pid === done.pid && row.lport === done.port)
      .map(row => Number(row.rport));
    t.is(ports.length, 1000);
    t.deepEqual(
      ports.sort((a, b) => a - b),
      [...done.clients].sort((a, b) => a - b),
    );
  },
);

kernelTest('soprotocol: connections by call, family and protocol', async t => {
  const counts = async (words: string) =>
    (await toolMaps(t, ['-c', `${workload('net')} ${words}`, '--follow', 'soprotocol'])).get('@calls');
  t.deepEqual(await counts('talk 3 10 6'), {
    '{.call=accept,.comm=net,.family=INET6,.proto=TCP}': 3,
    '{.call=connect,.comm=net,.family=INET6,.proto=TCP}': 3,
  });
  t.deepEqual(await counts('datagram 4'), { '{.call=connect,.comm=net,.family=INET,.proto=UDP}': 1 });
});

kernelTest(
  'sormem, udpdrops: datagrams for which a socket that nobody reads has no room, as many as the kernel counts',
  async t => {
    await withNetwork(async network => {
      const script = `const s = require('node:dgram').createSocket('udp4'); s.bind(9, '${THERE}', () => console.log('bound'))`;
      const reader = spawn(...network.on('far', process.execPath, '-e', script), {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      try {
        await once(reader.stdout, 'data');
        reader.kill('SIGSTOP');
        const lost = () => {
          const [names, counts] = network
            .run('far', 'cat', '/proc/net/snmp')
            .split('\n')
            .filter(line => line.startsWith('Udp:'))
            .map(line => line.split(' '));
          return Number(counts?.[names?.indexOf('RcvbufErrors') ?? -1]);
        };
        const send = (times: number) => netOn(network, 'near', 'send', times, 1000, 4, THERE);
        await send(1000);
        let before = lost();
        t.true(before > 0);
        const rows = await tableRows(t, ['sormem'], async () => {
          before = lost();
          await send(50);
        });
        t.is(lost() - before, 50);
        const own = rows.filter(row => row.lport === '9' && row.proto === 'UDP');
        t.deepEqual(some(own, 'why', 'times'), ['rcvbuf 50']);
        const drops = await tableRows(t, ['udpdrops', '--dport', '9'], () => send(30));
        t.deepEqual(
          some(
            drops.filter(row => row.daddr === THERE),
            'reason',
            'drops',
          ),
          ['SOCKET_RCVBUFF 30'],
        );
      } finally {
        reader.kill('SIGKILL');
      }
    });
  },
  whyNoNetwork(),
);

kernelTest('sofdsnoop: a socket that is handed to another process', async t => {
  let child = 0;
  const script = "process.on('message', (_, handle) => { handle.close(); process.disconnect(); })";
  const rows = await toolRows(t, ['sofdsnoop'], async () => {
    const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child = other.pid!;
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    other.send('take this', server);
    await once(other, 'exit');
    server.close();
  });
  t.deepEqual(
    some(
      rows.filter(row => row.pid === child),
      'way',
      'fds',
    ),
    ['received 1'],
  );
  t.true(
    some(
      rows.filter(row => row.pid === process.pid),
      'way',
      'fds',
    ).includes('sent 1'),
  );
});

kernelTest('sofdsnoop: each that was passed, none that found the socket full', async t => {
  const N = 2000;
  const rows = await toolRows(t, ['-c', `${workload('net')} rights ${N}`, '--follow', 'sofdsnoop']);
  for (const way of ['sent', 'received']) {
    const own = rows.filter(row => row.way === way);
    t.is(own.length, N, way);
    t.deepEqual([...new Set(own.map(row => `${row.comm} ${row.fds} ${row.file}`))], ['net 1 comm']);
  }
});
