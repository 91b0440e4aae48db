// The link layer of a packet: the Ethernet type behind the VLAN tags, where it leads, and the tags.
import type { BlockId, ValueId } from '../../ir/ir.js';
import { CVLAN, ETH, IP, IP6, VLAN } from '../../language/packet/headers.js';
import type { KnownHeaders, LayerCase } from './known.js';
import { swapped } from './word-order.js';

/** Ethernet types of VLAN tags: 802.1Q, 802.1ad. */
const TAG_TYPES = [0x8100, 0x88a8];
const MOST_TAGS = 2;
const TAG_SIZE = 4;
/** Bytes of the Ethernet header; its type is in the last two. */
const ETH_SIZE = 14;
/** No Ethernet type. */
const NO_TYPE = 0;

export class LinkLayer {
  readonly #known: KnownHeaders;

  constructor(known: KnownHeaders) {
    this.#known = known;
  }

  /** Goes where the Ethernet type behind the tags leads; ends with all of the link layer known on every way. */
  dispatch(cases: readonly LayerCase[], other: BlockId): void {
    const builder = this.#known.builder;
    if (builder.isDefined(this.#known.type)) {
      this.#known.choose(
        this.#known.type,
        this.#known.link,
        cases.map(each => ({ ...each, number: swapped(each.number) })),
        other,
      );
      return;
    }
    const lost = builder.newBlock();
    const data = this.#known.data();
    for (const header of [VLAN, CVLAN]) builder.write(this.#known.local(header), builder.const(0));
    const first = ETH_SIZE + (this.#known.mentioned.has(ETH) ? 0 : this.#leastBehind(0));
    const frame = () => {
      this.#tagBeside(data);
      this.#variant(data, 0, ETH_SIZE, first, cases, other, lost);
    };
    this.#known.bounded(data, first, frame, lost);
    builder.enter(lost);
    builder.write(this.#known.type, builder.const(NO_TYPE));
    builder.write(this.#known.link, builder.const(0));
    this.#known.exclude('link', undefined);
    builder.jump(other);
  }

  /** The outer tag, where the kernel keeps it beside the packet: its four bytes are made up as they were in the frame. */
  #tagBeside(data: ValueId): void {
    const { tag } = this.#known.program.context;
    if (tag === undefined || !this.#mentionsTags()) return;
    const { context } = this.#known.lowering;
    const builder = this.#known.builder;
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
    builder.write(this.#known.local(VLAN), beside);
  }

  #mentionsTags(): boolean {
    return [VLAN, CVLAN].some(header => this.#known.mentioned.has(header));
  }

  /** A tag in the packet, which has `tags` of them before it: the outer one, or the one within. */
  #writeTag(tags: number, at: ValueId): void {
    const builder = this.#known.builder;
    const [outer, inner] = [this.#known.local(VLAN), this.#known.local(CVLAN)];
    if (this.#known.program.context.tag === undefined || !this.#mentionsTags()) {
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
    const builder = this.#known.builder;
    const type = builder.load(2, data, offset - 2);
    const link = this.#known.step(data, offset);
    for (const { number, size, hit, miss } of cases) {
      this.#known.when(type, swapped(number), () => {
        builder.write(this.#known.type, builder.const(swapped(number)));
        builder.write(this.#known.link, link);
        this.#known.exclude('link', number);
        if (offset + size <= verified) hit(link);
        else this.#known.bounded(link, size, hit, miss);
      });
    }
    if (tags < MOST_TAGS) {
      const tagged = builder.newBlock();
      for (const tag of TAG_TYPES) {
        const next = builder.newBlock();
        builder.branch('eq', type, builder.const(swapped(tag)), tagged, next, { likely: 'else' });
        builder.enter(next);
      }
      builder.write(this.#known.type, type);
      builder.write(this.#known.link, link);
      builder.jump(other);
      builder.enter(tagged);
      const header = tags === 0 ? VLAN : CVLAN;
      const inner = offset + TAG_SIZE;
      const needed = inner + (this.#known.mentioned.has(header) ? 0 : this.#leastBehind(tags + 1));
      const within = () => {
        this.#writeTag(tags, link);
        this.#variant(data, tags + 1, inner, Math.max(needed, verified), cases, other, lost);
      };
      if (needed <= verified) within();
      else this.#known.bounded(data, needed, within, lost);
      return;
    }
    builder.write(this.#known.type, type);
    builder.write(this.#known.link, link);
    builder.jump(other);
  }

  /**
   * The least number of bytes that any header the program mentions takes behind `tags` tags: a shorter packet has none of
   * them, so one test serves for all.
   */
  #leastBehind(tags: number): number {
    const beside = this.#known.program.context.tag === undefined ? 0 : 1;
    const sizes = [...this.#known.mentioned].map(({ place, size }): number => {
      if (place.in === 'link') return size;
      if (place.in === 'network') return size + (place.family === 'ip6' ? IP6.size : IP.size);
      if (place.in === 'tag' && place.index >= tags) return TAG_SIZE * (place.index + 1 - tags - beside);
      return Number.POSITIVE_INFINITY;
    });
    const least = Math.min(...sizes);
    return Number.isFinite(least) ? least : 0;
  }
}
