// Names that filters know: constants for bytes of headers (pcap-filter(7)), protocols, and the best known ports. Names of other
// ports and of hosts are the machine's business, and the compiler knows none.

export type NumbersByName = Readonly<Record<string, number>>;

export function numberNamed(table: NumbersByName, name: string): number | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

export const CONSTANTS: NumbersByName = {
  icmptype: 0,
  icmpcode: 1,
  icmp6type: 0,
  icmp6code: 1,
  tcpflags: 13,
  'icmp-echoreply': 0,
  'icmp-unreach': 3,
  'icmp-sourcequench': 4,
  'icmp-redirect': 5,
  'icmp-echo': 8,
  'icmp-routeradvert': 9,
  'icmp-routersolicit': 10,
  'icmp-timxceed': 11,
  'icmp-paramprob': 12,
  'icmp-tstamp': 13,
  'icmp-tstampreply': 14,
  'icmp-ireq': 15,
  'icmp-ireqreply': 16,
  'icmp-maskreq': 17,
  'icmp-maskreply': 18,
  'icmp6-destinationunreach': 1,
  'icmp6-packettoobig': 2,
  'icmp6-timeexceeded': 3,
  'icmp6-parameterproblem': 4,
  'icmp6-echo': 128,
  'icmp6-echoreply': 129,
  'icmp6-multicastlistenerquery': 130,
  'icmp6-multicastlistenerreportv1': 131,
  'icmp6-multicastlistenerdone': 132,
  'icmp6-routersolicit': 133,
  'icmp6-routeradvert': 134,
  'icmp6-neighborsolicit': 135,
  'icmp6-neighboradvert': 136,
  'icmp6-redirect': 137,
  'icmp6-routerrenum': 138,
  'icmp6-nodeinformationquery': 139,
  'icmp6-nodeinformationresponse': 140,
  'icmp6-ineighbordiscoverysolicit': 141,
  'icmp6-ineighbordiscoveryadvert': 142,
  'icmp6-multicastlistenerreportv2': 143,
  'icmp6-homeagentdiscoveryrequest': 144,
  'icmp6-homeagentdiscoveryreply': 145,
  'icmp6-mobileprefixsolicit': 146,
  'icmp6-mobileprefixadvert': 147,
  'icmp6-certpathsolicit': 148,
  'icmp6-certpathadvert': 149,
  'icmp6-multicastrouteradvert': 151,
  'icmp6-multicastroutersolicit': 152,
  'icmp6-multicastrouterterm': 153,
  'tcp-fin': 0x01,
  'tcp-syn': 0x02,
  'tcp-rst': 0x04,
  'tcp-push': 0x08,
  'tcp-ack': 0x10,
  'tcp-urg': 0x20,
  'tcp-ece': 0x40,
  'tcp-cwr': 0x80,
};

/** `ip proto NAME`: numbers of the IANA. */
export const IP_PROTOCOLS: NumbersByName = {
  icmp: 1,
  igmp: 2,
  ipencap: 4,
  tcp: 6,
  egp: 8,
  igp: 9,
  udp: 17,
  dccp: 33,
  ipv6: 41,
  'ipv6-route': 43,
  'ipv6-frag': 44,
  rsvp: 46,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  'ipv6-nonxt': 59,
  'ipv6-opts': 60,
  eigrp: 88,
  ospf: 89,
  ipip: 94,
  pim: 103,
  ipcomp: 108,
  vrrp: 112,
  l2tp: 115,
  sctp: 132,
  udplite: 136,
};

/** `ether proto NAME`: Ethernet types, and numbers of LLC below 256. */
export const ETHER_PROTOCOLS: NumbersByName = {
  ip: 0x0800,
  arp: 0x0806,
  rarp: 0x8035,
  ip6: 0x86dd,
  loopback: 0x9000,
  mopdl: 0x6001,
  moprc: 0x6002,
  decnet: 0x6003,
  lat: 0x6004,
  sca: 0x6007,
  iso: 0xfe,
  stp: 0x42,
  netbeui: 0xf0,
};

/** `port NAME`: one of TCP or of UDP alone is asked for there alone, as with Debian's /etc/services. */
export interface NamedPort {
  readonly port: number;
  readonly only: 'tcp' | 'udp' | undefined;
}

const TCP_PORTS = {
  ftp: 21,
  'ftp-data': 20,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  http: 80,
  www: 80,
  pop3: 110,
  nntp: 119,
  'netbios-ssn': 139,
  imap2: 143,
  imap: 143,
  bgp: 179,
  submission: 587,
  rsync: 873,
  imaps: 993,
  pop3s: 995,
  'ms-sql-s': 1433,
  mysql: 3306,
  postgresql: 5432,
  'http-alt': 8080,
};
const UDP_PORTS = {
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  ntp: 123,
  'netbios-ns': 137,
  'netbios-dgm': 138,
  route: 520,
};
const PORTS_OF_BOTH = {
  domain: 53,
  kerberos: 88,
  sunrpc: 111,
  snmp: 161,
  'snmp-trap': 162,
  ldap: 389,
  https: 443,
  syslog: 514,
  ldaps: 636,
  openvpn: 1194,
  sip: 5060,
  'sip-tls': 5061,
};

export function portNamed(name: string): NamedPort | undefined {
  const of = (ports: NumbersByName, only: NamedPort['only']) => {
    const port = numberNamed(ports, name);
    return port === undefined ? undefined : { port, only };
  };
  return of(TCP_PORTS, 'tcp') ?? of(UDP_PORTS, 'udp') ?? of(PORTS_OF_BOTH, undefined);
}

export function portNames(): readonly string[] {
  return [TCP_PORTS, UDP_PORTS, PORTS_OF_BOTH].flatMap(ports => Object.keys(ports));
}
