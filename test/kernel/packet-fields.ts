// Headers and fields of packets that really arrive on a veth pair: frames sent as they are, with exact counts; and fields that
// are assigned, whose checksums the receiving sockets check.
import { NEAR } from '../harness/network.js';
import {
  type Bytes,
  ethernet,
  icmp,
  ipv4,
  ipv6,
  pseudo4,
  pseudo6,
  tcp,
  udp,
  vlan,
} from '../harness/packet/frame.js';
import { packetTest, ping, printed, received, sendFrames } from '../harness/packet-tracer.js';

const MACS = { source: '02:00:00:00:77:02', destination: '02:00:00:00:77:01' };
const SENDER = '10.77.0.2';
const SENDER6 = 'fd77::2';

const text = (word: string): Bytes => [...Buffer.from(word)];

function udp4(dport: number, payload = 'hello', source = SENDER, checksum?: number): Bytes {
  const pseudo = pseudo4(source, NEAR.v4);
  const more = checksum === undefined ? {} : { checksum };
  const datagram = udp(text(payload), { sport: 4000, dport, pseudo, ...more });
  return ipv4(datagram, { protocol: 17, source, destination: NEAR.v4 });
}

function udp6(dport: number, payload = 'hello'): Bytes {
  const pseudo = pseudo6(SENDER6, NEAR.v6);
  const datagram = udp(text(payload), { sport: 4000, dport, pseudo });
  return ipv6(datagram, { next: 17, source: SENDER6, destination: NEAR.v6 });
}

function tcp4(flags: number): Bytes {
  const segment = tcp([], { sport: 4000, dport: 443, flags, pseudo: pseudo4(SENDER, NEAR.v4) });
  return ipv4(segment, { protocol: 6, source: SENDER, destination: NEAR.v4 });
}

const many = (count: number, frame: Bytes): Bytes[] => Array.from({ length: count }, () => frame);
const on4 = (packet: Bytes) => ethernet(0x0800, packet, MACS);
const on6 = (packet: Bytes) => ethernet(0x86dd, packet, MACS);
const [ECHO, SYN, ACK] = [8, 2, 16];

for (const mode of ['native', 'generic']) {
  packetTest(
    `headers and fields of what arrives are counted exactly (${mode})`,
    async (t, network) => {
      const on = `xdp:vnear:${mode}`;
      const script = [
        `${on} /udp.dport == 53/ { @dns[src] = count(); }`,
        `${on} /tcp.flags & SYN && !(tcp.flags & ACK)/ { @syn = count(); }`,
        `${on} /tcp.dport != 80/ { @web = count(); }`,
        `${on} /vlan/ { @vlan[vlan.id, cvlan.id, eth.type, proto] = count(); }`,
        `${on} /arp.operation == 1/ { @asks[arp.daddr_ip, arp.saddr_ether] = count(); }`,
        `${on} /ip.saddr in "10.77.0.0/24,192.168.0.1-192.168.0.9"/ { @listed = count(); }`,
        `${on} /src == "fd77::2" && udp/ { @six[proto, payload.len] = count(); }`,
        `${on} /payload[0] == 104 && payload[1] == 105/ { @hi = count(); }`,
        `${on} /dport == 9/ { @lengths = sum(pkt.len); printf("%s %s %d %d\\n", eth.saddr, dst, sport, ip.ttl); }`,
        `${on} /icmp.type == 8/ { @echo = count(); return XDP_DROP; }`,
      ].join('\n');
      const arp = ethernet(
        0x0806,
        [0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0x77, 2, 10, 77, 0, 2, 0, 0, 0, 0, 0, 0, 10, 77, 0, 5],
        MACS,
      );
      const tagged = ethernet(0x8100, vlan(100, 0x0800, udp4(5353)), MACS);
      const twice = ethernet(0x88a8, vlan(7, 0x8100, vlan(8, 0x86dd, udp6(5353))), MACS);
      const cut = on4(udp4(53)).slice(0, 14 + 20 + 7);
      const frames = [
        ...many(7, on4(udp4(53))),
        ...many(3, on4(udp4(53, 'x', '192.168.0.9'))),
        ...many(2, on6(udp6(53, 'hi there'))),
        ...many(5, on4(tcp4(SYN))),
        ...many(4, on4(tcp4(SYN | ACK))),
        ...many(6, tagged),
        ...many(2, twice),
        ...many(3, arp),
        ...many(9, cut),
        ...many(
          8,
          on4(ipv4(icmp(ECHO, 0, [0, 1, 0, 1]), { protocol: 1, source: SENDER, destination: NEAR.v4 })),
        ),
        on4(udp4(9)),
      ];
      const { stdout, stderr } = await network.tracer(['-e', script], {
        workload: () => sendFrames(network, frames),
      });
      t.deepEqual(
        stdout
          .split('\n')
          .filter(line => line !== '')
          .sort(),
        [
          '02:00:00:00:77:02 10.77.0.1 4000 64',
          '@asks[10.77.0.5, 02:00:00:00:77:02]: 3',
          '@dns[10.77.0.2]: 7',
          '@dns[192.168.0.9]: 3',
          '@dns[fd77::2]: 2',
          '@echo: 8',
          '@hi: 2',
          `@lengths: ${14 + 20 + 8 + 5}`,
          `@listed: ${7 + 3 + 5 + 4 + 6 + 9 + 8 + 1}`,
          '@six[17, 5]: 2',
          '@six[17, 8]: 2',
          '@syn: 5',
          '@vlan[100, 0, 33024, 17]: 6',
          '@vlan[7, 8, 34984, 17]: 2',
          '@web: 9',
        ],
        stderr,
      );
    },
    { v6: true },
  );

  packetTest(
    `assigned fields arrive with checksums that sockets take (${mode})`,
    async (t, network) => {
      const on = `xdp:vnear:${mode}`;
      const script = [
        `${on} /udp.dport == 7001/ { udp.dport = 7002; udp.sport += 1; ip.saddr = "10.77.0.9"; ip.ttl -= 1; @ = count(); }`,
        `${on} /ip6 && udp.dport == 7002/ { ip6.saddr = "fd77::9"; }`,
      ].join('\n');
      const frames = [
        ...many(5, on4(udp4(7001, 'four'))),
        ...many(4, on6(udp6(7001, 'six!!'))),
        ...many(2, on4(udp4(7001, 'none', SENDER, 0))),
        ...many(3, on4(udp4(7001, 'bad', SENDER, 0x1234))), // stays wrong: dropped by the receiver
        ...many(6, on4(udp4(7002, 'same'))),
      ];
      let lines: string[] = [];
      const { stdout, stderr } = await network.tracer(['-e', script], {
        workload: async () => {
          lines = await received(network, [7001, 7002], () => sendFrames(network, frames));
        },
      });
      t.deepEqual(
        lines,
        [
          ...lines_(5, '7002 10.77.0.9 4001 four'),
          ...lines_(2, '7002 10.77.0.9 4001 none'),
          ...lines_(6, '7002 10.77.0.2 4000 same'),
          ...lines_(4, '7002 fd77::9 4001 six!!'),
        ].sort(),
        stderr,
      );
      t.is(printed(stdout, '@'), 14);
    },
    { v6: true },
  );
}

function lines_(count: number, line: string): string[] {
  return new Array<string>(count).fill(line);
}

packetTest(
  '--verdicts counts what becomes of packets, on each interface and in each mode',
  async (t, network) => {
    network.run('near', 'ip', 'link', 'add', 'vx', 'type', 'veth', 'peer', 'name', 'vy');
    for (const device of ['vx', 'vy']) network.run('near', 'ip', 'link', 'set', device, 'up');
    const frames = [
      ...many(7, on4(udp4(7))),
      ...many(5, on4(udp4(9))),
      ...many(4, on4(udp4(10))),
      ...many(3, on6(udp6(7))),
      ...many(2, on4(udp4(11))),
    ];
    for (const mode of ['native', 'generic']) {
      const script = [
        `xdp:vnear:${mode} /udp.dport == 7 && ip/ { return XDP_DROP; }`,
        `xdp:vnear:${mode} { for ($i : 0..3) { if ($i == 1 && udp.dport == 9) { return XDP_ABORTED; } } }`,
        `xdp:vnear:${mode} /udp.dport == 11/ { return redirect("vx"); }`,
        `xdp:vy:${mode} /udp/ { return XDP_DROP; }`,
      ].join('\n');
      const { stdout, stderr } = await network.tracer(['--verdicts', '-e', script], {
        workload: () => sendFrames(network, frames),
      });
      const size = 14 + 20 + 8 + 5;
      t.deepEqual(
        stdout
          .split('\n')
          .filter(line => line.startsWith('verdicts'))
          .sort(),
        [
          `verdicts[vnear, XDP_ABORTED]: { .packets = 5, .bytes = ${5 * size} }`,
          `verdicts[vnear, XDP_DROP]: { .packets = 7, .bytes = ${7 * size} }`,
          `verdicts[vnear, XDP_PASS]: { .packets = 7, .bytes = ${4 * size + 3 * (size + 20)} }`,
          `verdicts[vnear, XDP_REDIRECT]: { .packets = 2, .bytes = ${2 * size} }`,
          `verdicts[vy, XDP_DROP]: { .packets = 2, .bytes = ${2 * size} }`,
        ],
        stderr,
      );
    }
  },
);

packetTest('--verdicts with --interval tells each time what came since', async (t, network) => {
  const script = 'xdp:vnear /udp.dport == 7/ { return XDP_DROP; }';
  const frames = [...many(7, on4(udp4(7))), ...many(5, on4(udp4(9)))];
  const { stdout, stderr } = await network.tracer(['--verdicts', '--interval', '100ms', '-e', script], {
    workload: async tracer => {
      let text = '';
      tracer.stdout!.on('data', part => (text += part));
      const lines = () => text.split('verdicts[vnear, XDP_DROP]').length - 1;
      for (let round = 1; round <= 3; round++) {
        sendFrames(network, frames);
        while (lines() < round) await new Promise(resolve => setTimeout(resolve, 10));
      }
    },
  });
  const counts = (verdict: string) =>
    [...stdout.matchAll(new RegExp(`^verdicts\\[vnear, ${verdict}\\]: \\{ \\.packets = (\\d+)`, 'gm'))].map(
      ([, count]) => Number(count),
    );
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  t.is(sum(counts('XDP_DROP')), 21, stderr);
  t.is(sum(counts('XDP_PASS')), 15);
  t.true(counts('XDP_DROP').length >= 3);
});

for (const mode of ['native', 'generic']) {
  packetTest(
    `pings are answered by the program itself, over IPv4 and IPv6 (${mode})`,
    async (t, network) => {
      network.run(
        'near',
        'sh',
        '-c',
        'for f in /proc/sys/net/ipv[46]/icmp*/echo_ignore_all /proc/sys/net/ipv4/icmp_echo_ignore_all; do [ -e $f ] && echo 1 >$f; done; true',
      );
      t.is(await ping(network, NEAR.v4, 2), 0);
      const on = `xdp:vnear:${mode}`;
      const script = [
        `${on} /icmp.type == 8/ { icmp.type = 0; swap(src, dst); swap(eth.saddr, eth.daddr); @four = count(); return XDP_TX; }`,
        `${on} /icmp6.type == 128/ { icmp6.type = 129; swap(src, dst); swap(eth.saddr, eth.daddr); @six = count(); return XDP_TX; }`,
      ].join('\n');
      const answered: number[] = [];
      let near = '';
      // A veth takes frames in native mode while its peer runs a program too.
      await network.tracer(
        ['-e', 'xdp:vfar { }'],
        {
          workload: async () => {
            const { stdout } = await network.tracer(['-e', script], {
              workload: async () => {
                for (const to of [NEAR.v4, NEAR.v6]) answered.push(await ping(network, to, 20));
              },
            });
            near = stdout;
          },
        },
        'far',
      );
      t.deepEqual(answered, [20, 20]);
      t.is(printed(near, '@four'), 20);
      t.is(printed(near, '@six'), 20);
    },
    { v6: true },
  );
}

packetTest('ratelimit() lets a burst through, and no more of it in the same moment', async (t, network) => {
  const script =
    'xdp:vnear /udp && !ratelimit((src, dport), 1, 5)/ { @kept[dport] = count(); return XDP_DROP; } xdp:vnear /udp/ { @[dport] = count(); }';
  const frames = [...many(100, on4(udp4(7))), ...many(50, on4(udp4(8)))];
  const { stdout, stderr } = await network.tracer(['-e', script], {
    workload: () => sendFrames(network, frames),
  });
  t.is(printed(stdout, '@[7]'), 5, stderr);
  t.is(printed(stdout, '@[8]'), 5);
  t.is(printed(stdout, '@kept[7]'), 95);
  t.is(printed(stdout, '@kept[8]'), 45);
});
