// %f: a quotient of two integers in decimals. It is exact: no floating-point number comes into it.
import type { Conversion } from '../../compiler/types/format.js';
import type { Value } from '../../compiler/types/value.js';

/** As in C. */
const DECIMALS = 6;
const MOST_DECIMALS = 100;

/**
 * `value`: an integer, or the two of a quotient. It is rounded to the decimals asked for, halves away from zero; what rounds to
 * zero has no sign. Of a division by zero it says inf, -inf or nan.
 */
export function quotientText(
  value: Value,
  { precision = DECIMALS, plus, zero, left, width }: Conversion,
): string {
  const [above, below] = Array.isArray(value) ? (value as [bigint, bigint]) : [BigInt(value as bigint), 1n];
  if (below === 0n) return above === 0n ? 'nan' : above > 0n ? 'inf' : '-inf';
  const decimals = Math.min(precision, MOST_DECIMALS);
  const [n, d] = [magnitude(above), magnitude(below)];
  const rounded = (2n * n * 10n ** BigInt(decimals) + d) / (2n * d);
  const sign = above < 0n !== below < 0n && rounded !== 0n ? '-' : plus ? '+' : '';
  const digits = String(rounded).padStart(decimals + 1, '0');
  const whole = digits.length - decimals;
  const text = decimals === 0 ? digits : `${digits.slice(0, whole)}.${digits.slice(whole)}`;
  return zero && !left ? sign + text.padStart(width - sign.length, '0') : sign + text;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
