// Integer operators on exact values: what C says, with the language's exceptions (x / 0 is 1; shift counts are taken modulo 64).
import type { SourceInteger } from './type.js';
import { wrap } from './type.js';

/** bpftrace 0.27 divides and shifts right without regard to sign; everything else is the same. */
export type Dialect = 'tsbpf' | 'bpftrace';

export function isComparison(operator: string): boolean {
  return ['==', '!=', '<', '<=', '>', '>='].includes(operator);
}

export function compareIntegers(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      throw new Error(`comparison ${operator}`);
  }
}

/** Unbounded result; the caller wraps it. `a` and `b` are within 64 bits, b is no 0 for / and %. */
export function calculate(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return a << BigInt.asUintN(6, b);
    case '>>':
      return a >> BigInt.asUintN(6, b);
    default:
      throw new Error(`operator ${operator}`);
  }
}

/** `a operator b`, both of `type` (64 bits), in `type`. */
export function apply(operator: string, a: bigint, b: bigint, type: SourceInteger, dialect: Dialect): bigint {
  if (operator === '/' || operator === '%') {
    if (b === 0n) return 1n;
  }
  if (dialect === 'bpftrace' && ['/', '%', '>>'].includes(operator)) {
    return wrap(calculate(operator, BigInt.asUintN(64, a), BigInt.asUintN(64, b)), type);
  }
  return wrap(calculate(operator, a, b), type);
}
