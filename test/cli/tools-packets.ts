// Tools about the packets of the kernel: how long they live, what becomes of them, pings, congestion; sockets that nobody serves.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelTest } from '../harness/kernel-test.js';
import { net, netOn, some } from '../harness/net.js';
import { makeNetwork, type Network, whyNoNetwork } from '../harness/network.js';
import { beside, eventually, toolMaps, toolRows } from '../harness/tool.js';
import { filled, maps, tableRows } from '../harness/tool-maps.js';

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
