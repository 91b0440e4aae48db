// What is known, at a place of the program, of the headers of a packet: the address of each, or 0 when it is not there, in locals. A
// local that is written on every way to some place need not be found out again there.
import { InternalError } from '../../diagnostics/diagnostic.js';
import type { Local } from '../../ir/builder.js';
import type { BlockId, ValueId } from '../../ir/ir.js';
import type { HeaderEntry } from '../../language/packet/header.js';
import { HEADERS } from '../../language/packet/headers.js';
import type { PacketProgram } from '../../language/probe-type.js';
import type { ProgramLowering } from '../program-lowering.js';
import { swapped } from './word-order.js';

/** A header that is looked for in a layer: what happens where the layer names it. */
export interface LayerCase {
  readonly number: number;
  readonly size: number;
  /** It is there, at this address. */
  readonly hit: (at: ValueId) => void;
  /** It is cut off. */
  readonly miss: BlockId;
}

export class KnownHeaders {
  readonly lowering: ProgramLowering;
  /** Headers that the program mentions. */
  readonly mentioned: ReadonlySet<HeaderEntry>;
  /** Ethernet type behind the tags (as it lies in the packet), and the address of what it announces. */
  readonly type: Local;
  readonly link: Local;
  /** Protocol behind the IP headers; that whose header may be there, or NO_PROTOCOL; where it would be. */
  readonly protocol: Local;
  readonly transport: Local;
  readonly transportAt: Local;
  /** Where the payload starts, and how many bytes it has: 0 and 0 when there is no transport header. */
  readonly payload: Local;
  readonly payloadLength: Local;
  readonly #data: Local;
  readonly #end: Local;
  readonly #at: ReadonlyMap<HeaderEntry, Local>;
  /** Values that are addresses in the packet, so not 0. */
  readonly #addresses = new Set<ValueId>();

  constructor(lowering: ProgramLowering, mentioned: ReadonlySet<HeaderEntry>) {
    const { builder } = lowering;
    this.lowering = lowering;
    this.mentioned = mentioned;
    this.#data = builder.newLocal('data');
    this.#end = builder.newLocal('end');
    this.#at = new Map(HEADERS.map(header => [header, builder.newLocal(header.name)]));
    this.type = builder.newLocal('type');
    this.link = builder.newLocal('link');
    this.protocol = builder.newLocal('protocol');
    this.transport = builder.newLocal('transport');
    this.transportAt = builder.newLocal('transport at');
    this.payload = builder.newLocal('payload');
    this.payloadLength = builder.newLocal('payload length');
  }

  get builder() {
    return this.lowering.builder;
  }

  get program(): PacketProgram {
    const { packet } = this.lowering.probeType;
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
    const builder = this.builder;
    if (!builder.isDefined(local)) {
      const { context } = this.program;
      const address = builder.load(4, this.lowering.context, context[which], { kind: 'packet' });
      this.#addresses.add(address);
      builder.write(local, address);
    }
    return builder.read(local);
  }

  /** Bytes of the packet from an address in it on, also those that do not lie together with it. */
  bytesFrom(at: ValueId): ValueId {
    const builder = this.builder;
    const { context } = this.program;
    if (context.len === undefined) return builder.binary('sub', this.end(), at);
    const length = builder.load(4, this.lowering.context, context.len);
    return builder.binary('sub', length, builder.binary('sub', at, this.data()));
  }

  local(header: HeaderEntry): Local {
    const local = this.#at.get(header);
    if (local === undefined) throw new InternalError(`no header ${header.name}`);
    return local;
  }

  /** The header's address, behind locate() on the way on which it is there. */
  address(header: HeaderEntry): ValueId {
    return this.builder.read(this.local(header));
  }

  /** Known to be there, without a test. */
  isPresent(header: HeaderEntry): boolean {
    const builder = this.builder;
    const local = this.local(header);
    return builder.isDefined(local) && this.#addresses.has(builder.read(local));
  }

  /** Is it known, on all ways to here, whether the header is there? */
  isKnown(header: HeaderEntry): boolean {
    return this.builder.isDefined(this.local(header));
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
      this.type,
      this.link,
      this.protocol,
      this.transport,
      this.transportAt,
      this.payload,
      this.payloadLength,
    ];
    for (const local of locals) this.builder.forget(local);
  }

  /** Goes on where all ways of `parse` meet. */
  settle(parse: (done: BlockId) => void): void {
    const done = this.builder.newBlock();
    parse(done);
    this.builder.enter(done);
  }

  fork(address: ValueId, present: BlockId, absent: BlockId): void {
    const builder = this.builder;
    if (this.#addresses.has(address)) builder.jump(present);
    else if (builder.constantOf(address) === 0n) builder.jump(absent);
    else builder.branchIf(address, present, absent);
  }

  /** So many bytes from an address on must be in the packet. */
  bounded(at: ValueId, size: number, hit: (at: ValueId) => void, miss: BlockId): void {
    const builder = this.builder;
    const inside = builder.newBlock();
    builder.branch('ugt', builder.offset(at, size), this.end(), miss, inside, { likely: 'else' });
    this.builder.enter(inside);
    hit(at);
  }

  step(at: ValueId, bytes: number): ValueId {
    const next = this.builder.offset(at, bytes);
    this.#addresses.add(next);
    return next;
  }

  advance(at: ValueId, length: ValueId): ValueId {
    const next = this.builder.binary('add', at, length);
    this.#addresses.add(next);
    return next;
  }

  /** Which of the cases is it? The number and the address are known already. */
  choose(number: Local, at: Local, cases: readonly LayerCase[], other: BlockId): void {
    const builder = this.builder;
    const value = builder.read(number);
    const known = builder.constantOf(value);
    for (const each of cases) {
      if (known !== undefined && known !== BigInt(each.number)) continue;
      const take = () => {
        builder.write(number, builder.const(each.number));
        if (number === this.transport) this.exclude('network', each.number);
        else this.exclude('link', swapped(each.number));
        this.bounded(builder.read(at), each.size, each.hit, each.miss);
      };
      if (known !== undefined) {
        take();
        return;
      }
      this.when(value, each.number, take);
    }
    builder.jump(other);
  }

  /** Where the value is that number, `then` ends the way. */
  when(value: ValueId, number: number, then: () => void): void {
    const builder = this.builder;
    const equal = builder.newBlock();
    const next = builder.newBlock();
    builder.branch('eq', value, builder.const(number), equal, next);
    this.builder.enter(equal);
    then();
    this.builder.enter(next);
  }

  /** A packet has one header of a layer: the others are not there. */
  exclude(layer: 'link' | 'network', number: number | undefined): void {
    const builder = this.builder;
    for (const header of this.mentioned) {
      const { place } = header;
      if (place.in !== layer) continue;
      const own = place.in === 'link' ? place.type : place.protocol;
      const local = this.local(header);
      if (own !== number && !builder.isDefined(local)) builder.write(local, builder.const(0));
    }
  }
}
