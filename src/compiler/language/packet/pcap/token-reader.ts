// Tokens of a filter, one after another, with the questions that its parser asks of what comes next.
import { isReserved, PROTOCOLS, spelled } from './keywords.js';
import { FilterProblem, type Place } from './problem.js';
import { type FilterToken, tokensOf } from './token.js';

const ARITHMETIC = ['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>'];
const COMPARISONS = ['=', '==', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = Exclude<(typeof COMPARISONS)[number], '=='>;

export class TokenReader {
  readonly #tokens: readonly FilterToken[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  get token(): FilterToken {
    return this.#at(0);
  }

  atEnd(): boolean {
    return this.token.kind === 'end';
  }

  #at(distance: number): FilterToken {
    return this.#tokens[Math.min(this.#next + distance, this.#tokens.length - 1)]!;
  }

  advance(): FilterToken {
    const { token } = this;
    this.#next++;
    return token;
  }

  /** From there to the last token taken. */
  since({ start }: Place): Place {
    return { start, end: this.#tokens[Math.max(this.#next - 1, 0)]!.end };
  }

  /** Takes one of these words and signs if it comes next. */
  take(...texts: readonly string[]): boolean {
    if (!is(this.token, texts)) return false;
    this.#next++;
    return true;
  }

  /** Both or neither. */
  takeBoth(first: readonly string[], second: string): boolean {
    if (!is(this.token, first) || !is(this.#at(1), [second])) return false;
    this.#next += 2;
    return true;
  }

  isOneOf(texts: readonly string[]): boolean {
    return is(this.token, texts);
  }

  takeOneOf<T extends string>(texts: readonly T[]): T | undefined {
    if (!is(this.token, texts)) return undefined;
    return spelled(this.advance().text) as T;
  }

  comparison(): Comparison | undefined {
    const found = this.takeOneOf(COMPARISONS);
    return found === '==' ? '=' : found;
  }

  close(open: '(' | '['): void {
    const sign = open === '(' ? ')' : ']';
    if (this.take(sign)) return;
    throw new FilterProblem(this.token, `a ${open} is not closed: "${sign}" is missing here`);
  }

  number(what: string): number {
    const { token } = this;
    if (token.kind !== 'number') {
      const problem =
        token.kind === 'end' ? `${what} is missing` : `${what} is expected, not "${token.text}"`;
      throw new FilterProblem(token, problem);
    }
    this.#next++;
    return token.value;
  }

  numberInParentheses(what: string): number {
    if (!this.take('(')) return this.number(what);
    const value = this.numberInParentheses(what);
    this.close('(');
    return value;
  }

  /** Does an id come next: a number, an address or a name? */
  isId(): boolean {
    const { token } = this;
    if (token.kind === 'word') return token.escaped || !isReserved(token.name);
    return token.kind !== 'sign' && token.kind !== 'end';
  }

  /** A number, alone or in parentheses. */
  startsId(): boolean {
    const behind = this.#behindParentheses();
    return this.#at(behind).kind === 'number';
  }

  /** Does something that is calculated come next, rather than a primitive or an id? */
  startsNumber(): boolean {
    const { token } = this;
    if (is(token, ['len', '-'])) return true;
    if (is(token, PROTOCOLS)) return is(this.#at(1), ['[']);
    if (token.kind === 'number') return calculates(this.#at(1));
    // A parenthesis is of numbers when what follows it goes on with them.
    return is(token, ['(']) && calculates(this.#at(this.#closing() + 1));
  }

  #behindParentheses(): number {
    let distance = 0;
    while (is(this.#at(distance), ['('])) distance++;
    return distance;
  }

  /** How far away the parenthesis that closes this one is, or the end. */
  #closing(): number {
    let depth = 0;
    for (let distance = 0; ; distance++) {
      const token = this.#at(distance);
      if (token.kind === 'end') return distance;
      if (is(token, ['('])) depth++;
      if (is(token, [')']) && --depth === 0) return distance;
    }
  }
}

function is(token: FilterToken, texts: readonly string[]): boolean {
  if (token.kind === 'word' ? token.escaped : token.kind !== 'sign') return false;
  return texts.includes(spelled(token.text));
}

function calculates(token: FilterToken): boolean {
  return is(token, ARITHMETIC) || is(token, COMPARISONS);
}
