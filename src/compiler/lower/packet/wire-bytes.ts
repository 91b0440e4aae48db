// Bytes of a frame by their offsets on the wire. Where the kernel keeps the outer VLAN tag beside a packet, its four bytes are made of
// that, and what lies behind it is four bytes nearer to the start.
import type { ValueId } from '../../ir/ir.js';
import type { ProgramLowering } from '../program-lowering.js';

/** The tag's bytes are from here on, behind two addresses. */
const TAG_START = 12;
const TAG_SIZE = 4;
const TAG_END = TAG_START + TAG_SIZE;

export class WireBytes {
  readonly #lowering: ProgramLowering;
  readonly #tagBeside: boolean;

  constructor(lowering: ProgramLowering, tagBeside: boolean) {
    this.#lowering = lowering;
    this.#tagBeside = tagBeside;
  }

  /** How many bytes of the packet must be there to load so many. */
  reach(offset: number, size: number): number {
    const end = offset + size;
    if (!this.#tagBeside) return end;
    const before = offset < TAG_START ? Math.min(end, TAG_START) : 0;
    return Math.max(before, end > TAG_END ? end - TAG_SIZE : 0);
  }

  /** As they lie on the wire. */
  load(offset: number, size: 1 | 2 | 4): ValueId {
    const { builder, packet } = this.#lowering;
    const inTag = this.#tagBeside && offset < TAG_END && offset + size > TAG_START;
    if (!inTag) return builder.load(size, packet.data(), this.start(offset));
    let value = builder.const(0);
    for (let i = 0; i < size; i++) {
      value = builder.binary('or', value, builder.binaryImm('shl', this.#byte(offset + i), 8 * i));
    }
    return value;
  }

  #byte(offset: number): ValueId {
    const { builder, packet, context, probeType } = this.#lowering;
    const { tag } = probeType.packet!.context;
    if (offset < TAG_START || offset >= TAG_END || tag === undefined) {
      return builder.load(1, packet.data(), this.start(offset));
    }
    const at = offset - TAG_START;
    const word = builder.load(4, context, at < 2 ? tag.type : tag.tci);
    // Of the type, in network order, the first byte is the low one here.
    const shift = at === 1 || at === 2 ? 8 : 0;
    return builder.binaryImm('and', builder.binaryImm('lshr', word, shift), 0xff);
  }

  /** Where in the packet something begins that does so behind the tag or before it. */
  start(offset: number): number {
    return this.#tagBeside && offset >= TAG_START ? Math.max(offset - TAG_SIZE, TAG_START) : offset;
  }

  /** An index that is calculated, and what is added to it: what the tag would hold is what is behind it. */
  indexed(index: ValueId, offset: number): readonly [ValueId, number] {
    if (!this.#tagBeside) return [index, offset];
    if (offset >= TAG_END) return [index, offset - TAG_SIZE];
    const { builder } = this.#lowering;
    const at = builder.binaryImm('add', index, offset);
    const behind = builder.const(TAG_END);
    const less = builder.select(
      'uge',
      at,
      behind,
      () => builder.const(TAG_SIZE),
      () => builder.const(0),
    );
    return [builder.binary('sub', at, less), 0];
  }

  length(ofPacket: ValueId): ValueId {
    return this.#tagBeside ? this.#lowering.builder.binaryImm('add', ofPacket, TAG_SIZE) : ofPacket;
  }
}
