// `x in "80,443,8000-8010"`: an integer against a list of values and inclusive ranges, known when the program is compiled
// (a literal, getopt(), $1). It becomes comparisons joined by ||, of which the optimizer sees nothing new.
import type { Expression } from '../syntax/ast.js';
import { BOOL } from '../types/type.js';
import { type Body, poison } from './body.js';
import { boolean, isLiteral, literal, textOf } from './constant.js';
import { asInteger, convert, integerOf } from './convert.js';
import { checkAddressMembership, isAddressType } from './inet.js';
import { joinIntegers } from './integer.js';
import { typeText } from './type-text.js';
import type { TypedBinaryOperator, TypedExpression } from './typed.js';

/** More than this wants a map. */
const MOST_ITEMS = 64;

/** Both sides are checked already and are no errors. */
export function checkMembership(
  body: Body,
  left: TypedExpression,
  right: TypedExpression,
  node: Extract<Expression, { readonly kind: 'binary' }>,
): TypedExpression {
  const { diagnostics } = body;
  if (isAddressType(left.type)) return checkAddressMembership(body, left, right, node.span);
  if (integerOf(left.type) === undefined) {
    diagnostics.error(
      'operator-type',
      left.span,
      `"in" takes an integer on its left, not ${typeText(left.type)}`,
    );
    return poison(node.span);
  }
  if (right.kind !== 'string') {
    diagnostics.error('not-constant', right.span, '"in" takes a list that is known beforehand on its right', {
      hint: 'write it as text: args.dport in "80,443,8000-8010", or in getopt("ports", "80")',
    });
    return poison(node.span);
  }
  if (!isRepeatable(left)) {
    diagnostics.error('not-repeatable', left.span, 'what stands left of "in" is evaluated for each item', {
      hint: 'assign it to a variable first',
    });
    return poison(node.span);
  }
  const items = textOf(right.bytes)
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');
  const tests: TypedExpression[] = [];
  for (const item of items.slice(0, MOST_ITEMS)) {
    const range = /^(-?\d+|0[xX][0-9a-fA-F]+)(?:-(\d+|0[xX][0-9a-fA-F]+))?$/.exec(item);
    if (range === null) {
      diagnostics.error('bad-list', right.span, `"${item}" is neither a number nor a range`, {
        hint: 'a list looks like "80,443,8000-8010"',
      });
      return poison(node.span);
    }
    tests.push(inRange(left, BigInt(range[1]!), BigInt(range[2] ?? range[1]!), node));
  }
  if (items.length > MOST_ITEMS) {
    diagnostics.error(
      'bad-list',
      right.span,
      `a list has ${MOST_ITEMS} items at most, this one ${items.length}`,
      {
        hint: 'put the values into a map and ask has_key()',
      },
    );
  }
  if (tests.length === 0) return boolean(false, node.span);
  return tests.reduce((before, test) => joined('||', before, test, node));
}

type Node = Extract<Expression, { readonly kind: 'binary' }>;

function inRange(left: TypedExpression, least: bigint, most: bigint, node: Node): TypedExpression {
  if (least === most) return compared('==', left, least, node);
  return joined('&&', compared('>=', left, least, node), compared('<=', left, most, node), node);
}

function compared(
  operator: TypedBinaryOperator,
  left: TypedExpression,
  value: bigint,
  { span }: Node,
): TypedExpression {
  const right = literal(value, span);
  const common = joinIntegers(integerOf(left.type)!, integerOf(right.type)!);
  return {
    kind: 'binary',
    operator,
    left: convert(asInteger(left), common),
    right: convert(right, common),
    type: BOOL,
    span,
  };
}

function joined(
  operator: '&&' | '||',
  left: TypedExpression,
  right: TypedExpression,
  { span }: Node,
): TypedExpression {
  return { kind: 'logical', operator, left, right, type: BOOL, span };
}

/** Reading it twice gives the same and changes nothing. */
function isRepeatable(expression: TypedExpression): boolean {
  switch (expression.kind) {
    case 'variable':
    case 'args-field':
      return true;
    case 'packet':
      return (
        expression.index === undefined ||
        expression.index.kind === 'integer' ||
        isRepeatable(expression.index)
      );
    case 'builtin':
      return expression.entry.pure;
    case 'convert':
      return isRepeatable(expression.operand);
    case 'member':
      return isRepeatable(expression.object);
    default:
      return isLiteral(expression);
  }
}
