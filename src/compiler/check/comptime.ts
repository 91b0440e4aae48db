// What is decided before the program runs: `comptime e`, branches on it, and typeinfo().
import type { Span } from '../diagnostics/diagnostic.js';
import type { Expression } from '../syntax/ast.js';
import type { Type } from '../types/type.js';
import { type Body, isError, poison } from './body.js';
import { constantOf, isConstant } from './constant.js';
import { typeOf } from './type-name.js';
import { typeText } from './type-text.js';
import type { TypedExpression } from './typed.js';

type Node<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

export function checkComptime(
  body: Body,
  { operand, span }: { readonly operand: Expression; readonly span: Span },
): TypedExpression {
  const value = body.expression(operand);
  if (isError(value) || isConstant(value)) return { ...value, span };
  body.diagnostics.error('comptime', span, 'this is not known before the program runs', {
    hint: 'comptime takes literals, sizes and types, options, settings, and what is calculated from them.',
  });
  return poison(span);
}

/**
 * Which branch of `if comptime (e)` or `comptime e ? a : b` counts; the other one is not looked at. Undefined: the condition is no
 * such one; 'unknown': it is wrong (reported).
 */
export function decideBranch(body: Body, condition: Expression): boolean | 'unknown' | undefined {
  return condition.kind === 'comptime' ? decideCondition(body, condition.operand, condition.span) : undefined;
}

/** Whether a condition holds that has to be known now; 'unknown': it is not (reported). */
export function decideCondition(
  body: Body,
  operand: Expression,
  span: Span = operand.span,
): boolean | 'unknown' {
  const value = checkComptime(body, { operand, span });
  if (isError(value)) return 'unknown';
  if (value.kind === 'integer') return value.value !== 0n;
  return value.kind === 'string' ? value.bytes.length > 0 : true;
}

/** A record of what a type is, as text. */
export function checkTypeinfo(body: Body, { of, span }: Node<'typeinfo'>): TypedExpression {
  const { unstableTypeinfo } = body.config;
  if (unstableTypeinfo === 'error') {
    body.diagnostics.error('unstable', span, 'typeinfo() may still change, so it has to be asked for', {
      hint: 'config = { unstable_typeinfo = enable }',
    });
  } else if (unstableTypeinfo === 'warn') {
    body.diagnostics.warn('unstable', span, 'typeinfo() may still change', {
      hint: 'config = { unstable_typeinfo = enable } says that you know',
    });
  }
  const type = typeOf(body, of);
  if (type === undefined || type.kind === 'error') return poison(span, type);
  return constantOf({ btf_id: 0, base_type: baseName(type), full_type: typeText(type) }, span);
}

function baseName(type: Type): string {
  switch (type.kind) {
    case 'integer':
      return 'int';
    case 'struct':
      return 'c_type';
    case 'stack':
      return `${type.space === 'kernel' ? 'k' : 'u'}stack`;
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
    case 'stats':
    case 'hist':
    case 'lhist':
    case 'ksym':
    case 'usym':
    case 'username':
    case 'disk':
    case 'cgroup_path':
      return `${type.kind}_t`;
    default:
      return type.kind;
  }
}
