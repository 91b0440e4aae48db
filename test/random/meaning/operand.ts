// Types of operands and of what operators give.
import {
  BOOL,
  INT64,
  integerOf,
  joinIntegers,
  Refused,
  type SourceInteger,
  type SourceType,
  UINT64,
  UNKNOWN,
} from './type.js';

/** Booleans count as bytes, pointers as words. */
export function operandType(type: SourceType): SourceInteger {
  if (type.kind === 'bool') return integerOf(8, false);
  if (type.kind === 'integer') return type;
  throw new Refused(`arithmetic on ${type.kind}`);
}

/** Everything is calculated in 64 bits; `-` is always signed. */
export function arithmeticType(operator: string, a: SourceType, b: SourceType): SourceType {
  if (a.kind === 'unknown' || b.kind === 'unknown') return UNKNOWN;
  const joined = joinIntegers(operandType(a), operandType(b));
  if (a.kind === 'bool' && b.kind === 'bool' && ['&', '|', '^'].includes(operator)) return BOOL;
  return operator === '-' || joined.signed ? INT64 : UINT64;
}

/** Of the numbers that ++ and -- work on: 64 bits, and `--` is signed as `-` is. */
export function stepType(operator: '++' | '--', current: SourceType): SourceInteger {
  if (current.kind !== 'integer' && current.kind !== 'unknown')
    throw new Refused(`${operator} on ${current.kind}`);
  return integerOf(64, operator === '--' || current.kind === 'unknown' || current.signed);
}
