// Assigning to fields of headers. Checksums that cover what changes follow by the difference (RFC 1624): the IPv4 header's own,
// that of TCP, UDP, ICMP or ICMPv6, and, of an address or a length, that of the transport whose pseudo header has it.
import type { HeaderChoice, TypedStatement } from '../../check/typed.js';
import type { ValueId } from '../../ir/ir.js';
import type { HeaderEntry, HeaderField } from '../../language/packet/header.js';
import { findHeader, UDP } from '../../language/packet/headers.js';
import type { MemoryOperand } from '../memory.js';
import type { ProgramLowering } from '../program-lowering.js';
import { eachChoice, loadField, unitOf } from './read.js';

type Store = Extract<TypedStatement, { kind: 'packet-store' }>;

/** Sums of 16-bit words, not folded: what a checksum gains. */
type Difference = ValueId;

/** A header that is not there is not changed. */
export function lowerPacketStore(lowering: ProgramLowering, { choices, value }: Store): void {
  const { builder, packet } = lowering;
  const operand = lowering.operand(value);
  const skip = builder.newBlock();
  const done = builder.newBlock();
  eachChoice(lowering, choices, skip, (header, field) => {
    const gained =
      operand.kind === 'word'
        ? storeNumber(lowering, header, field, operand.value)
        : operand.kind === 'memory'
          ? storeAddress(lowering, header, field, operand)
          : undefined;
    if (gained !== undefined) fixChecksums(lowering, header, field, gained);
    if (field.steers === true) packet.forget();
    builder.jump(done);
  });
  builder.seal(skip);
  builder.moveTo(skip);
  builder.jump(done);
  builder.seal(done);
  builder.moveTo(done);
}

/** swap(): each pair is of one header, and of one size. */
export function lowerSwap(
  lowering: ProgramLowering,
  choices: readonly HeaderChoice[],
  others: readonly HeaderChoice[],
): void {
  const { builder, packet } = lowering;
  const done = builder.newBlock();
  eachChoice(lowering, choices, done, (header, field) => {
    const other = others.find(each => each.header === header)!.field;
    const at = packet.address(header);
    if (field.kind === 'number') swapNumbers(lowering, header, field, other);
    else swapBytes(lowering, at, field, other);
    builder.jump(done);
  });
  builder.seal(done);
  builder.moveTo(done);
}

function swapNumbers(
  lowering: ProgramLowering,
  header: HeaderEntry,
  field: HeaderField,
  other: HeaderField,
): void {
  const at = lowering.packet.address(header);
  const [a, b] = [loadField(lowering, at, field), loadField(lowering, at, other)];
  // A sum of words does not change when whole words of it change places.
  const whole =
    field.pseudo === other.pseudo &&
    [field, other].every(({ offset, width }) => offset % 16 === 0 && width % 16 === 0);
  for (const [to, value] of [
    [field, b],
    [other, a],
  ] as const) {
    const gained = storeNumber(lowering, header, to, value);
    if (gained !== undefined && !whole) fixChecksums(lowering, header, to, gained);
  }
}

/** Addresses, of whole words. */
function swapBytes({ builder }: ProgramLowering, at: ValueId, field: HeaderField, other: HeaderField): void {
  const step = field.kind === 'mac' ? 2 : 4;
  const [a, b] = [field.offset / 8, other.offset / 8];
  for (let i = 0; i < field.width / 8; i += step) {
    const [x, y] = [builder.load(step, at, a + i), builder.load(step, at, b + i)];
    builder.store(step, at, a + i, y);
    builder.store(step, at, b + i, x);
  }
}

/** The checksum at this offset of the header, if it has one. */
function ownChecksum(header: HeaderEntry): number | undefined {
  const field = header.fields.find(each => each.checksum === true);
  return field === undefined ? undefined : field.offset / 8;
}

function isSummed(header: HeaderEntry, field: HeaderField): boolean {
  return field.checksum !== true && (ownChecksum(header) !== undefined || field.pseudo !== undefined);
}

/** Undefined: no checksum covers it. */
function storeNumber(
  lowering: ProgramLowering,
  header: HeaderEntry,
  field: HeaderField,
  value: ValueId,
): Difference | undefined {
  const { builder, packet } = lowering;
  const at = packet.address(header);
  const summed = isSummed(header, field);
  let { offset, size, shift } = unitOf(field);
  if (summed && size === 1) {
    // Checksums count words.
    if (offset % 2 === 0) shift += 8;
    else offset -= 1;
    size = 2;
  }
  const bits = size * 8;
  const swap = (word: ValueId) => (size === 1 ? word : builder.bswap(word, bits as 16 | 32 | 64));
  const whole = field.width === bits;
  const old = summed || !whole ? builder.load(size, at, offset) : undefined;
  let next: ValueId;
  if (whole) next = swap(value);
  else {
    const mask = ((1n << BigInt(field.width)) - 1n) << BigInt(shift);
    const kept = builder.binaryImm('and', swap(old!), ((1n << BigInt(bits)) - 1n) ^ mask);
    const placed = builder.binaryImm('and', builder.binaryImm('shl', value, shift), mask);
    next = swap(builder.binary('or', kept, placed));
  }
  builder.store(size, at, offset, next);
  if (!summed || old === undefined) return undefined;
  return builder.binary('add', complement(lowering, old, bits), next);
}

function complement({ builder }: ProgramLowering, word: ValueId, bits: number): ValueId {
  return builder.binaryImm('xor', word, (1n << BigInt(bits)) - 1n);
}

/** All words are read before the first is written: the value may lie where it goes. */
function storeAddress(
  lowering: ProgramLowering,
  header: HeaderEntry,
  field: HeaderField,
  value: MemoryOperand,
): Difference | undefined {
  const { builder } = lowering;
  const at = lowering.packet.address(header);
  const summed = isSummed(header, field);
  const offset = field.offset / 8;
  const bytes = field.width / 8;
  const step = field.kind === 'mac' ? 2 : 4;
  const words: ValueId[] = [];
  for (let i = 0; i < bytes; i += step) words.push(builder.load(step, value.address, value.offset + i));
  let gained: ValueId | undefined;
  words.forEach((word, i) => {
    if (summed) {
      const old = builder.load(step, at, offset + i * step);
      const difference = builder.binary('add', complement(lowering, old, step * 8), word);
      gained = gained === undefined ? difference : builder.binary('add', gained, difference);
    }
  });
  words.forEach((word, i) => {
    builder.store(step, at, offset + i * step, word);
  });
  return gained;
}

function fixChecksums(
  lowering: ProgramLowering,
  header: HeaderEntry,
  field: HeaderField,
  gained: Difference,
): void {
  const { builder, packet } = lowering;
  const own = ownChecksum(header);
  if (own !== undefined) fix(lowering, header, packet.address(header), own, gained);
  if (field.pseudo === undefined) return;
  const done = builder.newBlock();
  for (const transport of field.pseudo.map(name => findHeader(name)!)) {
    const present = builder.newBlock();
    const next = builder.newBlock();
    packet.locate(transport, present, next);
    builder.seal(present);
    builder.moveTo(present);
    fix(lowering, transport, packet.address(transport), ownChecksum(transport)!, gained);
    builder.jump(done);
    builder.seal(next);
    builder.moveTo(next);
  }
  builder.jump(done);
  builder.seal(done);
  builder.moveTo(done);
}

/** The one's complement of the sum, with the difference in it. UDP: 0 is no checksum, and stays; one of 0 is written as all ones. */
function fix(
  lowering: ProgramLowering,
  header: HeaderEntry,
  at: ValueId,
  offset: number,
  gained: Difference,
): void {
  const { builder } = lowering;
  const old = builder.load(2, at, offset);
  const write = () => {
    let sum = builder.binary('add', complement(lowering, old, 16), gained);
    for (let fold = 0; fold < 3; fold++) {
      const low = builder.binaryImm('and', sum, 0xffff);
      sum = builder.binary('add', low, builder.binaryImm('lshr', sum, 16));
    }
    const checksum = complement(lowering, sum, 16);
    if (header !== UDP) {
      builder.store(2, at, offset, checksum);
      return;
    }
    const zero = builder.const(0);
    const written = builder.select(
      'eq',
      checksum,
      zero,
      () => builder.const(0xffff),
      () => checksum,
    );
    builder.store(2, at, offset, written);
  };
  if (header === UDP) builder.ifThen('ne', old, builder.const(0), write);
  else write();
}
