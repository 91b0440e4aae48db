// The extension headers of IPv6 between its own header and that of the transport.
import type { BlockId, ValueId } from '../../ir/ir.js';
import { MOST_EXTENSIONS } from '../../language/packet/words.js';
import type { ProgramLowering } from '../program-lowering.js';
import { swapped } from './word-order.js';

type Builder = ProgramLowering['builder'];

/** Hop-by-hop, routing, fragment, authentication, destination options. */
const EXTENSIONS = [0, 43, 44, 51, 60];
const [FRAGMENT, AUTHENTICATION] = [44, 51];

/** Where it leads; each of them ends its way. */
interface Ways {
  /** Behind the last extension, at this address. */
  found(protocol: ValueId, at: ValueId): void;
  /** In a fragment that is not the first. */
  later(protocol: ValueId): void;
  /** Cut off, or too many. */
  lost(): void;
}

/** Follows them from the first on, in a loop that the verifier sees the end of. `end`: of the packet. */
export function followExtensions(
  builder: Builder,
  first: { readonly number: ValueId; readonly at: ValueId },
  end: () => ValueId,
  ways: Ways,
): void {
  const enter = (block: BlockId) => {
    builder.enter(block);
  };
  const [next, at, turn] = [builder.newLocal('next'), builder.newLocal('at'), builder.newLocal('turn')];
  builder.write(next, first.number);
  builder.write(at, first.at);
  builder.write(turn, builder.const(0));
  const head = builder.newBlock();
  const small = builder.newBlock();
  const found = builder.newBlock();
  const extension = builder.newBlock();
  const lost = builder.newBlock();
  const later = builder.newBlock();
  builder.jump(head);
  builder.moveTo(head);
  const number = builder.read(next);
  builder.branch('ugt', number, builder.const(Math.max(...EXTENSIONS)), found, small);
  enter(small);
  const mask = EXTENSIONS.reduce((bits, each) => bits | (1n << BigInt(each)), 0n);
  const bit = builder.binary('lshr', builder.const(mask), number);
  builder.branch('set', bit, builder.const(1), extension, found, { likely: 'else' });
  enter(extension);
  const start = builder.read(at);
  const turns = builder.read(turn);
  const inside = builder.newBlock();
  const more = builder.newBlock();
  builder.branch('ult', turns, builder.const(MOST_EXTENSIONS), more, lost);
  enter(more);
  builder.branch('ugt', builder.offset(start, 8), end(), lost, inside, { likely: 'else' });
  enter(inside);
  builder.write(next, builder.load(1, start, 0));
  // Not by a branch on its kind: the verifier would walk on from both sides of it, on each turn.
  const ofFragment = builder.binaryImm('sub', differs(builder, number, FRAGMENT), 1); // all ones for a fragment, else 0
  const offset = builder.binaryImm('and', builder.load(2, start, 2), swapped(0xfff8));
  const onward = builder.newBlock();
  builder.branch('ne', builder.binary('and', offset, ofFragment), builder.const(0), later, onward);
  enter(onward);
  const length = extensionLength(builder, number, builder.load(1, start, 1));
  builder.write(at, builder.binary('add', start, length));
  builder.write(turn, builder.binaryImm('add', turns, 1));
  builder.jump(head);
  builder.seal(head);
  enter(found);
  ways.found(builder.read(next), builder.read(at));
  enter(later);
  ways.later(builder.read(next));
  enter(lost);
  ways.lost();
}

/** 1 when a number below 64 is another one, else 0. */
function differs(builder: Builder, number: ValueId, from: number): ValueId {
  const difference = builder.binaryImm('xor', number, from);
  return builder.binaryImm('lshr', builder.binaryImm('add', difference, 63), 6);
}

/**
 * Bytes of an extension header: 8 and 8 for each of its length field, 4 of an authentication header, none of a fragment's.
 * Without branches, so that the verifier walks each turn once.
 */
function extensionLength(builder: Builder, number: ValueId, field: ValueId): ValueId {
  const unit = builder.binaryImm('shl', differs(builder, number, FRAGMENT), 3);
  const less = builder.binaryImm(
    'shl',
    builder.binaryImm('xor', differs(builder, number, AUTHENTICATION), 1),
    2,
  );
  const size = builder.binary('mul', builder.binary('sub', unit, less), field);
  return builder.binaryImm('and', builder.binaryImm('add', size, 8), 0xffc);
}
