// --live on a veth pair: what it tells of interfaces and rules is what was sent, also while much is sent at once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { NEAR } from '../harness/network.js';
import { type Bytes, ethernet, ipv4, tcp, udp } from '../harness/packet/frame.js';
import { packetTest, ping, sendFrames } from '../harness/packet-tracer.js';

const SENDER = '10.77.0.2';
const MACS = { source: '02:00:00:00:77:02', destination: '02:00:00:00:77:01' };

function frame(dport: number): Bytes {
  const datagram = udp([1, 2, 3], { sport: 4000, dport });
  return ethernet(0x0800, ipv4(datagram, { protocol: 17, source: SENDER, destination: NEAR.v4 }), MACS);
}

const SYN = ethernet(
  0x0800,
  ipv4(tcp([], { sport: 4000, dport: 443, flags: 2 }), {
    protocol: 6,
    source: SENDER,
    destination: NEAR.v4,
  }),
  MACS,
);

const many = (count: number, bytes: Bytes): Bytes[] => Array.from({ length: count }, () => bytes);

interface Row {
  readonly interface: string;
  readonly rule: string;
  readonly filter: string;
  readonly packets: number;
  readonly bytes: number;
  readonly [verdict: string]: number | string;
}

/** Of JSON: the rows that were told last. */
function lastRows(stdout: string): Row[] {
  const rows = stdout
    .split('\n')
    .filter(line => line.startsWith('{"type": "value"'))
    .map(line => JSON.parse(line).data as Row);
  const keys = [...new Set(rows.map(row => `${row.interface} ${row.rule}`))];
  return keys.map(key => rows.filter(row => `${row.interface} ${row.rule}` === key).at(-1)!);
}

/** `expected`: words of columns that are not 0. */
function told(t: ExecutionContext, rows: readonly Row[], expected: readonly string[]): void {
  const shown = rows.map(({ interface: place, rule, filter, ...numbers }) => {
    const counts = Object.entries(numbers).filter(
      ([name, value]) => typeof value === 'number' && value !== 0 && !name.endsWith('/s'),
    );
    return `${place} ${rule} ${filter}: ${counts.map(([name, value]) => `${name} ${value}`).join(', ')}`;
  });
  t.deepEqual(shown, expected);
}

for (const mode of ['native', 'generic']) {
  packetTest(`packets, bytes and verdicts of each rule (${mode})`, async (t, network) => {
    const script = [
      `xdp:vnear:${mode} /udp.dport == 7/ { return XDP_DROP; }`,
      `xdp:vnear:${mode} /udp/ { @udp = count(); if (udp.dport == 8) { return XDP_ABORTED; } }`,
      `interval:s:100 { }`,
      `xdp:vnear:${mode} { for ($i : 0..3) { if ($i == 1 && tcp) { return XDP_PASS; } } }`,
      `tc:vnear:ingress /udp/ { return TC_ACT_SHOT; }`,
    ].join('\n');
    const { stdout, stderr } = await network.tracer(['--live', '-f', 'json', '-e', script], {
      workload: () =>
        sendFrames(network, [
          ...many(300, frame(7)),
          ...many(200, frame(8)),
          ...many(100, frame(9)),
          ...many(50, SYN),
        ]),
    });
    const [size, syn] = [frame(7).length, SYN.length];
    told(t, lastRows(stdout), [
      `vnear all -: aborted 200, drop 300, pass 150, next 100, packets 650, bytes ${600 * size + 50 * syn}`,
      `vnear 1 /udp.dport == 7/: drop 300, packets 300, bytes ${300 * size}`,
      `vnear 2 /udp/: aborted 200, next 100, packets 300, bytes ${300 * size}`,
      `vnear 3 { for ($i : 0..3) { if ($i == 1 && tcp) { return XDP_PASS;..: pass 50, next 100, packets 150, bytes ${100 * size + 50 * syn}`,
      `vnear ingress all -: unspec 50, shot 100, next 50, packets 150, bytes ${100 * size + 50 * syn}`,
      `vnear ingress 4 /udp/: shot 100, packets 100, bytes ${100 * size}`,
    ]);
    t.notRegex(stdout, /verdicts/, stderr);
  });
}

packetTest('a flood is counted whole, in rows that come while it lasts', async (t, network) => {
  const rounds = 20;
  const frames = [...many(300, frame(7)), ...many(700, frame(9))];
  const sent = () => {
    const [device] = JSON.parse(network.run('far', 'ip', '-s', '-j', 'link', 'show', 'vfar'));
    return Number(device.stats64.tx.packets);
  };
  const before = sent();
  // With captures all ways out of a program meet in one place.
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-live-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const script = `
    xdp:vnear { if (udp.dport == 1) { capture("${folder}/none.pcap"); } }
    xdp:vnear /udp.dport == 7/ { return XDP_DROP; }
    xdp:vnear /udp/ { return XDP_PASS; }`;
  const { stdout, stderr } = await network.tracer(
    ['--live', '--interval', '50ms', '-f', 'json', '-e', script],
    {
      workload: () => {
        for (let round = 0; round < rounds; round++) sendFrames(network, frames);
      },
    },
  );
  t.is(sent() - before, rounds * frames.length, stderr);
  const rows = lastRows(stdout);
  t.deepEqual(
    rows.map(({ rule, packets, drop, pass, next }) => [rule, packets, drop, pass, next]),
    [
      ['all', 20_000, 6000, 14_000, 0],
      ['1', 20_000, 0, 0, 20_000],
      ['2', 6000, 6000, 0, 0],
      ['3', 14_000, 0, 14_000, 0],
    ],
  );
});

packetTest('the SSH guard is a rule too, and pings are those of ping', async (t, network) => {
  const { stdout } = await network.tracer(
    ['--live', '-f', 'csv', '-e', 'xdp:vnear /icmp.sequence % 2 == 0/ { return XDP_DROP; }'],
    {
      env: { SSH_CONNECTION: `${SENDER} 50000 ${NEAR.v4} 443` },
      workload: async () => {
        t.is(await ping(network, NEAR.v4, 11), 6);
        sendFrames(network, many(3, SYN));
      },
    },
  );
  const head =
    'time,interface,rule,filter,packets/s,bytes/s,aborted,drop,pass,tx,redirect,next,packets,bytes';
  t.true(stdout.startsWith(`${head}\n`), stdout);
  const last = stdout.trimEnd().split('\n').slice(-3);
  t.deepEqual(
    last.map(line => line.split(',').filter((_, i) => i !== 0 && i !== 4 && i !== 5 && i < 13)),
    [
      ['vnear', 'all', '-', '0', '5', '9', '0', '0', '6', '14'],
      // The text has commas.
      last[1]!.split(',').filter((_, i) => i !== 0 && i !== 4 && i !== 5 && i < 13),
      ['vnear', '1', '/icmp.sequence % 2 == 0/', '0', '5', '0', '0', '0', '0', '5'],
    ],
  );
  t.regex(last[1]!, /vnear,guard,"SSH session, ARP, neighbour discovery",\d+,\d+,0,0,3,0,0,0,3,/);
});
