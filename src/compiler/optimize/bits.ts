// How many low bits a value can occupy, from its definition. Only what the kernel's verifier concludes as well is used: a mask
// that it needs to bound an access must not be dropped because we know more than it does.
import type { Instr, ValueId } from '../ir/ir.js';
import type { Definitions } from '../ir/operands.js';

const MOST_DEPTH = 6;

/** The value is below 2^n. 64: nothing is known. */
export function widthOf(defs: Definitions, value: ValueId, depth = 0): number {
  const instr = defs[value];
  if (instr === undefined || depth > MOST_DEPTH) return 64;
  const of = (operand: ValueId) => widthOf(defs, operand, depth + 1);
  switch (instr.op) {
    case 'const':
      return bitLength(instr.value);
    case 'load':
      return instr.signed || instr.kind !== 'scalar' ? 64 : instr.size * 8; // a packet's address is loaded as 4 bytes
    case 'compare':
      return 1;
    case 'bswap':
      return instr.bits;
    case 'extend':
      return instr.signed ? signExtended(of(instr.a), instr.from * 8) : Math.min(instr.from * 8, of(instr.a));
    case 'binary':
      return binaryWidth(instr, defs, of);
    case 'phi':
      return instr.inputs.reduce((most, input) => Math.max(most, of(input.value)), 0);
    default:
      return 64;
  }
}

/** A value below the sign bit is unchanged by sign extension. */
const signExtended = (width: number, bits: number) => (width < bits ? width : 64);

function binaryWidth(
  instr: Instr & { op: 'binary' },
  defs: Definitions,
  of: (operand: ValueId) => number,
): number {
  const right = defs[instr.b];
  const count = right?.op === 'const' ? Number(right.value & BigInt(instr.width - 1)) : undefined;
  const within = (width: number) => Math.min(instr.width, width);
  switch (instr.fn) {
    case 'and':
      return within(Math.min(of(instr.a), of(instr.b)));
    case 'or':
    case 'xor':
      return within(Math.max(of(instr.a), of(instr.b)));
    case 'add':
      return within(Math.max(of(instr.a), of(instr.b)) + 1);
    case 'sub':
      return instr.width;
    case 'mul':
      return within(of(instr.a) + of(instr.b));
    case 'shl':
      return count === undefined ? 64 : within(of(instr.a) + count);
    case 'lshr':
      return count === undefined ? 64 : Math.max(0, within(of(instr.a)) - count);
    default:
      return 64; // the verifier gives up on quotients, remainders and variable shifts, even of 32 bits
  }
}

export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** The exponent when the value is a power of two. */
export function log2(value: bigint): number | undefined {
  return value !== 0n && (value & (value - 1n)) === 0n ? bitLength(value) - 1 : undefined;
}
