// Operators: which types they take, what they give, and the conversions of their operands (rules observed on bpftrace 0.27;
// signed `/`, `%` and `>>` are C's, see design).
import type { Span } from '../diagnostics/diagnostic.js';
import type { BinaryOperator, COperator, Expression } from '../syntax/ast.js';
import { rawSizeOf } from '../types/layout.js';
import { BOOL, type IntegerType, integer, type PointerType, type Type, UINT64 } from '../types/type.js';
import { checkAddressOf } from './address.js';
import { spaceOfNumber } from './address-space.js';
import { type Body, isError, poison } from './body.js';
import { decideBranch } from './comptime.js';
import {
  boolean,
  foldBinary,
  foldUnary,
  isConstant,
  isLiteral,
  sameBytes,
  sameConstant,
  text,
  textOf,
} from './constant.js';
import { asInteger, convert, integerOf } from './convert.js';
import { checkAddressComparison, isAddressType } from './inet.js';
import { fits, joinIntegers, literalType, promote } from './integer.js';
import { checkMatch } from './match.js';
import { checkMembership } from './membership.js';
import { checkSetMembership } from './set.js';
import { typeText } from './type-text.js';
import type { TypedBinaryOperator, TypedExpression } from './typed.js';
import { isScalar, join } from './unify.js';

type Node<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

export function checkUnary(body: Body, node: Node<'unary'>): TypedExpression {
  const { operator, span } = node;
  if (operator === '&') return checkAddressOf(body, node);
  const operand = body.expression(node.operand);
  if (isError(operand)) return poison(span, operand.type);
  if (operator === '*') return dereference(body, operand, span);
  const { type } = operand;
  const fine = operator === '!' ? isScalar(type) : type.kind === 'integer';
  if (!fine) {
    body.diagnostics.error(
      'operator-type',
      span,
      `the operator ${operator} does not work on ${typeText(type)}`,
    );
    return poison(span);
  }
  if (isLiteral(operand)) {
    const folded = foldUnary(body, operator, operand, span);
    if (folded !== undefined) return folded;
  }
  if (operator === '!') return { kind: 'unary', operator, operand, type: BOOL, span };
  const signed = type.kind === 'integer' && type.signed;
  const result = integer(8, signed);
  const whole: TypedExpression = {
    kind: 'unary',
    operator,
    operand: convert(operand, result),
    type: result,
    span,
  };
  // An unsigned operand keeps its width, as in C and bpftrace: -(uint32)5 is 4294967291.
  return signed ? whole : convert(convert(whole, type), result);
}

function dereference(body: Body, pointer: TypedExpression, span: Span): TypedExpression {
  const { type } = pointer;
  if (type.kind === 'pointer' && type.to.kind !== 'void')
    return { kind: 'deref', pointer, type: type.to, span };
  if (type.kind === 'integer') {
    // An address that is a mere number: a word lies there.
    const to = { kind: 'pointer', to: UINT64, space: spaceOfNumber(body, type) } as const;
    const address: TypedExpression = { kind: 'convert', operand: pointer, type: to, span: pointer.span };
    return { kind: 'deref', pointer: address, type: UINT64, span };
  }
  const message =
    type.kind === 'pointer' ? 'what a void * points to has no type' : `${typeText(type)} is no pointer`;
  body.diagnostics.error('operator-type', span, message, {
    hint: 'cast it to a pointer first: *(uint64 *)x, or (struct NAME *)x',
  });
  return poison(span);
}

export function checkBinary(body: Body, node: Node<'binary'>): TypedExpression {
  const left = body.expression(node.left);
  if (node.operator === 'in' && node.right.kind === 'map-access')
    return checkSetMembership(body, left, node.right, node.span);
  const right = body.expression(node.right);
  if (isError(left) || isError(right)) return poison(node.span, isError(left) ? left.type : right.type);
  const { operator, span } = node;
  if (operator === 'in') return checkMembership(body, left, right, node);
  if (operator === '=~' || operator === '!~') return checkMatch(body, left, right, node);
  if (operator === '&&' || operator === '||') return logical(body, operator, left, right, node);
  if (isAddressType(left.type) || isAddressType(right.type)) {
    return checkAddressComparison(body, operator, left, right, node);
  }
  const a = left.type.kind;
  const b = right.type.kind;
  if (a === 'string' && b === 'string') return onStrings(body, operator, left, right, node);
  if (a === 'pointer' || b === 'pointer') return onPointers(body, operator, left, right, node);
  const rest = restOfText(operator, left, right, span);
  if (rest !== undefined) return rest;
  const x = operandType(left);
  const y = operandType(right);
  if (x === undefined || y === undefined) return onAggregates(body, operator, left, right, node);
  if (isLiteral(left) && isLiteral(right)) {
    const folded = foldBinary(body, operator, left, right, span);
    if (folded !== undefined) return folded;
  }
  if (isComparison(operator)) return comparison(body, operator, left, right, joinIntegers(x, y), span);
  const type = promote(operator, x, y);
  const result = arithmetic(operator, convertOperand(left, type), convertOperand(right, type), type, span);
  const bits = operator === '&' || operator === '|' || operator === '^';
  return bits && a === 'bool' && b === 'bool' ? convert(result, BOOL) : result;
}

/** "text" + 2 steps into a literal, as a pointer in C; so does $1 + 2 when $1 is text. */
function restOfText(
  operator: BinaryOperator,
  left: TypedExpression,
  right: TypedExpression,
  span: Span,
): TypedExpression | undefined {
  const [literal, steps] = left.kind === 'string' ? [left, right] : [right, left];
  if (operator !== '+' || literal.kind !== 'string') return undefined;
  if (!isLiteral(steps) || steps.type.kind !== 'integer' || steps.value < 0n) return undefined;
  return text(literal.bytes.subarray(Number(steps.value)), span);
}

function arithmetic(
  operator: TypedBinaryOperator,
  left: TypedExpression,
  right: TypedExpression,
  type: Type,
  span: Span,
): TypedExpression {
  return { kind: 'binary', operator, left, right, type, span };
}

/** An operand's integer type; an enumerator counts as the literal it stands for. */
function operandType(expression: TypedExpression): IntegerType | undefined {
  const { type } = expression;
  if (expression.kind === 'integer' && type.kind === 'integer' && type.enum !== undefined) {
    return literalType(expression.value);
  }
  return type.kind === 'pointer' ? undefined : integerOf(type);
}

function convertOperand(expression: TypedExpression, type: IntegerType): TypedExpression {
  return convert(asInteger(expression), type);
}

function isComparison(operator: BinaryOperator): boolean {
  return ['==', '!=', '<', '<=', '>', '>='].includes(operator);
}

function comparison(
  body: Body,
  operator: Exclude<COperator, '&&' | '||'>,
  left: TypedExpression,
  right: TypedExpression,
  type: IntegerType,
  span: Span,
): TypedExpression {
  for (const side of [left, right]) {
    if (side.kind === 'integer' || side.type.kind !== 'integer' || fits(side.type, type)) continue;
    const message = `comparing signed with unsigned: ${typeText(side.type)} is taken as ${typeText(type)}`;
    body.diagnostics.warn('signed-comparison', side.span, message, {
      hint: `a cast says which is meant: (int64) or (uint64)`,
    });
  }
  return arithmetic(operator, convertOperand(left, type), convertOperand(right, type), BOOL, span);
}

function logical(
  body: Body,
  operator: '&&' | '||',
  left: TypedExpression,
  right: TypedExpression,
  node: Node<'binary'>,
): TypedExpression {
  const good = [left, right].map(side => checkCondition(body, side, `an operand of ${operator}`));
  if (good.includes(false)) return poison(node.span);
  if (isLiteral(left) && isLiteral(right)) return foldBinary(body, operator, left, right, node.span)!;
  return { kind: 'logical', operator, left, right, type: BOOL, span: node.span };
}

/** Conditions are integers, booleans and pointers. */
export function checkCondition(body: Body, condition: TypedExpression, what: string): boolean {
  if (isError(condition)) return true;
  // A literal is true unless it is empty, as in bpftrace.
  if (isScalar(condition.type) || condition.kind === 'string') return true;
  const message = `${what} cannot be of type ${typeText(condition.type)}`;
  const hint = conditionHint(condition);
  body.diagnostics.error('condition-type', condition.span, message, hint === undefined ? {} : { hint });
  return false;
}

function conditionHint({ kind, type }: TypedExpression): string | undefined {
  if (type.kind === 'string') return 'compare it with a string: == "..." or != ""';
  // if (pid = 1) { }
  if (kind === 'record' && type.kind === 'record' && type.fields.length === 1)
    return `compare with ==; (${type.fields[0]?.name} = ...) is a record of one field.`;
  return undefined;
}

function onStrings(
  body: Body,
  operator: BinaryOperator,
  left: TypedExpression,
  right: TypedExpression,
  node: Node<'binary'>,
): TypedExpression {
  const { span } = node;
  const literals = left.kind === 'string' && right.kind === 'string';
  if (operator === '==' || operator === '!=') {
    if (literals) return boolean(sameBytes(left.bytes, right.bytes) === (operator === '=='), span);
    return { kind: 'binary', operator, left, right, type: BOOL, span };
  }
  if (operator === '+' && literals) return text(Uint8Array.from([...left.bytes, ...right.bytes]), span);
  if (literals) {
    const [a, b] = [textOf(left.bytes), textOf(right.bytes)];
    const holds: Partial<Record<BinaryOperator, boolean>> = {
      '<': a < b,
      '<=': a <= b,
      '>': a > b,
      '>=': a >= b,
    };
    if (holds[operator] !== undefined) return boolean(holds[operator], span);
  }
  return refuse(body, node, left.type, right.type, 'strings can be compared with == and !=');
}

function refuse(body: Body, node: Node<'binary'>, a: Type, b: Type, hint?: string): TypedExpression {
  const same = a.kind === b.kind;
  const message = same
    ? `the operator ${node.operator} does not work on ${typeText(a)}`
    : `type mismatch for ${node.operator}: ${typeText(a)} and ${typeText(b)}`;
  body.diagnostics.error(same ? 'operator-type' : 'type-mismatch', node.span, message, {
    ...(same
      ? {}
      : {
          notes: [
            { span: node.left.span, message: `this is ${typeText(a)}` },
            { span: node.right.span, message: `this is ${typeText(b)}` },
          ],
        }),
    ...(hint === undefined ? {} : { hint }),
  });
  return poison(node.span);
}

/** Pointers compare as 64-bit words, and step by the size of what they point to. */
function onPointers(
  body: Body,
  operator: Exclude<COperator, '&&' | '||'>,
  left: TypedExpression,
  right: TypedExpression,
  node: Node<'binary'>,
): TypedExpression {
  const { span } = node;
  const a = integerOf(left.type);
  const b = integerOf(right.type);
  if (a === undefined || b === undefined)
    return refuse(body, node, left.type, right.type, parameterHint(body, node));
  if (isComparison(operator)) {
    return arithmetic(operator, convertOperand(left, UINT64), convertOperand(right, UINT64), BOOL, span);
  }
  const both = left.type.kind === 'pointer' && right.type.kind === 'pointer';
  const steps = (operator === '+' || operator === '-') && !both;
  if (!steps || (operator === '-' && right.type.kind === 'pointer')) {
    return refuse(
      body,
      node,
      left.type,
      right.type,
      'cast the pointer to uint64 to calculate with its address',
    );
  }
  const [pointer, count] = left.type.kind === 'pointer' ? [left, right] : [right, left];
  const { to, space } = pointer.type as PointerType;
  const bytes = arithmetic('*', convertOperand(count, UINT64), stepOf(to, count.span), UINT64, count.span);
  const sum = arithmetic(operator, convertOperand(pointer, UINT64), bytes, UINT64, span);
  return { kind: 'convert', operand: sum, type: { kind: 'pointer', to, space }, span };
}

/** Bytes that a pointer moves by for each 1 that is added. */
function stepOf(to: Type, span: Span): TypedExpression {
  const size = to.kind === 'void' || to.kind === 'error' ? 1 : Math.max(1, rawSizeOf(to));
  return { kind: 'integer', value: BigInt(size), type: UINT64, span };
}

/** `$p += count`: the number of bytes. Undefined for operators that pointers do not have (reported). */
export function checkPointerStep(
  body: Body,
  operator: TypedBinaryOperator,
  { to }: PointerType,
  count: TypedExpression,
  span: Span,
): TypedExpression | undefined {
  if (operator === '+' || operator === '-') {
    return arithmetic('*', convertOperand(count, UINT64), stepOf(to, count.span), UINT64, count.span);
  }
  body.diagnostics.error('operator-type', span, `the operator ${operator}= does not work on a pointer`, {
    hint: 'cast the pointer to uint64 to calculate with its address',
  });
  return undefined;
}

/** Tuples, records, arrays and addresses: equal or not. */
function onAggregates(
  body: Body,
  operator: TypedBinaryOperator,
  left: TypedExpression,
  right: TypedExpression,
  node: Node<'binary'>,
): TypedExpression {
  const lengths = [left.type, right.type].map(type => (type.kind === 'tuple' ? type.elements.length : -1));
  const compares = operator === '==' || operator === '!=';
  if (compares && lengths[0] !== lengths[1] && !lengths.includes(-1))
    return boolean(operator === '!=', node.span);
  const type = left.type.kind === right.type.kind ? join(left.type, right.type) : undefined;
  const comparable = [
    'tuple',
    'record',
    'array',
    'struct',
    'inet',
    'mac',
    'username',
    'disk',
    'cgroup_path',
    'buffer',
    'stack',
    'ksym',
    'usym',
  ].includes(left.type.kind);
  if (type === undefined || !comparable || !compares) {
    return refuse(body, node, left.type, right.type, parameterHint(body, node));
  }
  const [a, b] = [convert(left, type), convert(right, type)];
  if (isConstant(a) && isConstant(b)) return boolean(sameConstant(a, b) === (operator === '=='), node.span);
  return arithmetic(operator, a, b, BOOL, node.span);
}

/** A positional parameter that is text where a number is wanted. */
export function parameterHint(body: Body, node: Node<'binary'>): string | undefined {
  for (const side of [node.left, node.right]) {
    if (side.kind !== 'parameter' || side.index === 'count') continue;
    const given = body.env.params[side.index - 1];
    if (given !== undefined) return `$${side.index} is "${given}" on the command line, which is no number`;
  }
  return undefined;
}

export function checkTernary(body: Body, node: Node<'ternary'>): TypedExpression {
  const { span } = node;
  const decided = decideBranch(body, node.condition);
  if (decided === 'unknown') return poison(span);
  if (decided !== undefined) {
    const chosen = decided ? (node.then ?? node.condition) : node.else;
    return { ...body.expression(chosen), span };
  }
  const condition = body.expression(node.condition);
  const first = node.then === undefined ? condition : body.expression(node.then);
  const second = body.expression(node.else);
  const fine = checkCondition(body, condition, 'the condition of ?:');
  const wrong = [condition, first, second].find(isError);
  if (wrong !== undefined) return poison(span, wrong.type);
  if (!fine) return poison(span);
  const type = join(first.type, second.type);
  if (type === undefined && isLiteral(condition))
    return { ...(condition.value === 0n ? second : first), span };
  if (type === undefined) {
    const message = `the arms of ?: have different types: ${typeText(first.type)} and ${typeText(second.type)}`;
    body.diagnostics.error('type-mismatch', span, message);
    return poison(span);
  }
  if ([condition, first, second].every(isLiteral) && condition.kind === 'integer') {
    return { ...(condition.value === 0n ? second : first), span };
  }
  // biome-ignore lint/suspicious/noThenProperty: a part of the tree
  return { kind: 'ternary', condition, then: convert(first, type), else: convert(second, type), type, span };
}
