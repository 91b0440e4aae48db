// Addresses as conditions: equal, or in one of a list of prefixes and ranges. They are compared where they lie, by words, and
// constants are turned into the packet's byte order instead of the packet into ours.
import type { TypedExpression } from '../../check/typed.js';
import { InternalError } from '../../diagnostics/diagnostic.js';
import type { BlockId, Size, ValueId } from '../../ir/ir.js';
import {
  type AddressFamily,
  type AddressRange,
  compareBytes,
  maskAt,
  prefixLength,
} from '../../language/names/address-range.js';
import { sizeOf } from '../../types/layout.js';
import { AF_INET, AF_INET6, INET, type Type } from '../../types/type.js';
import { littleEndian, type MemoryOperand, memory } from '../memory.js';
import type { ProgramLowering } from '../program-lowering.js';
import { eachChoice } from './read.js';

export function isAddress(type: Type): boolean {
  return type.kind === 'inet' || type.kind === 'mac';
}

/** Branches on whether an address is in one of the ranges. */
export function branchOnRanges(
  lowering: ProgramLowering,
  operand: TypedExpression,
  ranges: readonly AddressRange[],
  then: BlockId,
  otherwise: BlockId,
): void {
  forEachFamily(lowering, operand, otherwise, (place, family) => {
    testRanges(
      lowering,
      place,
      ranges.filter(range => range.family === family),
      then,
      otherwise,
    );
  });
}

/**
 * Each address that the operand may be, where it lies; `use` ends the way. A header that is not there goes to `absent`, a stored
 * address that was never set to `unset`.
 */
export function forEachFamily(
  lowering: ProgramLowering,
  operand: TypedExpression,
  absent: BlockId,
  use: (place: MemoryOperand, family: AddressFamily) => void,
  unset: BlockId = absent,
): void {
  const { builder } = lowering;
  if (operand.kind === 'packet' && operand.read.kind === 'field') {
    const goal = lowering.absent ?? absent;
    eachChoice(lowering, operand.read.choices, goal, (header, field) => {
      const family = field.kind === 'ip' ? 4 : field.kind === 'ip6' ? 6 : 'mac';
      use(memory(lowering.packet.address(header), field.offset / 8), family);
    });
    return;
  }
  const { type } = operand;
  const place = lowering.operand(operand);
  if (place.kind !== 'memory') throw new InternalError('an address that is not in memory');
  if (type.kind === 'mac') use(place, 'mac');
  else if (type.kind === 'inet' && type.family !== undefined) use(place, type.family);
  else {
    const family = builder.load(4, place.address, place.offset);
    const inner: MemoryOperand = { ...place, offset: place.offset + 4 };
    for (const [number, each] of [
      [AF_INET, 4],
      [AF_INET6, 6],
    ] as const) {
      const own = builder.newBlock();
      const next = builder.newBlock();
      builder.branch('eq', family, builder.const(number), own, next);
      builder.enter(own);
      use(inner, each);
      builder.enter(next);
    }
    builder.jump(unset);
  }
}

function testRanges(
  lowering: ProgramLowering,
  place: MemoryOperand,
  ranges: readonly AddressRange[],
  then: BlockId,
  otherwise: BlockId,
): void {
  const { builder } = lowering;
  for (const range of ranges) {
    const next = builder.newBlock();
    const length = prefixLength(range);
    if (length === undefined) testRange(lowering, place, range, then, next);
    else testPrefix(lowering, place, range.first, length, then, next);
    builder.enter(next);
  }
  builder.jump(otherwise);
}

/**
 * Words of an address that lies at an offset, from an address aligned to 8: [offset in it, size]. The verifier wants loads from the
 * stack aligned: an address of any family has its family before it.
 */
export function wordsOf(bytes: number, at: number): readonly (readonly [number, Size])[] {
  if (bytes === 4) return [[0, 4]];
  if (bytes === 16 && at % 8 !== 0) return [0, 4, 8, 12].map(word => [word, 4]);
  return bytes === 6
    ? [
        [0, 4],
        [4, 2],
      ]
    : [
        [0, 8],
        [8, 8],
      ];
}

function testPrefix(
  lowering: ProgramLowering,
  place: MemoryOperand,
  bytes: Uint8Array,
  length: number,
  then: BlockId,
  otherwise: BlockId,
): void {
  const { builder } = lowering;
  for (const [offset, size] of wordsOf(bytes.length, place.offset)) {
    if (offset * 8 >= length) break;
    const mask = Uint8Array.from({ length: size }, (_, i) => maskAt(offset + i, length));
    const word = builder.load(size, place.address, place.offset + offset);
    const width = size === 8 ? 64 : 32;
    const bits = littleEndian(mask, 0, size);
    const kept = bits === (1n << BigInt(size * 8)) - 1n ? word : builder.binaryImm('and', word, bits, width);
    const next = builder.newBlock();
    const wanted = builder.const(littleEndian(bytes, offset, size));
    builder.branch('eq', kept, wanted, next, otherwise, { width });
    builder.enter(next);
  }
  builder.jump(then);
}

/** Between two addresses: compared as numbers, the more significant word first. */
function testRange(
  lowering: ProgramLowering,
  place: MemoryOperand,
  { first, last }: AddressRange,
  then: BlockId,
  otherwise: BlockId,
): void {
  const { builder } = lowering;
  const words = wordsOf(first.length, place.offset).map(([offset, size]) => {
    const word = builder.load(size, place.address, place.offset + offset);
    return { offset, size, value: builder.bswap(word, (size * 8) as 16 | 32 | 64) };
  });
  const bound = (limit: Uint8Array, beyond: 'ult' | 'ugt', met: BlockId) => {
    words.forEach(({ offset, size, value }, i) => {
      const edge = builder.const(bigEndian(limit, offset, size));
      const within = builder.newBlock();
      builder.branch(beyond, value, edge, otherwise, within);
      builder.enter(within);
      if (i === words.length - 1) {
        builder.jump(met);
        return;
      }
      const equal = builder.newBlock();
      builder.branch('eq', value, edge, equal, met);
      builder.enter(equal);
    });
  };
  if (compareBytes(first, last) > 0) {
    builder.jump(otherwise);
    return;
  }
  const above = builder.newBlock();
  bound(first, 'ult', above);
  builder.enter(above);
  bound(last, 'ugt', then);
}

function bigEndian(bytes: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
  return value;
}

/** Branches on whether two addresses are equal. */
export function branchOnSameAddress(
  lowering: ProgramLowering,
  left: TypedExpression,
  right: TypedExpression,
  equal: BlockId,
  different: BlockId,
  absent: BlockId,
): void {
  const { builder } = lowering;
  const [value, constant] = left.kind === 'inet-constant' ? [right, left] : [left, right];
  if (constant.kind === 'inet-constant') {
    const compare = (place: MemoryOperand, family: AddressFamily) => {
      if (sizeOfFamily(family) !== constant.bytes.length) builder.jump(different);
      else testPrefix(lowering, place, constant.bytes, constant.bytes.length * 8, equal, different);
    };
    forEachFamily(lowering, value, absent, compare, different);
    return;
  }
  const same = sizeOf(left.type) === sizeOf(right.type);
  const [a, b] = [left, right].map(side =>
    same ? lowering.operand(side) : memory(lowering.addressAs(side, INET)),
  );
  if (a?.kind !== 'memory' || b?.kind !== 'memory')
    throw new InternalError('an address that is not in memory');
  const bytes = same ? sizeOf(left.type) : sizeOf(INET);
  for (let at = 0; at < bytes; ) {
    const size = bytes - at >= 4 ? 4 : 2;
    const one = builder.load(size, a.address, a.offset + at);
    const two = builder.load(size, b.address, b.offset + at);
    lowering.requireEqual(one, two, different);
    at += size;
  }
  builder.jump(equal);
}

function sizeOfFamily(family: AddressFamily): number {
  return family === 4 ? 4 : family === 6 ? 16 : 6;
}

/** The IPv4 address as a number in host order; 0 of any other. */
export function addressNumber(lowering: ProgramLowering, operand: TypedExpression): ValueId {
  const { builder } = lowering;
  const result = builder.newLocal('number');
  const none = builder.newBlock();
  const join = builder.newBlock();
  forEachFamily(lowering, operand, none, (place, family) => {
    if (family !== 4) {
      builder.jump(none);
      return;
    }
    builder.write(result, builder.bswap(builder.load(4, place.address, place.offset), 32));
    builder.jump(join);
  });
  builder.enter(none);
  builder.write(result, builder.const(0));
  builder.jump(join);
  builder.enter(join);
  return builder.read(result);
}
