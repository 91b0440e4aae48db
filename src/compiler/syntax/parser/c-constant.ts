// Constant expressions of C, as enumerators, array sizes and widths of bitfields have them: the tree, since names and sizes are
// known only to the checker.
import type { CConstant, COperator, CType } from '../ast.js';
import type { TokenStream } from './token-stream.js';

type Operator = COperator;

const LEVELS: readonly (readonly Operator[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Reads a type as in casts and (`certain`: nothing else may stand there) sizeof: definition.ts, which imports this file. */
export type ParseType = (s: TokenStream, certain: boolean) => CType | undefined;

export function parseConstant(s: TokenStream, parseType: ParseType): CConstant {
  return s.nested(() => {
    const { start } = s.peek().span;
    const condition = parseBinary(s, parseType, 0);
    if (!s.accept('?')) return condition;
    const then = parseConstant(s, parseType);
    s.expect(':');
    const otherwise = parseConstant(s, parseType);
    return { kind: 'ternary', condition, then, else: otherwise, span: s.spanFrom(start) };
  });
}

function parseBinary(s: TokenStream, parseType: ParseType, level: number): CConstant {
  const operators = LEVELS[level];
  if (operators === undefined) return parseUnary(s, parseType);
  const { start } = s.peek().span;
  let left = parseBinary(s, parseType, level + 1);
  for (;;) {
    const operator = operators.find(text => s.at(text));
    if (operator === undefined) return left;
    s.take();
    const right = parseBinary(s, parseType, level + 1);
    left = { kind: 'binary', operator, left, right, span: s.spanFrom(start) };
  }
}

function parseUnary(s: TokenStream, parseType: ParseType): CConstant {
  return s.nested(() => {
    const token = s.peek();
    const { start } = token.span;
    const operator = (['-', '~', '!'] as const).find(text => s.at(text));
    if (operator !== undefined) {
      s.take();
      return { kind: 'unary', operator, operand: parseUnary(s, parseType), span: s.spanFrom(start) };
    }
    if (s.accept('+')) return parseUnary(s, parseType);
    const open = s.accept('(');
    if (open) {
      const type = parseType(s, false);
      const inside = type === undefined ? parseConstant(s, parseType) : undefined;
      s.expect(')', { open });
      if (type === undefined) return inside!;
      return { kind: 'cast', type, operand: parseUnary(s, parseType), span: s.spanFrom(start) };
    }
    if (token.kind === 'integer') {
      s.take();
      return { kind: 'number', value: token.value, span: token.span };
    }
    if (token.kind !== 'word') throw s.unexpected('expected a constant');
    s.take();
    if (token.text !== 'sizeof' && token.text !== '__alignof__') {
      return { kind: 'name', name: token.text, span: token.span };
    }
    const parenthesis = s.expect('(', { where: `after ${token.text}` });
    const type = parseType(s, true);
    if (type === undefined) throw s.unexpected('expected a type');
    s.expect(')', { open: parenthesis });
    return { kind: 'sizeof', type, span: s.spanFrom(start) };
  });
}
