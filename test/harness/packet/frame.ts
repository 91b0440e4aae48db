// Frames made by hand for tests: headers as bytes, put together and with right lengths and checksums unless told otherwise.
// Written after the RFCs, and independent of src/.

export type Bytes = readonly number[];

export const u16 = (value: number): Bytes => [(value >> 8) & 0xff, value & 0xff];
export const u32 = (value: number): Bytes => [...u16(value >>> 16), ...u16(value & 0xffff)];

/** "02:00:00:00:00:01", "10.0.0.1" or "fd00::1", the last with at most one "::" and no dotted part. */
export function address(text: string): Bytes {
  if (!text.includes(':')) return text.split('.').map(Number);
  if (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(text)) {
    return text.split(':').map(part => Number.parseInt(part, 16));
  }
  const [before = '', after] = text.split('::');
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map(group => Number.parseInt(group, 16));
  const head = groups(before);
  const tail = after === undefined ? [] : groups(after);
  const zeros = new Array<number>(8 - head.length - tail.length).fill(0);
  return [...head, ...zeros, ...tail].flatMap(u16);
}

export function addressNumber(text: string): bigint {
  return address(text).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

export function ethernet(
  type: number,
  payload: Bytes,
  more: { source?: string; destination?: string } = {},
): Bytes {
  const { source = '02:00:00:00:00:01', destination = '02:00:00:00:00:02' } = more;
  return [...address(destination), ...address(source), ...u16(type), ...payload];
}

/** A tag and what is behind it: the payload of a frame of type 0x8100 (or 0x88a8). */
export function vlan(id: number, type: number, payload: Bytes, priority = 0, drop = 0): Bytes {
  return [...u16((priority << 13) | (drop << 12) | id), ...u16(type), ...payload];
}

interface Ip4Options {
  readonly protocol: number;
  readonly source?: string;
  readonly destination?: string;
  readonly ttl?: number;
  /** Flags and offset, as they lie there. */
  readonly fragment?: number;
  readonly id?: number;
  /** Bytes of options, a multiple of 4. */
  readonly options?: Bytes;
  /** Instead of the right ones. */
  readonly length?: number;
  readonly words?: number;
  readonly version?: number;
}

export function ipv4(payload: Bytes, o: Ip4Options): Bytes {
  const { source = '10.0.0.1', destination = '10.0.0.2', ttl = 64, fragment = 0, id = 1, options = [] } = o;
  const words = o.words ?? 5 + options.length / 4;
  const header = [
    ((o.version ?? 4) << 4) | (words & 15),
    0,
    ...u16(o.length ?? 20 + options.length + payload.length),
    ...u16(id),
    ...u16(fragment),
    ttl,
    o.protocol,
    0,
    0,
    ...address(source),
    ...address(destination),
    ...options,
  ];
  const sum = u16(checksum(header));
  header[10] = sum[0]!;
  header[11] = sum[1]!;
  return [...header, ...payload];
}

interface Ip6Options {
  readonly next: number;
  readonly source?: string;
  readonly destination?: string;
  readonly hops?: number;
  /** Class and flow label: of the first word what is not the version. */
  readonly flow?: number;
  readonly length?: number;
}

export function ipv6(payload: Bytes, o: Ip6Options): Bytes {
  const { source = 'fd00::1', destination = 'fd00::2', hops = 64, flow = 0x12_34_56 } = o;
  const first = [0x60, (flow >> 16) & 0xff, (flow >> 8) & 0xff, flow & 0xff];
  return [
    ...first,
    ...u16(o.length ?? payload.length),
    o.next,
    hops,
    ...address(source),
    ...address(destination),
    ...payload,
  ];
}

/** Source and destination, then the payload's length and protocol: of IPv4 and IPv6 alike once it is summed up. */
export interface Pseudo {
  readonly source: Bytes;
  readonly destination: Bytes;
}

export function pseudo4(source = '10.0.0.1', destination = '10.0.0.2'): Pseudo {
  return { source: address(source), destination: address(destination) };
}

export function pseudo6(source = 'fd00::1', destination = 'fd00::2'): Pseudo {
  return { source: address(source), destination: address(destination) };
}

interface TcpOptions {
  readonly sport?: number;
  readonly dport?: number;
  readonly flags?: number;
  readonly options?: Bytes;
  readonly words?: number;
  readonly pseudo?: Pseudo;
}

export function tcp(payload: Bytes, o: TcpOptions = {}): Bytes {
  const { sport = 1234, dport = 80, flags = 0x10, options = [], pseudo = pseudo4() } = o;
  const words = o.words ?? 5 + options.length / 4;
  const segment = [
    ...u16(sport),
    ...u16(dport),
    ...u32(0x01020304),
    ...u32(0x05060708),
    (words << 4) & 0xff,
    flags,
    ...u16(0xfaf0),
    0,
    0,
    0,
    0,
    ...options,
    ...payload,
  ];
  return withChecksum(segment, 16, 6, pseudo);
}

export function udp(
  payload: Bytes,
  o: { sport?: number; dport?: number; length?: number; checksum?: number; pseudo?: Pseudo } = {},
): Bytes {
  const { sport = 1234, dport = 53, pseudo = pseudo4() } = o;
  const datagram = [...u16(sport), ...u16(dport), ...u16(o.length ?? 8 + payload.length), 0, 0, ...payload];
  if (o.checksum !== undefined) {
    datagram.splice(6, 2, ...u16(o.checksum));
    return datagram;
  }
  const done = [...withChecksum(datagram, 6, 17, pseudo)];
  if (done[6] === 0 && done[7] === 0) done.splice(6, 2, 0xff, 0xff);
  return done;
}

export function icmp(type: number, code: number, rest: Bytes, pseudo?: Pseudo): Bytes {
  return withChecksum([type, code, 0, 0, ...rest], 2, 58, pseudo);
}

/** Puts the checksum of the bytes, and of the pseudo header if there is one, at an offset. */
function withChecksum(bytes: Bytes, offset: number, protocol: number, pseudo?: Pseudo): Bytes {
  const out = [...bytes];
  out[offset] = 0;
  out[offset + 1] = 0;
  const before =
    pseudo === undefined
      ? []
      : [...pseudo.source, ...pseudo.destination, ...u32(bytes.length), ...u32(protocol)];
  const sum = u16(checksum([...before, ...out]));
  out[offset] = sum[0]!;
  out[offset + 1] = sum[1]!;
  return out;
}

/** RFC 1071: the one's complement of the one's complement sum of words. */
export function checksum(bytes: Bytes): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** A request for IPv4 on Ethernet, or (RARP) the like. */
export function arp(sender: string, target: string, operation = 1): Bytes {
  const hardware = address('02:00:00:00:00:01');
  return [
    ...u16(1),
    ...u16(0x0800),
    6,
    4,
    ...u16(operation),
    ...hardware,
    ...address(sender),
    ...new Array<number>(6).fill(0),
    ...address(target),
  ];
}
