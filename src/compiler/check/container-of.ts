// container_of(pointer, type, member): the pointer, moved back by the member's offset, as one to the type.
import type { Expression, TypeName } from '../syntax/ast.js';
import { UINT64 } from '../types/type.js';
import { spaceOf } from './address-space.js';
import { type Body, isError, poison } from './body.js';
import { offsetIn } from './cast.js';
import { convert, integerOf } from './convert.js';
import { resolveTypeName } from './type-name.js';
import { typeText } from './type-text.js';
import type { TypedExpression } from './typed.js';

type Call = Extract<Expression, { readonly kind: 'call' }>;

export function checkContainerOf(body: Body, { args, span }: Call): TypedExpression {
  const [given, typed, member] = args as [Expression, Expression, Expression];
  const pointer = body.expression(given);
  const named = typeNameOf(typed);
  const path = pathOf(member);
  if (named === undefined || path === undefined) {
    const what = named === undefined ? 'a type as its second' : 'a member as its third';
    const at = named === undefined ? typed.span : member.span;
    body.diagnostics.error('argument-type', at, `container_of() takes ${what} argument`, {
      hint: 'as in container_of($se, struct task_struct, se)',
    });
    return poison(span);
  }
  const type = resolveTypeName(body, named);
  if (isError(pointer) || type === undefined) return poison(span, pointer.type);
  const offset = offsetIn(body, type, path, member.span);
  if (offset === undefined) return poison(span);
  if (integerOf(pointer.type) === undefined || pointer.type.kind === 'bool') {
    body.diagnostics.error(
      'argument-type',
      given.span,
      `container_of() takes a pointer, not ${typeText(pointer.type)}`,
    );
    return poison(span);
  }
  const space = spaceOf(body, pointer.type);
  const address: TypedExpression = { kind: 'convert', operand: pointer, type: UINT64, span };
  const right = convert(offset, UINT64);
  const start: TypedExpression = { kind: 'binary', operator: '-', left: address, right, type: UINT64, span };
  return { kind: 'convert', operand: start, type: { kind: 'pointer', to: type, space }, span };
}

/** `typeof(x)`, `struct a`, or a name by itself. */
function typeNameOf(node: Expression): TypeName | undefined {
  if (node.kind === 'type-value') return node.type;
  if (node.kind !== 'identifier') return undefined;
  const { span, name } = node;
  return { kind: 'type-name', span, tag: undefined, name, pointers: 0, dimensions: [] };
}

/** `a.b.c`, which was read as an expression. */
function pathOf(node: Expression): string[] | undefined {
  if (node.kind === 'identifier') return [node.name];
  if (node.kind !== 'member') return undefined;
  return pathOf(node.object)?.concat(node.name);
}
