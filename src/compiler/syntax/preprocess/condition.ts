// The expression of an `#if`: integers, defined(), and C's operators; what names nothing counts as 0, as in C.
import type { CToken } from './c-token.js';
import { cTokens } from './c-token.js';
import type { MacroTable } from './macro.js';

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const MOST_DEPTH = 100;

/** Undefined when it is no such expression. */
export function conditionValue(text: string, macros: MacroTable): bigint | undefined {
  const tokens = macros.expandTokens(resolveDefined(cTokens(text), macros));
  if (tokens === undefined) return undefined;
  const reader = new Reader(tokens);
  const value = reader.ternary(0);
  return reader.ended ? value : undefined;
}

/** `defined(X)` and `defined X`, before X is expanded. */
function resolveDefined(tokens: readonly CToken[], macros: MacroTable): CToken[] {
  const out: CToken[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const open = tokens[i + 1]?.text === '(';
    const name = tokens[i + (open ? 2 : 1)];
    if (token.text !== 'defined' || name?.kind !== 'word' || (open && tokens[i + 3]?.text !== ')')) {
      out.push(token);
      continue;
    }
    const known = macros.find(name.text) !== undefined;
    out.push({ kind: 'number', text: known ? '1' : '0', spaced: token.spaced });
    i += open ? 3 : 1;
  }
  return out;
}

class Reader {
  readonly #tokens: readonly CToken[];
  #at = 0;

  constructor(tokens: readonly CToken[]) {
    this.#tokens = tokens;
  }

  get ended(): boolean {
    return this.#at === this.#tokens.length;
  }

  ternary(depth: number): bigint | undefined {
    const condition = this.#binary(0, depth);
    if (!this.#accept('?')) return condition;
    const then = this.ternary(depth + 1);
    if (!this.#accept(':')) return undefined;
    const otherwise = this.ternary(depth + 1);
    if (condition === undefined || then === undefined || otherwise === undefined) return undefined;
    return condition !== 0n ? then : otherwise;
  }

  #binary(level: number, depth: number): bigint | undefined {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary(depth);
    let left = this.#binary(level + 1, depth);
    for (;;) {
      const operator = operators.find(text => this.#accept(text));
      if (operator === undefined || left === undefined) return left;
      const right = this.#binary(level + 1, depth);
      left = right === undefined ? undefined : calculate(operator, left, right);
    }
  }

  #unary(depth: number): bigint | undefined {
    if (depth > MOST_DEPTH) return undefined;
    const operator = ['!', '~', '-', '+'].find(text => this.#accept(text));
    if (operator !== undefined) {
      const value = this.#unary(depth + 1);
      if (value === undefined || operator === '+') return value;
      return operator === '!' ? bool(value === 0n) : operator === '~' ? ~value : -value;
    }
    if (this.#accept('(')) {
      const value = this.ternary(depth + 1);
      return this.#accept(')') ? value : undefined;
    }
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'number') return cInteger(token.text);
    if (token?.kind === 'text') return character(token.text);
    if (token?.kind !== 'word') return undefined;
    this.#skipCall();
    return 0n;
  }

  /** A name that is no macro may be called all the same: __has_attribute(x). */
  #skipCall(): void {
    if (this.#tokens[this.#at]?.text !== '(') return;
    for (let depth = 0; this.#at < this.#tokens.length; ) {
      const { text } = this.#tokens[this.#at++]!;
      if (text === '(') depth++;
      else if (text === ')' && --depth === 0) return;
    }
  }

  #accept(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'mark' || token.text !== text) return false;
    this.#at++;
    return true;
  }
}

function bool(value: boolean): bigint {
  return value ? 1n : 0n;
}

function calculate(operator: string, a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case '||':
      return bool(a !== 0n || b !== 0n);
    case '&&':
      return bool(a !== 0n && b !== 0n);
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&':
      return a & b;
    case '==':
      return bool(a === b);
    case '!=':
      return bool(a !== b);
    case '<':
      return bool(a < b);
    case '<=':
      return bool(a <= b);
    case '>':
      return bool(a > b);
    case '>=':
      return bool(a >= b);
    case '<<':
      return b < 0n || b > 63n ? undefined : BigInt.asIntN(64, a << b);
    case '>>':
      return b < 0n || b > 63n ? undefined : a >> b;
    case '+':
      return BigInt.asIntN(64, a + b);
    case '-':
      return BigInt.asIntN(64, a - b);
    case '*':
      return BigInt.asIntN(64, a * b);
    case '/':
      return b === 0n ? undefined : a / b;
    default:
      return b === 0n ? undefined : a % b;
  }
}

/** An integer of C with its suffix; undefined for others (floating point). */
export function cInteger(text: string): bigint | undefined {
  const digits = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)(?:[uUlL]{0,3})$/.exec(text)?.[1];
  if (digits === undefined) return undefined;
  if (/^0[0-9]/.test(digits)) return /^[0-7]+$/.test(digits) ? BigInt(`0o${digits}`) : undefined;
  return BigInt(digits);
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27 };

/** A character between single quotes. */
export function character(text: string): bigint | undefined {
  const inner = /^'(\\?)(.+)'$/s.exec(text);
  if (inner === null) return undefined;
  const [, backslash, rest = ''] = inner;
  if (backslash === '') return rest.length === 1 ? BigInt(rest.charCodeAt(0)) : undefined;
  if (/^x[0-9a-fA-F]{1,2}$/.test(rest)) return BigInt(`0${rest}`);
  if (/^[0-7]{1,3}$/.test(rest)) return BigInt(`0o${rest}`);
  return rest.length === 1 ? BigInt(ESCAPES[rest] ?? rest.charCodeAt(0)) : undefined;
}
