// Packets of an SSH session, as one sees them on its interface: a segment of TCP, and what finds neighbours (RFC 826, 791, 8200, 9293,
// 4861). Headers and checksums are whole; numbers and hardware addresses are made up.
import { parseAddress } from '../compiler/language/names/address.js';
import type { SshSession } from '../kernel/host/ssh-session.js';
import type { Sample } from '../runtime/rehearsal.js';

const ETHERNET = { IPV4: 0x0800, ARP: 0x0806, IPV6: 0x86dd } as const;
const PROTOCOL = { TCP: 6, ICMP6: 58 } as const;
/** Of ICMPv6. */
const [SOLICITATION, ADVERTISEMENT] = [135, 136];
const [REQUEST, REPLY] = [1, 2];
/** Flags of TCP: a segment with data. */
const PSH_ACK = 0x18;
/** Encrypted bytes that a key takes. */
const PAYLOAD = new Array<number>(36).fill(0x5a);
/** Whose they are is not known: of the block for documentation. */
const THEIRS: Bytes = [0x02, 0, 0x5e, 0x10, 0, 0x01];
const OURS: Bytes = [0x02, 0, 0x5e, 0x10, 0, 0x02];

type Bytes = readonly number[];

/** Of both directions; none when its addresses are none, or of two families. */
export function sessionPackets(session: SshSession): Sample[] {
  const [client, server] = [session.client, session.server].map(text => [...(parseAddress(text) ?? [])]);
  if (client === undefined || server === undefined || client.length === 0 || client.length !== server.length)
    return [];
  const v6 = client.length === 16;
  return [false, true].flatMap((outbound): Sample[] => {
    const [source, destination] = outbound ? [server, client] : [client, server];
    const ports = outbound ? [session.port, session.clientPort] : [session.clientPort, session.port];
    const sample = (what: string, type: number, payload: Bytes): Sample => ({
      what,
      outbound,
      bytes: Uint8Array.from([
        ...(outbound ? THEIRS : OURS),
        ...(outbound ? OURS : THEIRS),
        ...u16(type),
        ...payload,
      ]),
    });
    const network = (protocol: number, payload: Bytes): Bytes =>
      v6 ? ip6(protocol, source, destination, payload) : ip4(protocol, source, destination, payload);
    const segment = tcp(ports, source, destination);
    const around = v6
      ? [SOLICITATION, ADVERTISEMENT].map(type =>
          sample(
            type === SOLICITATION ? 'neighbour solicitation' : 'neighbour advertisement',
            ETHERNET.IPV6,
            network(PROTOCOL.ICMP6, neighbour(type, source, destination)),
          ),
        )
      : [REQUEST, REPLY].map(operation =>
          sample(
            operation === REQUEST ? 'ARP request' : 'ARP reply',
            ETHERNET.ARP,
            arp(operation, source, destination, outbound),
          ),
        );
    return [sample('TCP', v6 ? ETHERNET.IPV6 : ETHERNET.IPV4, network(PROTOCOL.TCP, segment)), ...around];
  });
}

function ip4(protocol: number, source: Bytes, destination: Bytes, payload: Bytes): Bytes {
  const head = (checksum: number): Bytes => [
    ...[0x45, 0x10, ...u16(20 + payload.length), ...u16(1), ...u16(0x4000), 64, protocol, ...u16(checksum)],
    ...source,
    ...destination,
  ];
  return [...head(checksumOf(head(0))), ...payload];
}

function ip6(next: number, source: Bytes, destination: Bytes, payload: Bytes): Bytes {
  // Neighbours are not to be routed.
  const hops = next === PROTOCOL.ICMP6 ? 255 : 64;
  return [0x60, 0, 0, 0, ...u16(payload.length), next, hops, ...source, ...destination, ...payload];
}

function tcp([from = 0, to = 0]: readonly number[], source: Bytes, destination: Bytes): Bytes {
  const whole = (checksum: number): Bytes => [
    ...[...u16(from), ...u16(to), 0x10, 0, 0, 0, 0x20, 0, 0, 0, 0x50, PSH_ACK, ...u16(501)],
    ...[...u16(checksum), 0, 0],
    ...PAYLOAD,
  ];
  return whole(checksumOf([...pseudo(PROTOCOL.TCP, source, destination, 20 + PAYLOAD.length), ...whole(0)]));
}

/** With the link-layer address as its option. */
function neighbour(type: number, source: Bytes, destination: Bytes): Bytes {
  const isAsked = type === SOLICITATION;
  const whole = (checksum: number): Bytes => [
    ...[type, 0, ...u16(checksum), isAsked ? 0 : 0x60, 0, 0, 0],
    ...(isAsked ? destination : source),
    ...[isAsked ? 1 : 2, 1],
    ...THEIRS,
  ];
  const length = whole(0).length;
  return whole(checksumOf([...pseudo(PROTOCOL.ICMP6, source, destination, length), ...whole(0)]));
}

function arp(operation: number, source: Bytes, destination: Bytes, outbound: boolean): Bytes {
  const [sender, target] = outbound ? [OURS, THEIRS] : [THEIRS, OURS];
  const asked = operation === REQUEST ? new Array<number>(6).fill(0) : target;
  return [
    ...u16(1),
    ...u16(ETHERNET.IPV4),
    6,
    4,
    ...u16(operation),
    ...sender,
    ...source,
    ...asked,
    ...destination,
  ];
}

function pseudo(protocol: number, source: Bytes, destination: Bytes, length: number): Bytes {
  const rest =
    source.length === 4 ? [0, protocol, ...u16(length)] : [0, 0, ...u16(length), 0, 0, 0, protocol];
  return [...source, ...destination, ...rest];
}

/** RFC 1071. */
function checksumOf(bytes: Bytes): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function u16(value: number): Bytes {
  return [(value >> 8) & 0xff, value & 0xff];
}
