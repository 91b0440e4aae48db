// Casts, sizeof and offsetof.
import { InternalError, type Span } from '../diagnostics/diagnostic.js';
import type { Expression } from '../syntax/ast.js';
import { declaredSizeOf, rawSizeOf } from '../types/layout.js';
import type { IntegerType, Type } from '../types/type.js';
import { inSpace, spaceOfNumber } from './address-space.js';
import { type Body, isError, poison } from './body.js';
import { literal } from './constant.js';
import { convert, integerOf } from './convert.js';
import { wrap } from './integer.js';
import { fieldsOf, findField, reportUnknownField } from './struct-field.js';
import { resolveTypeName, typeOf } from './type-name.js';
import { typeText } from './type-text.js';
import type { TypedExpression } from './typed.js';
import { sameType } from './unify.js';

type Node<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

export function checkCast(body: Body, node: Node<'cast'>): TypedExpression {
  const operand = body.expression(node.operand);
  const named = resolveTypeName(body, node.type);
  if (named === undefined) return poison(node.span);
  if (isError(operand)) return poison(node.span, operand.type);
  const { span } = node;
  const from = operand.type;
  const to = castTarget(body, named, from);
  // An IPv4 address in host order; any other gives 0.
  if (from.kind === 'inet' && from.family !== 6 && to.kind === 'integer' && to.size >= 4) {
    return { kind: 'convert', operand, type: to, span };
  }
  if (to.kind === 'integer' || to.kind === 'bool' || to.kind === 'pointer') {
    if (integerOf(from) !== undefined) return castScalar(body, operand, to, node);
    if (to.kind === 'pointer' && isInMemory(operand)) return { kind: 'convert', operand, type: to, span };
    if (from.kind === 'array' && to.kind === 'integer' && rawSizeOf(from) <= 8) {
      return { kind: 'convert', operand, type: to, span };
    }
    if (to.kind === 'bool' && from.kind === 'string') return { kind: 'convert', operand, type: to, span };
  } else if (to.kind === 'array' && isBytesOf(from, to)) {
    return { kind: 'convert', operand, type: to, span };
  } else if (to.kind === 'string' && from.kind === 'string') {
    return convert(operand, to);
  } else if (sameType(from, to)) {
    return { ...operand, span };
  }
  body.diagnostics.error('cast', span, `${typeText(from)} cannot be cast to ${typeText(to)}`, {
    ...(from.kind === 'array'
      ? { hint: 'an array of up to 8 bytes casts to an integer; index others: x[0]' }
      : {}),
  });
  return poison(span);
}

/** An array or text that is a member of something: cast to a pointer, it is its address. */
function isInMemory({ kind, type }: TypedExpression): boolean {
  if (type.kind !== 'array' && type.kind !== 'string') return false;
  return kind === 'field' || kind === 'index' || kind === 'deref';
}

/** An address keeps the memory it is of; `(string)x` keeps the size. */
function castTarget(body: Body, to: Type, from: Type): Type {
  if (to.kind === 'pointer') {
    return inSpace(to, from.kind === 'pointer' ? from.space : spaceOfNumber(body, from));
  }
  if (to.kind === 'integer' && from.kind === 'pointer') return { ...to, space: from.space };
  if (to.kind === 'array' && to.count === 0 && from.kind === 'string') return { ...to, count: from.size };
  if (to.kind === 'string' && to.size === 0 && from.kind === 'string') return from;
  if (to.kind === 'array' && to.count === 0 && (from.kind === 'array' || from.kind === 'integer')) {
    return { ...to, count: Math.floor(rawSizeOf(from) / rawSizeOf(to.of)) };
  }
  return to;
}

/** An integer (in the order of its bytes in memory), cut or extended, or another array of as many bytes. */
function isBytesOf(from: Type, to: Type): boolean {
  if (from.kind === 'array' || from.kind === 'string') return rawSizeOf(from) === rawSizeOf(to);
  return from.kind === 'integer' && rawSizeOf(to) <= 8;
}

/** Of an integer that is of no enum, any. */
function hasEnumerator({ enum: of }: IntegerType, value: bigint): boolean {
  return of === undefined || of.values.some(([, each]) => each === String(value));
}

function castScalar(body: Body, operand: TypedExpression, type: Type, node: Node<'cast'>): TypedExpression {
  const { span } = node;
  if (node.operand.kind === 'integer-literal' && type.kind === 'integer') {
    const { value } = node.operand;
    if (!hasEnumerator(type, value)) {
      body.diagnostics.error('cast', span, `no enumerator of ${typeText(type)} is ${value}`);
      return poison(span);
    }
  }
  if (operand.kind === 'integer' && type.kind === 'integer') {
    return { kind: 'integer', value: wrap(operand.value, type), type, span };
  }
  if (operand.kind === 'integer') return { ...convert(operand, type), span };
  return { kind: 'convert', operand, type, span };
}

export function checkSizeof(body: Body, node: Node<'sizeof'>): TypedExpression {
  const type = typeOf(body, node.of);
  if (type === undefined || type.kind === 'error') return poison(node.span, type);
  return literal(BigInt(declaredSizeOf(type)), node.span);
}

export function checkOffsetof(body: Body, node: Node<'offsetof'>): TypedExpression {
  const type = typeOf(body, node.of);
  if (type === undefined || type.kind === 'error') return poison(node.span, type);
  return offsetIn(body, type, node.path, node.span) ?? poison(node.span);
}

/** Bytes from the start of a type to a member of it (or of a member); undefined when there is none (reported). */
export function offsetIn(
  body: Body,
  whole: Type,
  path: readonly string[],
  span: Span,
): TypedExpression | undefined {
  let type = whole;
  let offset = 0;
  for (const name of path) {
    if (type.kind !== 'struct') {
      body.diagnostics.error('unknown-field', span, `${typeText(type)} has no fields`);
      return undefined;
    }
    const field = findField(body, type, name);
    if (field === undefined) {
      reportUnknownField(body, typeText(type), name, fieldsOf(body, type), span);
      return undefined;
    }
    offset += field.offset;
    type = field.type;
  }
  if (!Number.isSafeInteger(offset)) throw new InternalError('offset of a field is no integer');
  return literal(BigInt(offset), span);
}
