// Words of packet probes that are no headers: fields whatever the version of IP or the transport, facts of the packet itself,
// its payload, and constants.
import { INET, INET4, type Type, UINT32 } from '../../types/type.js';
import { type HeaderEntry, type HeaderField, headerFieldType, numberType } from './header.js';
import { fieldOf, IP, IP6, TCP, UDP } from './headers.js';

/** How many extension headers of IPv6 are followed. */
export const MOST_EXTENSIONS = 6;

/** One of several headers has it: the first that is present. */
export interface NeutralWord {
  readonly name: string;
  readonly doc: string;
  readonly choices: readonly { readonly header: HeaderEntry; readonly field: HeaderField }[];
  readonly type: Type;
}

function neutral(name: string, doc: string, field: string, headers: readonly HeaderEntry[]): NeutralWord {
  const choices = headers.map(header => ({ header, field: fieldOf(header, field) }));
  const first = headerFieldType(choices[0]!.field);
  return { name, doc, choices, type: first === INET4 ? INET : first };
}

export const NEUTRAL_WORDS: readonly NeutralWord[] = [
  neutral('src', 'source address, of IPv4 or IPv6', 'saddr', [IP, IP6]),
  neutral('dst', 'destination address, of IPv4 or IPv6', 'daddr', [IP, IP6]),
  neutral('sport', 'source port, of TCP or UDP', 'sport', [TCP, UDP]),
  neutral('dport', 'destination port, of TCP or UDP', 'dport', [TCP, UDP]),
];

/** Facts of the packet: numbers that are always there, but for proto and the length of the payload. */
export interface PacketFact {
  readonly name: 'len' | 'ifindex' | 'queue';
  readonly doc: string;
}

export const PACKET_FACTS: readonly PacketFact[] = [
  { name: 'len', doc: 'bytes of the frame' },
  { name: 'ifindex', doc: 'number of the interface it came in by' },
  { name: 'queue', doc: 'number of the receive queue' },
];

export const FACT_TYPE = UINT32;
/** Of proto and of a byte of payload. */
export const BYTE_TYPE = numberType(8);

/** Constants without an #include: in packet probes only. */
export const PACKET_CONSTANTS: ReadonlyMap<string, number> = new Map([
  // Bits of tcp.flags (RFC 9293).
  ['FIN', 0x01],
  ['SYN', 0x02],
  ['RST', 0x04],
  ['PSH', 0x08],
  ['ACK', 0x10],
  ['URG', 0x20],
  ['ECE', 0x40],
  ['CWR', 0x80],
]);

export function findNeutral(name: string): NeutralWord | undefined {
  return NEUTRAL_WORDS.find(word => word.name === name);
}
