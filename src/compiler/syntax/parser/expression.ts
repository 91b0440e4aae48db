// Expressions, by precedence climbing with C's table. A `/` that `{` follows, the next
// probe or nothing, is never a division: it ends a predicate.
import type { BinaryOperator, Expression, MapAccess, UnaryOperator, Variable } from '../ast.js';
import type { Token } from '../token.js';
import { startsProbe } from './attach-point.js';
import { parsePrimary } from './primary.js';
import type { TokenStream } from './token-stream.js';
import { parseTypeName, startsCast } from './type.js';

/** Binds tighter with a larger number; all are left-associative. */
export const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '=~': 6,
  '!~': 6,
  '<': 7,
  '<=': 7,
  '>': 7,
  '>=': 7,
  in: 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
};

const UNARY: readonly UnaryOperator[] = ['-', '!', '~', '*', '&'];

export function parseExpression(s: TokenStream): Expression {
  return s.nested(() => {
    const start = s.peek().span.start;
    const condition = parseBinary(s, 1);
    if (!s.at('?')) return condition;
    const question = s.take();
    const then = s.at(':') ? undefined : parseExpression(s);
    s.expect(':', { where: 'between the two values of "?"', open: question });
    const otherwise = parseExpression(s);
    return { kind: 'ternary', span: s.spanFrom(start), condition, then, else: otherwise };
  });
}

function parseBinary(s: TokenStream, least: number): Expression {
  const start = s.peek().span.start;
  let left = parseUnary(s);
  for (let height = 1; ; height++) {
    const operator = binaryOperator(s);
    if (operator === undefined || PRECEDENCE[operator] < least) return left;
    s.grow(height);
    const operatorSpan = s.take().span;
    const right = parseBinary(s, PRECEDENCE[operator] + 1);
    left = { kind: 'binary', span: s.spanFrom(start), operator, operatorSpan, left, right };
  }
}

function binaryOperator(s: TokenStream): BinaryOperator | undefined {
  const token = s.peek();
  if (token.kind === 'word' && token.text === 'in') return 'in'; // a word elsewhere
  if (token.kind !== 'punctuation' || !Object.hasOwn(PRECEDENCE, token.text)) return undefined;
  if (token.text === '/' && endsPredicate(s)) return undefined;
  return token.text as BinaryOperator;
}

/** Is the `/` ahead followed by the block of a probe, or by what comes after a probe without one? */
export function endsPredicate(s: TokenStream): boolean {
  if (!s.at('/')) return false;
  const next = s.peek(1);
  return s.at('{', 1) || next.kind === 'end' || startsProbe(s.text, next);
}

function parseUnary(s: TokenStream): Expression {
  const token = s.peek();
  const start = token.span.start;
  if (token.kind === 'word' && token.text === 'comptime' && startsOperand(s)) {
    s.take();
    const operand = s.nested(() => parseUnary(s));
    return { kind: 'comptime', span: s.spanFrom(start), operand };
  }
  if (token.kind === 'punctuation') {
    const operator = UNARY.find(o => o === token.text);
    if (operator !== undefined) {
      s.take();
      const operand = s.nested(() => parseUnary(s));
      return { kind: 'unary', span: s.spanFrom(start), operator, operand };
    }
    if (token.text === '++' || token.text === '--') {
      s.take();
      const operand = s.nested(() => parseUnary(s));
      const target = updateTarget(s, token, operand);
      return { kind: 'update', span: s.spanFrom(start), operator: token.text, prefix: true, target };
    }
    if (token.text === '(' && startsCast(s)) {
      s.take();
      const type = parseTypeName(s);
      s.expect(')', { where: 'after the type of a cast', open: token });
      const operand = s.nested(() => parseUnary(s));
      return { kind: 'cast', span: s.spanFrom(start), type, operand };
    }
  }
  return parsePostfix(s);
}

/** Behind `comptime`: without an operand it is a name like any other. */
function startsOperand(s: TokenStream): boolean {
  const { kind, text } = s.peek(1);
  return kind !== 'end' && (kind !== 'punctuation' || ['(', '{', '-', '!', '~'].includes(text));
}

function parsePostfix(s: TokenStream): Expression {
  const start = s.peek().span.start;
  let object = parsePrimary(s, parseExpression);
  for (let height = 1; ; height++) {
    s.grow(height);
    const token = s.peek();
    if (token.kind !== 'punctuation') return object;
    switch (token.text) {
      case '.':
      case '->': {
        s.take();
        const { name, span } = fieldName(s, token);
        const arrow = token.text === '->';
        object = { kind: 'member', span: s.spanFrom(start), object, name, nameSpan: span, arrow };
        break;
      }
      case '[': {
        s.take();
        const index = parseExpression(s);
        s.expect(']', { open: token });
        object = { kind: 'index', span: s.spanFrom(start), object, index };
        break;
      }
      case '++':
      case '--': {
        s.take();
        const target = updateTarget(s, token, object);
        return { kind: 'update', span: s.spanFrom(start), operator: token.text, prefix: false, target };
      }
      default:
        return object;
    }
  }
}

/** Any word, or the index of a tuple's member. */
function fieldName(s: TokenStream, after: Token): Token & { name: string } {
  const token = s.peek();
  if (token.kind === 'word') return { ...s.take(), name: token.text };
  if (token.kind === 'integer') return { ...s.take(), name: token.value.toString() };
  throw s.unexpected(`expected a field's name after "${after.text}"`);
}

function updateTarget(s: TokenStream, operator: Token, operand: Expression): Variable | MapAccess {
  if (operand.kind === 'variable' || operand.kind === 'map-access') return operand;
  throw s.fail('update-target', operand.span, `"${operator.text}" needs a variable or a map`);
}
