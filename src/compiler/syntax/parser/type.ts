// Types as they are written in casts, declarations, sizeof and offsetof: `uint64`, `struct foo **`, `uint8[4]`.
import type { TypeName } from '../ast.js';
import { isScalarTypeName, isValueWord, KEYWORDS } from '../token.js';
import type { TokenStream } from './token-stream.js';

const TAGS = ['struct', 'union', 'enum'] as const;

export function parseTypeName(s: TokenStream): TypeName {
  const start = s.peek().span.start;
  if (s.at('typeof')) return parseTypeof(s);
  const tag = TAGS.find(t => s.at(t));
  if (tag !== undefined) s.take();
  const token = s.peek();
  if (token.kind !== 'word' || (tag === undefined && KEYWORDS.has(token.text))) {
    throw s.unexpected(tag === undefined ? 'expected a type' : `expected a name after "${tag}"`);
  }
  const name = s.take().text;
  if (tag === undefined && s.peek().kind === 'word') {
    throw s.unexpected(`expected the end of the type "${name}"`, {
      hint: 'a type is one word (uint32, int8, ...), or struct, union or enum and a name.',
    });
  }
  const { pointers, dimensions } = parseDerivation(s);
  return { kind: 'type-name', span: s.spanFrom(start), tag, name, pointers, dimensions };
}

/** `**[4]` */
function parseDerivation(s: TokenStream): Pick<TypeName, 'pointers' | 'dimensions'> {
  let pointers = 0;
  while (s.accept('*')) pointers++;
  const dimensions: (number | undefined)[] = [];
  while (s.at('[')) dimensions.push(parseDimension(s));
  if (s.at('*')) throw s.unexpected('expected the end of the type: a pointer to an array is not supported');
  return { pointers, dimensions };
}

/** `typeof(x)`, of an expression or a type, and pointers to and arrays of that. */
function parseTypeof(s: TokenStream): TypeName {
  const { start } = s.take().span;
  const open = s.expect('(', { where: 'after typeof' });
  const value = s.parseValue;
  const of = startsTypeArgument(s) || value === undefined ? parseTypeName(s) : value(s);
  s.expect(')', { where: 'after the argument of typeof', open });
  const { pointers, dimensions } = parseDerivation(s);
  return { kind: 'type-name', span: s.spanFrom(start), tag: undefined, name: '', of, pointers, dimensions };
}

function parseDimension(s: TokenStream): number | undefined {
  const open = s.take();
  const token = s.peek();
  let count: number | undefined;
  if (token.kind === 'integer') {
    if (token.value > 0x7fff_ffffn) {
      throw s.fail('array-too-large', token.span, `an array of ${token.text} elements is too large`);
    }
    count = Number(token.value);
    s.take();
  }
  s.expect(']', { open });
  return count;
}

/**
 * With `(` as the next token: do a type and `)` follow, and behind them an operand? Then it is a cast.
 * `(pid)` and other values are none; any other lone word is one before `-`, `*`, `(` or a value, as in bpftrace 0.27.
 */
export function startsCast(s: TokenStream): boolean {
  let at = 1;
  const word = s.peek(at);
  if (word.kind !== 'word') return false;
  if (TAGS.some(tag => tag === word.text) || word.text === 'typeof') return true;
  if (KEYWORDS.has(word.text) || isValueWord(word.text)) return false;
  // Two words: never an expression, so report it as a type.
  if (s.peek(++at).kind === 'word') return isScalarTypeName(word.text) || C_WORDS.has(word.text);
  while (s.at('*', at)) at++;
  while (s.at('[', at)) {
    at++;
    if (s.peek(at).kind === 'integer') at++;
    if (!s.at(']', at++)) return false;
  }
  return s.at(')', at) && startsOperand(s, at + 1, isScalarTypeName(word.text) || at > 2);
}

const C_WORDS: ReadonlySet<string> = new Set([
  'const',
  'volatile',
  'unsigned',
  'signed',
  'long',
  'short',
  'int',
]);

function startsOperand(s: TokenStream, at: number, sureOfType: boolean): boolean {
  const token = s.peek(at);
  switch (token.kind) {
    case 'integer':
    case 'string':
    case 'variable':
    case 'map':
    case 'parameter':
      return true;
    case 'word':
      return !KEYWORDS.has(token.text) || token.text === 'sizeof' || token.text === 'offsetof';
    case 'punctuation':
      if (['(', '-', '*', '!', '~'].includes(token.text)) return true;
      if (token.text === '++' || token.text === '--') return sureOfType;
      return token.text === '&' && (sureOfType || ['variable', 'map'].includes(s.peek(at + 1).kind));
    case 'end':
      return false;
  }
}

/** In sizeof( and offsetof(: is what follows a type (true) or an expression? */
export function startsTypeArgument(s: TokenStream): boolean {
  const word = s.peek();
  if (word.kind !== 'word' || word.text === 'true' || word.text === 'false') return false;
  if (TAGS.some(tag => tag === word.text) || word.text === 'typeof') return true;
  if (KEYWORDS.has(word.text) || isValueWord(word.text)) return false;
  let at = 1;
  while (s.at('*', at)) at++;
  while (s.at('[', at)) {
    at++;
    if (s.peek(at).kind === 'integer') at++;
    if (!s.at(']', at++)) return false;
  }
  return s.at(')', at) || s.at(',', at) || (at === 1 && s.peek(at).kind === 'word');
}
