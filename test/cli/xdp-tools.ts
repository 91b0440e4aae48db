// The library's packet tools on a veth pair: rows against what was sent.
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostEnv } from '../../src/kernel/host/env.js';
import { whyNoBpf } from '../harness/kernel-test.js';
import { FAR, NEAR } from '../harness/network.js';
import { type Bytes, ethernet, ipv4, ipv6, pseudo4, pseudo6, tcp, udp } from '../harness/packet/frame.js';
import { packetTest, ping, sendFrames } from '../harness/packet-tracer.js';

const missing =
  whyNoBpf() !== undefined || hostEnv().has('lookup_percpu_elem') ? undefined : 'needs Linux 5.19';
const toolTest: typeof packetTest = (title, body) => packetTest(title, body, { v6: true, missing });

const MACS = { source: '02:00:00:00:77:02', destination: '02:00:00:00:77:01' };
const text: Bytes = [...Buffer.from('hello')];

function udp4(dport: number, source: string = FAR.v4): Bytes {
  const datagram = udp(text, { sport: 4000, dport, pseudo: pseudo4(source, NEAR.v4) });
  return ethernet(0x0800, ipv4(datagram, { protocol: 17, source, destination: NEAR.v4 }), MACS);
}

function udp6(dport: number): Bytes {
  const datagram = udp(text, { sport: 4000, dport, pseudo: pseudo6(FAR.v6, NEAR.v6) });
  return ethernet(0x86dd, ipv6(datagram, { next: 17, source: FAR.v6, destination: NEAR.v6 }), MACS);
}

function tcp4(source: string, flags: number, sport = 4000): Bytes {
  const segment = tcp([], { sport, dport: 443, flags, pseudo: pseudo4(source, NEAR.v4) });
  return ethernet(0x0800, ipv4(segment, { protocol: 6, source, destination: NEAR.v4 }), MACS);
}

const many = (count: number, frame: Bytes): Bytes[] => Array.from({ length: count }, () => frame);
const sizeOf = (frames: readonly Bytes[]) => frames.reduce((sum, frame) => sum + frame.length, 0);

type Row = Readonly<Record<string, string | number>>;

/** What was printed, without the time. */
function records(stdout: string): Row[] {
  return stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as { type: string; data: Row })
    .filter(({ type }) => type === 'value')
    .map(({ data: { time: _time, ...row } }) => row);
}

/** Numbers that tell rows apart, rather than count something. */
const NAMES = ['port', 'family'];

/** Of rows with the same names the numbers are added up: an interval may end anywhere. */
function rows(stdout: string): Row[] {
  const found = new Map<string, Record<string, string | number>>();
  const isName = (name: string, value: string | number) => typeof value === 'string' || NAMES.includes(name);
  for (const row of records(stdout)) {
    const key = JSON.stringify(Object.entries(row).filter(([name, value]) => isName(name, value)));
    const before = found.get(key);
    if (before === undefined) {
      found.set(key, { ...row });
      continue;
    }
    for (const [name, value] of Object.entries(row))
      if (!isName(name, value)) before[name] = Number(before[name]) + Number(value);
  }
  return [...found.values()];
}

toolTest('xdp-count: packets and bytes by protocol, and by sender', async (t, network) => {
  const frames = [...many(7, udp4(53)), ...many(3, udp6(53)), ...many(2, tcp4('10.77.0.8', 2))];
  const plain = await network.tracer(['-f', 'json', 'xdp-count', 'vnear'], {
    workload: () => sendFrames(network, frames),
  });
  const seen = rows(plain.stdout).filter(({ proto }) => proto === 'UDP' || proto === 'TCP');
  t.deepEqual(
    seen.sort((a, b) => (String(a.proto) < String(b.proto) ? -1 : 1)),
    [
      { proto: 'TCP', packets: 2, bytes: sizeOf(frames.slice(10)) },
      { proto: 'UDP', packets: 10, bytes: sizeOf(frames.slice(0, 10)) },
    ],
    plain.stderr,
  );
  const bySender = await network.tracer(['-f', 'json', 'xdp-count', '-s', '--every', '60', 'vnear'], {
    workload: () => sendFrames(network, frames),
  });
  t.deepEqual(
    rows(bySender.stdout)
      .filter(({ proto }) => proto === 'UDP')
      .map(({ source, packets }) => [source, packets])
      .sort(),
    [
      [FAR.v4, 7],
      [FAR.v6, 3],
    ].sort(),
    bySender.stderr,
  );
});

toolTest('xdp-drop: senders of a set, ports, protocols; all others pass', async (t, network) => {
  const list = join(tmpdir(), `xdp-drop-${process.pid}`);
  writeFileSync(list, '# test\n10.77.0.64/26\nfd77::2\n');
  try {
    const args = [
      '-f',
      'json',
      '--set',
      `block=${list}`,
      'xdp-drop',
      '--dports',
      '9',
      '--protocols',
      '6',
      'vnear',
    ];
    let answered = -1;
    const { stdout, stderr } = await network.tracer(args, {
      workload: async () => {
        sendFrames(network, [
          ...many(5, udp4(53, '10.77.0.65')),
          ...many(4, udp6(53)),
          ...many(3, udp4(9)),
          ...many(2, tcp4(FAR.v4, 2)),
          ...many(6, udp4(10)),
        ]);
        answered = await ping(network, NEAR.v4, 5);
      },
    });
    t.is(answered, 5, stderr);
    t.deepEqual(
      rows(stdout)
        .map(({ reason, packets }) => [reason, packets])
        .sort(),
      [
        ['port', 3],
        ['protocol', 2],
        ['set', 9],
      ],
      stderr,
    );
  } finally {
    rmSync(list);
  }
});

toolTest('xdp-ratelimit: each sender has its own burst', async (t, network) => {
  const args = ['-f', 'json', 'xdp-ratelimit', '--rate', '1', '--burst', '5', '--dports', '53', 'vnear'];
  const { stdout, stderr } = await network.tracer(args, {
    workload: () =>
      sendFrames(network, [...many(60, udp4(53)), ...many(40, udp4(53, '10.77.0.9')), ...many(50, udp4(54))]),
  });
  const seen = rows(stdout);
  for (const [sender, sent] of [
    [FAR.v4, 60],
    ['10.77.0.9', 40],
  ] as const) {
    const row = seen.find(({ source }) => source === sender);
    t.is(Number(row?.passed) + Number(row?.dropped), sent, stderr);
    t.true(Number(row?.passed) >= 5 && Number(row?.dropped) >= sent / 2, `${row?.passed}`); // and a token a second
  }
  t.is(seen.length, 2);
});

toolTest('xdp-synflood: who gets first packets, from how many, and how many go on', async (t, network) => {
  const [SYN, ACK] = [2, 16];
  const frames = [
    ...Array.from({ length: 30 }, (_, i) => tcp4(`10.77.1.${i % 10}`, SYN, 5000 + i)),
    ...Array.from({ length: 4 }, (_, i) => tcp4(`10.77.1.${i}`, ACK, 5000 + i)),
    tcp4('10.77.1.99', ACK), // began before
  ];
  const { stdout, stderr } = await network.tracer(['-f', 'json', 'xdp-synflood', 'vnear'], {
    workload: () => sendFrames(network, frames),
  });
  t.deepEqual(rows(stdout), [{ dest: NEAR.v4, port: 443, syn: 30, senders: 10, ack: 4 }], stderr);
});

toolTest('xdp-dump: a row for each packet that is meant', async (t, network) => {
  const { stdout, stderr } = await network.tracer(['-f', 'json', 'xdp-dump', '--port', '53,443', 'vnear'], {
    workload: () => sendFrames(network, [udp4(53), udp4(54), udp6(53), tcp4('10.77.0.8', 18)]),
  });
  const shown = records(stdout).map(({ src, sport, dst, dport, proto, flags, len }) =>
    [src, sport, dst, dport, proto, flags, len].join(' '),
  );
  t.deepEqual(
    shown,
    [
      `${FAR.v4} 4000 ${NEAR.v4} 53 17 0 47`,
      `${FAR.v6} 4000 ${NEAR.v6} 53 17 0 67`,
      `10.77.0.8 4000 ${NEAR.v4} 443 6 18 54`,
    ],
    stderr,
  );
});

toolTest('xdp-reflect: pings are answered, those of others left to the network stack', async (t, network) => {
  const answered: number[] = [];
  let near = '';
  await network.tracer(
    ['-e', 'xdp:vfar { }'],
    {
      workload: async () => {
        const { stdout } = await network.tracer(['-f', 'json', 'xdp-reflect', '--only', FAR.v4, 'vnear'], {
          workload: async () => {
            for (const to of [NEAR.v4, NEAR.v6]) answered.push(await ping(network, to, 10));
          },
        });
        near = stdout;
      },
    },
    'far',
  );
  t.deepEqual(answered, [10, 10]);
  t.deepEqual(rows(near), [{ family: 4, answered: 10 }]);
});

toolTest('xdp-redirect: what is meant goes out of the other interface', async (t, network) => {
  network.run('near', 'ip', 'link', 'add', 'vx', 'type', 'veth', 'peer', 'name', 'vy');
  for (const device of ['vx', 'vy']) network.run('near', 'ip', 'link', 'set', device, 'up');
  let seen = '';
  const args = [
    '-f',
    'json',
    'xdp-redirect',
    '--dports',
    '53',
    '--destination',
    '02:00:00:00:00:99',
    'vnear',
    'vx',
  ];
  const other = await network.tracer(['-e', 'xdp:vy /udp/ { @[eth.daddr, udp.dport] = count(); }'], {
    workload: async () => {
      const { stdout } = await network.tracer(args, {
        workload: () => sendFrames(network, [...many(6, udp4(53)), ...many(3, udp4(54))]),
      });
      seen = stdout;
    },
  });
  t.deepEqual(rows(seen), [{ packets: 6, bytes: 6 * 47 }], other.stderr);
  t.regex(other.stdout, /^@\[02:00:00:00:00:99, 53\]: 6$/m);
});
