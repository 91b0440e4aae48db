// Tools about what TCP meets on its way: resends, drops, resets, round trips, windows, queues.
import { kernelTest } from '../harness/kernel-test.js';
import { net, netOn, of, some, type Talk, total } from '../harness/net.js';
import { makeNetwork, NEAR, whyNoNetwork } from '../harness/network.js';
import { type ToolRow, toolRows } from '../harness/tool.js';
import { filled, maps, tableRows } from '../harness/tool-maps.js';
import { tsbpf } from '../harness/tsbpf.js';

kernelTest('tcptop: bytes of each connection, both ways', async t => {
  const done: Talk[] = [];
  const rows = await tableRows(t, ['tcptop', '--top', '10000'], async () => {
    done.push(await net('talk', 3, 1000), await net('talk', 2, 500, 6));
  });
  for (const [i, address, bytes] of [
    [0, '127.0.0.1', 1000],
    [1, '::1', 500],
  ] as const) {
    const { port, clients } = done[i]!;
    t.deepEqual(
      total(
        of(rows, done[i]!),
        ['comm', 'laddr', 'lport', 'raddr', 'rport'],
        ['total_bytes', 'tx_bytes', 'rx_bytes'],
      ),
      clients
        .flatMap(client => [
          `net ${address} ${client} ${address} ${port} ${3 * bytes} ${bytes} ${2 * bytes}`,
          `net ${address} ${port} ${address} ${client} ${3 * bytes} ${2 * bytes} ${bytes}`,
        ])
        .sort(),
    );
  }
});

kernelTest('tcpdrop: packets to a port where nobody listens, and why; by stack', async t => {
  let done = await net('refuse', 0);
  const act = async () => {
    done = await net('refuse', 3, 1, 6);
  };
  const rows = (await toolRows(t, ['tcpdrop', '-6'], act)).filter(row => row.dport === done.port);
  t.deepEqual(
    some(rows, 'pid', 'comm', 'saddr', 'sport', 'daddr', 'state', 'flags', 'reason', 'location'),
    done.clients.map(client => `0 - ::1 ${client} ::1 NONE SYN NO_SOCKET tcp_v6_rcv`),
  );
  const stacks = Object.entries((await maps(t, ['tcpdrop', '--stacks'], act))['@drops'] ?? {});
  const count = stacks
    .filter(([key]) => key.includes('tcp_v6_rcv'))
    .reduce((sum, [, n]) => sum + Number(n), 0);
  t.true(count >= 3, JSON.stringify(stacks));
});

kernelTest('tcpdrop: nothing of connections that end in order', async t => {
  let done = await net('talk', 0);
  const rows = await toolRows(t, ['tcpdrop'], async () => {
    done = await net('talk', 5);
  });
  t.deepEqual(
    rows.filter(row => [row.sport, row.dport].includes(done.port)),
    [],
  );
});

kernelTest('tcpreset: resets for want of a listener, sent and received', async t => {
  const done: Talk[] = [];
  const rows = await toolRows(t, ['tcpreset'], async () => {
    done.push(await net('refuse', 3), await net('refuse', 2, 1, 6));
  });
  for (const [i, address] of [
    [0, '127.0.0.1'],
    [1, '::1'],
  ] as const) {
    const { port, clients, pid } = done[i]!;
    t.deepEqual(
      some(
        rows.filter(row => row.lport === port),
        'way',
        'pid',
        'comm',
        'laddr',
        'raddr',
        'rport',
        'state',
        'reason',
      ),
      clients.map(client => `sent 0 - ${address} ${address} ${client} NONE NO_SOCKET`),
    );
    t.deepEqual(
      some(
        rows.filter(row => row.rport === port),
        'way',
        'pid',
        'comm',
        'laddr',
        'raddr',
        'lport',
        'state',
      ),
      clients.map(client => `received ${pid} net ${address} ${address} ${client} SYN_SENT`),
    );
  }
});

/** Nobody has this address: what is sent to it is not answered. */
const NOBODY = '10.77.0.99';

kernelTest(
  'tcpretrans, tcpcong, tcpconnlat: first packets that nobody answers are sent again, once here',
  async t => {
    const network = makeNetwork();
    try {
      network.run('near', 'sysctl', '-q', 'net.ipv4.tcp_syn_retries=1');
      network.run('near', 'sysctl', '-q', '-e', 'net.ipv4.tcp_syn_linear_timeouts=0'); // 6.5
      network.run('near', 'ip', 'neigh', 'add', NOBODY, 'lladdr', '02:00:00:00:77:99', 'dev', network.near);
      let done = await net('talk', 0);
      const found: ToolRow[][] = [];
      let counted = '';
      // One wait for all of them.
      found[0] = await toolRows(t, ['tcpretrans'], async () => {
        found[1] = await toolRows(t, ['tcpcong'], async () => {
          found[2] = await toolRows(t, ['tcpconnlat', '-x'], async () => {
            const { stdout } = await tsbpf(['-f', 'csv', 'tcpretrans', '--count'], {
              workload: async () => {
                done = await netOn(network, 'near', 'retry', 4, 0, 4, NOBODY);
              },
            });
            counted = stdout;
          });
        });
      });
      const [again = [], states = [], failed = []] = found.map(rows => of(rows, done));
      const ends = done.clients.map(client => `net ${NEAR.v4} ${client} ${NOBODY} 9`).sort();
      const names = ['comm', 'laddr', 'lport', 'raddr', 'rport'];
      t.deepEqual(
        some(again, ...names, 'state').sort(),
        ends.map(each => `${each} SYN_SENT`),
      );
      t.deepEqual(
        some(states, ...names, 'state').sort(),
        ends.map(each => `${each} Loss`),
      );
      t.deepEqual(
        some(failed, ...names, 'err').sort(),
        ends.map(each => `${each} ETIMEDOUT`),
      );
      // The first wait is a second, the next one two.
      for (const row of states) t.true(Number(row.age_ns) > 0.5e9, String(row.age_ns));
      for (const row of failed) t.true(Number(row.latency_ns) > 1.5e9, String(row.latency_ns));
      const lines = counted.split('\n').filter(line => line.includes(`,${NOBODY},9,`));
      t.deepEqual(
        lines.sort(),
        done.clients.map(client => `${NEAR.v4},${client},${NOBODY},9,SYN_SENT,1`).sort(),
      );
    } finally {
      network.close();
    }
  },
  whyNoNetwork(),
);

kernelTest('tcprtt, tcpwin: round trips and windows of what was received', async t => {
  const remote = `127.66.${process.pid & 255}.${((process.pid >> 8) % 250) + 1}`;
  const own = await maps(t, ['tcprtt', '-B', '-4'], () => net('talk', 5, 100, 4, remote));
  const buckets = filled(own['@rtt_us']?.[remote]);
  const packets = buckets.reduce((sum, [, count]) => sum + count, 0);
  // Of each connection its client receives data and, maybe by itself, that its own was received.
  t.true(packets >= 5 && packets <= 15, JSON.stringify(own));
  let done = await net('talk', 0);
  const rows = await toolRows(t, ['tcpwin', '-w'], async () => {
    done = await net('talk', 2, 1000);
  });
  const received = of(rows, done);
  const ports = new Set(some(received, 'lport', 'rport'));
  for (const client of done.clients)
    t.true(ports.has(`${client} ${done.port}`) && ports.has(`${done.port} ${client}`));
  for (const row of received) {
    t.true(Number(row.cwnd) >= 10, JSON.stringify(row));
    t.true(Number(row.sndwnd_bytes) > 0 && Number(row.rcvwnd_bytes) > 0 && Number(row.srtt_us) < 10e6);
  }
});

kernelTest('tcpsynbl: how many wait when the next comes, by the limit of the queue', async t => {
  const own = await maps(t, ['tcpsynbl'], () => net('queue', 37));
  t.deepEqual(filled(own['@limit']?.['37']), [
    [0, 1],
    [1, 1],
    [2, 2],
    [4, 4],
    [8, 8],
    [16, 16],
    [32, 5],
  ]);
  let done = await net('talk', 0);
  const ports = await maps(t, ['tcpsynbl', '--by-port'], async () => {
    done = await net('queue', 3, 1, 6);
  });
  t.deepEqual(filled(ports['@backlog']?.[`${done.port},3`]), [
    [0, 1],
    [1, 1],
    [2, 1],
  ]);
});

kernelTest('tcppktlat: data waits as long as its reader does', async t => {
  let done = await net('talk', 0);
  const rows = await toolRows(t, ['tcppktlat', '-m', '30000'], async () => {
    done = await net('late', 3, 40);
  });
  const own = of(rows, done);
  t.deepEqual(
    some(own, 'comm', 'lport', 'rport'),
    done.clients.map(client => `net ${done.port} ${client}`),
  );
  for (const row of own) t.true(Number(row.latency_ns) >= 40e6, String(row.latency_ns));
});
