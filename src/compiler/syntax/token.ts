// The tokens of the language and the words that the grammar itself must know.
// Attach points are no tokens: the parser reads their raw text (parser/attach-point.ts).
import type { Span } from '../diagnostics/diagnostic.js';

interface TokenBase {
  readonly span: Span;
  /** As written. */
  readonly text: string;
  /** Nothing but white space and comments stands before it on its line. */
  readonly first: boolean;
  /** The lexer has already reported what is wrong with it: the parser stays silent about its surroundings. */
  readonly broken: boolean;
}

export type Token =
  /** Identifiers and keywords alike. */
  | (TokenBase & { readonly kind: 'word' })
  | (TokenBase & { readonly kind: 'integer'; readonly value: bigint; readonly unsigned: boolean })
  /** `bytes`: the text in UTF-8 after escapes, without quotes and NUL. */
  | (TokenBase & { readonly kind: 'string'; readonly bytes: Uint8Array })
  | (TokenBase & { readonly kind: 'variable' }) // $name
  | (TokenBase & { readonly kind: 'map' }) // @name, @
  | (TokenBase & { readonly kind: 'parameter'; readonly index: number | 'count' }) // $1, $#
  | (TokenBase & { readonly kind: 'punctuation' })
  | (TokenBase & { readonly kind: 'end' });

/** The lexer takes the longest that matches. */
export const PUNCTUATION: ReadonlySet<string> = new Set([
  '<<=',
  '>>=',
  '<<',
  '>>',
  '<=',
  '>=',
  '==',
  '!=',
  '&&',
  '||',
  '++',
  '--',
  '->',
  '..',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '|',
  '^',
  '~',
  '!',
  '<',
  '>',
  '=',
  '?',
  ':',
  ';',
  ',',
  '.',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
]);
export const LONGEST_PUNCTUATION = Math.max(...Array.from(PUNCTUATION, ({ length }) => length));

/** Words that cannot name a value. (After `.`, in records and after `@` and `$` they are names like any other.) */
export const KEYWORDS: ReadonlySet<string> = new Set([
  'break',
  'continue',
  'else',
  'for',
  'if',
  'let',
  'offsetof',
  'return',
  'sizeof',
  'struct',
  'union',
  'enum',
  'typeof',
  'unroll',
  'while',
]);

/**
 * Words that are values and never types, so that `(pid) - 1` subtracts while `(foo) - 1` casts, as in bpftrace 0.27.
 * Any other word in parentheses before an operand is taken as a type.
 */
const VALUE_WORDS: ReadonlySet<string> = new Set([
  'args',
  'cgroup',
  'comm',
  'cpid',
  'cpu',
  'ctx',
  'curtask',
  'elapsed',
  'func',
  'gid',
  'jiffies',
  'kstack',
  'ncpus',
  'nsecs',
  'numaid',
  'pcomm',
  'pid',
  'ppid',
  'probe',
  'probetype',
  'rand',
  'retval',
  'tid',
  'uid',
  'username',
  'usermode',
  'ustack',
  'true',
  'false',
]);

export function isValueWord(word: string): boolean {
  return VALUE_WORDS.has(word) || /^s?arg[0-9]+$/.test(word);
}

/** Types by name; used only where a word alone could be either (`(uint64)` before an operand, `sizeof(...)`). */
export function isScalarTypeName(word: string): boolean {
  return /^(u?int(8|16|32|64)|bool|string|buffer|inet|mac|void|char)$/.test(word);
}
