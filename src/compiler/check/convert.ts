// Makes conversions explicit: an expression brought to the type of the place it is stored in or compared with.
import { type IntegerType, type Type, UINT64 } from '../types/type.js';
import { wrap } from './integer.js';
import type { TypedExpression } from './typed.js';
import { sameType } from './unify.js';

/** `expression` as a value of `type`, which it must be able to become (see join and cast). Literals convert at once. */
export function convert(expression: TypedExpression, type: Type): TypedExpression {
  if (expression.type.kind === 'error' || type.kind === 'error') return expression;
  const { span } = expression;
  if (expression.kind === 'block') return { ...expression, value: convert(expression.value, type), type };
  if (sameType(expression.type, type)) {
    return expression.type === type || expression.kind === 'convert' ? expression : { ...expression, type };
  }
  if (expression.kind === 'integer' && type.kind === 'integer') {
    return { kind: 'integer', value: wrap(expression.value, type), type, span };
  }
  if (expression.kind === 'integer' && type.kind === 'bool') {
    return { kind: 'integer', value: expression.value === 0n ? 0n : 1n, type, span };
  }
  if (type.kind === 'tuple') {
    const parts = elementsOf(expression, type.elements.length);
    const elements = parts.map((part, i) => convert(part, type.elements[i]!));
    return { kind: 'tuple', elements, type, span };
  }
  if (type.kind === 'record' && expression.type.kind === 'record') {
    const from = expression.type.fields;
    const parts = elementsOf(expression, from.length);
    const fields = type.fields.map(f => convert(parts[from.findIndex(g => g.name === f.name)]!, f.type));
    return { kind: 'record', fields, type, span };
  }
  return { kind: 'convert', operand: expression, type, span };
}

/** Members of a tuple or record, by position. */
function elementsOf(expression: TypedExpression, count: number): TypedExpression[] {
  if (expression.kind === 'tuple') return [...expression.elements];
  if (expression.kind === 'record') return [...expression.fields];
  const { type, span } = expression;
  return Array.from({ length: count }, (_, index) => {
    const member = type.kind === 'tuple' ? type.elements[index]! : recordField(type, index);
    return { kind: 'member', object: expression, index, type: member, span };
  });
}

function recordField(type: Type, index: number): Type {
  return type.kind === 'record' ? type.fields[index]!.type : { kind: 'error' };
}

/** A scalar as an integer: booleans are bytes, pointers 64-bit words. */
export function asInteger(expression: TypedExpression): TypedExpression {
  const type = integerOf(expression.type);
  return type === undefined ? expression : convert(expression, type);
}

export function integerOf(type: Type): IntegerType | undefined {
  if (type.kind === 'integer') return type;
  if (type.kind === 'bool') return { kind: 'integer', size: 1, signed: false };
  return type.kind === 'pointer' ? UINT64 : undefined;
}
