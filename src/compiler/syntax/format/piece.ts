// Source text -> pieces: tokens with the comments, directives and blank lines around them. Nothing is lost: what lies
// between two pieces is white space or hangs on one of them.
import { Diagnostics, type Span } from '../../diagnostics/diagnostic.js';
import { Lexer } from '../lexer.js';
import type { Token } from '../token.js';

/** A comment or a line of the preprocessor. */
export interface Trivia {
  readonly kind: 'line-comment' | 'block-comment' | 'directive';
  /** With its delimiters, lines continued by a backslash included; no line break at its end. */
  readonly text: string;
  /** Column of its first character. */
  readonly column: number;
  /** Nothing but white space stands before it on its line. */
  readonly first: boolean;
  /** An empty line stands before it. */
  readonly blankBefore: boolean;
}

export interface Piece {
  readonly kind: Token['kind'] | 'attach-point';
  readonly text: string;
  readonly span: Span;
  /** Before it. */
  readonly leading: readonly Trivia[];
  /** Behind it to the end of its line. */
  readonly trailing: readonly Trivia[];
  /** An empty line stands before it, behind what leads it. */
  readonly blankBefore: boolean;
  /** It begins a line. */
  readonly first: boolean;
}

/** Something that is no token where one is expected, as within a condition that does not hold. */
export class Unformattable extends Error {
  readonly span: Span;
  constructor(span: Span) {
    super('this cannot be formatted');
    this.span = span;
  }
}

/** A cursor that gives pieces; attach points, which are no tokens, are asked for as such. */
export class PieceReader {
  readonly text: string;
  readonly #lexer: Lexer;
  #at = 0;
  #gap: { leading: Trivia[]; blank: boolean; first: boolean } | undefined;

  constructor(text: string) {
    this.text = text;
    this.#lexer = new Lexer(text, new Diagnostics());
  }

  /** Offset of the next piece. */
  get position(): number {
    this.#skip();
    return this.#at;
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The next token; at the end, an empty piece of kind 'end' with what is left of comments. */
  token(): Piece {
    const start = this.position;
    this.#lexer.position = start;
    const token = this.#lexer.next();
    if (token.span.start !== start || token.broken) throw new Unformattable({ start, end: start + 1 });
    return this.#piece(token.kind, token.span.end);
  }

  /** The text up to `end` as one piece. */
  raw(end: number): Piece {
    return this.#piece('attach-point', end);
  }

  #piece(kind: Piece['kind'], end: number): Piece {
    const { leading, blank, first } = this.#skip();
    const start = this.#at;
    this.#at = end;
    this.#gap = undefined;
    const trailing = this.#trailing();
    const span = { start, end };
    return { kind, text: this.text.slice(start, end), span, leading, trailing, blankBefore: blank, first };
  }

  /** Comments that end the line of what was just read. */
  #trailing(): Trivia[] {
    const found: Trivia[] = [];
    for (;;) {
      const gap = /[ \t\r]*/y;
      gap.lastIndex = this.#at;
      const start = this.#at + (gap.exec(this.text)?.[0].length ?? 0);
      const comment = this.#comment(start, false, false);
      if (comment === undefined) return found;
      const end = start + comment.text.length;
      // A comment in the middle of a line belongs to what follows it.
      if (comment.kind === 'block-comment' && this.#lineGoesOn(end)) return found;
      found.push(comment);
      this.#at = end;
    }
  }

  /** Behind comments that begin at `at`, is there something else on the line? */
  #lineGoesOn(at: number): boolean {
    const rest = this.text.slice(at).replace(/^(?:[ \t\r]*\/\*(?:[^*]|\*(?!\/))*\*\/)*[ \t\r]*/, '');
    return rest !== '' && !rest.startsWith('\n') && !rest.startsWith('//');
  }

  #skip(): { leading: Trivia[]; blank: boolean; first: boolean } {
    if (this.#gap !== undefined) return this.#gap;
    const leading: Trivia[] = [];
    let blank = false;
    let first = this.#at === 0;
    for (;;) {
      const space = /\s*/y;
      space.lastIndex = this.#at;
      const [white = ''] = space.exec(this.text) ?? [];
      this.#at += white.length;
      const breaks = white.split('\n').length - 1;
      if (breaks > 0) first = true;
      if (breaks > 1) blank = true;
      const next = this.#comment(this.#at, first, blank) ?? this.#directive(this.#at, first, blank);
      if (next === undefined) break;
      leading.push(next);
      this.#at += next.text.length;
      first = false;
      blank = false;
    }
    this.#gap = { leading, blank, first };
    return this.#gap;
  }

  #comment(at: number, first: boolean, blankBefore: boolean): Trivia | undefined {
    const column = at - this.text.lastIndexOf('\n', at - 1) - 1;
    if (this.text.startsWith('//', at)) {
      const text = this.text.slice(at, this.#lineEnd(at)).trimEnd();
      return { kind: 'line-comment', text, column, first, blankBefore };
    }
    if (!this.text.startsWith('/*', at)) return undefined;
    const close = this.text.indexOf('*/', at + 2);
    if (close < 0) throw new Unformattable({ start: at, end: at + 2 });
    return { kind: 'block-comment', text: this.text.slice(at, close + 2), column, first, blankBefore };
  }

  /** A line that begins with `#`, and the lines that a backslash joins to it. */
  #directive(at: number, first: boolean, blankBefore: boolean): Trivia | undefined {
    if (!first || this.text[at] !== '#') return undefined;
    let end = this.#lineEnd(at);
    while (this.text[end - 1] === '\\' && end < this.text.length) end = this.#lineEnd(end + 1);
    const column = at - this.text.lastIndexOf('\n', at - 1) - 1;
    return { kind: 'directive', text: this.text.slice(at, end).trimEnd(), column, first, blankBefore };
  }

  #lineEnd(from: number): number {
    const newline = this.text.indexOf('\n', from);
    return newline < 0 ? this.text.length : newline;
  }
}
