// A program is tried on packets of the SSH session before it is attached: what it would do to them is told, and nothing is left of
// the trial.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NEAR } from '../harness/network.js';
import { ethernet, ipv4, tcp } from '../harness/packet/frame.js';
import { packetTest, sendFrames } from '../harness/packet-tracer.js';

const V4 = { SSH_CONNECTION: '192.0.2.7 50122 198.51.100.1 22' };
const V6 = { SSH_CONNECTION: '2001:db8::7 50122 2001:db8::1 2222' };
const [NAME4, NAME6] = ['192.0.2.7:50122 -> 198.51.100.1:22', '[2001:db8::7]:50122 -> [2001:db8::1]:2222'];
const SEGMENT =
  'tcp.flags == (ACK | PSH) && tcp.dport == 22 && tcp.sport == 50122 && ip.daddr == "198.51.100.1"';
const ALL4 = 'TCP dropped (XDP_DROP), ARP request dropped (XDP_DROP), ARP reply dropped (XDP_DROP)';

/** Script, environment, and what is told of it; `in` is on xdp:vnear. */
const TOLD: readonly (readonly [string, Readonly<Record<string, string>>, ...(readonly string[])])[] = [
  ['xdp:vnear { return XDP_DROP; }', V4, `xdp:vnear would drop packets of the SSH session ${NAME4}: ${ALL4}`],
  [
    `xdp:vnear /${SEGMENT} && payload.len == 36/ { return XDP_ABORTED; }`,
    V4,
    `xdp:vnear would drop packets of the SSH session ${NAME4}: TCP dropped (XDP_ABORTED)`,
  ],
  [
    'xdp:vnear /icmp6.type == 135 || icmp6.type == 136 && ip6.hoplimit == 255/ { return XDP_DROP; }',
    V6,
    `xdp:vnear would drop packets of the SSH session ${NAME6}: neighbour solicitation dropped (XDP_DROP), neighbour advertisement dropped (XDP_DROP)`,
  ],
  [
    'xdp:vnear /tcp && !ratelimit(src, 1, 5)/ { return XDP_DROP; }',
    V6,
    `xdp:vnear would drop packets of the SSH session ${NAME6}: TCP dropped, 11 of 16 (XDP_DROP)`,
  ],
  [
    'BEGIN { @port = 22; printf("once\\n"); } xdp:vnear /tcp.dport == @port/ { return XDP_TX; }',
    V4,
    `xdp:vnear would interfere with the SSH session ${NAME4}: TCP sent elsewhere (XDP_TX)`,
  ],
  [
    'xdp:vnear { ip.ttl -= 1; } tc:vnear:ingress { @in = count(); } tc:vnear:egress /tcp.sport == 22/ { return TC_ACT_SHOT; }',
    V4,
    `xdp:vnear would interfere with the SSH session ${NAME4}: TCP changed`,
    `tc:vnear:egress would drop packets of the SSH session ${NAME4}: TCP dropped (TC_ACT_SHOT)`,
  ],
  ['xdp:vnear /udp || tcp.dport == 80/ { return XDP_DROP; }', V4],
  ['xdp:vnear /tcp/ { @ = count(); }', V4],
];

const told = (stderr: string): string[] => stderr.split('\n').filter(line => / would /.test(line));

packetTest('what it would do to the session is told, by --dry-run too', async (t, network) => {
  for (const [script, env, ...expected] of TOLD) {
    const guarded = await network.tracer(['--dry-run', '-e', script], { env });
    t.is(guarded.code, 0, guarded.stderr);
    t.deepEqual(
      told(guarded.stderr),
      expected.map(line => `${line}; the guard lets these pass`),
      script,
    );
    t.is(guarded.stdout, '');
  }
  const [[script, env, ...expected] = ['', {}]] = TOLD;
  const bare = await network.tracer(['--dry-run', '--no-ssh-guard', '-e', script], { env });
  t.deepEqual(
    told(bare.stderr),
    expected.map(line => `${line}; nothing lets these pass (--no-ssh-guard)`),
  );
  const quiet = await network.tracer(['--dry-run', '-q', '-e', script], { env });
  t.is(quiet.stderr, '');
});

packetTest('the trial leaves nothing in maps, limits and sets, and comes first', async (t, network) => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-rehearsal-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const list = join(folder, 'list');
  writeFileSync(list, '10.77.0.0/24\n');
  const script = `
    let @known = lpmtrie(10);
    BEGIN { @begun++; printf("begun\\n"); }
    xdp:vnear { @seen = count(); @last = tcp.dport; }
    xdp:vnear /src in @known && tcp.dport == 80 && !ratelimit(src, 1, 8)/ { @limited = count(); return XDP_DROP; }
    END { print(@known); }`;
  const env = { SSH_CONNECTION: `10.77.0.2 50122 ${NEAR.v4} 80` };
  const to = (dport: number) =>
    ethernet(
      0x0800,
      ipv4(tcp([], { sport: 4000, dport, flags: 2 }), {
        protocol: 6,
        source: '10.77.0.3',
        destination: NEAR.v4,
      }),
    );
  const { stdout, stderr } = await network.tracer(['--set', `known=${list}`, '-e', script], {
    env,
    workload: () => sendFrames(network, new Array(11).fill(to(80))),
  });
  t.regex(
    stderr,
    /^xdp:vnear would drop packets of the SSH session 10\.77\.0\.2:50122 -> 10\.77\.0\.1:80: TCP dropped, 8 of 16 \(XDP_DROP\); the guard lets these pass$/m,
  );
  t.is(stdout.match(/begun/g)?.length, 2, stdout); // printed, and the map
  t.regex(stdout, /^@begun: 1$/m);
  t.regex(stdout, /^@seen: 11$/m);
  t.regex(stdout, /^@limited: 3$/m);
  t.regex(stdout, /^@known\[10\.77\.0\.0\/24\]: 11$/m);
});
