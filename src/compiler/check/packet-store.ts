// `ip.ttl = 64;` `tcp.dport -= 1;`: assigning to fields of headers.
import type { HeaderField } from '../language/packet/header.js';
import type { Expression, Statement } from '../syntax/ast.js';
import { UINT64 } from '../types/type.js';
import { type Body, isError } from './body.js';
import { asInteger, convert, integerOf } from './convert.js';
import { asAddress, isAddressType } from './inet.js';
import { promote } from './integer.js';
import { packetMember, packetWord } from './packet-word.js';
import { typeText } from './type-text.js';
import type { HeaderChoice, TypedExpression, TypedStatement } from './typed.js';

type Node = Extract<Statement, { readonly kind: 'member-assignment' }>;

export function checkPacketStore(body: Body, node: Node): TypedStatement[] {
  const { target, span } = node;
  const place = placeOf(body, target);
  const value = body.expression(node.value);
  if (place === undefined) {
    const message = 'this cannot be assigned to';
    body.diagnostics.error('assignment-target', target.span, message, { hint: hintFor(body, target) });
    return [];
  }
  if (isError(place) || isError(value)) return [];
  const choices = place.kind === 'packet' && place.read.kind === 'field' ? place.read.choices : [];
  if (choices.length === 0 || isOfBothFamilies(choices)) {
    const message = `${place.kind === 'packet' && place.read.kind === 'field' ? place.read.name : 'this'} cannot be assigned to`;
    body.diagnostics.error('assignment-target', target.span, message, {
      hint: 'fields of headers can: ip.saddr = "10.0.0.1";',
    });
    return [];
  }
  const fixed = choices.find(({ field }) => field.fixed === true);
  if (fixed !== undefined) {
    const message = `${fixed.header.name}.${fixed.field.name} tells the form of the header: it cannot be changed`;
    body.diagnostics.error('assignment-target', target.span, message);
    return [];
  }
  const tag = choices.find(({ header }) => header.place.in === 'tag');
  if (tag !== undefined && body.probeType.packet?.buffered === true) {
    const message = `${tag.header.name}.${tag.field.name} cannot be assigned in a ${body.probeType.name} probe`;
    body.diagnostics.error('assignment-target', target.span, message, {
      hint: 'the kernel keeps the tag beside the packet; an xdp probe finds it in the packet',
    });
    return [];
  }
  const typed = isAddressType(place.type)
    ? addressValue(body, node, place, value)
    : numberValue(body, node, place, value, choices[0]!.field);
  return typed === undefined ? [] : [{ kind: 'packet-store', choices, value: typed, span }];
}

function placeOf(body: Body, target: Expression): TypedExpression | undefined {
  if (target.kind === 'member') return packetMember(body, target);
  return target.kind === 'identifier' ? packetWord(body, target) : undefined;
}

/** src and dst: the value would have to be of the packet's family. */
function isOfBothFamilies(choices: readonly HeaderChoice[]): boolean {
  return choices.length > 1 && choices.some(({ field }) => field.kind !== 'number');
}

function hintFor({ probeType }: Body, target: Expression): string {
  if (probeType.packet !== undefined)
    return 'assign to a $variable, a @map, or a field of a header: ip.ttl = 64;';
  return target.kind === 'member'
    ? 'records, tuples and structs cannot be changed: make a new value.'
    : 'assign to a $variable or a @map.';
}

function addressValue(
  body: Body,
  { operator, span }: Node,
  place: TypedExpression,
  value: TypedExpression,
): TypedExpression | undefined {
  if (operator === undefined) return asAddress(body, value, place.type);
  body.diagnostics.error('operator-type', span, `the operator ${operator}= does not work on addresses`);
  return undefined;
}

function numberValue(
  body: Body,
  { operator, span }: Node,
  place: TypedExpression,
  value: TypedExpression,
  { name, width }: HeaderField,
): TypedExpression | undefined {
  const by = integerOf(value.type);
  if (by === undefined || value.type.kind === 'pointer') {
    body.diagnostics.error(
      'type-mismatch',
      value.span,
      `${name} is a number; ${typeText(value.type)} does not fit`,
    );
    return undefined;
  }
  if (operator === undefined) {
    if (value.kind === 'integer' && (value.value < 0n || value.value >> BigInt(width) !== 0n)) {
      const message = `${value.value} does not fit into ${name}, which has ${width} bits`;
      body.diagnostics.error('field-range', value.span, message);
      return undefined;
    }
    return convert(asInteger(value), UINT64);
  }
  if (operator === '&&' || operator === '||' || place.type.kind !== 'integer') return undefined;
  const type = promote(operator, place.type, by);
  const whole = operator === '<<' || operator === '>>' ? asInteger(value) : convert(asInteger(value), type);
  const sum: TypedExpression = {
    kind: 'binary',
    operator: operator as Exclude<typeof operator, '==' | '!=' | '<' | '<=' | '>' | '>='>,
    left: convert(place, type),
    right: whole,
    type,
    span,
  };
  return convert(sum, UINT64);
}
