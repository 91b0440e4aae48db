// `&$x`, `&@m`, `&p.field`: where a value lies.
import type { Expression } from '../syntax/ast.js';
import { type AddressSpace, VOID } from '../types/type.js';
import { type Body, isError, poison } from './body.js';
import { referTo } from './place.js';
import { refuseSet } from './set.js';
import { typeText } from './type-text.js';
import type { TypedExpression } from './typed.js';
import { PENDING } from './unify.js';

type Unary = Extract<Expression, { readonly kind: 'unary' }>;

export function checkAddressOf(body: Body, { operand, span }: Unary): TypedExpression {
  if (operand.kind === 'variable') {
    const state = body.scope.find(operand.name);
    if (state === undefined) return body.expression(operand); // reports it
    if (state.type === undefined) return poison(span, PENDING);
    const variable = referTo(body, state);
    const of: TypedExpression = { kind: 'variable', variable, type: state.type, span: operand.span };
    return {
      kind: 'address',
      of,
      type: { kind: 'pointer', to: state.type, space: 'kernel', local: true },
      span,
    };
  }
  if (operand.kind === 'map-access' && operand.keys === undefined) {
    if (refuseSet(body, operand)) return poison(span);
    const state = body.inference.map(operand.name, operand.span);
    if (state.type === undefined) return poison(span, PENDING);
    const map = body.inference.mapInfo(state);
    const of: TypedExpression = { kind: 'map', map, type: VOID, span: operand.span };
    return { kind: 'address', of, type: { kind: 'pointer', to: state.type, space: 'kernel' }, span };
  }
  const place = body.expression(operand);
  if (isError(place)) return poison(span, place.type);
  const space = isBitfield(place) ? undefined : spaceOf(place);
  if (space !== undefined) {
    return { kind: 'address', of: place, type: { kind: 'pointer', to: place.type, space }, span };
  }
  body.diagnostics.error('address-of', span, `this ${typeText(place.type)} has no address`, {
    hint: '& takes a $variable, a @map without keys, or a member of what a pointer points to.',
  });
  return poison(span);
}

function isBitfield(place: TypedExpression): boolean {
  return place.kind === 'field' && (place.field.bits !== undefined || place.field.dataLoc !== undefined);
}

/** The memory that a place reached through a pointer is of; undefined: it is no such place. */
function spaceOf(place: TypedExpression): AddressSpace | undefined {
  switch (place.kind) {
    case 'deref':
      return place.pointer.type.kind === 'pointer' ? place.pointer.type.space : undefined;
    case 'field':
      return spaceOf(place.object);
    case 'index':
      return place.object.type.kind === 'pointer' ? place.object.type.space : spaceOf(place.object);
    default:
      return undefined;
  }
}
