// Arithmetic on literals. It belongs to typing: bpftrace types `1 + 2` as the literal 3. Everything else that is constant is
// left to the optimizer.
import type { Span } from '../diagnostics/diagnostic.js';
import type { ConstantValue } from '../language/entry.js';
import type { BinaryOperator } from '../syntax/ast.js';
import { BOOL, type StringType } from '../types/type.js';
import { type Body, poison } from './body.js';
import { INT64_MIN, literalRange, literalType, UINT64_MAX } from './integer.js';
import type { TypedExpression } from './typed.js';

type Constant = TypedExpression & { readonly kind: 'integer' };

export function literal(value: bigint, span: Span): TypedExpression {
  return { kind: 'integer', value, type: literalType(value), span };
}

export function boolean(value: boolean, span: Span): TypedExpression {
  return { kind: 'integer', value: value ? 1n : 0n, type: BOOL, span };
}

export function text(bytes: Uint8Array, span: Span): TypedExpression {
  const type: StringType = { kind: 'string', size: bytes.length + 1 };
  return { kind: 'string', bytes, type, span };
}

/** A text in the script has to fit where any text fits. */
export function fittingText(body: Body, bytes: Uint8Array, span: Span): TypedExpression {
  const { maxStrlen } = body.config;
  if (bytes.length < maxStrlen) return text(bytes, span);
  const message = `this text takes ${bytes.length + 1} bytes, its NUL included; max_strlen is ${maxStrlen}`;
  body.diagnostics.error('string-too-long', span, message, {
    hint: `config = { max_strlen = ${bytes.length + 1} }`,
  });
  return poison(span);
}

export function constantOf(value: ConstantValue, span: Span): TypedExpression {
  if (typeof value === 'number') return literal(BigInt(value), span);
  if (typeof value === 'boolean') return boolean(value, span);
  if (typeof value === 'string') return text(bytesOf(value), span);
  const fields = Object.values(value).map(each => constantOf(each, span));
  const names = Object.keys(value);
  const type = { kind: 'record', fields: names.map((name, i) => ({ name, type: fields[i]!.type })) } as const;
  return { kind: 'record', fields, type, span };
}

/** Known while compiling, whole or member by member. */
export function isConstant(expression: TypedExpression): boolean {
  switch (expression.kind) {
    case 'integer':
    case 'string':
      return true;
    case 'tuple':
      return expression.elements.every(isConstant);
    case 'record':
      return expression.fields.every(isConstant);
    default:
      return false;
  }
}

/** Whether two constants of the same type are equal. */
export function sameConstant(a: TypedExpression, b: TypedExpression): boolean {
  const all = (x: readonly TypedExpression[], y: readonly TypedExpression[]) =>
    x.length === y.length && x.every((each, i) => sameConstant(each, y[i]!));
  if (a.kind === 'integer') return b.kind === 'integer' && a.value === b.value;
  if (a.kind === 'string') return b.kind === 'string' && sameBytes(a.bytes, b.bytes);
  if (a.kind === 'tuple') return b.kind === 'tuple' && all(a.elements, b.elements);
  return a.kind === 'record' && b.kind === 'record' && all(a.fields, b.fields);
}

/** A literal, or what was folded from literals; a cast or an enumerator is none. */
export function isLiteral(expression: TypedExpression): expression is Constant {
  if (expression.kind !== 'integer') return false;
  return expression.type.kind === 'bool' || literalRange(expression.type) !== undefined;
}

/** `value` as a literal, if 64 bits hold it. */
function inRange(body: Body, value: bigint | undefined, span: Span): TypedExpression {
  if (value !== undefined && value >= INT64_MIN && value <= UINT64_MAX) return literal(value, span);
  const what = value === undefined ? 'this divides by zero' : `the result, ${value}, does not fit in 64 bits`;
  body.diagnostics.error('constant-range', span, what);
  return poison(span);
}

export function foldUnary(
  body: Body,
  operator: '-' | '!' | '~',
  operand: Constant,
  span: Span,
): TypedExpression | undefined {
  if (operator === '!') return boolean(operand.value === 0n, span);
  if (operand.type.kind === 'bool') return undefined;
  if (operator === '-') return inRange(body, -operand.value, span);
  return literal(operand.value >= 0n ? BigInt.asUintN(64, ~operand.value) : ~operand.value, span);
}

/** Undefined when the operator does not fold here (arithmetic on booleans). */
export function foldBinary(
  body: Body,
  operator: BinaryOperator,
  left: Constant,
  right: Constant,
  span: Span,
): TypedExpression | undefined {
  const truth = compare(operator, left.value, right.value);
  if (truth !== undefined) return boolean(truth, span);
  if (left.type.kind === 'bool' || right.type.kind === 'bool') return undefined;
  return inRange(body, calculate(operator, left.value, right.value), span);
}

function compare(operator: BinaryOperator, a: bigint, b: bigint): boolean | undefined {
  switch (operator) {
    case '&&':
      return a !== 0n && b !== 0n;
    case '||':
      return a !== 0n || b !== 0n;
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
      return undefined;
  }
}

/** Undefined for a division by zero. Shifts lose bits, as they do in the kernel, but not by 64 or more. */
function calculate(operator: BinaryOperator, a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0n ? undefined : a / b;
    case '%':
      return b === 0n ? undefined : a % b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      if (b < 0n || b > 63n) return UINT64_MAX + 1n;
      return a < 0n ? BigInt.asIntN(64, a << b) : BigInt.asUintN(64, a << b);
    case '>>':
      return b < 0n ? UINT64_MAX + 1n : a >> (b > 64n ? 64n : b);
    default:
      return undefined;
  }
}

/** Of texts, too: bytes that are no UTF-8 would all decode to one character. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The text of a literal's bytes. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

export function bytesOf(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
