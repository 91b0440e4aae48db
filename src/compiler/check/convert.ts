// Makes conversions explicit: an expression brought to the type of the place it is stored in or compared with.
import { type IntegerType, type RecordType, type Type, UINT64 } from '../types/type.js';
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
  // Member by member where they are written out; else what is evaluated once is rearranged when it is stored.
  if (expression.kind === 'tuple' && type.kind === 'tuple') {
    const elements = expression.elements.map((element, i) => convert(element, type.elements[i]!));
    return { kind: 'tuple', elements, type, span };
  }
  if (expression.kind === 'record' && type.kind === 'record') return convertRecord(expression, type);
  if (expression.kind === 'ternary' && (type.kind === 'tuple' || type.kind === 'record')) {
    return {
      ...expression,
      // biome-ignore lint/suspicious/noThenProperty: a part of the tree
      then: convert(expression.then, type),
      else: convert(expression.else, type),
      type,
    };
  }
  return { kind: 'convert', operand: expression, type, span };
}

/** Its fields stay in the order in which they are written, which is that of their evaluation. */
function convertRecord(
  expression: Extract<TypedExpression, { kind: 'record' }>,
  type: RecordType,
): TypedExpression {
  const { span } = expression;
  const own = (expression.type as RecordType).fields.map(({ name }) => name);
  const wanted = own.map(name => type.fields.find(field => field.name === name)!);
  const fields = expression.fields.map((field, i) => convert(field, wanted[i]!.type));
  const written: TypedExpression = { kind: 'record', fields, type: { kind: 'record', fields: wanted }, span };
  const isOrdered = own.every((name, i) => type.fields[i]!.name === name);
  return isOrdered ? { ...written, type } : { kind: 'convert', operand: written, type, span };
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
