// Source text -> tokens, on demand: the parser pulls them one at a time, because where an attach point stands the raw
// text counts instead. Any input gives tokens up to `end`: garbage, unterminated strings and comments and bad numbers
// become diagnostics, never exceptions.
import type { Diagnostics, Span } from '../diagnostics/diagnostic.js';
import { escapeText } from '../diagnostics/display-width.js';
import type { Comment } from './ast.js';
import { scanInteger } from './integer.js';
import { scanString } from './string-literal.js';
import { PUNCTUATION, type Token } from './token.js';

const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const TOKEN_START = /[A-Za-z0-9_$@"\s<>=!&|+\-*/%^~?:;,.()[\]{}]/;
/** $1 upwards; more than this many parameters no command line holds. */
const MAX_PARAMETER = 65535;

/** A cursor over one source text. `position` may be set back: scanning again reports nothing twice. */
export class Lexer {
  readonly text: string;
  readonly comments: Comment[] = [];
  /** `#define NAME literal`: NAME as a word is then that literal. */
  readonly defines = new Map<string, Token & { readonly kind: 'integer' | 'string' }>();
  /** `#define NAME` without a value: for #ifdef. */
  readonly defined = new Set<string>();
  position = 0;
  readonly #diagnostics: Diagnostics;

  constructor(text: string, diagnostics: Diagnostics) {
    this.text = text;
    this.#diagnostics = diagnostics;
  }

  /** Skips white space, comments and #! lines, but no garbage. */
  skipTrivia(): void {
    for (;;) {
      const c = this.text[this.position];
      if (c === undefined) return;
      if (/\s/.test(c)) this.position++;
      else if (this.text.startsWith('//', this.position)) this.#lineComment();
      else if (this.text.startsWith('/*', this.position)) this.#blockComment();
      else if (this.text.startsWith('#!', this.position) && this.#startsLine(this.position)) {
        this.position = this.#lineEnd(this.position);
      } else return;
    }
  }

  /** The next token, past white space, comments and (reported) garbage. At the end: `end`, again and again. */
  next(): Token {
    this.skipTrivia();
    while (this.#skipGarbage()) this.skipTrivia();
    const start = this.position;
    const c = this.text[start];
    if (c === undefined) return this.#token('end', start);
    const word = this.#match(WORD);
    if (word !== undefined) {
      const defined = this.defines.get(word);
      return defined
        ? { ...defined, span: { start, end: this.position }, first: this.#isFirst(start) }
        : this.#token('word', start);
    }
    if (c >= '0' && c <= '9') return this.#integer(start);
    if (c === '"') return this.#string(start);
    if (c === '$') return this.#dollar(start);
    if (c === '@') {
      this.position++;
      this.#match(WORD);
      return this.#token('map', start);
    }
    const punctuation = PUNCTUATION.find(p => this.text.startsWith(p, start));
    this.position += punctuation?.length ?? 1;
    return this.#token('punctuation', start, punctuation === undefined);
  }

  #token(
    kind: 'word' | 'map' | 'variable' | 'punctuation' | 'end',
    start: number,
    broken = false,
  ): Token & { kind: typeof kind } {
    const span = { start, end: this.position };
    const text = this.text.slice(start, this.position);
    return { kind, span, text, first: this.#isFirst(start), broken };
  }

  #base(start: number) {
    const span: Span = { start, end: this.position };
    return { span, text: this.text.slice(start, this.position), first: this.#isFirst(start) };
  }

  #integer(start: number): Token {
    const number = scanInteger(this.text, start);
    this.position = number.end;
    const { problem } = number;
    if (problem) {
      this.#diagnostics.error(problem.code, { start, end: number.end }, problem.message, {
        ...(problem.hint === undefined ? {} : { hint: problem.hint }),
      });
    }
    const { value, unsigned } = number;
    return { kind: 'integer', ...this.#base(start), value, unsigned, broken: problem !== undefined };
  }

  #string(start: number): Token {
    const string = scanString(this.text, start);
    this.position = string.end;
    for (const problem of string.problems) {
      this.#diagnostics.error(problem.code, problem.span, problem.message, {
        ...(problem.hint === undefined ? {} : { hint: problem.hint }),
      });
    }
    return { kind: 'string', ...this.#base(start), bytes: string.bytes, broken: !string.terminated };
  }

  #dollar(start: number): Token {
    this.position++;
    if (this.#match(WORD) !== undefined) return this.#token('variable', start);
    if (this.text[this.position] === '#') {
      this.position++;
      return { kind: 'parameter', ...this.#base(start), index: 'count', broken: false };
    }
    const digits = this.#match(/[0-9]+/y);
    const span = { start, end: this.position };
    if (digits === undefined) {
      this.#diagnostics.error('bad-variable', span, 'expected a name or a number after "$"');
      return { ...this.#token('variable', start, true), text: '$' };
    }
    const index = Number(digits);
    const broken = index < 1 || index > MAX_PARAMETER;
    if (broken) {
      this.#diagnostics.error('bad-parameter', span, `there is no parameter $${digits}`, {
        hint: 'positional parameters are $1, $2, ...; $# is their number.',
      });
    }
    return { kind: 'parameter', ...this.#base(start), index: broken ? 1 : index, broken };
  }

  /** Reports a run of characters that start no token, as one mistake. */
  #skipGarbage(): boolean {
    const start = this.position;
    const quoted = this.#match(/'(\\.|[^'\\\n])[^'\n]*'/y);
    if (quoted !== undefined) {
      const code = quoted.length === 3 ? quoted.codePointAt(1) : undefined;
      this.#diagnostics.error(
        'single-quotes',
        { start, end: this.position },
        'single quotes mean nothing here',
        {
          hint: `strings are written in double quotes${code === undefined ? '' : `; for the character give ${code}`}.`,
        },
      );
      return true;
    }
    while (this.position < this.text.length && !TOKEN_START.test(this.text[this.position]!)) this.position++;
    if (this.position === start) return false;
    const run = this.text.slice(start, this.position);
    const shown = escapeText(run.length > 24 ? `${run.slice(0, 24)}...` : run);
    const what = [...run].length === 1 ? 'unexpected character' : 'unexpected characters';
    this.#diagnostics.error('unexpected-character', { start, end: this.position }, `${what} ${shown}`);
    return true;
  }

  #lineComment(): void {
    const start = this.position;
    this.position = this.#lineEnd(start);
    this.#comment(start, this.text.slice(start + 2, this.position));
  }

  #blockComment(): void {
    const start = this.position;
    const close = this.text.indexOf('*/', start + 2);
    if (close < 0) {
      this.position = this.text.length;
      const span = { start, end: start + 2 };
      this.#diagnostics.error('unterminated-comment', span, 'this comment has no end', {
        hint: 'close it with */.',
      });
      this.#comment(start, this.text.slice(start + 2));
      return;
    }
    this.position = close + 2;
    this.#comment(start, this.text.slice(start + 2, close));
  }

  #comment(start: number, text: string): void {
    const last = this.comments.at(-1);
    if (last && last.span.start >= start) return; // scanned before
    this.comments.push({ kind: 'comment', span: { start, end: this.position }, text });
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  #lineEnd(from: number): number {
    const newline = this.text.indexOf('\n', from);
    return newline < 0 ? this.text.length : newline;
  }

  #startsLine(at: number): boolean {
    return at === 0 || this.text[at - 1] === '\n';
  }

  #isFirst(at: number): boolean {
    for (let i = at - 1; i >= 0; i--) {
      const c = this.text[i]!;
      if (c === '\n') return true;
      if (c === ' ' || c === '\t' || c === '\r') continue;
      const comment = c === '/' ? this.comments.findLast(x => x.span.end === i + 1) : undefined;
      if (!comment) return false;
      i = comment.span.start;
    }
    return true;
  }
}
