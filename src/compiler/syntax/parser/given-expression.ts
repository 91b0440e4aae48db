// `expression($2)`: the expression that a positional parameter holds. Its text is appended to the program's, so that what is wrong
// with it is shown in it; several expressions between commas are a tuple.
import type { Expression } from '../ast.js';
import type { Reading } from './reading.js';
import { TokenStream } from './token-stream.js';

export const GIVEN_EXPRESSION = 'expression';

/** A stream over the text of a parameter, which is all that it holds; undefined: it is not given. */
export function givenText(reading: Reading, index: number): TokenStream | undefined {
  const { sources, diagnostics, params } = reading;
  const text = params[index - 1];
  if (text === undefined) return undefined;
  const start = reading.given.get(index) ?? sources.add(`$${index}`, text);
  reading.given.set(index, start);
  return new TokenStream(sources.text.slice(0, start + text.length), diagnostics, start);
}

/** At the word: `expression($n)` or `expression($n, default)`; undefined: it is a call like any other. */
export function parseGivenExpression(
  s: TokenStream,
  parseExpression: (s: TokenStream) => Expression,
): Expression | undefined {
  const parameter = s.peek(2);
  if (s.givenText === undefined || !s.at('(', 1) || parameter.kind !== 'parameter') return undefined;
  const { index, span } = parameter;
  if (index === 'count') return undefined;
  s.take();
  const open = s.take();
  s.take();
  const preset = s.accept(',') && parseExpression(s);
  s.expect(')', { where: `after the parameter of ${GIVEN_EXPRESSION}`, open });
  const given = s.givenText(index);
  if (given === undefined) return preset ?? { kind: 'parameter', span, index };
  given.macros = s.macros;
  given.parseBlockValue = s.parseBlockValue;
  given.parseValue = s.parseValue;
  const { start } = given.peek().span;
  const list = [parseExpression(given)];
  while (given.accept(',')) list.push(parseExpression(given));
  if (given.peek().kind !== 'end') throw given.unexpected(`expected the end of $${index}`);
  const [only] = list;
  if (list.length === 1 && only !== undefined) return only;
  return { kind: 'tuple', span: given.spanFrom(start), elements: list };
}
