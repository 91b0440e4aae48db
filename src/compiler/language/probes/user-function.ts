// The function part of uprobe and uretprobe attach points: a name, a name with wildcards, C++ in source form, an address, each
// with an offset or not -> addresses in a file.
import type { BinarySymbol } from '../../binary-view.js';
import type { Diagnostics, Span } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/suggest.js';
import type { Env } from '../../env.js';
import { globPattern, hasWildcard } from '../../types/glob.js';
import { userSpaceOf } from './user-target.js';

export interface FunctionPattern {
  readonly cpp: boolean;
  readonly name: string; // without the offset
  readonly offset: number | undefined;
  readonly address: number | undefined; // in place of a name
  readonly span: Span;
}

const NUMBER = /^(?:0[xX][0-9a-fA-F]+|\d+)$/;

/** Undefined (reported) when it is written wrong. */
export function readFunction(
  text: string,
  cpp: boolean,
  span: Span,
  diagnostics: Diagnostics,
): FunctionPattern | undefined {
  if (text === '') {
    diagnostics.error('attach-point', span, 'a function, an address or * belongs here');
    return undefined;
  }
  if (!cpp && NUMBER.test(text)) return { cpp, name: '', offset: undefined, address: Number(text), span };
  const plus = text.lastIndexOf('+');
  const offset = plus < 0 ? '' : text.slice(plus + 1);
  if (plus > 0 && NUMBER.test(offset)) {
    return { cpp, name: text.slice(0, plus), offset: Number(offset), address: undefined, span };
  }
  if (plus > 0 && !cpp) {
    diagnostics.error('attach-point', span, `Invalid offset: invalid integer: ${offset}`, {
      hint: 'an offset is a number of bytes: function+4, function+0x10',
    });
    return undefined;
  }
  return { cpp, name: text, offset: undefined, address: undefined, span };
}

/** Functions of a file. One address comes once, by the best of its names. */
export function matchingFunctions(pattern: FunctionPattern, path: string, env: Env): readonly BinarySymbol[] {
  const userSpace = userSpaceOf(env);
  const { cpp, name } = pattern;
  if (!cpp && !hasWildcard(name))
    return userSpace.symbols(path, name).filter(({ kind }) => kind !== 'object');
  const byAddress = new Map<number, BinarySymbol>();
  for (const each of namesMatching(pattern, path, env)) {
    const [symbol] = userSpace.symbols(path, each);
    if (symbol?.kind !== 'function') continue;
    const known = byAddress.get(symbol.address);
    if (known === undefined || isPlainer(symbol.name, known.name)) byAddress.set(symbol.address, symbol);
  }
  return [...byAddress.values()];
}

/** Names of functions that the pattern matches, as in the file. */
export function namesMatching({ cpp, name }: FunctionPattern, path: string, env: Env): readonly string[] {
  const userSpace = userSpaceOf(env);
  const all = userSpace.functions(path);
  if (!cpp) {
    const glob = globPattern(name);
    return all.filter(each => glob.test(each));
  }
  const matches = cppPattern(name);
  const parts = mangledParts(name);
  return all.filter(each => {
    if (each.startsWith('_Z') && !parts.every(part => each.includes(part))) return false;
    return matches(userSpace.demangled(each) ?? each);
  });
}

/** `ns::f` means every ns::f(...); of templates, whose names begin with the type they return, that may be left out. */
function cppPattern(name: string): (demangled: string) => boolean {
  const globs = [name];
  if (!name.includes('(')) globs.push(`${name}(*`);
  if (name.includes('<')) globs.push(`* ${name}`, `* ${name}(*`);
  const patterns = globs.map(globPattern);
  return demangled => patterns.some(pattern => pattern.test(demangled));
}

/** Words that a mangled name has no letters of: basic types, and what the ABI abbreviates. */
const ABBREVIATED = new Set(
  'std string allocator basic_string istream ostream iostream char_traits operator const volatile signed unsigned char short int long float double bool void wchar_t char8_t char16_t char32_t auto decltype nullptr true false struct class enum union anonymous namespace clone lambda __int128'.split(
    ' ',
  ),
);

/** `ns::frob(int)`: whatever it is mangled to holds 2ns and 4frob. Most names are ruled out so without being read. */
function mangledParts(name: string): readonly string[] {
  const outside = name.split('(')[0]!;
  return [...outside.matchAll(/[A-Za-z_]\w*/g)].flatMap(({ 0: word, index }) => {
    const beside = `${outside[index - 1] ?? ''}${outside[index + word.length] ?? ''}`;
    return /[*?[\]~]/.test(beside) || ABBREVIATED.has(word) ? [] : [`${word.length}${word}`];
  });
}

/** Of several names for one function: without a version, with fewer underscores in front, the shorter one. */
function isPlainer(a: string, b: string): boolean {
  const rank = (name: string) =>
    [name.includes('@') ? 1 : 0, /^_*/.exec(name)![0].length, name.length, name] as const;
  const [x, y] = [rank(a), rank(b)];
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return x[i]! < y[i]!;
  return false;
}

/** No function of any of the files matches. */
export function reportUnknownFunction(
  { cpp, name, span }: FunctionPattern,
  paths: readonly string[],
  env: Env,
  diagnostics: Diagnostics,
): void {
  const userSpace = userSpaceOf(env);
  const [path = ''] = paths;
  const where = paths.length === 1 ? path : `the ${paths.length} files that match`;
  if (hasWildcard(name)) {
    diagnostics.error('unmatched-probe', span, `no function of ${where} matches ${name}`, {
      ...strippedHint(path, env),
    });
    return;
  }
  const message = `${paths.length === 1 ? `${path} has` : `${where} have`} no function "${name}"`;
  const known = userSpace.functions(path);
  const names = cpp
    ? known.map(each => bare(userSpace.demangled(each) ?? each))
    : sharingLetters(name, known);
  const near = didYouMean(name, names) ?? inSource(name, known, cpp, env);
  diagnostics.error(
    'unknown-probe',
    span,
    message,
    near === undefined ? strippedHint(path, env) : { hint: near },
  );
}

function bare(demangled: string): string {
  const end = demangled.indexOf('(');
  return end < 0 ? demangled : demangled.slice(0, end);
}

/** A C++ function asked for as if it were C. */
function inSource(name: string, known: readonly string[], cpp: boolean, env: Env): string | undefined {
  if (cpp) return undefined;
  const mangled = known.find(each => each.startsWith('_Z') && each.includes(`${name.length}${name}`));
  const source = mangled && userSpaceOf(env).demangled(mangled);
  return source && `C++ functions are written cpp:"${bare(source)}"`;
}

/** Of a hundred thousand names those that start or end alike: the others are no misspelling. */
function sharingLetters(name: string, known: readonly string[]): readonly string[] {
  const [start, end] = [name.slice(0, 2), name.slice(-3)];
  return known.filter(each => each.startsWith(start) || each.endsWith(end));
}

function strippedHint(path: string, env: Env): { hint?: string } {
  if (userSpaceOf(env).hasSymbols(path)) return { hint: `tsbpf -l "uprobe:${path}:*" lists them` };
  return {
    hint: `${path} is stripped: only what it exports has a name; install its debug symbols, or give an address`,
  };
}
