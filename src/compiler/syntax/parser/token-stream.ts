// The parser's view of the lexer: look ahead, take, expect, and give up on a construct. Giving up throws ParseFailure,
// which the nearest recovering construct (statement, clause) catches; it never leaves the parser.
import type { Diagnostics, Span } from '../../diagnostics/diagnostic.js';
import { escapeText } from '../../diagnostics/display-width.js';
import type { Expression } from '../ast.js';
import { Lexer } from '../lexer.js';
import type { MacroTable } from '../preprocess/macro.js';
import type { Token } from '../token.js';

export class ParseFailure extends Error {}

/** Nesting of blocks and expressions; deeper programs would exhaust the stack of some later stage. */
const MAX_DEPTH = 200;
/** Links of long chains (`a + b + c ...`, each a level of the tree) in one statement; short chains are free. */
const MAX_CHAINED = 600;
const SHORT_CHAIN = 4;

const ASSIGNED = 'compare with ==; an assignment is a statement of its own.';

export class TokenStream {
  readonly lexer: Lexer;
  readonly diagnostics: Diagnostics;
  /** A block where a value belongs: statements are parsed by a file that imports that of expressions. */
  parseBlockValue: ((s: TokenStream) => Expression) | undefined;
  /** Any expression, within a type: typeof(x). */
  parseValue: ((s: TokenStream) => Expression) | undefined;
  /** What a positional parameter holds, to be parsed; within it there are none. */
  givenText: ((index: number) => TokenStream | undefined) | undefined;
  /** Macros that words may stand for. */
  macros: MacroTable | undefined;
  /** Offset behind the last token taken. */
  lastEnd = 0;
  #ahead: Token[] = [];
  #last: Token | undefined;
  #depth = 0;
  #chained = 0;

  /** Starts at an offset. `span`: what all tokens are said to span, when the text is not that of the program. */
  constructor(text: string, diagnostics: Diagnostics, start = 0, span?: Span) {
    this.lexer = new Lexer(text, diagnostics, start, span);
    this.diagnostics = diagnostics;
    this.lastEnd = span?.end ?? start;
  }

  get text(): string {
    return this.lexer.text;
  }

  /** Offset of the next raw character; looked-ahead tokens are given back. */
  get position(): number {
    this.#giveBack();
    return this.lexer.position;
  }

  set position(offset: number) {
    this.#ahead = [];
    this.lexer.position = offset;
  }

  /** Skips white space and comments, so that `position` is at what follows. */
  skipTrivia(): void {
    this.#giveBack();
    this.lexer.skipTrivia();
  }

  peek(distance = 0): Token {
    while (this.#ahead.length <= distance) this.#ahead.push(this.lexer.next());
    return this.#ahead[distance]!;
  }

  take(): Token {
    const token = this.peek();
    this.#ahead.shift();
    this.#last = token;
    this.lastEnd = token.span.end;
    return token;
  }

  at(text: string, distance = 0): boolean {
    const token = this.peek(distance);
    return (token.kind === 'punctuation' || token.kind === 'word') && token.text === text;
  }

  accept(text: string): Token | undefined {
    return this.at(text) ? this.take() : undefined;
  }

  /** Takes `text` or gives up; `more` explains. */
  expect(text: string, more: { where?: string; hint?: string; open?: Token | undefined } = {}): Token {
    if (this.at(text)) return this.take();
    const where = more.where === undefined ? '' : ` ${more.where}`;
    const hint = text !== '=' && this.at('=') ? { hint: ASSIGNED } : {};
    throw this.unexpected(`expected "${text}"${where}`, { ...hint, ...more });
  }

  /** Reports the next token as not what was expected; the caller throws the result. */
  unexpected(message: string, more: { hint?: string; open?: Token | undefined } = {}): ParseFailure {
    const token = this.peek();
    // On the same line the eye finds what was opened.
    const far = more.open && this.text.slice(more.open.span.start, token.span.start).includes('\n');
    const notes =
      far && more.open ? [{ span: more.open.span, message: `to close this "${more.open.text}"` }] : [];
    const found = token.kind === 'end' ? ', found the end' : `, found ${describe(token)}`;
    const span = token.first ? { start: this.lastEnd, end: this.lastEnd } : token.span;
    return this.fail('syntax', token.kind === 'end' ? token.span : span, message + found, {
      ...(more.hint === undefined ? {} : { hint: more.hint }),
      notes,
    });
  }

  /** Reports a mistake, unless the lexer has reported its cause already; the caller throws the result. */
  fail(
    code: string,
    span: Span,
    message: string,
    more: { hint?: string; notes?: { span: Span; message: string }[] } = {},
  ): ParseFailure {
    const near = [this.#last, this.#ahead[0]];
    if (!near.some(token => token?.broken)) this.diagnostics.error(code, span, message, more);
    return new ParseFailure();
  }

  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.lastEnd) };
  }

  /** Runs `parse` one level deeper; gives up when that is too deep. */
  nested<T>(parse: () => T): T {
    if (this.#depth >= MAX_DEPTH) {
      throw this.fail('nested-too-deep', this.peek().span, `nested more than ${MAX_DEPTH} levels deep`);
    }
    this.#depth++;
    try {
      return parse();
    } finally {
      this.#depth--;
    }
  }

  /** A new statement: chains count anew. */
  startStatement(): void {
    this.#chained = 0;
  }

  /** Accounts for a chain that grows to `length` links; gives up when the statement's tree would be too high. */
  grow(length: number): void {
    if (length <= SHORT_CHAIN || ++this.#chained <= MAX_CHAINED) return;
    throw this.fail('nested-too-deep', this.peek().span, `more than ${MAX_CHAINED} operators in a row`);
  }

  #giveBack(): void {
    const token = this.#ahead[0];
    if (token) this.position = token.span.start;
  }
}

/** A token in words, for messages. */
function describe(token: Token): string {
  const text = token.text.length > 40 ? `${token.text.slice(0, 40)}...` : token.text;
  return token.kind === 'string' ? `the string ${escapeText(text)}` : `"${escapeText(text)}"`;
}
