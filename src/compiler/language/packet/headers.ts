// The headers of packets, with the names of fields that nftables has (hyphens are underscores here). A new header is one entry.
import type { HeaderEntry, HeaderField, HeaderPlace } from './header.js';

type Row = Omit<HeaderField, 'offset' | 'kind'> & { readonly kind?: HeaderField['kind'] };
type Marks = Partial<Pick<HeaderField, 'steers' | 'fixed' | 'checksum' | 'pseudo'>>;

function number(name: string, width: number, doc: string, marks: Marks = {}): Row {
  return { name, width, doc, ...marks };
}

function address(name: string, kind: 'mac' | 'ip' | 'ip6', doc: string, marks: Marks = {}): Row {
  return { name, kind, width: { mac: 48, ip: 32, ip6: 128 }[kind], doc, ...marks };
}

/** Fields follow each other without gaps; `overlaid` ones start at the byte they give. */
function header(
  name: string,
  place: HeaderPlace,
  doc: string,
  rows: readonly Row[],
  more: { readonly aliases?: readonly string[]; readonly overlaid?: readonly (Row & { at: number })[] } = {},
): HeaderEntry {
  let offset = 0;
  const fields = rows.map(({ kind = 'number', ...row }): HeaderField => {
    const field = { ...row, kind, offset };
    offset += row.width;
    return field;
  });
  for (const { at, kind = 'number', ...row } of more.overlaid ?? []) {
    fields.push({ ...row, kind, offset: at * 8 });
  }
  return { name, aliases: more.aliases ?? [], doc, place, size: offset / 8, fields };
}

const STEERS = { steers: true } as const;
const FIXED = { fixed: true } as const;
const CHECKSUM = { checksum: true } as const;
/** Pseudo headers: RFC 9293, RFC 768, RFC 8200 (8.1). TCP and ICMPv6 have their length from the header below. */
const PSEUDO = { pseudo: ['tcp', 'udp'] } as const;
const PSEUDO6 = { pseudo: ['tcp', 'udp', 'icmp6'] } as const;

export const ETH = header(
  'eth',
  { in: 'frame' },
  'Ethernet',
  [
    address('daddr', 'mac', 'destination'),
    address('saddr', 'mac', 'source'),
    number('type', 16, 'Ethernet type of what follows', STEERS),
  ],
  { aliases: ['ether'] },
);

const TAG = [
  number('pcp', 3, 'priority'),
  number('dei', 1, 'drop eligible'),
  number('id', 12, 'number of the VLAN'),
  number('type', 16, 'Ethernet type of what follows', STEERS),
];

export const VLAN = header(
  'vlan',
  { in: 'tag', index: 0 },
  'VLAN tag (802.1Q, 802.1ad), the outer one of two',
  TAG,
);
export const CVLAN = header('cvlan', { in: 'tag', index: 1 }, 'the inner VLAN tag of two', TAG);

export const ARP = header('arp', { in: 'link', type: 0x0806 }, 'ARP for IPv4 on Ethernet', [
  number('htype', 16, 'kind of hardware address'),
  number('ptype', 16, 'kind of protocol address'),
  number('hlen', 8, 'bytes of a hardware address'),
  number('plen', 8, 'bytes of a protocol address'),
  number('operation', 16, '1 request, 2 reply'),
  address('saddr_ether', 'mac', 'hardware address of the sender'),
  address('saddr_ip', 'ip', 'address of the sender'),
  address('daddr_ether', 'mac', 'hardware address asked for'),
  address('daddr_ip', 'ip', 'address asked for'),
]);

export const IP = header('ip', { in: 'link', type: 0x0800 }, 'IPv4', [
  number('version', 4, '4', FIXED),
  number('hdrlength', 4, 'words of 32 bits in the header', FIXED),
  number('dscp', 6, 'class of service'),
  number('ecn', 2, 'congestion notification'),
  number('length', 16, 'bytes of header and payload', { ...STEERS, pseudo: ['tcp'] }),
  number('id', 16, 'number shared by fragments'),
  number('frag_off', 16, 'flags (0x4000 do not, 0x2000 more) and offset in units of 8 bytes', STEERS),
  number('ttl', 8, 'hops left'),
  number('protocol', 8, 'protocol of the payload', STEERS),
  number('checksum', 16, 'checksum of the header', CHECKSUM),
  address('saddr', 'ip', 'source', PSEUDO),
  address('daddr', 'ip', 'destination', PSEUDO),
]);

export const IP6 = header('ip6', { in: 'link', type: 0x86dd }, 'IPv6', [
  number('version', 4, '6', FIXED),
  number('dscp', 6, 'class of service'),
  number('ecn', 2, 'congestion notification'),
  number('flowlabel', 20, 'label of the flow'),
  number('length', 16, 'bytes behind this header', { ...STEERS, pseudo: ['tcp', 'icmp6'] }),
  number('nexthdr', 8, 'kind of the next header', STEERS),
  number('hoplimit', 8, 'hops left'),
  address('saddr', 'ip6', 'source', PSEUDO6),
  address('daddr', 'ip6', 'destination', PSEUDO6),
]);

export const TCP = header('tcp', { in: 'network', protocol: 6 }, 'TCP', [
  number('sport', 16, 'source port'),
  number('dport', 16, 'destination port'),
  number('sequence', 32, 'number of the first byte'),
  number('ackseq', 32, 'number of the next byte expected'),
  number('doff', 4, 'words of 32 bits in the header', FIXED),
  number('reserved', 4, 'reserved bits'),
  number('flags', 8, 'FIN, SYN, RST, PSH, ACK, URG, ECE, CWR'),
  number('window', 16, 'window'),
  number('checksum', 16, 'checksum', CHECKSUM),
  number('urgptr', 16, 'urgent pointer'),
]);

export const UDP = header('udp', { in: 'network', protocol: 17 }, 'UDP', [
  number('sport', 16, 'source port'),
  number('dport', 16, 'destination port'),
  number('length', 16, 'bytes of header and payload', { pseudo: ['udp'] }),
  number('checksum', 16, 'checksum; 0: none', CHECKSUM),
]);

const AT_REST = 4;

export const ICMP = header(
  'icmp',
  { in: 'network', protocol: 1, family: 'ip' },
  'ICMP',
  [
    number('type', 8, '8 echo request, 0 echo reply, 3 unreachable, ...'),
    number('code', 8, 'kind within the type'),
    number('checksum', 16, 'checksum', CHECKSUM),
    number('id', 16, 'number of an echo'),
    number('sequence', 16, 'number of an echo within its id'),
  ],
  {
    overlaid: [
      { ...address('gateway', 'ip', 'of a redirect'), at: AT_REST },
      { ...number('mtu', 16, 'of "fragmentation needed"'), at: AT_REST + 2 },
    ],
  },
);

export const ICMP6 = header(
  'icmp6',
  { in: 'network', protocol: 58, family: 'ip6' },
  'ICMPv6',
  [
    number('type', 8, '128 echo request, 129 echo reply, 135 neighbour solicitation, ...'),
    number('code', 8, 'kind within the type'),
    number('checksum', 16, 'checksum', CHECKSUM),
    number('id', 16, 'number of an echo'),
    number('sequence', 16, 'number of an echo within its id'),
  ],
  {
    aliases: ['icmpv6'],
    overlaid: [
      { ...number('mtu', 32, 'of "packet too big"'), at: AT_REST },
      { ...number('max_delay', 16, 'of a multicast listener query'), at: AT_REST },
      { ...number('parameter_problem', 32, 'offset of the error'), at: AT_REST },
    ],
  },
);

export const HEADERS: readonly HeaderEntry[] = [ETH, VLAN, CVLAN, ARP, IP, IP6, TCP, UDP, ICMP, ICMP6];

/** Headers that have a payload behind them. */
export const BEFORE_PAYLOAD: readonly HeaderEntry[] = [TCP, UDP, ICMP, ICMP6];

const byName = new Map(HEADERS.flatMap(entry => [entry.name, ...entry.aliases].map(name => [name, entry])));

/** By name or alias. */
export function findHeader(name: string): HeaderEntry | undefined {
  return byName.get(name);
}

/** A field that must be there: the names are ours. */
export function fieldOf(entry: HeaderEntry, name: string): HeaderField {
  const field = entry.fields.find(each => each.name === name);
  if (field === undefined) throw new Error(`${entry.name} has no field ${name}`);
  return field;
}
