// What stands between operators: literals, names, calls, maps with their keys, parentheses, tuples and records.
import type { Expression, MapAccess, RecordField } from '../ast.js';
import { KEYWORDS, type Token } from '../token.js';
import { parseDefined } from './defined.js';
import { GIVEN_EXPRESSION, parseGivenExpression } from './given-expression.js';
import type { TokenStream } from './token-stream.js';
import { parseTypeName, startsTypeArgument } from './type.js';

const TAGS: readonly string[] = ['struct', 'union', 'enum'];

/** The whole expression grammar, handed down by expression.ts (which imports this file). */
export type ParseExpression = (s: TokenStream) => Expression;

export function parsePrimary(s: TokenStream, parseExpression: ParseExpression): Expression {
  const token = s.peek();
  const { span } = token;
  switch (token.kind) {
    case 'integer':
      s.take();
      return {
        kind: 'integer-literal',
        span,
        value: token.value,
        unsigned: token.unsigned,
        text: token.text,
      };
    case 'string':
      s.take();
      return { kind: 'string-literal', span, bytes: token.bytes };
    case 'variable':
      s.take();
      if (token.broken) throw s.fail('syntax', span, 'expected a variable');
      return { kind: 'variable', span, name: token.text };
    case 'map':
      return parseMapAccess(s, parseExpression);
    case 'parameter':
      s.take();
      return { kind: 'parameter', span, index: token.index };
    case 'word':
      return parseWord(s, token, parseExpression);
    case 'punctuation':
      if (token.text === '(') return parseParentheses(s, parseExpression);
      if (token.text === '{' && s.parseBlockValue !== undefined) return s.nested(() => s.parseBlockValue!(s));
      break;
    case 'end':
  }
  throw s.unexpected('expected an expression');
}

/** `@name`, `@name[a, b]`; `@m[(1,2)]` has the same two keys as `@m[1,2]`. */
function parseMapAccess(s: TokenStream, parseExpression: ParseExpression): MapAccess {
  const token = s.take();
  const { start } = token.span;
  const open = s.peek();
  if (!s.accept('[')) return { kind: 'map-access', span: token.span, name: token.text, keys: undefined };
  if (s.at(']')) {
    throw s.unexpected(`expected a key for ${token.text}`, {
      hint: 'a map without keys is written without brackets.',
    });
  }
  const list = parseList(s, parseExpression);
  s.expect(']', { where: `after the keys of ${token.text}`, open });
  const only = list.length === 1 ? list[0] : undefined;
  const keys = only?.kind === 'tuple' && only.elements.length > 1 ? only.elements : list;
  return { kind: 'map-access', span: s.spanFrom(start), name: token.text, keys };
}

function parseWord(s: TokenStream, token: Token, parseExpression: ParseExpression): Expression {
  const { span, text } = token;
  if (text === 'sizeof' || text === 'offsetof') return parseOfType(s, text, parseExpression);
  if (text === 'if') return parseIfValue(s, parseExpression);
  if (text === 'typeof' || (TAGS.includes(text) && s.peek(1).kind === 'word')) {
    const type = parseTypeName(s);
    return { kind: 'type-value', span: type.span, type };
  }
  if (text === 'typeinfo' && s.at('(', 1)) return parseOfType(s, text, parseExpression);
  if (KEYWORDS.has(text)) throw s.unexpected('expected an expression');
  const defined = s.macros && parseDefined(s, token, s.macros, parseExpression);
  if (defined !== undefined) return defined;
  const given = text === GIVEN_EXPRESSION ? parseGivenExpression(s, parseExpression) : undefined;
  if (given !== undefined) return given;
  s.take();
  if (text === 'true' || text === 'false') return { kind: 'boolean-literal', span, value: text === 'true' };
  if (!s.at('(')) return { kind: 'identifier', span, name: text };
  const open = s.take();
  const args = s.at(')') ? [] : parseList(s, parseExpression);
  s.expect(')', { where: `after the arguments of ${text}`, open });
  return { kind: 'call', span: s.spanFrom(span.start), name: text, nameSpan: span, args };
}

/** `if (c) { a } else { b }` */
function parseIfValue(s: TokenStream, parseExpression: ParseExpression): Expression {
  const { start } = s.take().span;
  const condition = parseExpression(s);
  const then = parseBranch(s);
  s.expect('else', { where: 'since "if" is used as a value here' });
  const otherwise = s.at('if') ? s.nested(() => parseIfValue(s, parseExpression)) : parseBranch(s);
  return { kind: 'if-expression', span: s.spanFrom(start), condition, then, else: otherwise };
}

function parseBranch(s: TokenStream): Expression {
  if (!s.at('{') || s.parseBlockValue === undefined) throw s.unexpected('expected "{"');
  return s.parseBlockValue(s);
}

function parseOfType(
  s: TokenStream,
  kind: 'sizeof' | 'offsetof' | 'typeinfo',
  parseExpression: ParseExpression,
): Expression {
  const { start } = s.take().span;
  const open = s.expect('(', { where: `after ${kind}` });
  const isDefined = s.macros?.find(s.peek().text) !== undefined;
  const of = startsTypeArgument(s) && !isDefined ? parseTypeName(s) : parseExpression(s);
  if (kind !== 'offsetof') {
    s.expect(')', { where: `after the argument of ${kind}`, open });
    return { kind, span: s.spanFrom(start), of };
  }
  s.expect(',', { where: 'and a field in offsetof' });
  const path: string[] = [];
  do {
    if (s.peek().kind !== 'word') throw s.unexpected("expected a field's name");
    path.push(s.take().text);
  } while (s.accept('.'));
  s.expect(')', { where: 'after the field of offsetof', open });
  return { kind: 'offsetof', span: s.spanFrom(start), of, path };
}

/** `(e)`, `()`, `(a,)`, `(a, b)`, `(name=a, ...)`. */
function parseParentheses(s: TokenStream, parseExpression: ParseExpression): Expression {
  const open = s.take();
  const { start } = open.span;
  if (s.accept(')')) return { kind: 'tuple', span: s.spanFrom(start), elements: [] };
  if (s.peek().kind === 'word' && s.at('=', 1)) return parseRecord(s, open, parseExpression);
  const first = parseExpression(s);
  if (s.accept(')')) return first;
  const elements = [first];
  while (s.accept(',')) {
    if (s.at(')')) break;
    elements.push(parseExpression(s));
  }
  s.expect(')', { open });
  return { kind: 'tuple', span: s.spanFrom(start), elements };
}

function parseRecord(s: TokenStream, open: Token, parseExpression: ParseExpression): Expression {
  const fields: RecordField[] = [];
  do {
    if (fields.length > 0 && s.at(')')) break;
    const name = s.peek();
    if (name.kind !== 'word') throw s.unexpected("expected a field's name");
    s.take();
    s.expect('=', { where: `after the field's name "${name.text}"` });
    const value = parseExpression(s);
    const when = s.accept('if') && parseExpression(s);
    fields.push({ name: name.text, nameSpan: name.span, value, when });
  } while (s.accept(','));
  s.expect(')', { open });
  return { kind: 'record', span: s.spanFrom(open.span.start), fields };
}

/** Expressions between commas, at least one. */
function parseList(s: TokenStream, parseExpression: ParseExpression): Expression[] {
  const list = [parseExpression(s)];
  while (s.accept(',')) list.push(parseExpression(s));
  return list;
}
