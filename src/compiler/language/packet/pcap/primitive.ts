// Primitives of a filter as tests of bytes. What a primitive means depends on the tags asked for before it in the text: behind
// `vlan` all offsets are of what the tag holds. In each test the order of its parts is that of libpcap, since a part whose bytes
// are not there ends the whole filter.
import {
  and,
  bytes,
  compare,
  type FilterNumber,
  type FilterTest,
  not,
  number,
  operation,
  or,
} from './filter-tree.js';

export type Direction = 'src' | 'dst' | 'either' | 'both';

/** Transports that have ports. */
export type PortProtocol = 'tcp' | 'udp' | 'sctp';

const TRANSPORTS: Readonly<Record<PortProtocol, number>> = { tcp: 6, udp: 17, sctp: 132 };

const [IP, ARP, RARP, IP6] = [0x0800, 0x0806, 0x8035, 0x86dd];
/** 802.1Q, 802.1ad, and what came before it. */
const TAGS = [0x8100, 0x88a8, 0x9100];
const TAG_SIZE = 4;
const IP6_SIZE = 40;
/** Next header of IPv6. */
const FRAGMENT = 44;
/** Below it an Ethernet type is a length, and LLC follows. */
const MOST_LENGTH = 1500;
/** LLC addresses that both ends have. */
const SAME_AT_BOTH_ENDS = [0xfe, 0x06, 0xf0];

export class Primitives {
  /** Of the Ethernet type, and of what it announces. */
  #type = 12;
  #network = 14;

  /** A number of the network header, by its offset there. */
  network(size: 1 | 2 | 4, offset: number, index?: FilterNumber): FilterNumber {
    return bytes(size, this.#network + offset, { index });
  }

  /** Behind the IPv4 header, however long it is. */
  transport(size: 1 | 2 | 4, offset: number, index?: FilterNumber): FilterNumber {
    return bytes(size, offset, { header: this.#network, index });
  }

  #is(value: FilterNumber, wanted: number): FilterTest {
    return compare(value, '==', number(wanted));
  }

  /** `ether proto N`, and what all that is in a frame begins with. */
  linkType(type: number): FilterTest {
    const field = bytes(2, this.#type);
    if (type > MOST_LENGTH) return compare(field, '==', number(type));
    const llc = SAME_AT_BOTH_ENDS.includes(type)
      ? this.#is(this.network(2, 0), (type << 8) | type)
      : this.#is(this.network(1, 0), type);
    return and(not(compare(field, '>', number(MOST_LENGTH))), llc);
  }

  /** `ip proto N`. */
  ipProtocol(protocol: number): FilterTest {
    return and(this.linkType(IP), this.#is(this.network(1, 9), protocol));
  }

  /** `ip6 proto N`: of the first header behind the fixed one, or of one behind that of a fragment. */
  ip6Protocol(protocol: number): FilterTest {
    const next = this.network(1, 6);
    const ofFragment = and(this.#is(next, FRAGMENT), this.#is(this.network(1, IP6_SIZE), protocol));
    return and(this.linkType(IP6), or(this.#is(next, protocol), ofFragment));
  }

  eitherProtocol(protocol: number): FilterTest {
    return or(this.ipProtocol(protocol), this.ip6Protocol(protocol));
  }

  /** A word of pcap-filter(7) that names a protocol; undefined: there is none of that name. */
  protocol(name: string): FilterTest | undefined {
    const link = LINK_TYPES[name];
    if (link !== undefined) return this.linkType(link);
    const both = BOTH_FAMILIES[name];
    if (both !== undefined) return this.eitherProtocol(both);
    const ip = IP_ONLY[name];
    if (ip !== undefined) return this.ipProtocol(ip);
    return name === 'icmp6' ? this.ip6Protocol(ICMP6) : undefined;
  }

  /** ICMPv6 next to the fixed header, which alone can be read from. */
  icmp6Next(): FilterTest {
    return and(this.linkType(IP6), this.#is(this.network(1, 6), ICMP6));
  }

  /** Addresses of IPv4, ARP or RARP; `family` undefined: of any of them. */
  host(
    family: 'ip' | 'arp' | 'rarp' | undefined,
    direction: Direction,
    address: number,
    mask: number,
  ): FilterTest {
    if (family === undefined) {
      return or(...FAMILIES.map(each => this.host(each, direction, address, mask)));
    }
    const [type, source, destination] = HOSTS[family];
    const at = (offset: number) => this.#masked(this.network(4, offset), address, mask);
    return and(this.linkType(type), toward(direction, at(source), at(destination)));
  }

  host6(direction: Direction, address: Uint8Array, mask: Uint8Array): FilterTest {
    const at = (offset: number) => {
      const words = [0, 4, 8, 12].map(i =>
        this.#masked(this.network(4, offset + i), wordOf(address, i), wordOf(mask, i)),
      );
      return and(...words);
    };
    return and(this.linkType(IP6), toward(direction, at(8), at(24)));
  }

  etherHost(direction: Direction, address: Uint8Array): FilterTest {
    const at = (offset: number) =>
      and(
        this.#is(bytes(4, offset + 2), wordOf(address, 2)),
        this.#is(bytes(2, offset), (address[0]! << 8) | address[1]!),
      );
    return toward(direction, at(6), at(0));
  }

  #masked(value: FilterNumber, wanted: number, mask: number): FilterTest {
    return this.#is(mask === 0xffff_ffff ? value : operation(value, '&', number(mask)), wanted);
  }

  /** Ports from `least` to `most`, of these transports: of IPv6 next to the fixed header, of IPv4 in first fragments. */
  ports(only: PortProtocol | undefined, direction: Direction, least: number, most: number): FilterTest {
    const transports = only === undefined ? ALL_TRANSPORTS : [TRANSPORTS[only]];
    const within = (value: FilterNumber) =>
      least === most
        ? this.#is(value, least)
        : and(compare(value, '>=', number(least)), not(compare(value, '>', number(most))));
    const anyOf = (value: FilterNumber) => or(...transports.map(each => this.#is(value, each)));
    const version6 = and(
      this.linkType(IP6),
      anyOf(this.network(1, 6)),
      toward(direction, within(this.network(2, IP6_SIZE)), within(this.network(2, IP6_SIZE + 2))),
    );
    const version4 = and(
      this.linkType(IP),
      anyOf(this.network(1, 9)),
      this.firstFragment(),
      toward(direction, within(this.transport(2, 0)), within(this.transport(2, 2))),
    );
    return or(version6, version4);
  }

  /** It has a transport header, or is no fragment at all. */
  firstFragment(): FilterTest {
    return this.#is(operation(this.network(2, 6), '&', number(0x1fff)), 0);
  }

  /** From here on everything is of what the tag holds. */
  vlan(id: number | undefined): FilterTest {
    const tagged = or(...TAGS.map(tag => this.linkType(tag)));
    const test = id === undefined ? tagged : and(tagged, this.#masked(this.network(2, 0), id, 0x0fff));
    this.#type += TAG_SIZE;
    this.#network += TAG_SIZE;
    return test;
  }

  etherBroadcast(): FilterTest {
    return this.etherHost('dst', new Uint8Array(6).fill(0xff));
  }

  /** Without a network to know the mask of: to all, or to 0.0.0.0. */
  ipBroadcast(): FilterTest {
    const destination = this.network(4, 16);
    return and(this.linkType(IP), or(this.#is(destination, 0), this.#is(destination, 0xffff_ffff)));
  }

  etherMulticast(): FilterTest {
    return not(this.#is(operation(bytes(1, 0), '&', number(1)), 0));
  }

  ipMulticast(): FilterTest {
    return and(this.linkType(IP), compare(this.network(1, 16), '>=', number(224)));
  }

  ip6Multicast(): FilterTest {
    return and(this.linkType(IP6), this.#is(this.network(1, 24), 255));
  }
}

const ICMP6 = 58;
const ALL_TRANSPORTS = [TRANSPORTS.sctp, TRANSPORTS.tcp, TRANSPORTS.udp];

/** Words that say what follows the link header. */
const LINK_TYPES: Readonly<Record<string, number>> = {
  ip: IP,
  arp: ARP,
  rarp: RARP,
  ip6: IP6,
  decnet: 0x6003,
  sca: 0x6007,
  lat: 0x6004,
  mopdl: 0x6001,
  moprc: 0x6002,
  iso: 0xfe,
  stp: 0x42,
  netbeui: 0xf0,
  pppoed: 0x8863,
};
const BOTH_FAMILIES: Readonly<Record<string, number>> = { ...TRANSPORTS, pim: 103, ah: 51, esp: 50 };
const IP_ONLY: Readonly<Record<string, number>> = { icmp: 1, igmp: 2, igrp: 9, vrrp: 112, carp: 112 };

const FAMILIES = ['ip', 'arp', 'rarp'] as const;
/** Ethernet type, offset of the source's address, of the destination's. */
const HOSTS: Readonly<Record<'ip' | 'arp' | 'rarp', readonly [number, number, number]>> = {
  ip: [IP, 12, 16],
  arp: [ARP, 14, 24],
  rarp: [RARP, 14, 24],
};

function toward(direction: Direction, source: FilterTest, destination: FilterTest): FilterTest {
  switch (direction) {
    case 'src':
      return source;
    case 'dst':
      return destination;
    case 'either':
      return or(source, destination);
    case 'both':
      return and(source, destination);
  }
}

function wordOf(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}
