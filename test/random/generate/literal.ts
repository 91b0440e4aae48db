// Literals, and what programs take from outside.

import type { Scope } from './scope.js';
import { INTEGERS } from './shape.js';

/** Variables of the inputs clause (program.ts) by what they hold. */
export const INTEGER_INPUTS = ['@i0', '@i1', '@u0', '@u1', '@w0', '@b0'];
export const STRING_INPUTS = ['@s0', '@s1'];

export const WORDS = [
  'a',
  'ab',
  'abc',
  'eth0',
  'lo',
  '',
  'abcdefg',
  'abcdefgh',
  'abcdefghi',
  'a-longer-string',
  'bcd',
] as const;

export function integerLiteral({ random, portable }: Scope): string {
  if (random.chance(40)) return `${random.below(10)}`;
  const word = random.word();
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2:
      return `0x${word.toString(16)}`;
    case 3:
      return random.pick(['1e3', '5us', '1_000', '7ms', '2e9']);
    case 4:
      return portable
        ? '8'
        : random.pick(['0x7fffffffffffffff', '18446744073709551615', '0x80', '255', '256']);
    default: {
      const value = random.chance(60) ? BigInt.asIntN(64, word) : word;
      return value < 0n ? `(${value})` : `${value}`;
    }
  }
}

/** An integer that is not calculated: a literal, cast or not, or an input. */
export function integerLeaf(scope: Scope): string {
  const { random } = scope;
  if (random.chance(30) && scope.inputs) return random.pick(INTEGER_INPUTS);
  if (random.chance(10) && scope.hasEnum) return random.pick(scope.enumerators);
  if (random.chance(60)) return `(${random.pick(INTEGERS)})${integerLiteral(scope)}`;
  return integerLiteral(scope);
}

export function stringLiteral({ random }: Scope): string {
  return `"${random.pick(WORDS)}"`;
}
