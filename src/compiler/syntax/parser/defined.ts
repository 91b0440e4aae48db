// `#define`d names in expressions: each is an expression of its own, so `#define SUM 1 + 2` makes SUM * 3 nine, as in bpftrace.
// Words of the language stay what they are.
import { Diagnostics } from '../../diagnostics/diagnostic.js';
import { findBuiltin, findFunction } from '../../language/registry.js';
import type { Expression } from '../ast.js';
import type { MacroTable } from '../preprocess/macro.js';
import type { Token } from '../token.js';
import { ParseFailure, TokenStream } from './token-stream.js';

/** With a word next: what it is defined as; undefined: it is not. */
export function parseDefined(
  s: TokenStream,
  { text: name, span }: Token,
  macros: MacroTable,
  parseExpression: (s: TokenStream) => Expression,
): Expression | undefined {
  const macro = macros.find(name);
  if (macro === undefined || macro.body.length === 0) return undefined;
  if (findBuiltin(name) !== undefined || findFunction(name) !== undefined) return undefined;
  const isCall = s.at('(', 1);
  if (isCall !== (macro.params !== undefined)) return undefined;
  s.take();
  if (isCall) takeArguments(s);
  const end = s.lastEnd;
  const whole = { start: span.start, end };
  const text = macros.expand(s.text.slice(span.start, end)) ?? '';
  const inner = new TokenStream(text, new Diagnostics(), 0, whole);
  inner.parseBlockValue = s.parseBlockValue;
  inner.parseValue = s.parseValue;
  try {
    const expression = s.nested(() => parseExpression(inner));
    if (inner.peek().kind === 'end' && !inner.diagnostics.hasErrors) return expression;
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
  }
  throw s.fail('define-value', whole, `${name} is defined as "${text}", which is no expression`);
}

/** `(a, (b, c))` */
function takeArguments(s: TokenStream): void {
  for (let depth = 0; s.peek().kind !== 'end'; ) {
    const { text } = s.take();
    if (text === '(') depth++;
    else if (text === ')' && --depth === 0) return;
  }
}
