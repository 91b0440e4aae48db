// A filter of pcap() as control flow. How many bytes are known to be in the packet is followed along the ways through it, so
// that each is looked for once; a number that has been read on all ways to some place is not read again. A byte that is not
// there goes to where the whole filter is false.
import type { Local } from '../../ir/builder.js';
import type { BinaryOp, BlockId, CompareOp, ValueId } from '../../ir/ir.js';
import type {
  FilterComparison,
  FilterNumber,
  FilterOperator,
  FilterPlace,
  FilterTest,
} from '../../language/packet/pcap/filter-tree.js';
import type { ProgramLowering } from '../program-lowering.js';
import { packetLength } from './read.js';
import { WireBytes } from './wire-bytes.js';

/** Offsets into a packet that the verifier still follows, bytes. */
const MOST_OFFSET = 0x8000;

type Bytes = Extract<FilterNumber, { readonly kind: 'bytes' }>;

/** 1 when the packet matches, else 0. */
export function lowerFilter(lowering: ProgramLowering, test: FilterTest): ValueId {
  const { builder, context, probeType } = lowering;
  const tag = probeType.packet?.context.tag;
  return builder.truth((yes, no) => {
    if (tag === undefined) {
      new FilterLowering(lowering, no, false).test(test, yes, no);
      return;
    }
    const [beside, without] = [builder.newBlock(), builder.newBlock()];
    builder.branchIf(builder.load(4, context, tag.present), beside, without, { likely: 'else' });
    for (const way of [beside, without]) {
      builder.enter(way);
      new FilterLowering(lowering, no, way === beside).test(test, yes, no);
    }
  });
}

/** Bytes that are there behind some address: the frame's first, or the end of the IP header that starts at an offset. */
type Reach = ReadonlyMap<'frame' | number, number>;

class FilterLowering {
  readonly #lowering: ProgramLowering;
  /** Where the whole filter is false. */
  readonly #false: BlockId;
  /** What is known on all ways into a block that were made so far. */
  readonly #known = new Map<BlockId, Reach>();
  #reach: Reach = new Map();
  /** Numbers that were read, by their place and size; ends of IP headers. */
  readonly #read = new Map<string, Local>();
  readonly #behind = new Map<number, Local>();

  /** Offsets are of the frame on the wire: behind a tag that the kernel keeps beside the packet they differ. */
  readonly #wire: WireBytes;

  constructor(lowering: ProgramLowering, no: BlockId, tagBeside: boolean) {
    this.#lowering = lowering;
    this.#false = no;
    this.#wire = new WireBytes(lowering, tagBeside);
  }

  get #builder() {
    return this.#lowering.builder;
  }

  /** Ends the block; the caller enters both others. */
  test(test: FilterTest, then: BlockId, otherwise: BlockId): void {
    switch (test.kind) {
      case 'constant':
        this.#jump(test.value ? then : otherwise);
        return;
      case 'not':
        this.test(test.operand, otherwise, then);
        return;
      case 'and':
      case 'or': {
        const next = this.#builder.newBlock();
        if (test.kind === 'and') this.test(test.left, next, otherwise);
        else this.test(test.left, then, next);
        this.#enter(next);
        this.test(test.right, then, otherwise);
        return;
      }
      case 'compare':
        this.#compare(test, then, otherwise);
    }
  }

  #compare(
    { operator, left, right }: Extract<FilterTest, { readonly kind: 'compare' }>,
    then: BlockId,
    otherwise: BlockId,
  ): void {
    const swapped = operator === '==' ? this.#asItLies(left, right) : undefined;
    const a = swapped?.[0] ?? this.#number(left);
    const b = swapped?.[1] ?? this.#number(right);
    this.#branch(COMPARISONS[operator], a, b, then, otherwise);
  }

  /** Bytes equal a constant, with or without a mask: then the constant is turned around instead. */
  #asItLies(left: FilterNumber, right: FilterNumber): readonly [ValueId, ValueId] | undefined {
    if (right.kind !== 'number') return undefined;
    const builder = this.#builder;
    const masked = left.kind === 'operation' && left.operator === '&' ? left : undefined;
    const mask = masked?.right.kind === 'number' ? masked.right.value : undefined;
    const bytes = masked === undefined ? left : masked.left;
    if (bytes.kind !== 'bytes' || (masked !== undefined && mask === undefined)) return undefined;
    const most = 2 ** (8 * bytes.size) - 1;
    if (right.value > most) return undefined;
    const value = this.#load(bytes);
    const wanted = builder.const(turned(right.value, bytes.size));
    if (mask === undefined) return [value, wanted];
    return [builder.binaryImm('and', value, turned((mask & most) >>> 0, bytes.size)), wanted];
  }

  #number(number: FilterNumber): ValueId {
    const builder = this.#builder;
    switch (number.kind) {
      case 'number':
        return builder.const(number.value);
      case 'length':
        return this.#wire.length(packetLength(this.#lowering));
      case 'bytes': {
        const value = this.#load(number);
        return number.size === 1 ? value : builder.bswap(value, number.size === 2 ? 16 : 32);
      }
      case 'operation':
        return this.#calculate(number.operator, this.#number(number.left), this.#number(number.right));
    }
  }

  #calculate(operator: FilterOperator, a: ValueId, b: ValueId): ValueId {
    const builder = this.#builder;
    const result = () => builder.binary(OPERATIONS[operator], a, b, 32);
    switch (operator) {
      case '/':
      case '%':
        this.#require('ne', b, builder.const(0));
        return result();
      case '<<':
      case '>>':
        if (builder.constantOf(b) !== undefined) return result();
        return builder.select('ugt', b, builder.const(31), () => builder.const(0), result);
      default:
        return result();
    }
  }

  /** As it lies in the packet. */
  #load({ place, size }: Bytes): ValueId {
    const builder = this.#builder;
    if (place.index !== undefined) return this.#loadAt(place, size, this.#number(place.index));
    const key = `${place.header} ${place.offset} ${size}`;
    const local = this.#read.get(key) ?? builder.newLocal(key);
    this.#read.set(key, local);
    if (builder.isDefined(local)) return builder.read(local);
    const value = this.#loadFrom(place, size);
    builder.write(local, value);
    return value;
  }

  #loadFrom({ header, offset }: FilterPlace, size: 1 | 2 | 4): ValueId {
    const wire = this.#wire;
    const end = offset + size;
    if (end > MOST_OFFSET) {
      this.#jumpAway();
      return this.#builder.const(0);
    }
    if (header !== undefined) {
      const base = this.#behindIp(header);
      this.#reachTo(header, base, end);
      return this.#builder.load(size, base, offset);
    }
    this.#reachTo('frame', this.#lowering.packet.data(), wire.reach(offset, size));
    return wire.load(offset, size);
  }

  #loadAt({ header, offset }: FilterPlace, size: 1 | 2 | 4, index: ValueId): ValueId {
    const builder = this.#builder;
    this.#require('ult', index, builder.const(MOST_OFFSET));
    const [base, first, step] =
      header === undefined
        ? [this.#lowering.packet.data(), ...this.#wire.indexed(index, offset)]
        : [this.#behindIp(header), index, offset];
    const at = builder.binary('add', base, first);
    this.#require('ule', builder.offset(at, step + size), this.#lowering.packet.end());
    return builder.load(size, at, step);
  }

  /** The end of the IPv4 header at an offset, by its length field. */
  #behindIp(header: number): ValueId {
    const builder = this.#builder;
    const local = this.#behind.get(header) ?? builder.newLocal(`behind ${header}`);
    this.#behind.set(header, local);
    if (!builder.isDefined(local)) {
      const first = this.#load({
        kind: 'bytes',
        size: 1,
        place: { header: undefined, offset: header, index: undefined },
      });
      const length = builder.binaryImm('shl', builder.binaryImm('and', first, 15), 2);
      const ip = builder.offset(this.#lowering.packet.data(), this.#wire.start(header));
      builder.write(local, builder.binary('add', ip, length));
      this.#reach = new Map([...this.#reach].filter(([from]) => from !== header));
    }
    return builder.read(local);
  }

  #reachTo(from: 'frame' | number, base: ValueId, end: number): void {
    if ((this.#reach.get(from) ?? 0) >= end) return;
    this.#require('ule', this.#builder.offset(base, end), this.#lowering.packet.end());
    this.#reach = new Map([...this.#reach, [from, end]]);
  }

  /** Or the whole filter is false. */
  #require(fn: CompareOp, a: ValueId, b: ValueId): void {
    const on = this.#builder.newBlock();
    this.#branch(fn, a, b, on, this.#false, { likely: 'then' });
    this.#enter(on);
  }

  /** What follows cannot be reached. */
  #jumpAway(): void {
    this.#jump(this.#false);
    const dead = this.#builder.newBlock();
    this.#builder.seal(dead);
    this.#builder.moveTo(dead);
  }

  #branch(
    fn: CompareOp,
    a: ValueId,
    b: ValueId,
    then: BlockId,
    otherwise: BlockId,
    more?: { likely?: 'then' | 'else' },
  ): void {
    this.#arriveAt(then);
    this.#arriveAt(otherwise);
    this.#builder.branch(fn, a, b, then, otherwise, more);
  }

  #jump(to: BlockId): void {
    this.#arriveAt(to);
    this.#builder.jump(to);
  }

  #arriveAt(block: BlockId): void {
    const before = this.#known.get(block);
    const common = [...this.#reach].map(([from, end]): [number | 'frame', number] => [
      from,
      before === undefined ? end : Math.min(end, before.get(from) ?? 0),
    ]);
    this.#known.set(block, new Map(common));
  }

  #enter(block: BlockId): void {
    this.#builder.seal(block);
    this.#builder.moveTo(block);
    this.#reach = this.#known.get(block) ?? new Map();
  }
}

const COMPARISONS: Readonly<Record<FilterComparison, CompareOp>> = { '==': 'eq', '>': 'ugt', '>=': 'uge' };

const OPERATIONS: Readonly<Record<FilterOperator, BinaryOp>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'udiv',
  '%': 'umod',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'shl',
  '>>': 'lshr',
};

/** A number as it lies in the packet. */
function turned(value: number, size: 1 | 2 | 4): number {
  let result = 0;
  for (let i = 0; i < size; i++) result = result * 256 + (Math.floor(value / 256 ** i) & 0xff);
  return result;
}
