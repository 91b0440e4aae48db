// What makes packets longer or shorter, in the interpreter: the frame that is left is the one that is built here by hand.
import test from 'ava';
import { type Bytes, ethernet, icmp, ipv4, ipv6, udp, vlan } from '../harness/packet/frame.js';
import { hex, vmRunner } from '../harness/packet/trial.js';

const DATA = [...Buffer.from('shape')];
const packet4 = ipv4(udp(DATA), { protocol: 17, source: '10.0.0.1', destination: '10.0.0.2' });
const packet6 = ipv6(udp(DATA), { next: 17, source: 'fd00::1', destination: 'fd00::2' });
const PLAIN: Readonly<Record<string, Bytes>> = {
  IPv4: ethernet(0x0800, packet4),
  IPv6: ethernet(0x86dd, packet6),
  ARP: ethernet(0x0806, new Array<number>(28).fill(7)),
  'nothing known': ethernet(0x1234, DATA),
};
function leaves(
  t: { is(a: string, b: string, message: string): void },
  source: string,
  frame: Bytes,
  expected: Bytes,
  verdict?: number,
) {
  const ran = vmRunner(source)(Uint8Array.from(frame));
  t.is(hex(ran.packet), hex(expected), `${source}\n${hex(frame)}`);
  if (verdict !== undefined) t.is(`${ran.verdict}`, `${verdict}`, source);
}

const typeOf = (frame: Bytes) => (frame[12]! << 8) | frame[13]!;
const behind = (frame: Bytes) => frame.slice(14);

test('push_vlan() puts a tag before what is there', t => {
  for (const frame of Object.values(PLAIN)) {
    const once = ethernet(0x8100, vlan(100 | (5 << 13), typeOf(frame), behind(frame)));
    leaves(t, 'xdp:eth0 { push_vlan(100, 5); }', frame, once);
    leaves(t, 'xdp:eth0 { push_vlan(100 + 0x1000, 13); }', frame, once); // low bits
    const twice = ethernet(0x8100, vlan(7, 0x8100, behind(once)));
    leaves(t, 'xdp:eth0 { push_vlan(7); }', once, twice);
    leaves(
      t,
      'xdp:eth0 { if (push_vlan(100, 5) && push_vlan(7) && vlan.id == 7 && cvlan.id == 100) { return XDP_TX; } }',
      frame,
      twice,
      3,
    );
  }
});

test('pop_vlan() takes the outer tag out, and says whether there was one', t => {
  for (const frame of Object.values(PLAIN)) {
    const once = ethernet(0x8100, vlan(100, typeOf(frame), behind(frame)));
    const twice = ethernet(0x88a8, vlan(7, 0x8100, behind(once)));
    const says = 'xdp:eth0 { return pop_vlan() ? XDP_TX : XDP_DROP; }';
    leaves(t, says, frame, frame, 1);
    leaves(t, says, once, frame, 3);
    leaves(t, says, twice, once, 3);
    leaves(t, 'xdp:eth0 { pop_vlan(); pop_vlan(); pop_vlan(); }', twice, frame);
    leaves(t, 'xdp:eth0 { push_vlan(9); pop_vlan(); }', frame, frame);
    leaves(t, says, once.slice(0, 17), once.slice(0, 17), 1); // cut off within the tag
  }
});

test('what was known of a packet is found anew', t => {
  const source =
    'xdp:eth0 /udp.dport == 53/ { $before = udp.sport; for ($i : 0..2) { push_vlan($i + 1); } if (udp.sport == $before && vlan.id == 2 && payload[0] == 115) { return XDP_TX; } }';
  for (const name of ['IPv4', 'IPv6']) {
    const frame = PLAIN[name]!;
    const twice = vlan(2, 0x8100, vlan(1, typeOf(frame), behind(frame)));
    leaves(t, source, frame, ethernet(0x8100, twice), 3);
  }
});

test('push_ip() and push_ip6() put a header around the packet', t => {
  const [v4, v6] = [PLAIN.IPv4!, PLAIN.IPv6!];
  const outer = { ttl: 64, id: 0, fragment: 0x4000 };
  const around4 = (inner: Bytes, protocol: number, source: string, destination: string, more = {}) =>
    ethernet(0x0800, ipv4(inner, { ...outer, protocol, source, destination, ...more }));
  leaves(t, `xdp:eth0 { push_ip(); }`, v4, around4(packet4, 4, '10.0.0.1', '10.0.0.2'));
  leaves(t, `xdp:eth0 { push_ip(); }`, v6, around4(packet6, 41, '0.0.0.0', '0.0.0.0'));
  leaves(
    t,
    `xdp:eth0 { if (push_ip()) { ip.saddr = "192.0.2.1"; ip.daddr = "255.255.255.254"; ip.ttl -= 1; if (!udp && ip.protocol == 4) { return XDP_TX; } } }`,
    v4,
    around4(packet4, 4, '192.0.2.1', '255.255.255.254', { ttl: 63 }),
    3,
  );
  const around6 = (inner: Bytes, next: number, source: string, destination: string) =>
    ethernet(0x86dd, ipv6(inner, { next, source, destination, hops: 64, flow: 0 }));
  leaves(t, `xdp:eth0 { push_ip6(); }`, v4, around6(packet4, 4, '::', '::'));
  leaves(t, `xdp:eth0 { push_ip6(); }`, v6, around6(packet6, 41, 'fd00::1', 'fd00::2'));
  leaves(
    t,
    `xdp:eth0 { push_ip6(); ip6.daddr = "fd00::9"; }`,
    v6,
    around6(packet6, 41, 'fd00::1', 'fd00::9'),
  );
  // The padding of a short frame is not the packet's.
  const padded = [...v4, 0, 0, 0, 0, 0];
  leaves(t, `xdp:eth0 { push_ip(); }`, padded, [
    ...around4(packet4, 4, '10.0.0.1', '10.0.0.2'),
    0,
    0,
    0,
    0,
    0,
  ]);
  for (const other of [PLAIN.ARP!, ethernet(0x8100, vlan(5, 0x0800, packet4)), v4.slice(0, 30)])
    leaves(t, `xdp:eth0 { return push_ip() || push_ip6() ? XDP_TX : XDP_DROP; }`, other, other, 1);
});

test('in socket buffers the room for a header is behind the link header', t => {
  const outer = {
    ttl: 64,
    id: 0,
    fragment: 0x4000,
    protocol: 4,
    source: '10.0.0.1',
    destination: '192.0.2.1',
  };
  const push = 'tc:eth0:egress { if (push_ip()) { ip.daddr = "192.0.2.1"; } }';
  leaves(t, push, PLAIN.IPv4!, ethernet(0x0800, ipv4(packet4, outer)));
  const around = ipv6(packet4, { next: 4, source: '::', destination: '::', hops: 64, flow: 0 });
  leaves(t, 'tc:eth0:ingress { push_ip6(); }', PLAIN.IPv4!, ethernet(0x86dd, around));
  leaves(t, push, PLAIN.ARP!, PLAIN.ARP!);
});

test('there is room for so much', t => {
  const frame = ethernet(0x0800, ipv4(icmp(8, 0, [0, 1, 0, 1]), { protocol: 1 }));
  const { verdict, packet } = vmRunner(
    'xdp:eth0 { $n = 0; while ($n < 100 && push_vlan(1)) { $n++; } if ($n == 64) { return XDP_TX; } }',
  )(Uint8Array.from(frame));
  t.is(verdict, 3); // 256 bytes of tags
  t.is(packet.length, frame.length + 256);
});
