// printf formats against their arguments: how many, and which conversion takes which type (as bpftrace 0.27 has it).
import type { Span } from '../diagnostics/diagnostic.js';
import type { Expression } from '../syntax/ast.js';
import { argumentSegments, type ConversionKind, parseFormat } from '../types/format.js';
import { INT64, type Type, UINT64 } from '../types/type.js';
import { type Body, isError, poison } from './body.js';
import type { CallNode } from './call.js';
import { convert, integerOf } from './convert.js';
import { typeText } from './type-text.js';
import type { TypedExpression } from './typed.js';

/** Places of the arguments that %f prints, in a format that is a literal. */
export function quotientsOf({ args }: CallNode): ReadonlySet<number> {
  const [format] = args;
  const places = new Set<number>();
  if (format?.kind !== 'string-literal') return places;
  const conversions = argumentSegments(parseFormat(new TextDecoder('latin1').decode(format.bytes)));
  for (const [i, segment] of conversions.entries()) {
    if (segment.kind === 'conversion' && segment.conversion === 'f') places.add(i + 1);
  }
  return places;
}

/**
 * An argument of %f: of `a / b` both sides as they are, in 64 bits, so that user space has the whole quotient; of others the
 * integer.
 */
export function checkQuotient(body: Body, node: Expression): TypedExpression {
  const sides = node.kind === 'binary' && node.operator === '/' ? [node.left, node.right] : [node];
  const words = sides.map(side => wordOf(body, side));
  const wrong = words.find(isError);
  const [word] = words as [TypedExpression];
  if (wrong !== undefined) return wrong;
  if (words.length === 1) return word;
  const type: Type = { kind: 'tuple', elements: words.map(each => each.type) };
  return { kind: 'tuple', elements: words, type, span: node.span };
}

function wordOf(body: Body, node: Expression): TypedExpression {
  const value = body.expression(node);
  if (isError(value)) return value;
  const type = value.type.kind === 'pointer' ? undefined : integerOf(value.type);
  if (type !== undefined) return convert(value, type.signed ? INT64 : UINT64);
  const message = `%f prints an integer, or a quotient of two, not ${typeText(value.type)}`;
  body.diagnostics.error('format-type', value.span, message, hintFor(value.type));
  return poison(node.span);
}

export function checkFormat(body: Body, node: CallNode, args: readonly TypedExpression[]): void {
  const [format, ...values] = args;
  if (format?.kind !== 'string') return;
  const text = new TextDecoder('latin1').decode(format.bytes);
  const conversions = argumentSegments(parseFormat(text));
  if (values.length !== conversions.length) {
    const problem = values.length > conversions.length ? 'too many' : 'not enough';
    const message = `${problem} arguments for the format: it takes ${conversions.length}, ${values.length} given`;
    body.diagnostics.error('format-arguments', node.span, message);
  }
  for (const [i, segment] of conversions.entries()) {
    const at = placeInSource(body, format.span, text, segment.start, segment.end);
    if (segment.kind === 'unsupported') {
      body.diagnostics.error('format-conversion', at, `printf has no conversion %${segment.conversion}`, {
        hint: 'it has %d %u %x %o %c %p %s %r, and %f of integers',
      });
      continue;
    }
    const value = values[i];
    if (value === undefined || isError(value) || takes(segment.conversion, value.type)) continue;
    const spelled = text.slice(segment.start, segment.end);
    const message = `${spelled} does not print ${typeText(value.type)}`;
    body.diagnostics.error('format-type', value.span, message, {
      notes: [{ span: at, message: 'this conversion' }],
      ...hintFor(value.type),
    });
  }
}

function hintFor(type: Type): { hint?: string } {
  if (type.kind === 'integer' || type.kind === 'bool') return { hint: 'use %d (or %u, %x)' };
  if (type.kind === 'buffer') return { hint: 'use %r' };
  return { hint: 'use %s' };
}

function takes(conversion: ConversionKind, type: Type): boolean {
  switch (conversion) {
    case 's':
      return type.kind !== 'void';
    case 'f':
      return true; // checkQuotient() has seen it
    case 'r':
    case 'rx':
    case 'rh':
      return type.kind === 'buffer';
    case 'c':
    case 'gr':
      return type.kind === 'integer';
    default:
      return type.kind === 'integer' || type.kind === 'bool' || type.kind === 'pointer';
  }
}

/** Part of a literal, when its source spells it without escapes; else the whole literal. */
function placeInSource(body: Body, literal: Span, text: string, start: number, end: number): Span {
  const source = body.source.text.slice(literal.start + 1, literal.end - 1);
  const plain = source.slice(0, end) === text.slice(0, end);
  return plain ? { start: literal.start + 1 + start, end: literal.start + 1 + end } : literal;
}
