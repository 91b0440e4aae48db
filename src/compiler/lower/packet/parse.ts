// Where the headers of a packet are. Each layer is parsed when it is first asked for on a way through the program, and its
// result is kept in locals: the address of a header, or 0 when it is not there. A local that is written on every way to some
// place need not be found out again there. What is written is control flow rather than values: locate() goes on in one block
// with the header and in another without, so that a packet that is none of the program's business leaves it early.
import type { BlockId, ValueId } from '../../ir/ir.js';
import type { HeaderEntry } from '../../language/packet/header.js';
import type { ProgramLowering } from '../program-lowering.js';
import { KnownHeaders } from './known.js';
import { LinkLayer } from './link-layer.js';
import { NetworkLayer } from './network-layer.js';

export { NO_PROTOCOL } from './network-layer.js';

export class PacketParse {
  readonly #known: KnownHeaders;
  readonly #link: LinkLayer;
  readonly #network: NetworkLayer;

  constructor(lowering: ProgramLowering, mentioned: ReadonlySet<HeaderEntry>) {
    this.#known = new KnownHeaders(lowering, mentioned);
    this.#link = new LinkLayer(this.#known);
    this.#network = new NetworkLayer(this.#known, this.#link, (header, present, absent) =>
      this.locate(header, present, absent),
    );
  }

  get payload() {
    return this.#known.payload;
  }

  get payloadLength() {
    return this.#known.payloadLength;
  }

  /** First byte of the packet. */
  data(): ValueId {
    return this.#known.data();
  }

  /** Behind its last byte. */
  end(): ValueId {
    return this.#known.end();
  }

  /** Bytes of the packet from an address in it on, also those that do not lie together with it. */
  bytesFrom(at: ValueId): ValueId {
    return this.#known.bytesFrom(at);
  }

  /** Goes to `present` when the header lies wholly inside the packet, else to `absent`; seals neither. */
  locate(header: HeaderEntry, present: BlockId, absent: BlockId): void {
    const builder = this.#known.builder;
    const local = this.#known.local(header);
    if (builder.isDefined(local)) {
      this.#known.fork(builder.read(local), present, absent);
      return;
    }
    const { place, size } = header;
    if (place.in === 'tag') {
      // Finding out the link layer finds the tags.
      this.#known.settle(done => this.#link.dispatch([], done));
      this.#known.fork(builder.read(local), present, absent);
      return;
    }
    const found = builder.newBlock();
    const miss = builder.newBlock();
    const hit = (at: ValueId) => {
      builder.write(local, at);
      builder.jump(found);
    };
    if (place.in === 'frame') this.#known.bounded(this.#known.data(), size, hit, miss);
    else if (place.in === 'link') this.#link.dispatch([{ number: place.type, size, hit, miss }], miss);
    else this.#network.dispatch(header, { number: place.protocol, size, hit, miss });
    builder.enter(miss);
    builder.write(local, builder.const(0));
    builder.jump(absent);
    builder.enter(found);
    builder.jump(present);
  }

  /** The header's address, behind locate() on the way on which it is there. */
  address(header: HeaderEntry): ValueId {
    return this.#known.address(header);
  }

  /** Known to be there, without a test. */
  isPresent(header: HeaderEntry): boolean {
    return this.#known.isPresent(header);
  }

  /** Is it known, on all ways to here, whether the header is there? */
  isKnown(header: HeaderEntry): boolean {
    return this.#known.isKnown(header);
  }

  /** The number of the protocol behind the IP headers, NO_PROTOCOL when there is none. */
  protocol(): ValueId {
    const { builder, transport, protocol } = this.#known;
    if (!builder.isDefined(transport)) this.#known.settle(done => this.#network.parse(done));
    return builder.read(protocol);
  }

  /** Finds out whether the header is there, and goes on. */
  find(header: HeaderEntry): void {
    if (!this.isKnown(header)) this.#known.settle(done => this.locate(header, done, done));
  }

  /** The packet has moved, or its form has changed: nothing that was known holds. */
  forget(): void {
    this.#known.forget();
  }
}
