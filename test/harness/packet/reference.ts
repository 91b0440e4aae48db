// What the language says of a packet, found out the slow way: a parser of frames and a reader of fields that share nothing with
// src/. Tests compare compiled programs with it.
import type { Bytes } from './frame.js';

/** Headers with the offset of their first byte. */
export interface Parsed {
  readonly at: ReadonlyMap<string, number>;
  /** Number of what is behind the IP headers, when there are any and they say so. */
  readonly protocol: number | undefined;
  /** Where the payload begins and ends; undefined without a transport header. */
  readonly payload: { readonly from: number; readonly to: number } | undefined;
}

const SIZES: Readonly<Record<string, number>> = {
  eth: 14,
  vlan: 4,
  cvlan: 4,
  arp: 28,
  ip: 20,
  ip6: 40,
  tcp: 20,
  udp: 8,
  icmp: 8,
  icmp6: 8,
};

/** As the RFCs draw them: names and bits, in order. */
const LAYOUTS: Readonly<Record<string, string>> = {
  eth: 'daddr:48 saddr:48 type:16',
  vlan: 'pcp:3 dei:1 id:12 type:16',
  cvlan: 'pcp:3 dei:1 id:12 type:16',
  arp: 'htype:16 ptype:16 hlen:8 plen:8 operation:16 saddr_ether:48 saddr_ip:32 daddr_ether:48 daddr_ip:32',
  ip: 'version:4 hdrlength:4 dscp:6 ecn:2 length:16 id:16 frag_off:16 ttl:8 protocol:8 checksum:16 saddr:32 daddr:32',
  ip6: 'version:4 dscp:6 ecn:2 flowlabel:20 length:16 nexthdr:8 hoplimit:8 saddr:128 daddr:128',
  tcp: 'sport:16 dport:16 sequence:32 ackseq:32 doff:4 reserved:4 flags:8 window:16 checksum:16 urgptr:16',
  udp: 'sport:16 dport:16 length:16 checksum:16',
  icmp: 'type:8 code:8 checksum:16 id:16 sequence:16',
  icmp6: 'type:8 code:8 checksum:16 id:16 sequence:16',
};

/** Fields that lie over others: header, name, bit, width. */
const OVERLAID: readonly (readonly [string, string, number, number])[] = [
  ['icmp', 'gateway', 32, 32],
  ['icmp', 'mtu', 48, 16],
  ['icmp6', 'mtu', 32, 32],
  ['icmp6', 'max_delay', 32, 16],
  ['icmp6', 'parameter_problem', 32, 32],
];

export interface ReferenceField {
  readonly header: string;
  readonly name: string;
  readonly bit: number;
  readonly width: number;
}

export const REFERENCE_FIELDS: readonly ReferenceField[] = [
  ...Object.entries(LAYOUTS).flatMap(([header, layout]) => {
    let bit = 0;
    return layout.split(' ').map(word => {
      const [name = '', bits = '0'] = word.split(':');
      const field = { header, name, bit, width: Number(bits) };
      bit += field.width;
      return field;
    });
  }),
  ...OVERLAID.map(([header, name, bit, width]) => ({ header, name, bit, width })),
];

const EXTENSIONS = new Set([0, 43, 44, 51, 60]);

export function parsePacket(packet: Bytes): Parsed {
  const at = new Map<string, number>();
  const fits = (header: string, offset: number) => {
    if (offset + SIZES[header]! > packet.length) return false;
    at.set(header, offset);
    return true;
  };
  const word = (offset: number) => (packet[offset]! << 8) | packet[offset + 1]!;
  const nothing: Parsed = { at, protocol: undefined, payload: undefined };
  if (!fits('eth', 0)) return nothing;
  let type = word(12);
  let offset = 14;
  for (const tag of ['vlan', 'cvlan']) {
    if (type !== 0x8100 && type !== 0x88a8) break;
    if (!fits(tag, offset)) return nothing;
    type = word(offset + 2);
    offset += 4;
  }
  if (type === 0x0806) fits('arp', offset);
  if (type === 0x0800 && fits('ip', offset)) return behindIp(packet, at, offset);
  if (type === 0x86dd && fits('ip6', offset)) return behindIp6(packet, at, offset);
  return nothing;
}

function behindIp(packet: Bytes, at: Map<string, number>, ip: number): Parsed {
  const protocol = packet[ip + 9]!;
  const version = packet[ip]! >> 4;
  const words = packet[ip]! & 15;
  const offset = ((packet[ip + 6]! & 0x1f) << 8) | packet[ip + 7]!;
  if (version !== 4 || words < 5 || offset !== 0) return { at, protocol, payload: undefined };
  const length = (packet[ip + 2]! << 8) | packet[ip + 3]!;
  return transport(packet, at, protocol, ip + words * 4, 4, ip + length);
}

function behindIp6(packet: Bytes, at: Map<string, number>, ip6: number): Parsed {
  let next = packet[ip6 + 6]!;
  let offset = ip6 + 40;
  const end = offset + ((packet[ip6 + 4]! << 8) | packet[ip6 + 5]!);
  for (let turn = 0; EXTENSIONS.has(next); turn++) {
    if (turn === 6 || offset + 8 > packet.length) return { at, protocol: undefined, payload: undefined };
    const kind = next;
    next = packet[offset]!;
    if (kind === 44) {
      const fragment = ((packet[offset + 2]! << 8) | packet[offset + 3]!) >> 3;
      if (fragment !== 0) return { at, protocol: next, payload: undefined };
      offset += 8;
    } else if (kind === 51) offset += (packet[offset + 1]! + 2) * 4;
    else offset += (packet[offset + 1]! + 1) * 8;
  }
  return transport(packet, at, next, offset, 6, end);
}

function transport(
  packet: Bytes,
  at: Map<string, number>,
  protocol: number,
  offset: number,
  version: 4 | 6,
  end: number,
): Parsed {
  const kinds: Readonly<Record<number, string>> =
    version === 4 ? { 6: 'tcp', 17: 'udp', 1: 'icmp' } : { 6: 'tcp', 17: 'udp', 58: 'icmp6' };
  const header = kinds[protocol];
  if (header === undefined || offset + SIZES[header]! > packet.length) {
    return { at, protocol, payload: undefined };
  }
  at.set(header, offset);
  const words = header === 'tcp' ? packet[offset + 12]! >> 4 : 2;
  if (header === 'tcp' && words < 5) return { at, protocol, payload: undefined };
  const from = offset + words * 4;
  return { at, protocol, payload: { from, to: Math.max(from, Math.min(end, packet.length)) } };
}

/** Value of a field; undefined when its header is not there. */
export function readField(packet: Bytes, parsed: Parsed, field: ReferenceField): bigint | undefined {
  const start = parsed.at.get(field.header);
  if (start === undefined) return undefined;
  let value = 0n;
  for (let bit = field.bit; bit < field.bit + field.width; bit++) {
    const byte = packet[start + (bit >> 3)]!;
    value = (value << 1n) | BigInt((byte >> (7 - (bit & 7))) & 1);
  }
  return value;
}

/** The packet with the field set, as far as its header is there. Checksums stay as they are. */
export function writeField(packet: Bytes, field: ReferenceField, value: bigint): number[] {
  const out = [...packet];
  const start = parsePacket(packet).at.get(field.header);
  if (start === undefined) return out;
  for (let i = 0; i < field.width; i++) {
    const bit = field.bit + field.width - 1 - i;
    const index = start + (bit >> 3);
    const mask = 1 << (7 - (bit & 7));
    out[index] = ((value >> BigInt(i)) & 1n) === 1n ? out[index]! | mask : out[index]! & ~mask;
  }
  return out;
}

export function referenceField(header: string, name: string): ReferenceField {
  const field = REFERENCE_FIELDS.find(each => each.header === header && each.name === name);
  if (field === undefined) throw new Error(`the reference has no ${header}.${name}`);
  return field;
}
