// hash(): see types/flow-hash.ts. Addresses are taken where they lie: one of IPv4 counts as its number, one of IPv6 as two, one of
// hardware as one.
import type { TypedExpression } from '../check/typed.js';
import type { ValueId } from '../ir/ir.js';
import type { AddressFamily } from '../language/names/address-range.js';
import { multiplierAt, STIR, STIR_SHIFT } from '../types/flow-hash.js';
import type { MemoryOperand } from './memory.js';
import { forEachFamily, isAddress } from './packet/address.js';
import type { ProgramLowering } from './program-lowering.js';

export function lowerHash(lowering: ProgramLowering, values: readonly TypedExpression[]): ValueId {
  const { builder } = lowering;
  let sum: ValueId | undefined;
  // An address has two places, whichever family it is of.
  let place = 0;
  const add = (value: ValueId) => {
    sum = sum === undefined ? value : builder.binary('add', sum, value);
  };
  for (const value of values) {
    if (isAddress(value.type)) {
      add(addressPart(lowering, value, place));
      place += 2;
    } else {
      add(product(lowering, lowering.word(value), place));
      place += 1;
    }
  }
  let hash = sum ?? builder.const(0);
  hash = builder.binary('xor', hash, builder.binaryImm('lshr', hash, STIR_SHIFT));
  hash = builder.binary('mul', hash, builder.const(STIR));
  return builder.binary('xor', hash, builder.binaryImm('lshr', hash, STIR_SHIFT));
}

function product({ builder }: ProgramLowering, word: ValueId, place: number): ValueId {
  return builder.binary('mul', word, builder.const(multiplierAt(place)));
}

/** 0 of an address that is not there. */
function addressPart(lowering: ProgramLowering, value: TypedExpression, place: number): ValueId {
  const { builder } = lowering;
  const part = builder.newLocal('part');
  const none = builder.newBlock();
  const join = builder.newBlock();
  forEachFamily(lowering, value, none, (at, family) => {
    const products = wordsAt(lowering, at, family).map((word, i) => product(lowering, word, place + i));
    builder.write(
      part,
      products.length === 1 ? products[0]! : builder.binary('add', products[0]!, products[1]!),
    );
    builder.jump(join);
  });
  builder.enter(none);
  builder.write(part, builder.const(0));
  builder.jump(join);
  builder.enter(join);
  return builder.read(part);
}

function wordsAt(lowering: ProgramLowering, place: MemoryOperand, family: AddressFamily): readonly ValueId[] {
  const { builder } = lowering;
  const load = (offset: number) => builder.load(4, place.address, place.offset + offset);
  const both = (high: ValueId, low: ValueId) =>
    builder.binary('or', builder.binaryImm('shl', builder.bswap(high, 32), 32), builder.bswap(low, 32));
  if (family === 4) return [builder.bswap(load(0), 32)];
  if (family === 6) return [both(load(0), load(4)), both(load(8), load(12))];
  const [a, b, c] = [0, 2, 4].map(offset =>
    builder.bswap(builder.load(2, place.address, place.offset + offset), 16),
  );
  const upper = builder.binary('or', builder.binaryImm('shl', a!, 32), builder.binaryImm('shl', b!, 16));
  return [builder.binary('or', upper, c!)];
}
