// Text against a pattern: `comm =~ "kworker*"`, `!~` for those that do not match. The pattern is a literal.
import { findFunction } from '../language/registry.js';
import type { Expression } from '../syntax/ast.js';
import { matchesText, parseTextPattern } from '../types/text-pattern.js';
import { BOOL } from '../types/type.js';
import { type Body, poison } from './body.js';
import { typeText } from './type-text.js';
import type { TypedExpression } from './typed.js';

export function checkMatch(
  { diagnostics }: Body,
  left: TypedExpression,
  right: TypedExpression,
  { operator, span }: Extract<Expression, { readonly kind: 'binary' }>,
): TypedExpression {
  if (left.type.kind !== 'string') {
    const message = `${operator} looks at text, not at ${typeText(left.type)}`;
    const hint = left.type.kind === 'pointer' ? { hint: 'read it with str()' } : {};
    diagnostics.error('operator-type', left.span, message, hint);
    return poison(span);
  }
  if (right.kind !== 'string') return poison(span); // the lexer wants quotes behind it
  const pattern = parseTextPattern(right.bytes);
  if (typeof pattern === 'string') {
    diagnostics.error('argument-value', right.span, `this pattern ${pattern}`);
    return poison(span);
  }
  const negated = operator === '!~';
  if (left.kind === 'string') {
    return { kind: 'integer', value: BigInt(matchesText(pattern, left.bytes) !== negated), type: BOOL, span };
  }
  const call = { span, args: [left, right], type: BOOL, statement: false };
  const matches: TypedExpression = { kind: 'call', entry: findFunction('matches')!, call, type: BOOL, span };
  return negated ? { kind: 'unary', operator: '!', operand: matches, type: BOOL, span } : matches;
}
