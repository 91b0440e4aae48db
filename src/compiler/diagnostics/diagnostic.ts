// What every stage says about the source text: a severity, a stable code, a place, words and a way out.
// A stage collects diagnostics and never prints them; the caret renderer (render.ts) turns them into text.

/** Half-open range of UTF-16 offsets into one source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A script as it was given: `name` is a path, or `stdin` (also for -e, as bpftrace does). The files that it includes and imports
 * follow in the same text, so that a span is a place in any of them.
 */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
  /** The further files, ascending, each at the start of a line; before the first lies the script itself. */
  readonly parts?: readonly SourcePart[];
}

export interface SourcePart {
  readonly name: string;
  readonly start: number; // offset in the text
}

/** The file that an offset lies in. */
export function partAt({ name, parts }: Pick<SourceFile, 'name' | 'parts'>, offset: number): SourcePart {
  return parts?.findLast(part => part.start <= offset) ?? { name, start: 0 };
}

export type Severity = 'error' | 'warning';

export interface Note {
  readonly span: Span;
  readonly message: string;
}

/** A user's mistake (or a doubt) at a place. `code` is a stable slug that tests assert, e.g. `map-key-mismatch`. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: string;
  readonly span: Span;
  readonly message: string;
  readonly notes: readonly Note[];
  readonly hint?: string;
}

/** Gathers diagnostics of one stage, in order of report. The same code at the same span is kept once. */
export class Diagnostics {
  readonly #list: Diagnostic[] = [];

  error(
    code: string,
    span: Span,
    message: string,
    more: { hint?: string; notes?: readonly Note[] } = {},
  ): void {
    this.#add('error', code, span, message, more);
  }

  warn(
    code: string,
    span: Span,
    message: string,
    more: { hint?: string; notes?: readonly Note[] } = {},
  ): void {
    this.#add('warning', code, span, message, more);
  }

  get list(): readonly Diagnostic[] {
    return this.#list;
  }

  get hasErrors(): boolean {
    return this.#list.some(d => d.severity === 'error');
  }

  #add(
    severity: Severity,
    code: string,
    span: Span,
    message: string,
    more: { hint?: string; notes?: readonly Note[] },
  ): void {
    const same = (d: Diagnostic) => d.code === code && d.span.start === span.start && d.span.end === span.end;
    if (this.#list.some(same)) return;
    this.#list.push({
      severity,
      code,
      span,
      message,
      notes: more.notes ?? [],
      ...(more.hint === undefined ? {} : { hint: more.hint }),
    });
  }
}

/** Our own fault: a state that no source text should reach. Never shown as the user's mistake. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

/** Closes a switch over a tagged union: a new kind becomes a compile error at every place to visit. */
export function assertNever(value: never): never {
  throw new InternalError(`unexpected ${JSON.stringify(value)}`);
}
