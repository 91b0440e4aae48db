// Any expression: one case for each node of the syntax tree, each in the file of its topic.
import { assertNever } from '../diagnostics/diagnostic.js';
import type { Expression } from '../syntax/ast.js';
import type { RecordType } from '../types/type.js';
import { type Body, isError, poison } from './body.js';
import { checkCall } from './call.js';
import { checkCast, checkOffsetof, checkSizeof } from './cast.js';
import { checkComptime, checkTypeinfo, decideCondition } from './comptime.js';
import { boolean, fittingText, literal } from './constant.js';
import { readMap } from './map.js';
import { checkIndex, checkMember } from './member.js';
import { checkIdentifier, isCallable } from './name.js';
import { checkBinary, checkTernary, checkUnary } from './operator.js';
import { checkParameter } from './parameter.js';
import { readVariable, stepType, updatePlace } from './place.js';
import { checkBlockValue } from './statement.js';
import type { TypedExpression } from './typed.js';

type Node<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

export function checkExpression(body: Body, node: Expression): TypedExpression {
  const { span } = node;
  switch (node.kind) {
    case 'variable':
      return readVariable(body, node);
    case 'map-access':
      return readMap(body, node);
    case 'integer-literal':
      return literal(node.value, span);
    case 'string-literal':
      return fittingText(body, node.bytes, span);
    case 'boolean-literal':
      return boolean(node.value, span);
    case 'identifier':
      if (isCallable(node.name)) {
        return checkCall(body, { kind: 'call', span, name: node.name, nameSpan: span, args: [] });
      }
      return checkIdentifier(body, node);
    case 'parameter':
      return checkParameter(body, node);
    case 'call':
      return checkCall(body, node);
    case 'unary':
      return checkUnary(body, node);
    case 'update':
      return checkUpdate(body, node);
    case 'binary':
      return checkBinary(body, node);
    case 'ternary':
      return checkTernary(body, node);
    case 'cast':
      return checkCast(body, node);
    case 'member':
      return checkMember(body, node);
    case 'index':
      return checkIndex(body, node);
    case 'tuple':
      return checkTuple(body, node);
    case 'record':
      return checkRecord(body, node);
    case 'block-expression':
      return checkBlockValue(body, node);
    case 'if-expression':
      return checkTernary(body, { ...node, kind: 'ternary' });
    case 'comptime':
      return checkComptime(body, node);
    case 'typeinfo':
      return checkTypeinfo(body, node);
    case 'type-value':
      body.diagnostics.error('type-place', span, 'a type is no value', {
        hint: 'types are arguments of macros, of container_of() and typeinfo(), and belong in casts.',
      });
      return poison(span);
    case 'sizeof':
      return checkSizeof(body, node);
    case 'offsetof':
      return checkOffsetof(body, node);
    default:
      return assertNever(node);
  }
}

function checkUpdate(body: Body, node: Node<'update'>): TypedExpression {
  const { operator, prefix, span } = node;
  const place = updatePlace(body, node.target, current => stepType(operator, current), span);
  if (place === undefined) return poison(span);
  return { kind: 'update', operator, prefix, target: place.target, type: place.type, span };
}

function checkTuple(body: Body, node: Node<'tuple'>): TypedExpression {
  const elements = node.elements.map(element => body.expression(element));
  const wrong = elements.find(isError);
  if (wrong !== undefined) return poison(node.span, wrong.type);
  return {
    kind: 'tuple',
    elements,
    type: { kind: 'tuple', elements: elements.map(e => e.type) },
    span: node.span,
  };
}

function checkRecord(body: Body, node: Node<'record'>): TypedExpression {
  const kept = node.fields.filter(({ when }) => when === undefined || decideCondition(body, when) !== false);
  const fields = kept.map(field => body.expression(field.value));
  const seen = new Set<string>();
  for (const { name, nameSpan } of kept) {
    if (seen.has(name))
      body.diagnostics.error('duplicate-field', nameSpan, `this record already has "${name}"`);
    seen.add(name);
  }
  const wrong = fields.find(isError);
  if (wrong !== undefined) return poison(node.span, wrong.type);
  if (kept.length === 0) {
    body.diagnostics.error('empty-record', node.span, 'none of the fields of this record is there', {
      hint: 'their conditions are false; one field at least has none.',
    });
    return poison(node.span);
  }
  const type: RecordType = {
    kind: 'record',
    fields: kept.map((field, i) => ({ name: field.name, type: fields[i]!.type })),
  };
  return { kind: 'record', fields, type, span: node.span };
}
