// --packets: a program on a capture, as a user meets it; the same counts as tcpdump's filters have on the same file.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostEnv } from '../../src/kernel/host/env.js';
import { CaptureFile, LINKTYPE_ETHERNET } from '../../src/runtime/capture-file.js';
import { readCapture } from '../../src/runtime/capture-reader.js';
import { kernelTest } from '../harness/kernel-test.js';
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
} from '../harness/packet/frame.js';
import { withKernelProgram } from '../harness/packet/kernel.js';
import { tcpdumpLines, whyNoTcpdump } from '../harness/tcpdump.js';
import { tsbpf } from '../harness/tsbpf.js';

const [A, B, C] = ['10.0.0.1', '10.0.0.2', '192.168.1.7'];
const [A6, B6] = ['fd00::1', 'fd00::2'];

function tcp4(source: string, destination: string, dport: number, flags = 0x10): Bytes {
  const segment = tcp([1, 2, 3], { sport: 4000, dport, flags, pseudo: pseudo4(source, destination) });
  return ethernet(0x0800, ipv4(segment, { protocol: 6, source, destination }));
}

function udp4(source: string, destination: string, dport: number, payload: Bytes = [1]): Bytes {
  const datagram = udp(payload, { sport: 4000, dport, pseudo: pseudo4(source, destination) });
  return ethernet(0x0800, ipv4(datagram, { protocol: 17, source, destination, ttl: dport % 200 }));
}

const tcp6 = (dport: number): Bytes =>
  ethernet(
    0x86dd,
    ipv6(tcp([], { sport: 4000, dport, pseudo: pseudo6(A6, B6) }), { next: 6, source: A6, destination: B6 }),
  );

const FRAMES: readonly Bytes[] = [
  ...[80, 443, 443, 22].map(port => tcp4(A, B, port)),
  ...[80, 443, 8080].map(port => tcp4(C, A, port, 0x02)),
  ...[53, 53, 123, 9].map(port => udp4(B, A, port)),
  udp4(C, B, 53, new Array<number>(1000).fill(7)),
  ...[443, 80, 22].map(tcp6),
  ethernet(0x0800, ipv4(icmp(8, 0, [0, 1, 0, 1]), { protocol: 1, source: A, destination: B })),
  ethernet(0x0800, ipv4(icmp(0, 0, [0, 1, 0, 1]), { protocol: 1, source: B, destination: A })),
  ethernet(0x0806, [0, 1, 8, 0, 6, 4, 0, 1, ...new Array<number>(20).fill(1)]),
  tcp4(A, B, 443).slice(0, 14 + 20 + 10), // cut off within the header of TCP
];

/** Ours, and pcap-filter's for the same packets. */
const FILTERS: readonly (readonly [ours: string, theirs: string])[] = [
  ['ip', 'ip'],
  ['tcp && ip', 'ip and tcp[19] >= 0'],
  ['udp.dport == 53', 'udp dst port 53'],
  ['sport == 4000 && dport == 443 && tcp', '(tcp[19] >= 0 or ip6) and tcp dst port 443'],
  ['ip.saddr == "10.0.0.1"', 'src host 10.0.0.1 and ip'],
  ['src in "192.168.0.0/16"', 'ip src net 192.168.0.0/16'],
  ['ip.saddr == "10.0.0.2" || ip.daddr == "10.0.0.2"', 'ip host 10.0.0.2'],
  ['tcp.flags & SYN && !(tcp.flags & ACK)', 'tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn'],
  ['icmp.type == 8', 'icmp[icmptype] == icmp-echo'],
  ['ip6 && tcp.dport in "80,443"', 'ip6 and (tcp dst port 80 or tcp dst port 443)'],
  ['arp', 'arp'],
  ['pkt.len > 100', 'greater 101'],
  ['ip.ttl < 60', 'ip[8] < 60'],
  ['eth.saddr == "02:00:00:00:00:01"', 'ether src 02:00:00:00:00:01'],
];

/** Nanoseconds, and what came then. */
type Packets = readonly (readonly [time: bigint, frame: Bytes])[];

const ALL: Packets = FRAMES.map((frame, i) => [1_700_000_000_000_000_000n + BigInt(i) * 1500n, frame]);

async function withCapture(
  packets: Packets,
  body: (paths: { capture: string; passed: string }) => void | Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-packets-'));
  try {
    const paths = { capture: join(folder, 'in.pcap'), passed: join(folder, 'passed.pcap') };
    const file = new CaptureFile(paths.capture, { link: LINKTYPE_ETHERNET, nanoseconds: true });
    for (const [time, frame] of packets) file.append({ time, bytes: Uint8Array.from(frame) });
    file.close();
    await body(paths);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

kernelTest(
  'filters count what those of tcpdump count',
  t =>
    withCapture(ALL, ({ capture }) => {
      const packets = [...readCapture(readFileSync(capture))];
      for (const [ours, theirs] of FILTERS) {
        const dropped = withKernelProgram(`xdp:lo /${ours}/ { return XDP_DROP; }`, run =>
          packets.filter(({ bytes }) => run(bytes)?.verdict === 1),
        );
        t.is(dropped.length, tcpdumpLines(capture, theirs).length, `${ours} | ${theirs}`);
        t.true(dropped.length > 0, ours);
      }
    }),
  whyNoTcpdump(),
);

kernelTest(
  '--packets tells the verdict of each packet and the totals; --write-passed keeps those that pass, as they were left',
  t =>
    withCapture(ALL, async ({ capture, passed }) => {
      const script =
        'BEGIN { printf("begin\\n"); } xdp:wan0 /udp/ { @ = count(); return XDP_DROP; } xdp:wan0 /icmp.type == 8/ { printf("echo of %s\\n", src); ip.ttl -= 1; } END { printf("end\\n"); }';
      const options = ['--verdicts', '--write-passed', passed, '--packets', capture];
      const { stdout, stderr, code } = await tsbpf([...options, '-e', script]);
      t.is(code, 0, stderr);
      const [rows = '', totals = ''] = stdout.split('\n\n');
      const verdicts = rows.split('\n').filter(line => / XDP_/.test(line));
      t.is(verdicts.length, FRAMES.length);
      t.is(verdicts[0], '       1       0.000000        57 XDP_PASS');
      t.is(verdicts[7], '       8       0.000010        43 XDP_DROP');
      t.regex(rows, /^begin\n/);
      t.regex(rows, /echo of 10\.0\.0\.1\n +16 .* XDP_PASS/);
      t.regex(totals, /^ +5 +26\.3% +1214 XDP_DROP$/m);
      t.regex(totals, /^ +14 +73\.7% +\d+ XDP_PASS$/m);
      t.regex(totals, /^\d+(\.\d)? ns a packet; an empty program takes \d+/m);
      t.regex(stdout, /^end$/m);
      t.regex(stdout, /^@: 5$/m);
      t.regex(stdout, /^verdicts\[lo, XDP_DROP\]: \{ \.packets = 5, \.bytes = 1214 \}$/m);
      const kept = [...readCapture(readFileSync(passed))];
      t.is(kept.length, 14);
      const left = FRAMES[15]!.slice();
      left[22] = 63;
      left[24]! += 1; // the checksum of IPv4
      t.deepEqual([...kept.find(({ bytes }) => bytes[23] === 1)!.bytes], left);
      t.is(kept[1]!.time, 1_700_000_000_000_001_500n);
      t.is(tcpdumpLines(passed, 'icmp or tcp or arp').length, 14);
    }),
  whyNoTcpdump(),
);

kernelTest('one file has one use', t =>
  withCapture(ALL, async ({ capture, passed }) => {
    for (const [options, script] of [
      [['--write-passed', passed], `xdp:lo { capture("${passed}"); }`],
      [['--write-passed', '-'], 'xdp:lo { capture("-"); }'],
      [['--output', passed], `xdp:lo { capture("${passed}"); }`],
      [['--write-passed', capture], 'xdp:lo { }'],
      [[], `xdp:lo { capture("${capture}"); }`],
      [[], `xdp:lo { capture("${passed}"); capture("${passed.replace(/\/([^/]*)$/, '/./$1')}"); }`],
    ] as const) {
      const { stderr, code } = await tsbpf([...options, '--packets', capture, '-e', script]);
      t.is(code, 1, script);
      t.regex(stderr, /cannot have one file|name it in one way/, script);
    }
    t.is([...readCapture(readFileSync(capture))].length, ALL.length);
  }),
);

kernelTest('programs of tc are tried on a capture too', t =>
  withCapture(ALL, async ({ capture, passed }) => {
    if (!hostEnv().has('tcx')) return void t.pass('needs Linux 6.6 (tcx)');
    const script =
      'tc:wan0:egress /udp/ { @ = count(); return TC_ACT_SHOT; } tc:wan0:egress /icmp/ { return TC_ACT_OK; }';
    const { stdout, stderr, code } = await tsbpf([
      '--write-passed',
      passed,
      '--packets',
      capture,
      '-e',
      script,
    ]);
    t.is(code, 0, stderr);
    t.is([...stdout.matchAll(/ TC_ACT_SHOT$/gm)].length, 5 + 1); // and the total
    t.regex(stdout, /^@: 5$/m);
    t.regex(stdout, / TC_ACT_UNSPEC$/m);
    t.regex(stdout, / TC_ACT_OK$/m);
    t.is([...readCapture(readFileSync(passed))].length, 14);
  }),
);

kernelTest("ratelimit() keeps each key within its rate, by the capture's clock", t => {
  const packets: [bigint, Bytes][] = [];
  // Two sources, 100 packets a second each for two seconds, one behind the other; then silence, and 20 at once.
  for (let i = 0; i < 200; i++) {
    const time = BigInt(i) * 10_000_000n;
    packets.push([time, udp4(A, B, 53)], [time + 1000n, udp4(C, B, 53)]);
  }
  for (let i = 0; i < 20; i++) packets.push([60_000_000_000n, udp4(A, B, 53)]);
  return withCapture(packets, async ({ capture }) => {
    const script =
      'xdp:x /ratelimit(src, 10, 5)/ { @[src] = count(); return XDP_PASS; } xdp:x /ratelimit((sport, dport), 1000000000, 1000000000)/ { return XDP_DROP; }';
    const { stdout, stderr } = await tsbpf(['--packets', capture, '-e', script]);
    // 5 at once, then one each 100 ms until 1.99 s; 5 more of the second kind.
    const steady = 5 + 19;
    t.regex(stdout, new RegExp(`^@\\[10\\.0\\.0\\.1\\]: ${steady + 5}$`, 'm'), stderr);
    t.regex(stdout, new RegExp(`^@\\[192\\.168\\.1\\.7\\]: ${steady}$`, 'm'));
    t.regex(stdout, new RegExp(`^ +${2 * steady + 5} .* XDP_PASS$`, 'm'));
    t.regex(stdout, new RegExp(`^ +${420 - 2 * steady - 5} .* XDP_DROP$`, 'm'));
  });
});

kernelTest('one in N packets is sampled by rand', t =>
  withCapture(ALL.slice(0, 1), async ({ capture }) => {
    const packets = 8000;
    const script = 'xdp:x { @all = count(); } xdp:x /rand % 8 == 0/ { @ = count(); return XDP_DROP; }';
    const { stdout } = await tsbpf(['--packets', capture, '--repeat', `${packets}`, '-e', script]);
    t.regex(stdout, new RegExp(`^@all: ${packets}$`, 'm'));
    const sampled = Number(/^@: (\d+)$/m.exec(stdout)?.[1]);
    // Seven standard deviations.
    t.true(Math.abs(sampled - packets / 8) < 7 * Math.sqrt((packets / 8) * (7 / 8)), `${sampled}`);
  }),
);

kernelTest('--repeat times it; JSON; exit() ends it; mistakes are told', t =>
  withCapture(ALL, async ({ capture }) => {
    const run = (...args: string[]) => tsbpf(['--packets', capture, ...args]);
    const json = await run('--repeat', '100', '-f', 'json', '-e', 'xdp:x { @ = count(); }');
    const lines = json.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { type: string; data: unknown });
    t.deepEqual(lines[0], { type: 'packet', data: { number: 1, time: 0, bytes: 57, verdict: 'XDP_PASS' } });
    const totals = lines.find(line => line.type === 'packets')?.data as {
      packets: number;
      ns_per_packet: number;
    };
    t.is(totals.packets, FRAMES.length);
    t.true(totals.ns_per_packet > 0 && totals.ns_per_packet < 10e6);
    t.deepEqual(lines.at(-1), { type: 'map', data: { '@': FRAMES.length * 100 } });
    const ended = await run('-e', 'xdp:x { @++; if (@ == 3) { exit(4); } }');
    t.is(ended.code, 4);
    t.regex(ended.stdout, /^ +3 .*XDP_PASS$/m);
    t.notRegex(ended.stdout, /^ +4 .*XDP_PASS$/m);
    const never = await run('-e', 'BEGIN { exit(5); } xdp:x { @++; }');
    t.is(never.code, 5);
    t.notRegex(never.stdout, /XDP_PASS|@/);
    const two = await run('-e', 'xdp:x { } xdp:y { @ = count(); }');
    t.regex(two.stderr, /runs one program, and here are xdp:x and xdp:y/);
    t.is(two.code, 1);
    t.regex((await run('-e', 'BEGIN { }')).stderr, /has no packet probe/);
    t.regex(
      (await tsbpf(['--packets', '/dev/null', '-e', 'xdp:x { }'])).stderr,
      /\/dev\/null: it is too short for a capture/,
    );
    t.regex((await tsbpf(['--repeat', '5', '-e', 'xdp:x { }'])).stderr, /'--repeat' belongs to --packets/);
  }),
);
