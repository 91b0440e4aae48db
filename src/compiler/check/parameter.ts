// What the command line gives a script: positional parameters ($1, $#) and getopt() options, as constants.
import { didYouMean } from '../diagnostics/suggest.js';
import type { Expression } from '../syntax/ast.js';
import { integer } from '../types/type.js';
import { type Body, isError, poison } from './body.js';
import type { CallNode } from './call.js';
import { boolean, bytesOf, literal, text, textOf } from './constant.js';
import { INT64_MIN, UINT64_MAX } from './integer.js';
import type { TypedExpression } from './typed.js';

type ParameterNode = Extract<Expression, { readonly kind: 'parameter' }>;

/** `$1` is a number when it looks like one, else a string; a missing one is 0. `$#` counts them. */
export function checkParameter(body: Body, node: ParameterNode): TypedExpression {
  if (node.index === 'count') return literal(BigInt(body.env.params.length), node.span);
  const given = body.env.params[node.index - 1];
  if (given === undefined) {
    warnMissing(body, node);
    return literal(0n, node.span);
  }
  const value = parseInteger(given);
  return value === undefined ? text(bytesOf(given), node.span) : literal(value, node.span);
}

/** `str($1)`: the text itself; '' when missing. */
export function parameterText(body: Body, node: ParameterNode): Uint8Array {
  if (node.index === 'count') return bytesOf(String(body.env.params.length));
  const given = body.env.params[node.index - 1];
  if (given === undefined) warnMissing(body, node);
  return bytesOf(given ?? '');
}

function warnMissing(body: Body, node: ParameterNode): void {
  const message = `the positional parameter $${node.index} is not given: 0 (or "") stands for it`;
  body.diagnostics.warn('missing-parameter', node.span, message);
}

/** Decimal, 0x or 0 (octal) as strtol reads it, with a sign; undefined when it is no 64-bit integer. */
export function parseInteger(given: string): bigint | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(given) ?? [];
  if (digits === '') return undefined;
  const octal = /^0[0-7]+$/.test(digits);
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits) * (sign === '-' ? -1n : 1n);
  return value >= INT64_MIN && value <= UINT64_MAX ? value : undefined;
}

/** getopt(name[, default[, help]]): the option's value, of its default's type; without a default a flag. */
export function checkOption(body: Body, node: CallNode): TypedExpression {
  const [name, fallback, help] = node.args.map(arg => body.expression(arg));
  const { span } = node;
  if (name === undefined || node.args.length > 3) {
    const problem = name === undefined ? 'not enough' : 'too many';
    body.diagnostics.error('argument-count', span, `${problem} arguments: getopt() takes 1 to 3 arguments`, {
      hint: 'it is called getopt("name", default, "help")',
    });
    return poison(span);
  }
  if ([name, fallback, help].some(arg => arg !== undefined && isError(arg))) return poison(span);
  if (name.kind !== 'string') return refuse(body, name, 'the name of an option is a string in quotes');
  if (help !== undefined && help.kind !== 'string')
    return refuse(body, help, 'the help is a string in quotes');
  if (fallback !== undefined && fallback.kind !== 'string' && fallback.kind !== 'integer') {
    return refuse(body, fallback, 'the default of an option is a number, a string or a boolean in itself');
  }
  return optionValue(body, textOf(name.bytes), fallback, span);
}

function refuse(body: Body, at: TypedExpression, message: string): TypedExpression {
  body.diagnostics.error('argument-type', at.span, message);
  return poison(at.span);
}

function optionValue(
  body: Body,
  name: string,
  fallback: TypedExpression | undefined,
  span: TypedExpression['span'],
): TypedExpression {
  const given = body.env.options.get(name);
  if (fallback?.kind === 'string') {
    if (given === true) return wrongValue(body, name, 'a text', given, span);
    return given === undefined ? { ...fallback, span } : text(bytesOf(given), span);
  }
  if (fallback === undefined || fallback.type.kind === 'bool') {
    if (given === undefined) return boolean(fallback?.kind === 'integer' && fallback.value !== 0n, span);
    const truth = given === true ? true : parseBoolean(given);
    return truth === undefined ? wrongValue(body, name, 'true or false', given, span) : boolean(truth, span);
  }
  const preset = fallback.kind === 'integer' ? fallback.value : 0n;
  const value = given === undefined ? preset : given === true ? undefined : parseInteger(given);
  if (value === undefined) return wrongValue(body, name, 'an integer', given, span);
  return { kind: 'integer', value, type: integer(8, value < 0n || preset < 0n), span };
}

function parseBoolean(given: string): boolean | undefined {
  if (['true', '1', 'yes', 'on'].includes(given)) return true;
  return ['false', '0', 'no', 'off'].includes(given) ? false : undefined;
}

function wrongValue(
  body: Body,
  name: string,
  wanted: string,
  given: string | true | undefined,
  span: TypedExpression['span'],
): TypedExpression {
  const got = given === true || given === undefined ? 'nothing' : `"${given}"`;
  const hint = typeof given === 'string' ? didYouMean(given, ['true', 'false']) : undefined;
  body.diagnostics.error('option-value', span, `--${name} takes ${wanted}, and was given ${got}`, {
    ...(hint === undefined ? {} : { hint }),
  });
  return poison(span);
}
