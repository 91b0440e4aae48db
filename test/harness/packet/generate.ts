// Random frames: all combinations of headers, options, extension headers, fragments, wrong lengths; often cut short.

import type { RandomSource } from '../random-source.js';
import {
  type Bytes,
  ethernet,
  icmp,
  ipv4,
  ipv6,
  pseudo4,
  pseudo6,
  tcp,
  u16,
  u32,
  udp,
  vlan,
} from './frame.js';

/** Addresses and ports of which tests ask, often. */
export const ADDRESSES4 = ['10.0.0.1', '10.0.0.2', '10.1.2.3', '192.168.1.1', '0.0.0.0', '255.255.255.255'];
export const ADDRESSES6 = ['fd00::1', 'fd00::2', '2001:db8::1', 'fe80::1:2', '::'];
export const PORTS = [53, 80, 443, 1234, 22, 0, 65535];
export const MACS = ['02:00:00:00:00:01', '02:00:00:00:00:02', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:01'];

export function randomFrame(r: RandomSource): Uint8Array {
  const whole = randomWhole(r);
  // At every length from an Ethernet header on, the ends of headers more often.
  if (r.chance(35)) return Uint8Array.from(whole.slice(0, Math.max(14, r.below(whole.length + 1))));
  if (r.chance(10)) return Uint8Array.from([...whole, ...r.bytes(r.below(40))]);
  return Uint8Array.from(whole);
}

function randomWhole(r: RandomSource): Bytes {
  const [type, inner] = network(r);
  const source = r.pick(MACS);
  const destination = r.pick(MACS);
  const tag = (kind: number, payload: Bytes) =>
    vlan(r.pick([1, 5, 100, 4095, 0]), kind, payload, r.below(8), r.below(2));
  const more = { source, destination };
  switch (r.weighted([60, 15, 10, 4])) {
    case 0:
      return ethernet(type, inner, more);
    case 1:
      return ethernet(r.pick([0x8100, 0x88a8]), tag(type, inner), more);
    case 2:
      return ethernet(r.pick([0x8100, 0x88a8]), tag(r.pick([0x8100, 0x88a8]), tag(type, inner)), more);
    default:
      return ethernet(0x88a8, tag(0x8100, tag(0x8100, tag(type, inner))), more);
  }
}

/** Ethernet type and what it announces. */
function network(r: RandomSource): [number, Bytes] {
  switch (r.weighted([45, 40, 8, 4, 3])) {
    case 0:
      return [0x0800, version4(r)];
    case 1:
      return [0x86dd, version6(r)];
    case 2:
      return [0x0806, arp(r)];
    case 3:
      return [r.pick([0x0800, 0x86dd, 0x0806]), r.bytes(r.below(80))];
    default:
      return [r.below(65536), r.bytes(r.below(60))];
  }
}

function arp(r: RandomSource): Bytes {
  return [
    ...u16(1),
    ...u16(0x0800),
    6,
    4,
    ...u16(r.pick([1, 2])),
    ...r.bytes(20),
    ...(r.chance(30) ? r.bytes(18) : []),
  ];
}

function version4(r: RandomSource): Bytes {
  const source = r.pick(ADDRESSES4);
  const destination = r.pick(ADDRESSES4);
  const [protocol, payload] = transport(r, 4, source, destination);
  const options = r.chance(25) ? r.bytes(4 * (1 + r.below(10))) : [];
  return ipv4(payload, {
    protocol,
    source,
    destination,
    ttl: r.pick([0, 1, 64, 255]),
    id: r.below(65536),
    options,
    ...(r.chance(15) ? { fragment: r.pick([0x2000, 0x4000, 1, 0x2001, 0x1fff, 0x8000]) } : {}),
    ...(r.chance(10) ? { length: r.pick([0, 10, 20, 21, 28, 40, 65535, r.below(200)]) } : {}),
    ...(r.chance(8) ? { words: r.below(16) } : {}),
    ...(r.chance(4) ? { version: r.below(16) } : {}),
  });
}

function version6(r: RandomSource): Bytes {
  const source = r.pick(ADDRESSES6);
  const destination = r.pick(ADDRESSES6);
  const [protocol, payload] = transport(r, 6, source, destination);
  let next = protocol;
  let bytes = payload;
  const count = r.weighted([60, 15, 8, 5, 3, 2, 2, 2, 1]);
  for (let i = 0; i < count; i++) {
    const kind = r.pick([0, 43, 44, 51, 60]);
    bytes = [...extension(r, kind, next), ...bytes];
    next = kind;
  }
  return ipv6(bytes, {
    next,
    source,
    destination,
    hops: r.pick([0, 1, 64, 255]),
    ...(r.chance(10) ? { length: r.pick([0, 1, 8, 20, 65535, r.below(200)]) } : {}),
  });
}

function extension(r: RandomSource, kind: number, next: number): Bytes {
  if (kind === 44) {
    const fragment = r.chance(40) ? r.pick([0x0001, 0x0008, 0xfff8, 0x0009]) : r.pick([0, 1, 6]);
    return [next, r.chance(30) ? r.below(256) : 0, ...u16(fragment), ...u32(r.below(1 << 30))];
  }
  const units = r.weighted([50, 20, 10, 5]);
  // The authentication header counts words of 4 bytes, less 2.
  const size = kind === 51 ? (units + 2) * 4 : (units + 1) * 8;
  const field = r.chance(5) ? r.below(256) : units;
  return [next, field, ...r.bytes(Math.max(6, size - 2))];
}

function transport(r: RandomSource, version: 4 | 6, source: string, destination: string): [number, Bytes] {
  const pseudo = version === 4 ? pseudo4(source, destination) : pseudo6(source, destination);
  const payload = r.chance(30) ? [] : r.bytes(r.below(40));
  const ports = { sport: r.pick(PORTS), dport: r.pick(PORTS), pseudo };
  switch (r.weighted([35, 35, 15, 5, 5, 5])) {
    case 0:
      return [
        6,
        tcp(payload, {
          ...ports,
          flags: r.below(256),
          options: r.chance(30) ? r.bytes(4 * (1 + r.below(10))) : [],
          ...(r.chance(8) ? { words: r.below(16) } : {}),
        }),
      ];
    case 1:
      return [
        17,
        udp(payload, {
          ...ports,
          ...(r.chance(10) ? { length: r.below(100) } : {}),
          ...(r.chance(15) ? { checksum: 0 } : {}),
        }),
      ];
    case 2:
      return version === 4
        ? [1, icmp(r.pick([0, 3, 8]), r.below(4), r.bytes(4 + r.below(30)))]
        : [58, icmp(r.pick([1, 2, 128, 129, 135, 136]), r.below(4), r.bytes(4 + r.below(30)), pseudo)];
    case 3:
      return [version === 4 ? 58 : 1, r.bytes(r.below(40))];
    case 4:
      return [r.below(256), r.bytes(r.below(40))];
    default:
      return [r.pick([6, 17, 1, 58, 50, 132, 59]), r.bytes(r.below(30))];
  }
}
