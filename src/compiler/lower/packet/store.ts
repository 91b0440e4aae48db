// Assigning to fields of headers. Checksums that cover what changes follow by the difference (RFC 1624): the IPv4 header's own,
// that of TCP, UDP, ICMP or ICMPv6, and, of an address or a length, that of the transport whose pseudo header has it.

import { ChecksumFlag } from '../../bpf/uapi.js';
import type { HeaderChoice, TypedStatement } from '../../check/typed.js';
import type { BlockId, ValueId } from '../../ir/ir.js';
import type { HeaderEntry, HeaderField } from '../../language/packet/header.js';
import { findHeader, IP, IP6, UDP } from '../../language/packet/headers.js';
import { AF_INET, AF_INET6 } from '../../types/type.js';
import type { MemoryOperand } from '../memory.js';
import type { ProgramLowering } from '../program-lowering.js';
import { eachChoice, loadField, unitOf } from './read.js';

type Store = Extract<TypedStatement, { kind: 'packet-store' }>;

/** Sums of 16-bit words, not folded: what a checksum gains. */
type Difference = ValueId;

/** A header that is not there is not changed, nor is a field by an address of the other family. */
export function lowerPacketStore(lowering: ProgramLowering, { choices, value }: Store): void {
  const { builder, packet } = lowering;
  const operand = lowering.operand(value);
  const skip = builder.newBlock();
  const done = builder.newBlock();
  const eitherFamily = value.type.kind === 'inet' && value.type.family === undefined;
  eachChoice(lowering, choices, skip, (header, field) => {
    const gained =
      operand.kind === 'word'
        ? storeNumber(lowering, header, field, operand.value)
        : operand.kind === 'memory'
          ? storeAddress(
              lowering,
              header,
              field,
              eitherFamily ? ofFamily(lowering, operand, field, skip) : operand,
            )
          : undefined;
    if (gained !== undefined) fixChecksums(lowering, header, field, gained);
    if (field.steers === true) packet.forget();
    builder.jump(done);
  });
  builder.enter(skip);
  builder.jump(done);
  builder.enter(done);
}

/** Where the bytes of an address of any family lie, when it is of the field's; else it goes to `otherwise`. */
function ofFamily(
  { builder }: ProgramLowering,
  value: MemoryOperand,
  field: HeaderField,
  otherwise: BlockId,
): MemoryOperand {
  const family = builder.load(4, value.address, value.offset);
  const same = builder.newBlock();
  builder.branch('eq', family, builder.const(field.kind === 'ip' ? AF_INET : AF_INET6), same, otherwise);
  builder.enter(same);
  return { ...value, offset: value.offset + 4 };
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
  builder.enter(done);
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
  const stored = [
    { to: field, gained: storeNumber(lowering, header, field, b) },
    { to: other, gained: storeNumber(lowering, header, other, a) },
  ];
  for (const { to, gained } of stored)
    if (gained !== undefined && !whole) fixChecksums(lowering, header, to, gained);
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
  const own = ownChecksum(header);
  if (own !== undefined && byKernel(lowering, header)) fixFirst(lowering, [header], gained, undefined);
  else if (own !== undefined) fix(lowering, header, lowering.packet.address(header), own, gained);
  if (field.pseudo !== undefined) {
    const transports = field.pseudo.map(name => findHeader(name)!);
    fixFirst(lowering, transports, gained, header);
  }
}

/** IPv4's own is never left to a device, nor counted in what the kernel knows of a packet. */
function byKernel({ probeType }: ProgramLowering, header: HeaderEntry): boolean {
  return probeType.packet?.buffered === true && header !== IP;
}

/** The checksum of the first of these headers that is there; `below`: for a change in the pseudo header, which is of that header. */
function fixFirst(
  lowering: ProgramLowering,
  headers: readonly HeaderEntry[],
  gained: Difference,
  below: HeaderEntry | undefined,
): void {
  const { builder, packet } = lowering;
  const done = builder.newBlock();
  for (const header of headers) {
    const present = builder.newBlock();
    const next = builder.newBlock();
    packet.locate(header, present, next);
    builder.enter(present);
    const offset = ownChecksum(header)!;
    if (byKernel(lowering, header)) fixByKernel(lowering, header, offset, gained, below);
    else fix(lowering, header, packet.address(header), offset, gained);
    builder.jump(done);
    builder.enter(next);
  }
  builder.jump(done);
  builder.enter(done);
}

/** `below`: as in fixFirst(). bpf_l4_csum_replace() (4.1) knows whether the device is to sum up the packet. What is known of the packet holds no more. */
function fixByKernel(
  lowering: ProgramLowering,
  header: HeaderEntry,
  offset: number,
  gained: Difference,
  below: HeaderEntry | undefined,
): void {
  const { builder, packet, context, env } = lowering;
  const at = builder.binary('sub', builder.offset(packet.address(header), offset), packet.data());
  let difference = gained;
  for (let fold = 0; fold < 2; fold++) {
    const low = builder.binaryImm('and', difference, 0xffff_ffffn);
    difference = builder.binary('add', low, builder.binaryImm('lshr', difference, 32));
  }
  // The checksum of IPv4's header makes up for its addresses in what a device has summed up; IPv6 has none (6.16 tells them apart).
  const [major, minor] = env.kernelVersion;
  const ofIp6 = below === IP6 && (major > 6 || (major === 6 && minor >= 16));
  const flags =
    (below !== undefined ? ChecksumFlag.BPF_F_PSEUDO_HDR : 0) |
    (ofIp6 ? ChecksumFlag.BPF_F_IPV6 : 0) |
    (header === UDP ? ChecksumFlag.BPF_F_MARK_MANGLED_0 : 0);
  builder.call('l4_csum_replace', [context, at, builder.const(0), difference, builder.const(flags)]);
  packet.forget();
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
