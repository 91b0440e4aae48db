// find(@m, key, $v): the variable takes the map's value type; it is set where the key is found.

import type { Expression } from '../syntax/ast.js';
import { isAggregation } from '../types/type.js';
import { type Body, isError, poison } from './body.js';
import type { MapState } from './inference.js';
import { readVariable, storeVariable } from './place.js';
import type { TypedExpression } from './typed.js';
import { PENDING } from './unify.js';

/** The variable that find() sets. */
export function checkFound(
  body: Body,
  state: MapState,
  node: Expression,
  key: TypedExpression,
): TypedExpression {
  if (node.kind !== 'variable') {
    body.diagnostics.error('argument-type', node.span, 'find() sets a $variable: its third argument', {
      hint: `find(${state.name}, key, $value)`,
    });
    return poison(node.span);
  }
  const { type } = state;
  const variable = body.scope.find(node.name) ?? body.scope.declare(node, node.name, node.span, false);
  if (type === undefined) {
    variable.assigned = true;
    return poison(node.span, PENDING);
  }
  if (isAggregation(type)) {
    const message = `${state.name} holds ${type.kind}(), whose value lies in parts on each CPU`;
    body.diagnostics.error('map-not-readable', node.span, message, {
      hint: 'has_key() tells whether it is there',
    });
    return poison(node.span);
  }
  const map = body.inference.mapInfo(state);
  const value: TypedExpression = { kind: 'map-read', map, key, type, span: node.span };
  if (storeVariable(body, variable, value, node.span) === undefined) return poison(node.span);
  const found = readVariable(body, node);
  return isError(found) ? poison(node.span) : found;
}
