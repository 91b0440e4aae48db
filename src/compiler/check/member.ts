// `a.b`, `a->b` and `a[i]`: args, tuples, records, and chains through BTF-typed pointers, which are followed without being asked.
import type { Span } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggest.js';
import { findBuiltin } from '../language/registry.js';
import type { Expression } from '../syntax/ast.js';
import { fieldType } from '../types/field-type.js';
import { type Field, integer, type StructType, type Type } from '../types/type.js';
import { fromPlace } from './address-space.js';
import { type Body, isError, poison } from './body.js';
import { isConstant } from './constant.js';
import { integerOf } from './convert.js';
import { packetIndex, packetMember } from './packet-word.js';
import { fieldHint, fieldsOf, reportUnknownField } from './struct-field.js';
import { typeText } from './type-text.js';
import type { TypedExpression } from './typed.js';

type Node<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** The word whose fields are those of the context. */
function isContext({ probeType }: Body, node: Expression): boolean {
  return node.kind === 'identifier' && findBuiltin(node.name)?.name === (probeType.fieldsOf ?? 'args');
}

export function checkMember(body: Body, node: Node<'member'>): TypedExpression {
  if (isContext(body, node.object)) return argsField(body, node);
  const word = packetMember(body, node);
  if (word !== undefined) return word;
  const object = body.expression(node.object);
  if (isError(object)) return poison(node.span, object.type);
  const { type } = object;
  if (type.kind === 'tuple' || type.kind === 'record') return part(body, node, object);
  if (type.kind === 'struct') return structField(body, node, object, type);
  if (type.kind === 'pointer' && type.to.kind === 'struct') {
    const target: TypedExpression = { kind: 'deref', pointer: object, type: type.to, span: object.span };
    return structField(body, node, target, type.to);
  }
  const curtask = node.object.kind === 'identifier' && body.env.btf() === undefined;
  body.diagnostics.error('no-fields', node.span, `${typeText(type)} has no fields, so no "${node.name}"`, {
    ...(curtask ? { hint: 'this kernel gives no type information (BTF): /sys/kernel/btf/vmlinux' } : {}),
  });
  return poison(node.span);
}

function structField(
  body: Body,
  node: Node<'member'>,
  object: TypedExpression,
  type: StructType,
): TypedExpression {
  const fields = fieldsOf(body, type);
  const field = fields.find(f => f.name === node.name);
  if (field === undefined) {
    reportUnknownField(body, typeText(type), node.name, fields, node.nameSpan);
    return poison(node.span);
  }
  if (isUnreadable(body, field, node.nameSpan)) return poison(node.span);
  return { kind: 'field', object, field, type: fromPlace(fieldType(field.type), object), span: node.span };
}

export function fieldsOfArgs({ probeType, target, env, inference }: Body): readonly Field[] | undefined {
  if (!inference.args.has(target.name)) inference.args.set(target.name, probeType.args?.(target, env));
  return inference.args.get(target.name);
}

function argsField(body: Body, node: Node<'member'>): TypedExpression {
  const { target } = body;
  const fields = fieldsOfArgs(body);
  if (fields === undefined) {
    noArgs(body, node.object.span);
    return poison(node.span);
  }
  const field = fields.find(f => f.name === node.name);
  if (field === undefined) {
    body.missing.add(node.name, node.nameSpan, target.name, fields);
    return poison(node.span);
  }
  if (isUnreadable(body, field, node.nameSpan)) return poison(node.span);
  return { kind: 'args-field', field, type: fieldType(field.type), span: node.span };
}

/** `args` where there are none, or not all of them can be a value. */
export function noArgs(body: Body, span: Span): void {
  const { probeType, target, env, diagnostics } = body;
  const fields = fieldsOfArgs(body);
  if (fields === undefined) {
    const reason = probeType.noArgs?.(target, env);
    const hint = probeType.instead?.args ?? 'tracepoints have: args.NAME';
    const message = reason ?? `a ${probeType.name} probe has no args`;
    diagnostics.error('no-args', span, message, reason === undefined ? { hint } : {});
    return;
  }
  const names = fields.map(f => f.name).join(', ');
  diagnostics.error('no-args', span, 'args is no value by itself: name a field, args.NAME', {
    hint: `${target.name} has: ${names}.`,
  });
}

/** A floating-point number, or a struct member of that kind: refused. */
function isUnreadable(body: Body, { name, unreadable }: Field, span: Span): boolean {
  if (unreadable === undefined) return false;
  body.diagnostics.error('unreadable-field', span, `${name} is a ${unreadable}: BPF has no floating point`);
  return true;
}

/** Reports the fields of args that some targets of their probe have not. */
export function reportMissingFields(body: Pick<Body, 'missing' | 'diagnostics'>, targetCount: number): void {
  for (const { name, span, targets, fields } of body.missing.uses.values()) {
    const [first, ...rest] = targets;
    if (rest.length === 0) {
      body.diagnostics.error('unknown-field', span, `${first} has no field "${name}"`, {
        hint: fieldHint(name, fields),
      });
      continue;
    }
    const shown = targets.slice(0, 5).join(', ');
    const more = targets.length > 5 ? ` and ${targets.length - 5} more` : '';
    const all = targets.length === targetCount;
    const message = all
      ? `no target of this probe has a field "${name}"`
      : `${targets.length} of ${targetCount} targets have no field "${name}": ${shown}${more}`;
    body.diagnostics.error('unknown-field', span, message, {
      hint: all
        ? (didYouMean(
            name,
            fields.map(f => f.name),
          ) ?? `${first} ${fieldHint(name, fields)}`)
        : 'give the targets that lack it a probe of their own',
    });
  }
}

function part(body: Body, node: Node<'member'>, object: TypedExpression): TypedExpression {
  const { type } = object;
  if (type.kind === 'tuple' && /^\d+$/.test(node.name)) {
    return elementAt(body, object, type.elements, Number(node.name), node.nameSpan, node.span);
  }
  if (type.kind === 'record') {
    const index = type.fields.findIndex(f => f.name === node.name);
    if (index >= 0 && isConstant(object) && object.kind === 'record') return object.fields[index]!;
    if (index >= 0) return { kind: 'member', object, index, type: type.fields[index]!.type, span: node.span };
    if (/^\d+$/.test(node.name)) {
      const types = type.fields.map(f => f.type);
      return elementAt(body, object, types, Number(node.name), node.nameSpan, node.span);
    }
    const names = type.fields.map(f => f.name);
    const guess = didYouMean(node.name, names);
    body.diagnostics.error('unknown-field', node.nameSpan, `this record has no field "${node.name}"`, {
      hint: `${guess === undefined ? 'it' : `${guess} It`} has: ${names.join(', ')}.`,
    });
    return poison(node.span);
  }
  body.diagnostics.error('no-fields', node.nameSpan, `${typeText(type)} has no field "${node.name}"`, {
    hint: 'the elements of a tuple are .0, .1, ...',
  });
  return poison(node.span);
}

function elementAt(
  body: Body,
  object: TypedExpression,
  types: readonly Type[],
  index: number,
  at: Span,
  span: Span,
): TypedExpression {
  const type = types[index];
  if (type === undefined) {
    const count = types.length;
    body.diagnostics.error('index-range', at, `there is no element ${index}: the tuple has ${count}, from 0`);
    return poison(span);
  }
  return { kind: 'member', object, index, type, span };
}

export function checkIndex(body: Body, node: Node<'index'>): TypedExpression {
  const byte = packetIndex(body, node);
  if (byte !== undefined) return byte;
  const object = body.expression(node.object);
  const index = body.expression(node.index);
  const { span } = node;
  if (isError(object) || isError(index)) return poison(span, isError(object) ? object.type : index.type);
  const { type } = object;
  const constant = index.kind === 'integer' ? index.value : undefined;
  if (type.kind === 'tuple') {
    if (constant !== undefined)
      return elementAt(body, object, type.elements, Number(constant), index.span, span);
    body.diagnostics.error(
      'index-type',
      index.span,
      'a tuple is indexed by a literal, since its elements differ',
    );
    return poison(span);
  }
  if (integerOf(index.type) === undefined || index.type.kind === 'pointer') {
    body.diagnostics.error('index-type', index.span, `an index is an integer, not ${typeText(index.type)}`);
    return poison(span);
  }
  const [of, count] = elements(type);
  if (of === undefined || of.kind === 'void') {
    const message = `[] works on arrays, pointers, strings and tuples, not on ${typeText(type)}`;
    body.diagnostics.error('index-type', span, message);
    return poison(span);
  }
  if (constant !== undefined && count !== undefined && (constant < 0n || constant >= BigInt(count))) {
    const message = `the index ${constant} is out of range: ${typeText(type)} has ${count} elements`;
    body.diagnostics.error('index-range', index.span, message);
    return poison(span);
  }
  const element: TypedExpression = { kind: 'index', object, index, type: fieldType(of), span };
  return { ...element, type: fromPlace(element.type, element) };
}

/** Type of an element, and how many there are (undefined: not known). */
function elements(type: Type): [of: Type | undefined, count: number | undefined] {
  switch (type.kind) {
    case 'array':
      return [type.of, type.count === 0 ? undefined : type.count];
    case 'pointer':
      return [type.to, undefined];
    case 'string':
      return [integer(1, true), type.size];
    default:
      return [undefined, undefined];
  }
}
