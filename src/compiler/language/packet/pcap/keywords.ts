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
export const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['link', 'ether'],
  ['length', 'len'],
]);

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

const refuse = (words: string, of: (word: string) => Refusal): readonly (readonly [string, Refusal])[] =>
  words.split(' ').map(word => [word, of(word)]);

/** What cannot be told by looking at a frame, or is of other links than Ethernet, or is not compiled here. */
export const REFUSED: ReadonlyMap<string, Refusal> = new Map([
  ...refuse('inbound outbound', word => ({
    problem: `a packet does not tell whether it is ${word}`,
    hint: 'xdp probes see what comes in; tc probes are of a direction',
  })),
  ...refuse('ifindex ifname on', word => ({
    problem: `"${word}" is not of the packet itself`,
    hint: 'pkt.ifindex is a word of the language',
  })),
  ...refuse('protochain', () => ({
    problem: 'a filter does not follow chains of headers',
    hint: 'the word proto of the language does',
  })),
  ...refuse('gateway', () => ({
    problem: 'a gateway is given by its name, and names are not looked up',
    hint: 'ether host 02:00:00:00:00:01 and not host 10.0.0.1',
  })),
  ...refuse('mpls pppoes geneve byte ipx atalk aarp isis esis clnp llc', word => ({
    problem: `"${word}" is not supported`,
    hint: 'bytes can be compared: ether[12:2] = 0x8847',
  })),
  ...refuse('type subtype dir ra ta addr1 addr2 addr3 addr4 fddi tr wlan slip ppp', word => ({
    problem: `"${word}" is of other links than Ethernet`,
  })),
  ...refuse('action reason rnr rulenum srnr subrulenum rset ruleset', word => ({
    problem: `"${word}" is of the packet filter of BSD`,
  })),
]);

export const WORDS: readonly string[] = [...PROTOCOLS, ...SPELLINGS.keys(), ...OTHERS];
const RESERVED = new Set([...WORDS, ...REFUSED.keys()]);

export function isReserved(word: string): boolean {
  return RESERVED.has(word);
}
