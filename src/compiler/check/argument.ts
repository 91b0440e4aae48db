// One argument against one parameter.
import type { Parameter, ParameterKind } from '../language/entry.js';
import type { Expression } from '../syntax/ast.js';
import { type Body, isError, poison } from './body.js';
import { text } from './constant.js';
import { mapReference, readMap } from './map.js';
import { checkBackends, printedSet, setNamed } from './set.js';
import { typeText } from './type-text.js';
import type { TypedExpression } from './typed.js';

const WANTED: Readonly<Record<ParameterKind, string>> = {
  any: 'a value',
  integer: 'an integer',
  'integer-literal': 'an integer constant',
  string: 'a string',
  'string-literal': 'a string in quotes',
  word: 'a bare word',
  format: 'a string in quotes',
  pointer: 'a pointer',
  map: 'a map',
  backends: 'a set of backends',
  address: 'an address',
  variable: 'a $variable',
};

export function checkArgument(body: Body, name: string, param: Parameter, node: Expression): TypedExpression {
  if (param.kind === 'map') return mapArgument(body, name, node);
  if (param.kind === 'backends') return checkBackends(body, name, node);
  if (param.kind === 'word' && node.kind === 'identifier') {
    return text(new TextEncoder().encode(node.name), node.span);
  }
  // A format or a name is no value: it may be as long as it likes.
  if (node.kind === 'string-literal' && isConstantKind(param.kind)) return text(node.bytes, node.span);
  const argument =
    name === 'print' && node.kind === 'map-access' ? readMap(body, node, true) : body.expression(node);
  if (isError(argument) || accepts(param.kind, argument)) return argument;
  const got =
    isConstantKind(param.kind) && argument.kind !== 'integer' ? '' : `, not ${typeText(argument.type)}`;
  body.diagnostics.error(
    'argument-type',
    node.span,
    `${name}() takes ${WANTED[param.kind]} as its ${param.name}${got}`,
    node.kind === 'parameter' && argument.kind === 'string'
      ? { hint: `$${node.index} is no number on the command line` }
      : {},
  );
  return poison(node.span);
}

function mapArgument(body: Body, name: string, node: Expression): TypedExpression {
  const set = name === 'print' ? setNamed(body, node) : undefined;
  if (set?.type === 'lpmtrie') return printedSet(set, node.span);
  if (node.kind === 'map-access' && node.keys === undefined) return mapReference(body, node).expression;
  const typed = body.expression(node);
  if (isError(typed)) return typed;
  const keyed = node.kind === 'map-access';
  const message = keyed
    ? `${name}() takes a whole map, without a key`
    : `${name}() takes a map, not ${typeText(typed.type)}`;
  body.diagnostics.error('argument-type', node.span, message, {
    ...(keyed ? { hint: `${name}(${node.name})` } : {}),
  });
  return poison(node.span);
}

function isConstantKind(kind: ParameterKind): boolean {
  return kind === 'integer-literal' || kind === 'string-literal' || kind === 'format';
}

function accepts(kind: ParameterKind, { kind: form, type }: TypedExpression): boolean {
  switch (kind) {
    case 'any':
    case 'map':
    case 'backends':
      return true;
    case 'integer':
      return type.kind === 'integer' || type.kind === 'bool';
    case 'integer-literal':
      return form === 'integer' && type.kind === 'integer';
    case 'string':
      return type.kind === 'string';
    case 'string-literal':
    case 'format':
      return form === 'string';
    case 'word':
    case 'variable':
      return false;
    case 'pointer':
      return type.kind === 'pointer';
    case 'address':
      return type.kind === 'pointer' || type.kind === 'integer' || type.kind === 'array';
  }
}
