// Constant expressions of C, as enumerators, array sizes and widths of bitfields have them: integers, earlier enumerators,
// and the operators of C except those that compare or choose.
import type { TokenStream } from './token-stream.js';

/** Values of enumerators, by name; `#define`d names are integers already. */
export type Constants = ReadonlyMap<string, bigint>;

const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

export function parseConstant(s: TokenStream, constants: Constants, level = 0): bigint {
  const operators = LEVELS[level];
  if (operators === undefined) return s.nested(() => parseUnary(s, constants));
  let left = parseConstant(s, constants, level + 1);
  for (;;) {
    const operator = operators.find(text => s.at(text));
    if (operator === undefined) return left;
    const { span } = s.take();
    const right = parseConstant(s, constants, level + 1);
    if ((operator === '/' || operator === '%') && right === 0n) {
      throw s.fail('constant', span, 'division by zero');
    }
    if ((operator === '<<' || operator === '>>') && (right < 0n || right > 63n)) {
      throw s.fail('constant', span, `a shift by ${right} bits: 0 to 63 are possible`);
    }
    left = BigInt.asIntN(65, calculate(operator, left, right));
  }
}

function calculate(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&':
      return a & b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return a % b;
  }
}

function parseUnary(s: TokenStream, constants: Constants): bigint {
  if (s.accept('-')) return -s.nested(() => parseUnary(s, constants));
  if (s.accept('~')) return ~s.nested(() => parseUnary(s, constants));
  if (s.accept('+')) return s.nested(() => parseUnary(s, constants));
  const open = s.accept('(');
  if (open) {
    const value = parseConstant(s, constants);
    s.expect(')', { open });
    return value;
  }
  const token = s.peek();
  if (token.kind === 'integer') {
    s.take();
    return token.value;
  }
  const known = token.kind === 'word' ? constants.get(token.text) : undefined;
  if (known === undefined) throw s.unexpected('expected a number or an earlier enumerator');
  s.take();
  return known;
}
