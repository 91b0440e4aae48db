// The network layer of a packet: the protocol behind the IP headers, its number and where its header would be.
import type { BlockId, ValueId } from '../../ir/ir.js';
import type { HeaderEntry } from '../../language/packet/header.js';
import { IP, IP6 } from '../../language/packet/headers.js';
import { followExtensions } from './extensions.js';
import type { KnownHeaders, LayerCase } from './known.js';
import type { LinkLayer } from './link-layer.js';
import { swapped } from './word-order.js';

/** No protocol: these are of 8 bits. */
export const NO_PROTOCOL = 0x100;

/** Goes to `present` when the header is there, else to `absent`. */
type Locate = (header: HeaderEntry, present: BlockId, absent: BlockId) => void;

export class NetworkLayer {
  readonly #known: KnownHeaders;
  readonly #link: LinkLayer;
  readonly #locate: Locate;

  constructor(known: KnownHeaders, link: LinkLayer, locate: Locate) {
    this.#known = known;
    this.#link = link;
    this.#locate = locate;
  }

  /** Goes where the header of a protocol is, or to where the case says that it is not. */
  dispatch(header: HeaderEntry, each: LayerCase): void {
    const builder = this.#known.builder;
    const { place } = header;
    if (!builder.isDefined(this.#known.transport)) {
      const joined = builder.newBlock();
      this.parse(joined);
      builder.enter(joined);
    }
    const family = place.in === 'network' ? place.family : undefined;
    if (family === undefined) {
      this.#known.choose(this.#known.transport, this.#known.transportAt, [each], each.miss);
      return;
    }
    // ICMP is of IPv4 only, ICMPv6 of IPv6.
    const own = builder.newBlock();
    this.#locate(family === 'ip' ? IP : IP6, own, each.miss);
    builder.enter(own);
    this.#known.choose(this.#known.transport, this.#known.transportAt, [each], each.miss);
  }

  /** Finds protocol and transport header of IPv4 and IPv6; all ways end in `done`. */
  parse(done: BlockId): void {
    const builder = this.#known.builder;
    const v4 = builder.newBlock();
    const v6 = builder.newBlock();
    const none = builder.newBlock();
    this.#locateNetwork(v4, v6, none);
    builder.enter(none);
    this.#noTransport(builder.const(NO_PROTOCOL), done);
    builder.enter(v4);
    this.#parseIp(done);
    builder.enter(v6);
    this.#parseIp6(done);
  }

  #locateNetwork(v4: BlockId, v6: BlockId, none: BlockId): void {
    const builder = this.#known.builder;
    const [ip, ip6] = [this.#known.local(IP), this.#known.local(IP6)];
    if ([this.#known.type, ip, ip6].some(local => builder.isDefined(local))) {
      const next = builder.newBlock();
      this.#locate(IP, v4, next);
      builder.enter(next);
      this.#locate(IP6, v6, none);
      return;
    }
    const miss = builder.newBlock();
    const zero = builder.const(0);
    const caseOf = (header: HeaderEntry, to: BlockId): LayerCase => ({
      number: header.place.in === 'link' ? header.place.type : 0,
      size: header.size,
      hit: at => {
        builder.write(ip, header === IP ? at : zero);
        builder.write(ip6, header === IP6 ? at : zero);
        builder.jump(to);
      },
      miss,
    });
    this.#link.dispatch([caseOf(IP, v4), caseOf(IP6, v6)], miss);
    builder.enter(miss);
    builder.write(ip, zero);
    builder.write(ip6, zero);
    builder.jump(none);
  }

  #noTransport(protocol: ValueId, done: BlockId): void {
    const builder = this.#known.builder;
    builder.write(this.#known.protocol, protocol);
    builder.write(this.#known.transport, builder.const(NO_PROTOCOL));
    builder.write(this.#known.transportAt, builder.const(0));
    this.#known.exclude('network', undefined);
    builder.jump(done);
  }

  #foundTransport(protocol: ValueId, at: ValueId, done: BlockId): void {
    const builder = this.#known.builder;
    builder.write(this.#known.protocol, protocol);
    builder.write(this.#known.transport, protocol);
    builder.write(this.#known.transportAt, at);
    builder.jump(done);
  }

  /** Version 4 and at least 5 words of header, or there is no transport header; nor is there in a later fragment. */
  #parseIp(done: BlockId): void {
    const builder = this.#known.builder;
    const ip = this.#known.address(IP);
    const protocol = builder.load(1, ip, 9);
    const without = builder.newBlock();
    const first = builder.load(1, ip, 0);
    const wellFormed = builder.newBlock();
    const form = builder.binaryImm('sub', first, 0x45, 32);
    builder.branch('ugt', form, builder.const(0x0a), without, wellFormed, { likely: 'else' });
    builder.enter(wellFormed);
    const whole = builder.newBlock();
    const fragment = builder.load(2, ip, 6);
    builder.branch('set', fragment, builder.const(swapped(0x1fff)), without, whole, { likely: 'else' });
    builder.enter(whole);
    const length = builder.binaryImm('shl', builder.binaryImm('and', first, 15), 2);
    this.#foundTransport(protocol, this.#known.advance(ip, length), done);
    builder.enter(without);
    this.#noTransport(protocol, done);
  }

  #parseIp6(done: BlockId): void {
    const builder = this.#known.builder;
    const ip6 = this.#known.address(IP6);
    const first = { number: builder.load(1, ip6, 6), at: this.#known.step(ip6, IP6.size) };
    followExtensions(builder, first, () => this.#known.end(), {
      found: (number, at) => this.#foundTransport(number, at, done),
      later: number => this.#noTransport(number, done),
      lost: () => this.#noTransport(builder.const(NO_PROTOCOL), done),
    });
  }
}
