// Words that a filter gives a meaning: no names of anything else, unless with a backslash before them.

/** What may stand before a direction, a kind of id, `[` or alone. `link` is `ether`. */
export const PROTOCOLS = [
  'ether',
  'ip',
  'ip6',
  'arp',
  'rarp',
  'tcp',
  'udp',
  'sctp',
  'icmp',
  'icmp6',
  'igmp',
  'igrp',
  'pim',
  'vrrp',
  'carp',
  'ah',
  'esp',
  'decnet',
  'sca',
  'lat',
  'mopdl',
  'moprc',
  'iso',
  'stp',
  'netbeui',
  'pppoed',
] as const;

/** Other spellings. */
const SPELLINGS: Readonly<Record<string, string>> = { link: 'ether', length: 'len' };

export function spelled(word: string): string {
  return Object.hasOwn(SPELLINGS, word) ? SPELLINGS[word]! : word;
}

const OTHERS = [
  'src',
  'dst',
  'host',
  'net',
  'mask',
  'port',
  'portrange',
  'proto',
  'and',
  'or',
  'not',
  'less',
  'greater',
  'len',
  'vlan',
  'broadcast',
  'multicast',
];

interface Refusal {
  readonly problem: string;
  readonly hint?: string;
}

/** What cannot be told by looking at a frame, or is of other links than Ethernet, or is not compiled here. */
export function refusalOf(word: string): Refusal | undefined {
  return REFUSED.find(({ words }) => words.split(' ').includes(word))?.of(word);
}

const REFUSED: readonly { readonly words: string; readonly of: (word: string) => Refusal }[] = [
  {
    words: 'inbound outbound',
    of: word => ({
      problem: `a packet does not tell whether it is ${word}`,
      hint: 'xdp probes see what comes in; tc probes are of a direction',
    }),
  },
  {
    words: 'ifindex ifname on',
    of: word => ({
      problem: `"${word}" is not of the packet itself`,
      hint: 'pkt.ifindex is a word of the language',
    }),
  },
  {
    words: 'protochain',
    of: () => ({
      problem: 'a filter does not follow chains of headers',
      hint: 'the word proto of the language does',
    }),
  },
  {
    words: 'gateway',
    of: () => ({
      problem: 'a gateway is given by its name, and names are not looked up',
      hint: 'ether host 02:00:00:00:00:01 and not host 10.0.0.1',
    }),
  },
  {
    words: 'mpls pppoes geneve byte ipx atalk aarp isis esis clnp llc',
    of: word => ({
      problem: `"${word}" is not supported`,
      hint: 'bytes can be compared: ether[12:2] = 0x8847',
    }),
  },
  {
    words: 'type subtype dir ra ta addr1 addr2 addr3 addr4 fddi tr wlan slip ppp',
    of: word => ({ problem: `"${word}" is of other links than Ethernet` }),
  },
  {
    words: 'action reason rnr rulenum srnr subrulenum rset ruleset',
    of: word => ({ problem: `"${word}" is of the packet filter of BSD` }),
  },
];

/** All that may be meant by a word that is none. */
export function meaningfulWords(): readonly string[] {
  return [...PROTOCOLS, ...Object.keys(SPELLINGS), ...OTHERS];
}

export function isReserved(word: string): boolean {
  return meaningfulWords().includes(word) || refusalOf(word) !== undefined;
}
