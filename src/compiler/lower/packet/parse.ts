// Where the headers of a packet are. Each layer is parsed when it is first asked for on a way through the program, and its
// result is kept in locals: the address of a header, or 0 when it is not there. A local that is written on every way to some
// place need not be found out again there. What is written is control flow rather than values: locate() goes on in one block
// with the header and in another without, so that a packet that is none of the program's business leaves it early.
import { InternalError } from '../../diagnostics/diagnostic.js';
import type { Local } from '../../ir/builder.js';
import type { BlockId, ValueId } from '../../ir/ir.js';
import type { HeaderEntry } from '../../language/packet/header.js';
import { CVLAN, ETH, HEADERS, IP, IP6, VLAN } from '../../language/packet/headers.js';
import type { PacketProgram } from '../../language/probe-type.js';
import type { ProgramLowering } from '../program-lowering.js';
import { followExtensions } from './extensions.js';
import { swapped } from './word-order.js';

/** Ethernet types of VLAN tags: 802.1Q, 802.1ad. */
const TAG_TYPES = [0x8100, 0x88a8];
const MOST_TAGS = 2;
const TAG_SIZE = 4;
/** Bytes of the Ethernet header; its type is in the last two. */
const ETH_SIZE = 14;

/** No Ethernet type, and no protocol, as these are of 8 bits. */
const NO_TYPE = 0;
export const NO_PROTOCOL = 0x100;

/** A header that is looked for in a layer: what happens where the layer names it. */
interface LayerCase {
  readonly number: number;
  readonly size: number;
  /** It is there, at this address. */
  readonly hit: (at: ValueId) => void;
  /** It is cut off. */
  readonly miss: BlockId;
}

export class PacketParse {
  readonly #lowering: ProgramLowering;
  /** Headers that the program mentions. */
  readonly #mentioned: ReadonlySet<HeaderEntry>;
  readonly #data: Local;
  readonly #end: Local;
  readonly #at: ReadonlyMap<HeaderEntry, Local>;
  /** Ethernet type behind the tags (as it lies in the packet), and the address of what it announces. */
  readonly #type: Local;
  readonly #link: Local;
  /** Protocol behind the IP headers; that whose header may be there, or NO_PROTOCOL; where it would be. */
  readonly #protocol: Local;
  readonly #transport: Local;
  readonly #transportAt: Local;
  /** Where the payload starts, and how many bytes it has: 0 and 0 when there is no transport header. */
  readonly payload: Local;
  readonly payloadLength: Local;
  /** Values that are addresses in the packet, so not 0. */
  readonly #addresses = new Set<ValueId>();

  constructor(lowering: ProgramLowering, mentioned: ReadonlySet<HeaderEntry>) {
    const { builder } = lowering;
    this.#lowering = lowering;
    this.#mentioned = mentioned;
    this.#data = builder.newLocal('data');
    this.#end = builder.newLocal('end');
    this.#at = new Map(HEADERS.map(header => [header, builder.newLocal(header.name)]));
    this.#type = builder.newLocal('type');
    this.#link = builder.newLocal('link');
    this.#protocol = builder.newLocal('protocol');
    this.#transport = builder.newLocal('transport');
    this.#transportAt = builder.newLocal('transport at');
    this.payload = builder.newLocal('payload');
    this.payloadLength = builder.newLocal('payload length');
  }

  get #builder() {
    return this.#lowering.builder;
  }

  get #program(): PacketProgram {
    const { packet } = this.#lowering.probeType;
    if (packet === undefined) throw new InternalError('a packet where there is none');
    return packet;
  }

  /** First byte of the packet. */
  data(): ValueId {
    return this.#bound(this.#data, 'data');
  }

  /** Behind its last byte. */
  end(): ValueId {
    return this.#bound(this.#end, 'end');
  }

  #bound(local: Local, which: 'data' | 'end'): ValueId {
    const builder = this.#builder;
    if (!builder.isDefined(local)) {
      const { context } = this.#program;
      const address = builder.load(4, this.#lowering.context, context[which], { kind: 'packet' });
      this.#addresses.add(address);
      builder.write(local, address);
    }
    return builder.read(local);
  }

  /** Bytes of the packet from an address in it on, also those that do not lie together with it. */
  bytesFrom(at: ValueId): ValueId {
    const builder = this.#builder;
    const { context } = this.#program;
    if (context.len === undefined) return builder.binary('sub', this.end(), at);
    const length = builder.load(4, this.#lowering.context, context.len);
    return builder.binary('sub', length, builder.binary('sub', at, this.data()));
  }

  /** Goes to `present` when the header lies wholly inside the packet, else to `absent`; seals neither. */
  locate(header: HeaderEntry, present: BlockId, absent: BlockId): void {
    const builder = this.#builder;
    const local = this.#local(header);
    if (builder.isDefined(local)) {
      this.#fork(builder.read(local), present, absent);
      return;
    }
    const { place, size } = header;
    if (place.in === 'tag') {
      // Finding out the link layer finds the tags.
      this.#settle(done => this.#dispatchLink([], done));
      this.#fork(builder.read(local), present, absent);
      return;
    }
    const found = builder.newBlock();
    const miss = builder.newBlock();
    const hit = (at: ValueId) => {
      builder.write(local, at);
      builder.jump(found);
    };
    if (place.in === 'frame') this.#bounded(this.data(), size, hit, miss);
    else if (place.in === 'link') this.#dispatchLink([{ number: place.type, size, hit, miss }], miss);
    else this.#dispatchTransport(header, { number: place.protocol, size, hit, miss });
    this.#enter(miss);
    builder.write(local, builder.const(0));
    builder.jump(absent);
    this.#enter(found);
    builder.jump(present);
  }

  /** The header's address, behind locate() on the way on which it is there. */
  address(header: HeaderEntry): ValueId {
    return this.#builder.read(this.#local(header));
  }

  /** Known to be there, without a test. */
  isPresent(header: HeaderEntry): boolean {
    const builder = this.#builder;
    const local = this.#local(header);
    return builder.isDefined(local) && this.#addresses.has(builder.read(local));
  }

  /** Is it known, on all ways to here, whether the header is there? */
  isKnown(header: HeaderEntry): boolean {
    return this.#builder.isDefined(this.#local(header));
  }

  /** The number of the protocol behind the IP headers, NO_PROTOCOL when there is none. */
  protocol(): ValueId {
    if (!this.#builder.isDefined(this.#transport)) this.#settle(done => this.#parseNetwork(done));
    return this.#builder.read(this.#protocol);
  }

  /** Finds out whether the header is there, and goes on. */
  find(header: HeaderEntry): void {
    if (!this.isKnown(header)) this.#settle(done => this.locate(header, done, done));
  }

  /**
   * The packet has moved, or its form has changed: nothing that was known holds. Its address is read anew as well, so that all
   * ways to here look alike to the verifier.
   */
  forget(): void {
    const locals = [
      this.#data,
      this.#end,
      ...this.#at.values(),
      this.#type,
      this.#link,
      this.#protocol,
      this.#transport,
      this.#transportAt,
      this.payload,
      this.payloadLength,
    ];
    for (const local of locals) this.#builder.forget(local);
  }

  #local(header: HeaderEntry): Local {
    const local = this.#at.get(header);
    if (local === undefined) throw new InternalError(`no header ${header.name}`);
    return local;
  }

  #enter(block: BlockId): void {
    this.#builder.seal(block);
    this.#builder.moveTo(block);
  }

  /** Goes on where all ways of `parse` meet. */
  #settle(parse: (done: BlockId) => void): void {
    const done = this.#builder.newBlock();
    parse(done);
    this.#enter(done);
  }

  #fork(address: ValueId, present: BlockId, absent: BlockId): void {
    const builder = this.#builder;
    if (this.#addresses.has(address)) builder.jump(present);
    else if (builder.constantOf(address) === 0n) builder.jump(absent);
    else builder.branchIf(address, present, absent);
  }

  /** So many bytes from an address on must be in the packet. */
  #bounded(at: ValueId, size: number, hit: (at: ValueId) => void, miss: BlockId): void {
    const builder = this.#builder;
    const inside = builder.newBlock();
    builder.branch('ugt', builder.offset(at, size), this.end(), miss, inside, { likely: 'else' });
    this.#enter(inside);
    hit(at);
  }

  #step(at: ValueId, bytes: number): ValueId {
    const next = this.#builder.offset(at, bytes);
    this.#addresses.add(next);
    return next;
  }

  /** Goes where the Ethernet type behind the tags leads; ends with all of the link layer known on every way. */
  #dispatchLink(cases: readonly LayerCase[], other: BlockId): void {
    const builder = this.#builder;
    if (builder.isDefined(this.#type)) {
      this.#choose(
        this.#type,
        this.#link,
        cases.map(each => ({ ...each, number: swapped(each.number) })),
        other,
      );
      return;
    }
    const lost = builder.newBlock();
    const data = this.data();
    for (const header of [VLAN, CVLAN]) builder.write(this.#local(header), builder.const(0));
    const first = ETH_SIZE + (this.#mentioned.has(ETH) ? 0 : this.#leastBehind(0));
    const frame = () => {
      this.#tagBeside(data);
      this.#variant(data, 0, ETH_SIZE, first, cases, other, lost);
    };
    this.#bounded(data, first, frame, lost);
    this.#enter(lost);
    builder.write(this.#type, builder.const(NO_TYPE));
    builder.write(this.#link, builder.const(0));
    this.#exclude('link', undefined);
    builder.jump(other);
  }

  /** The outer tag, where the kernel keeps it beside the packet: its four bytes are made up as they were in the frame. */
  #tagBeside(data: ValueId): void {
    const { tag } = this.#program.context;
    if (tag === undefined || !this.#mentionsTags()) return;
    const { context } = this.#lowering;
    const builder = this.#builder;
    const bytes = builder.stack(TAG_SIZE, TAG_SIZE);
    const beside = builder.select(
      'ne',
      builder.load(4, context, tag.present),
      builder.const(0),
      () => {
        builder.store(2, bytes, 0, builder.bswap(builder.load(4, context, tag.tci), 16));
        builder.store(2, bytes, 2, builder.load(2, data, ETH_SIZE - 2));
        return bytes;
      },
      () => builder.const(0),
    );
    builder.write(this.#local(VLAN), beside);
  }

  #mentionsTags(): boolean {
    return [VLAN, CVLAN].some(header => this.#mentioned.has(header));
  }

  /** A tag in the packet, which has `tags` of them before it: the outer one, or the one within. */
  #writeTag(tags: number, at: ValueId): void {
    const builder = this.#builder;
    const [outer, inner] = [this.#local(VLAN), this.#local(CVLAN)];
    if (this.#program.context.tag === undefined || !this.#mentionsTags()) {
      builder.write(tags === 0 ? outer : inner, at);
      return;
    }
    // With a tag beside the packet the first one in it is the inner one, and a second is not looked at.
    const unless = (known: ValueId, otherwise: ValueId) =>
      builder.select(
        'ne',
        known,
        builder.const(0),
        () => known,
        () => otherwise,
      );
    const before = builder.read(outer);
    if (tags === 0) {
      builder.write(outer, unless(before, at));
      builder.write(
        inner,
        builder.select(
          'ne',
          before,
          builder.const(0),
          () => at,
          () => builder.const(0),
        ),
      );
    } else builder.write(inner, unless(builder.read(inner), at));
  }

  /** The packet with `tags` tags so far: what follows starts at `offset`, and `verified` bytes are there. */
  #variant(
    data: ValueId,
    tags: number,
    offset: number,
    verified: number,
    cases: readonly LayerCase[],
    other: BlockId,
    lost: BlockId,
  ): void {
    const builder = this.#builder;
    const type = builder.load(2, data, offset - 2);
    const link = this.#step(data, offset);
    for (const { number, size, hit, miss } of cases) {
      this.#when(type, swapped(number), () => {
        builder.write(this.#type, builder.const(swapped(number)));
        builder.write(this.#link, link);
        this.#exclude('link', number);
        if (offset + size <= verified) hit(link);
        else this.#bounded(link, size, hit, miss);
      });
    }
    if (tags < MOST_TAGS) {
      const tagged = builder.newBlock();
      for (const tag of TAG_TYPES) {
        const next = builder.newBlock();
        builder.branch('eq', type, builder.const(swapped(tag)), tagged, next, { likely: 'else' });
        this.#enter(next);
      }
      builder.write(this.#type, type);
      builder.write(this.#link, link);
      builder.jump(other);
      this.#enter(tagged);
      const header = tags === 0 ? VLAN : CVLAN;
      const inner = offset + TAG_SIZE;
      const needed = inner + (this.#mentioned.has(header) ? 0 : this.#leastBehind(tags + 1));
      const within = () => {
        this.#writeTag(tags, link);
        this.#variant(data, tags + 1, inner, Math.max(needed, verified), cases, other, lost);
      };
      if (needed <= verified) within();
      else this.#bounded(data, needed, within, lost);
      return;
    }
    builder.write(this.#type, type);
    builder.write(this.#link, link);
    builder.jump(other);
  }

  /**
   * The least number of bytes that any header the program mentions takes behind `tags` tags: a shorter packet has none of
   * them, so one test serves for all.
   */
  #leastBehind(tags: number): number {
    const beside = this.#program.context.tag === undefined ? 0 : 1;
    const sizes = [...this.#mentioned].map(({ place, size }): number => {
      if (place.in === 'link') return size;
      if (place.in === 'network') return size + (place.family === 'ip6' ? IP6.size : IP.size);
      if (place.in === 'tag' && place.index >= tags) return TAG_SIZE * (place.index + 1 - tags - beside);
      return Number.POSITIVE_INFINITY;
    });
    const least = Math.min(...sizes);
    return Number.isFinite(least) ? least : 0;
  }

  /** Which of the cases is it? The number and the address are known already. */
  #choose(number: Local, at: Local, cases: readonly LayerCase[], other: BlockId): void {
    const builder = this.#builder;
    const value = builder.read(number);
    const known = builder.constantOf(value);
    for (const each of cases) {
      if (known !== undefined && known !== BigInt(each.number)) continue;
      const take = () => {
        builder.write(number, builder.const(each.number));
        if (number === this.#transport) this.#exclude('network', each.number);
        else this.#exclude('link', swapped(each.number));
        this.#bounded(builder.read(at), each.size, each.hit, each.miss);
      };
      if (known !== undefined) {
        take();
        return;
      }
      this.#when(value, each.number, take);
    }
    builder.jump(other);
  }

  /** Where the value is that number, `then` ends the way. */
  #when(value: ValueId, number: number, then: () => void): void {
    const builder = this.#builder;
    const equal = builder.newBlock();
    const next = builder.newBlock();
    builder.branch('eq', value, builder.const(number), equal, next);
    this.#enter(equal);
    then();
    this.#enter(next);
  }

  /** A packet has one header of a layer: the others are not there. */
  #exclude(layer: 'link' | 'network', number: number | undefined): void {
    const builder = this.#builder;
    for (const header of this.#mentioned) {
      const { place } = header;
      if (place.in !== layer) continue;
      const own = place.in === 'link' ? place.type : place.protocol;
      const local = this.#local(header);
      if (own !== number && !builder.isDefined(local)) builder.write(local, builder.const(0));
    }
  }

  #dispatchTransport(header: HeaderEntry, each: LayerCase): void {
    const builder = this.#builder;
    const { place } = header;
    if (!builder.isDefined(this.#transport)) {
      const joined = builder.newBlock();
      this.#parseNetwork(joined);
      this.#enter(joined);
    }
    const family = place.in === 'network' ? place.family : undefined;
    if (family === undefined) {
      this.#choose(this.#transport, this.#transportAt, [each], each.miss);
      return;
    }
    // ICMP is of IPv4 only, ICMPv6 of IPv6.
    const own = builder.newBlock();
    this.locate(family === 'ip' ? IP : IP6, own, each.miss);
    this.#enter(own);
    this.#choose(this.#transport, this.#transportAt, [each], each.miss);
  }

  /** Finds protocol and transport header of IPv4 and IPv6; all ways end in `done`. */
  #parseNetwork(done: BlockId): void {
    const builder = this.#builder;
    const v4 = builder.newBlock();
    const v6 = builder.newBlock();
    const none = builder.newBlock();
    this.#locateNetwork(v4, v6, none);
    this.#enter(none);
    this.#noTransport(builder.const(NO_PROTOCOL), done);
    this.#enter(v4);
    this.#parseIp(done);
    this.#enter(v6);
    this.#parseIp6(done);
  }

  #locateNetwork(v4: BlockId, v6: BlockId, none: BlockId): void {
    const builder = this.#builder;
    const [ip, ip6] = [this.#local(IP), this.#local(IP6)];
    if ([this.#type, ip, ip6].some(local => builder.isDefined(local))) {
      const next = builder.newBlock();
      this.locate(IP, v4, next);
      this.#enter(next);
      this.locate(IP6, v6, none);
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
    this.#dispatchLink([caseOf(IP, v4), caseOf(IP6, v6)], miss);
    this.#enter(miss);
    builder.write(ip, zero);
    builder.write(ip6, zero);
    builder.jump(none);
  }

  #noTransport(protocol: ValueId, done: BlockId): void {
    const builder = this.#builder;
    builder.write(this.#protocol, protocol);
    builder.write(this.#transport, builder.const(NO_PROTOCOL));
    builder.write(this.#transportAt, builder.const(0));
    this.#exclude('network', undefined);
    builder.jump(done);
  }

  #foundTransport(protocol: ValueId, at: ValueId, done: BlockId): void {
    const builder = this.#builder;
    builder.write(this.#protocol, protocol);
    builder.write(this.#transport, protocol);
    builder.write(this.#transportAt, at);
    builder.jump(done);
  }

  /** Version 4 and at least 5 words of header, or there is no transport header; nor is there in a later fragment. */
  #parseIp(done: BlockId): void {
    const builder = this.#builder;
    const ip = this.address(IP);
    const protocol = builder.load(1, ip, 9);
    const without = builder.newBlock();
    const first = builder.load(1, ip, 0);
    const wellFormed = builder.newBlock();
    const form = builder.binaryImm('sub', first, 0x45, 32);
    builder.branch('ugt', form, builder.const(0x0a), without, wellFormed, { likely: 'else' });
    this.#enter(wellFormed);
    const whole = builder.newBlock();
    const fragment = builder.load(2, ip, 6);
    builder.branch('set', fragment, builder.const(swapped(0x1fff)), without, whole, { likely: 'else' });
    this.#enter(whole);
    const length = builder.binaryImm('shl', builder.binaryImm('and', first, 15), 2);
    this.#foundTransport(protocol, this.#advance(ip, length), done);
    this.#enter(without);
    this.#noTransport(protocol, done);
  }

  #advance(at: ValueId, length: ValueId): ValueId {
    const next = this.#builder.binary('add', at, length);
    this.#addresses.add(next);
    return next;
  }

  #parseIp6(done: BlockId): void {
    const builder = this.#builder;
    const ip6 = this.address(IP6);
    const first = { number: builder.load(1, ip6, 6), at: this.#step(ip6, IP6.size) };
    followExtensions(builder, first, () => this.end(), {
      found: (number, at) => this.#foundTransport(number, at, done),
      later: number => this.#noTransport(number, done),
      lost: () => this.#noTransport(builder.const(NO_PROTOCOL), done),
    });
  }
}
