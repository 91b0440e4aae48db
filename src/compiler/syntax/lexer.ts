// Source text -> tokens, on demand: the parser pulls them one at a time, because where an attach point stands the raw
// text counts instead. Any input gives tokens up to `end`: garbage, unterminated strings and comments and bad numbers
// become diagnostics, never exceptions.
import type { Diagnostics, Span } from '../diagnostics/diagnostic.js';
import { escapeText } from '../diagnostics/display-width.js';
import { scanInteger } from '../types/integer-literal.js';
import type { Comment } from './ast.js';
import { character } from './preprocess/condition.js';
import { MacroTable } from './preprocess/macro.js';
import { scanString } from './string-literal.js';
import { LONGEST_PUNCTUATION, PUNCTUATION, type Token } from './token.js';

/** `=~` and `!~`: an operator before text only. */
const MATCH = /[=!]~(?=\s*")/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const SPACE = /\s+/y;
const QUOTED = /'(\\.|[^'\\\n])[^'\n]*'/y;
const TOKEN_START = /[A-Za-z0-9_$@"\s<>=!&|+\-*/%^~?:;,.()[\]{}]/;
/** $1 upwards; more than this many parameters no command line holds. */
const MAX_PARAMETER = 65535;

export interface CMode {
  readonly macros: MacroTable;
  /** With `#` at the lexer's position, first on its line; it moves on. */
  readonly directive: () => void;
}

/** A cursor over one source text. `position` may be set back: scanning again reports nothing twice. */
export class Lexer {
  readonly text: string;
  readonly comments: Comment[] = [];
  /** Within a definition of C: words that are macros are replaced, and lines that start with # handed on. */
  c: CMode | undefined;
  readonly #diagnostics: Diagnostics;
  /** Of every token, when the text is that of a macro: where the macro is used. */
  readonly #span: Span | undefined;
  #position: number;
  /** What is left of a macro's expansion. */
  #expanded: Token[] = [];

  constructor(text: string, diagnostics: Diagnostics, start = 0, span?: Span) {
    this.text = text;
    this.#position = start;
    this.#diagnostics = diagnostics;
    this.#span = span;
  }

  get position(): number {
    return this.#position;
  }

  set position(offset: number) {
    this.#expanded = [];
    this.#position = offset;
  }

  /** Skips white space, comments and #! lines, but no garbage. */
  skipTrivia(): void {
    for (;;) {
      const c = this.text[this.#position];
      if (c === undefined) return;
      if (this.#match(SPACE) !== undefined) continue;
      if (this.text.startsWith('//', this.#position)) this.#lineComment();
      else if (this.text.startsWith('/*', this.#position)) this.#blockComment();
      else if (this.text.startsWith('#!', this.#position) && this.#startsLine(this.#position)) {
        this.#position = this.#lineEnd(this.#position);
      } else if (c === '#' && this.c !== undefined && this.#isFirst(this.#position)) {
        const start = this.#position;
        this.c.directive();
        if (this.#position === start) return;
      } else return;
    }
  }

  /** The next token, past white space, comments and (reported) garbage. At the end: `end`, again and again. */
  next(): Token {
    const queued = this.#expanded.shift();
    if (queued !== undefined) return queued;
    this.skipTrivia();
    while (this.#skipGarbage()) this.skipTrivia();
    const start = this.#position;
    const c = this.text[start];
    if (c === undefined) return this.#token('end', start);
    const word = this.#match(WORD);
    if (word !== undefined) return this.#expand(word, start) ?? this.#token('word', start);
    if (c >= '0' && c <= '9') return this.#integer(start);
    if (c === "'" && this.c !== undefined) {
      const text = this.#match(/'(\\.[0-9a-fA-F]*|[^'\\\n])'/y);
      const value = text === undefined ? undefined : character(text);
      if (value !== undefined) {
        return { kind: 'integer', ...this.#base(start), value, unsigned: false, broken: false };
      }
    }
    if (c === '"') return this.#string(start);
    if (c === '$') return this.#dollar(start);
    if (c === '@') {
      this.#position++;
      this.#match(WORD);
      return this.#token('map', start);
    }
    // `$x =~ 5` is `$x = ~5`; of text there is no ~.
    MATCH.lastIndex = start;
    if (MATCH.test(this.text)) {
      this.#position += 2;
      return this.#token('punctuation', start);
    }
    let punctuation = this.text.slice(start, start + LONGEST_PUNCTUATION);
    while (punctuation !== '' && !PUNCTUATION.has(punctuation)) punctuation = punctuation.slice(0, -1);
    this.#position += punctuation.length || 1;
    return this.#token('punctuation', start, punctuation === '');
  }

  /** A macro's expansion by its first token; undefined: it is none, or none here. Of an empty one what stands behind it. */
  #expand(word: string, start: number): Token | undefined {
    const { c } = this;
    const macro = c?.macros.find(word);
    if (c === undefined || macro === undefined) return undefined;
    const end = this.#position;
    const close = macro.params === undefined ? end : this.#closing();
    if (close === undefined) return undefined;
    const text = c.macros.expand(this.text.slice(start, close));
    this.#position = close;
    const span = this.#span ?? { start, end: close };
    if (text === undefined) {
      this.#diagnostics.error('macro-recursion', span, `the expansion of ${word} has no end`);
      return undefined;
    }
    const inner = new Lexer(text, this.#diagnostics, 0, span);
    inner.c = { macros: new MacroTable(), directive: () => {} };
    const tokens: Token[] = [];
    for (let token = inner.next(); token.kind !== 'end'; token = inner.next()) tokens.push(token);
    this.#expanded = tokens;
    return this.next();
  }

  /** Offset behind the `)` of a call whose `(` is next. */
  #closing(): number | undefined {
    const open = /\s*\(/y;
    open.lastIndex = this.#position;
    if (!open.test(this.text)) return undefined;
    for (let depth = 0, at = open.lastIndex - 1; at < this.text.length; at++) {
      const c = this.text[at];
      if (c === '(') depth++;
      else if (c === ')' && --depth === 0) return at + 1;
    }
    return undefined;
  }

  #token(
    kind: 'word' | 'map' | 'variable' | 'punctuation' | 'end',
    start: number,
    broken = false,
  ): Token & { kind: typeof kind } {
    const text = this.text.slice(start, this.#position);
    return { kind, span: this.#spanFrom(start), text, first: this.#isFirst(start), broken };
  }

  #base(start: number) {
    const text = this.text.slice(start, this.#position);
    return { span: this.#spanFrom(start), text, first: this.#isFirst(start) };
  }

  #spanFrom(start: number): Span {
    return this.#span ?? { start, end: this.#position };
  }

  #integer(start: number): Token {
    const number = scanInteger(this.text, start);
    this.#position = number.end;
    const { problem } = number;
    if (problem) {
      this.#diagnostics.error(problem.code, this.#spanFrom(start), problem.message, {
        ...(problem.hint === undefined ? {} : { hint: problem.hint }),
      });
    }
    const { value, unsigned } = number;
    return { kind: 'integer', ...this.#base(start), value, unsigned, broken: problem !== undefined };
  }

  #string(start: number): Token {
    const string = scanString(this.text, start);
    this.#position = string.end;
    for (const problem of string.problems) {
      this.#diagnostics.error(problem.code, this.#span ?? problem.span, problem.message, {
        ...(problem.hint === undefined ? {} : { hint: problem.hint }),
      });
    }
    return { kind: 'string', ...this.#base(start), bytes: string.bytes, broken: !string.terminated };
  }

  #dollar(start: number): Token {
    this.#position++;
    if (this.#match(WORD) !== undefined) return this.#token('variable', start);
    if (this.text[this.#position] === '#') {
      this.#position++;
      return { kind: 'parameter', ...this.#base(start), index: 'count', broken: false };
    }
    const digits = this.#match(/[0-9]+/y);
    const span = this.#spanFrom(start);
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
    const start = this.#position;
    const quoted = this.text[start] === "'" ? this.#match(QUOTED) : undefined;
    if (quoted !== undefined) {
      const code = quoted.length === 3 ? quoted.codePointAt(1) : undefined;
      this.#diagnostics.error('single-quotes', this.#spanFrom(start), 'single quotes mean nothing here', {
        hint: `strings are written in double quotes${code === undefined ? '' : `; for the character give ${code}`}.`,
      });
      return true;
    }
    while (this.#position < this.text.length && !TOKEN_START.test(this.text[this.#position]!))
      this.#position++;
    if (this.#position === start) return false;
    const run = this.text.slice(start, this.#position);
    const shown = escapeText(run.length > 24 ? `${run.slice(0, 24)}...` : run);
    const what = [...run].length === 1 ? 'unexpected character' : 'unexpected characters';
    this.#diagnostics.error('unexpected-character', this.#spanFrom(start), `${what} ${shown}`);
    return true;
  }

  #lineComment(): void {
    const start = this.#position;
    this.#position = this.#lineEnd(start);
    this.#comment(start, this.text.slice(start + 2, this.#position));
  }

  #blockComment(): void {
    const start = this.#position;
    const close = this.text.indexOf('*/', start + 2);
    if (close < 0) {
      this.#position = this.text.length;
      const span = { start, end: start + 2 };
      this.#diagnostics.error('unterminated-comment', span, 'this comment has no end', {
        hint: 'close it with */.',
      });
      this.#comment(start, this.text.slice(start + 2));
      return;
    }
    this.#position = close + 2;
    this.#comment(start, this.text.slice(start + 2, close));
  }

  #comment(start: number, text: string): void {
    const last = this.comments.at(-1);
    if (last && last.span.start >= start) return; // scanned before
    this.comments.push({ kind: 'comment', span: { start, end: this.#position }, text });
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#position += found.length;
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
    if (this.#span !== undefined) return false;
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
