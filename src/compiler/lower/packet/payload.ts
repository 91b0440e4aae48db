// What lies behind the transport header: it ends where the IP header says, or where the packet does.
import type { BlockId, Size, ValueId } from '../../ir/ir.js';
import type { HeaderEntry } from '../../language/packet/header.js';
import { BEFORE_PAYLOAD, IP, IP6, TCP } from '../../language/packet/headers.js';
import { unbound } from '../memory.js';
import type { ProgramLowering } from '../program-lowering.js';

/** Offsets into a packet that the verifier still follows, bytes. */
const MOST_OFFSET = 0x8000;

interface Payload {
  readonly at: ValueId;
  /** Bytes, 0 when there are none. */
  readonly length: ValueId;
}

export function locatePayload(lowering: ProgramLowering, present: BlockId, absent: BlockId): void {
  const { builder } = lowering;
  const { length } = findPayload(lowering, absent);
  builder.branchIf(length, present, absent);
}

/** Bytes of payload; without a transport header it goes to `absent`. */
export function payloadLength(lowering: ProgramLowering, absent: BlockId): ValueId {
  return findPayload(lowering, absent).length;
}

/** The number that so many bytes at an index are, in network order; beyond the payload's end it goes to `absent`. */
export function payloadNumber(
  lowering: ProgramLowering,
  index: ValueId,
  bytes: Size,
  absent: BlockId,
): ValueId {
  const { builder, packet } = lowering;
  const { at, length } = findPayload(lowering, absent);
  const below = (value: ValueId, limit: ValueId) => {
    const next = builder.newBlock();
    builder.branch('ult', value, limit, next, absent);
    builder.enter(next);
  };
  if (bytes === 1) below(index, length);
  below(index, builder.const(MOST_OFFSET));
  if (bytes > 1) below(builder.binaryImm('add', index, bytes - 1), length);
  const first = builder.binary('add', at, index);
  const there = builder.newBlock();
  builder.branch('ugt', builder.offset(first, bytes), packet.end(), absent, there, { likely: 'else' });
  builder.enter(there);
  const word = builder.load(bytes, first, 0);
  return bytes === 1 ? word : builder.bswap(word, (bytes * 8) as 16 | 32 | 64);
}

/** Its address as a mere number; without a payload it goes to `absent`. */
export function payloadAddress(lowering: ProgramLowering, absent: BlockId): ValueId {
  const { at, length } = findPayload(lowering, absent);
  const present = lowering.builder.newBlock();
  lowering.builder.branchIf(length, present, absent);
  lowering.builder.enter(present);
  return unbound(lowering, at);
}

/** Goes on with the payload behind any of the transport headers, else to `absent`. Found once on each way. */
function findPayload(lowering: ProgramLowering, absent: BlockId): Payload {
  const { builder, packet } = lowering;
  const { payload: start, payloadLength: length } = packet;
  if (!builder.isDefined(length)) {
    const none = builder.newBlock();
    const done = builder.newBlock();
    computePayload(lowering, none);
    builder.jump(done);
    builder.enter(none);
    builder.write(start, builder.const(0));
    builder.write(length, builder.const(0));
    builder.jump(done);
    builder.enter(done);
  }
  const at = builder.read(start);
  const present = builder.newBlock();
  builder.branchIf(at, present, absent);
  builder.enter(present);
  return { at, length: builder.read(length) };
}

/** Writes the two locals and goes on; without a transport header it goes to `absent`. */
function computePayload(lowering: ProgramLowering, absent: BlockId): void {
  const { builder, packet } = lowering;
  const { payload: start, payloadLength: length } = packet;
  const join = builder.newBlock();
  BEFORE_PAYLOAD.forEach((header, index) => {
    const present = builder.newBlock();
    const next = index === BEFORE_PAYLOAD.length - 1 ? absent : builder.newBlock();
    packet.locate(header, present, next);
    builder.enter(present);
    builder.write(start, payloadStart(lowering, header, absent));
    builder.jump(join);
    if (next === absent) return;
    builder.enter(next);
  });
  builder.enter(join);
  builder.write(length, lengthFrom(lowering, builder.read(start)));
}

/** TCP says how long it is; less than its fixed part goes to `absent`. */
function payloadStart(lowering: ProgramLowering, header: HeaderEntry, absent: BlockId): ValueId {
  const { builder, packet } = lowering;
  const at = packet.address(header);
  if (header !== TCP) return builder.offset(at, header.size);
  const offset = builder.load(1, at, 12);
  const words = builder.binaryImm('lshr', offset, 4);
  const wellFormed = builder.newBlock();
  builder.branch('ult', words, builder.const(5), absent, wellFormed, { likely: 'else' });
  builder.enter(wellFormed);
  return builder.binary('add', at, builder.binaryImm('shl', words, 2));
}

/** From there to the end of the IP packet, and of what there is of it. */
function lengthFrom(lowering: ProgramLowering, at: ValueId): ValueId {
  const { builder, packet } = lowering;
  const [v4, next, v6, none, join] = [0, 0, 0, 0, 0].map(() => builder.newBlock()) as [
    BlockId,
    BlockId,
    BlockId,
    BlockId,
    BlockId,
  ];
  const left = builder.newLocal('left');
  packet.locate(IP, v4, next);
  for (const [block, header, field, fixed] of [
    [v4, IP, 2, 0],
    [v6, IP6, 4, IP6.size],
  ] as const) {
    if (block === v6) {
      builder.enter(next);
      packet.locate(IP6, v6, none);
    }
    builder.enter(block);
    const ip = packet.address(header);
    const total = builder.binaryImm('add', builder.bswap(builder.load(2, ip, field), 16), fixed);
    builder.write(left, builder.binary('sub', total, builder.binary('sub', at, ip)));
    builder.jump(join);
  }
  builder.enter(none);
  builder.write(left, builder.const(0));
  builder.jump(join);
  builder.enter(join);
  const there = packet.bytesFrom(at);
  const claimed = builder.read(left);
  const less = builder.select(
    'slt',
    claimed,
    there,
    () => claimed,
    () => there,
  );
  return builder.select(
    'slt',
    less,
    builder.const(0),
    () => builder.const(0),
    () => less,
  );
}
