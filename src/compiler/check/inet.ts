// Addresses in conditions: text becomes the address it spells, lists and prefixes become ranges.
import type { Span } from '../diagnostics/diagnostic.js';
import { type AddressRange, parseRange, parseSingle } from '../language/names/address-range.js';
import type { Expression } from '../syntax/ast.js';
import { BOOL, INET, INET4, INET6, MAC, type Type } from '../types/type.js';
import { type Body, poison } from './body.js';
import { textOf } from './constant.js';
import { typeText } from './type-text.js';
import type { TypedBinaryOperator, TypedExpression } from './typed.js';

type Node = Extract<Expression, { readonly kind: 'binary' }>;

/** Each is a comparison or two. */
const MOST_ITEMS = 256;

export function isAddressType({ kind }: Type): boolean {
  return kind === 'inet' || kind === 'mac';
}

/** == and != of an address and another, or the text of one. */
export function checkAddressComparison(
  body: Body,
  operator: TypedBinaryOperator,
  left: TypedExpression,
  right: TypedExpression,
  node: Node,
): TypedExpression {
  const { span } = node;
  if (operator !== '==' && operator !== '!=') {
    body.diagnostics.error(
      'operator-type',
      span,
      `addresses are compared with == and !=, not with ${operator}`,
      {
        hint: 'a range is written x in "10.0.0.1-10.0.0.9", a prefix x in "10.0.0.0/8"',
      },
    );
    return poison(span);
  }
  const a = isAddressType(left.type) ? left : toAddress(body, left, right.type);
  const b = isAddressType(right.type) ? right : toAddress(body, right, left.type);
  if (a === undefined || b === undefined) return poison(span);
  if (canMeet(a.type, b.type)) return { kind: 'binary', operator, left: a, right: b, type: BOOL, span };
  const message = `${familyText(a.type)} is never equal to ${familyText(b.type)}`;
  body.diagnostics.error('address-family', span, message, {
    hint: 'src and dst are addresses of either family',
  });
  return poison(span);
}

/** Text, or pton(), as an address; reported when it is none. */
function toAddress(body: Body, expression: TypedExpression, wanted: Type): TypedExpression | undefined {
  const { span } = expression;
  const literal = literalText(expression);
  if (literal === undefined) {
    const message = `${familyText(wanted)} is compared with another one or with its text, not with ${typeText(expression.type)}`;
    body.diagnostics.error('type-mismatch', span, message, { hint: addressHint(wanted) });
    return undefined;
  }
  const single = parseSingle(literal);
  if (single === undefined) {
    const range = parseRange(literal) !== undefined;
    body.diagnostics.error('bad-address', span, `"${literal}" is no address`, {
      hint: range ? `prefixes and ranges are tested with in: x in "${literal}"` : addressHint(wanted),
    });
    return undefined;
  }
  const type = single.family === 'mac' ? MAC : single.family === 4 ? INET4 : INET6;
  return { kind: 'inet-constant', bytes: single.bytes, type, span };
}

/** An address, or the text of one as such; undefined: it is neither (reported when it is text). */
export function addressOf(body: Body, expression: TypedExpression): TypedExpression | undefined {
  if (isAddressType(expression.type)) return expression;
  return literalText(expression) === undefined ? undefined : toAddress(body, expression, INET);
}

/** What stands for an address beforehand: text, or pton() of text. */
function literalText(expression: TypedExpression): string | undefined {
  if (expression.kind === 'string') return textOf(expression.bytes);
  if (expression.kind !== 'call' || expression.entry.name !== 'pton') return undefined;
  const [text] = expression.call.args;
  return text?.kind === 'string' ? textOf(text.bytes) : undefined;
}

/** An assigned value as an address of that type, or one that may be of it; undefined (reported) when it is none. */
export function asAddress(body: Body, value: TypedExpression, type: Type): TypedExpression | undefined {
  const address = isAddressType(value.type) ? value : toAddress(body, value, type);
  if (address === undefined) return undefined;
  if (canMeet(address.type, type)) return address;
  const message = `${familyText(address.type)} does not fit where ${familyText(type)} belongs`;
  body.diagnostics.error('address-family', value.span, message);
  return undefined;
}

function canMeet(a: Type, b: Type): boolean {
  if (a.kind !== b.kind) return false;
  return familyOf(a) === undefined || familyOf(b) === undefined || familyOf(a) === familyOf(b);
}

function familyOf(type: Type): 4 | 6 | undefined {
  return type.kind === 'inet' ? type.family : undefined;
}

function familyText(type: Type): string {
  if (type.kind === 'mac') return 'a hardware address';
  const family = familyOf(type);
  return family === undefined ? 'an address' : `an IPv${family} address`;
}

function addressHint(type: Type): string {
  if (type.kind === 'mac') return 'a hardware address is written "02:00:00:00:00:01"';
  return familyOf(type) === 6
    ? 'an IPv6 address is written "2001:db8::1"'
    : 'an address is written "10.0.0.1" or "2001:db8::1"';
}

/** `ip.saddr in "10.0.0.0/8,192.168.0.1-192.168.0.9"` */
export function checkAddressMembership(
  body: Body,
  operand: TypedExpression,
  list: TypedExpression,
  span: Span,
): TypedExpression {
  if (list.kind !== 'string') {
    body.diagnostics.error('not-constant', list.span, 'an address is "in" a list in quotes', {
      hint: 'x in "10.0.0.0/8,fd00::/8"',
    });
    return poison(span);
  }
  const items = textOf(list.bytes)
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');
  const ranges: AddressRange[] = [];
  for (const item of items) {
    const range = parseRange(item);
    if (range === undefined) {
      body.diagnostics.error(
        'bad-list',
        list.span,
        `"${item}" is neither an address nor a prefix nor a range`,
        {
          hint: 'a list looks like "10.0.0.0/8,192.168.0.1,192.168.1.10-192.168.1.20"',
        },
      );
      return poison(span);
    }
    if (!mayHold(operand.type, range)) {
      const message = `${familyText(operand.type)} is never in "${item}"`;
      body.diagnostics.error('address-family', list.span, message, {
        hint: 'src and dst are addresses of either family',
      });
      return poison(span);
    }
    ranges.push(range);
  }
  if (ranges.length > MOST_ITEMS) {
    const message = `a list has ${MOST_ITEMS} items at most, this one ${ranges.length}`;
    body.diagnostics.error('bad-list', list.span, message);
  }
  return { kind: 'address-in', operand, ranges, type: BOOL, span };
}

function mayHold(type: Type, { family }: AddressRange): boolean {
  if (type.kind === 'mac') return family === 'mac';
  return family !== 'mac' && (familyOf(type) === undefined || familyOf(type) === family);
}
