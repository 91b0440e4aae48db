// An id and what it is said to be: `src net 10.0.0.0/8`, `tcp port 443`, `ip proto 6`, `ether host 02:00:00:00:00:01`.
import { didYouMean } from '../../../diagnostics/suggest.js';
import type { FilterTest } from './filter-tree.js';
import { ETHER_PROTOCOLS, IP_PROTOCOLS, numberNamed, portNamed, portNames } from './names.js';
import type { Direction, PortProtocol, Primitives } from './primitive.js';
import { FilterProblem, type Place } from './problem.js';
import type { FilterToken } from './token.js';
import type { TokenReader } from './token-reader.js';

export interface Qualifiers {
  readonly protocol: string | undefined;
  readonly direction: Direction;
  /** Undefined: a host. */
  readonly type: 'host' | 'net' | 'port' | 'portrange' | 'proto' | undefined;
  readonly place: Place;
}

type Of<K extends FilterToken['kind']> = Extract<FilterToken, { readonly kind: K }>;

/** Takes the id. */
export function idTest(tokens: TokenReader, qualifiers: Qualifiers, primitives: Primitives): FilterTest {
  const { token } = tokens;
  // A protocol's name needs no backslash where nothing else can stand.
  const isId = tokens.isId() || (qualifiers.type === 'proto' && token.kind === 'word');
  if (!isId) {
    const what = qualifiers.type === undefined ? 'an address' : WANTED[qualifiers.type];
    const problem = token.kind === 'end' ? `${what} is missing` : `${what} is expected, not "${token.text}"`;
    throw new FilterProblem(token, problem);
  }
  tokens.advance();
  switch (qualifiers.type) {
    case 'port':
      return portTest(token, qualifiers, primitives);
    case 'portrange':
      return portRangeTest(token, qualifiers, primitives);
    case 'proto':
      return protocolTest(token, qualifiers, primitives);
    default:
      return hostTest(tokens, token, qualifiers, primitives);
  }
}

const WANTED = {
  host: 'an address',
  net: 'a network',
  port: 'a port',
  portrange: 'a range of ports',
  proto: 'a protocol',
} as const;

function portTest(token: FilterToken, qualifiers: Qualifiers, primitives: Primitives): FilterTest {
  const transport = transportOf(qualifiers);
  const { direction } = qualifiers;
  if (token.kind === 'number') {
    const port = checkedPort(token.value, token);
    return primitives.ports(transport, direction, port, port);
  }
  if (token.kind !== 'word') throw new FilterProblem(token, `"${token.text}" is no port`);
  const known = portNamed(token.name);
  if (known === undefined) {
    const hint = didYouMean(token.name, portNames()) ?? 'give its number';
    throw new FilterProblem(token, `no port is known as "${token.name}"`, hint);
  }
  if (transport !== undefined && known.only !== undefined && known.only !== transport) {
    throw new FilterProblem(
      token,
      `"${token.name}" is a port of ${known.only}`,
      `give its number: ${known.port}`,
    );
  }
  return primitives.ports(transport ?? known.only, direction, known.port, known.port);
}

function portRangeTest(token: FilterToken, qualifiers: Qualifiers, primitives: Primitives): FilterTest {
  const transport = transportOf(qualifiers);
  const range = /^(\d+)-(\d+)$/.exec(token.text);
  const single = token.kind === 'number' ? token.value : undefined;
  const bounds = range === null ? [single, single] : [Number(range[1]), Number(range[2])];
  const [a, b] = bounds;
  if (a === undefined || b === undefined) {
    throw new FilterProblem(token, `"${token.text}" is no range of ports`, 'one looks like 8000-8010');
  }
  for (const port of [a, b]) checkedPort(port, token);
  return primitives.ports(transport, qualifiers.direction, Math.min(a, b), Math.max(a, b));
}

function checkedPort(port: number, place: Place): number {
  if (port <= 65_535) return port;
  throw new FilterProblem(place, `there is no port ${port}`, 'they go up to 65535');
}

function transportOf({ protocol, place }: Qualifiers): PortProtocol | undefined {
  if (protocol === undefined || protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp')
    return protocol;
  throw new FilterProblem(place, `${protocol} has no ports`, 'tcp, udp and sctp have: tcp port 443');
}

function protocolTest(
  token: FilterToken,
  { protocol, place }: Qualifiers,
  primitives: Primitives,
): FilterTest {
  const names = protocol === 'ether' ? ETHER_PROTOCOLS : IP_PROTOCOLS;
  const value =
    token.kind === 'number'
      ? token.value
      : token.kind === 'word'
        ? numberNamed(names, token.name)
        : undefined;
  if (value === undefined) {
    const hint =
      (token.kind === 'word' ? didYouMean(token.name, Object.keys(names)) : undefined) ?? 'give its number';
    throw new FilterProblem(token, `no protocol is known as "${token.text}"`, hint);
  }
  switch (protocol) {
    case 'ether':
      return primitives.linkType(value);
    case 'ip':
      return primitives.ipProtocol(value);
    case 'ip6':
      return primitives.ip6Protocol(value);
    case undefined:
      return primitives.eitherProtocol(value);
    default:
      throw new FilterProblem(
        place,
        `${protocol} carries no other protocol`,
        'ether, ip and ip6 do: ip proto 6',
      );
  }
}

function hostTest(
  tokens: TokenReader,
  token: FilterToken,
  qualifiers: Qualifiers,
  primitives: Primitives,
): FilterTest {
  switch (token.kind) {
    case 'ip':
    case 'number':
      return ip4Test(tokens, token, qualifiers, primitives);
    case 'ip6':
      return ip6Test(tokens, token, qualifiers, primitives);
    case 'mac':
      if (qualifiers.protocol === 'ether' && qualifiers.type !== 'net') {
        return primitives.etherHost(qualifiers.direction, token.bytes);
      }
      throw new FilterProblem(token, 'this is an address of Ethernet', `ether host ${token.text}`);
    default: {
      const what = qualifiers.type === 'net' ? 'networks' : 'hosts';
      const hint = `give its address: ${qualifiers.type ?? 'host'} 10.0.0.1`;
      throw new FilterProblem(token, `names of ${what} are not looked up, here "${token.text}"`, hint);
    }
  }
}

function ip4Test(
  tokens: TokenReader,
  token: Of<'ip'> | Of<'number'>,
  { protocol, direction, type, place }: Qualifiers,
  primitives: Primitives,
): FilterTest {
  const isNet = type === 'net';
  let { address, mask } = token.kind === 'ip' ? beginning(token.parts) : ofNumber(token.value, isNet);
  const given = givenMask(tokens, 32);
  if (given !== undefined) {
    mask = given.mask;
    if (!isNet)
      throw new FilterProblem(tokens.since(token), 'a host has no mask', `net ${token.text}${given.text}`);
    if ((address & ~mask) !== 0) throw outside(tokens.since(token));
  }
  if (protocol !== undefined && protocol !== 'ip' && protocol !== 'arp' && protocol !== 'rarp') {
    throw new FilterProblem(place, `${protocol} has no addresses like ${token.text}`, `host ${token.text}`);
  }
  return primitives.host(protocol, direction, address >>> 0, mask >>> 0);
}

/** The beginning of an address is all that begins so. */
function beginning(parts: readonly number[]): { address: number; mask: number } {
  const missing = 8 * (4 - parts.length);
  const value = parts.reduce((before, part) => before * 256 + part, 0);
  return { address: value * 2 ** missing, mask: 0xffff_ffff - (2 ** missing - 1) };
}

/** Of a network the first parts; else it is the address. */
function ofNumber(value: number, isNet: boolean): { address: number; mask: number } {
  let [address, mask] = [value, 0xffff_ffff];
  while (isNet && address !== 0 && address < 0x100_0000) {
    address = (address << 8) >>> 0;
    mask = (mask << 8) >>> 0;
  }
  return { address, mask };
}

/** `/8`, or `mask 255.0.0.0`. */
function givenMask(
  tokens: TokenReader,
  width: number,
): { mask: number; length: number; text: string } | undefined {
  if (tokens.take('/')) {
    const place = tokens.token;
    const length = tokens.number('a number of bits');
    if (length > width)
      throw new FilterProblem(place, `a mask has no ${length} bits`, `it has ${width} at most`);
    return { length, text: `/${length}`, mask: length === 0 ? 0 : (-1 << Math.max(0, 32 - length)) >>> 0 };
  }
  if (!tokens.take('mask')) return undefined;
  const token = tokens.advance();
  if (token.kind !== 'ip' || width !== 32) {
    throw new FilterProblem(token, `"${token.text}" is no mask`, 'one looks like 255.255.0.0');
  }
  return { length: 0, text: ` mask ${token.text}`, mask: beginning(token.parts).address >>> 0 };
}

function outside(place: Place): FilterProblem {
  return new FilterProblem(place, 'the address has bits outside of the mask', 'e.g. net 10.1.0.0/16');
}

function ip6Test(
  tokens: TokenReader,
  token: Of<'ip6'>,
  { protocol, direction, type, place }: Qualifiers,
  primitives: Primitives,
): FilterTest {
  const length = givenMask(tokens, 128)?.length ?? 128;
  const mask = Uint8Array.from(
    { length: 16 },
    (_, i) => 0xff << (8 - Math.min(8, Math.max(0, length - 8 * i))),
  );
  if (token.bytes.some((byte, i) => (byte & ~mask[i]!) !== 0)) throw outside(tokens.since(token));
  if (type !== 'net' && length !== 128) {
    throw new FilterProblem(tokens.since(token), 'a host has no mask', `net ${token.text}/${length}`);
  }
  if (protocol !== undefined && protocol !== 'ip6') {
    throw new FilterProblem(place, `${protocol} has no addresses like ${token.text}`, `host ${token.text}`);
  }
  return primitives.host6(direction, token.bytes, mask);
}
