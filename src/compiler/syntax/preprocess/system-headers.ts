// Headers of the system, which a program names by `#include <...>`. What they define is known without them for the most part (BTF, a
// table), so they are read only when something is asked for that is not. Their directives are followed, their C kept as text, of
// which a definition is parsed when it is wanted. What cannot be understood is passed over: it may never be asked for.
import { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { SourceFiles } from '../../env.js';
import type { CConstant, Definition } from '../ast.js';
import { parseConstant } from '../parser/c-constant.js';
import { parseDefinition, parseType } from '../parser/definition.js';
import { ParseFailure, TokenStream } from '../parser/token-stream.js';
import { scanString } from '../string-literal.js';
import { conditionValue } from './condition.js';
import { MacroTable } from './macro.js';

/** What a name of a header stands for. */
export type HeaderConstant =
  | { readonly kind: 'constant'; readonly value: CConstant }
  | { readonly kind: 'text'; readonly bytes: Uint8Array };

/** Bounds for headers that include the whole kernel. */
const MOST_FILES = 2000;
const MOST_BYTES = 24 << 20;
const MOST_DEPTH = 100;

const DIRECTIVE = /^[ \t]*#[ \t]*([a-z_]+)[ \t]*(.*)$/;

export class SystemHeaders {
  readonly #names: readonly string[];
  readonly #files: SourceFiles;
  readonly #macros: MacroTable;
  #code = '';
  #read = false;
  #seen = new Set<string>();
  #bytes = 0;

  /** `macros` are those of the program, which the headers see. */
  constructor(names: readonly string[], files: SourceFiles, macros: MacroTable) {
    this.#names = names;
    this.#files = files;
    this.#macros = new MacroTable(name => macros.text(name));
  }

  /** A macro, for #if and #ifdef of the program. */
  macro(name: string): string | undefined {
    this.#load();
    return this.#macros.text(name);
  }

  constant(name: string): HeaderConstant | undefined {
    this.#load();
    const macro = this.#macros.find(name);
    if (macro === undefined || macro.params !== undefined || macro.body.length === 0) return undefined;
    const text = this.#macros.expand(name);
    if (text === undefined) return undefined;
    if (text.startsWith('"')) {
      const { bytes, end } = scanString(text, 0);
      return end === text.length ? { kind: 'text', bytes } : undefined;
    }
    const value = this.#parse(text, 0, s => {
      const constant = parseConstant(s, parseType);
      return s.peek().kind === 'end' ? constant : undefined;
    });
    return value && { kind: 'constant', value };
  }

  /** The enum that has an enumerator. */
  enumOf(name: string): readonly Definition[] {
    this.#load();
    for (const match of this.#code.matchAll(new RegExp(`\\b${name}\\b`, 'g'))) {
      const open = this.#code.lastIndexOf('{', match.index);
      const start = this.#code.lastIndexOf('enum', open);
      if (start < 0 || this.#code.indexOf('}', open) < match.index) continue;
      const found = this.#definitionsAt(start);
      const has = (d: Definition) => d.kind === 'enum-definition' && d.enumerators.some(e => e.name === name);
      if (found.some(has)) return found;
    }
    return [];
  }

  /** `struct a`, `union a`, `enum a`, or a typedef. */
  definition(tag: 'struct' | 'union' | 'enum' | undefined, name: string): readonly Definition[] {
    this.#load();
    if (tag === undefined) return this.#typedef(name);
    const pattern = new RegExp(`\\b${tag}\\s+(?:__attribute__\\s*\\(\\(.*?\\)\\)\\s*)?${name}\\s*\\{`, 'g');
    for (const match of this.#code.matchAll(pattern)) {
      const found = this.#definitionsAt(match.index);
      if (found.length > 0) return found;
    }
    return [];
  }

  #typedef(name: string): readonly Definition[] {
    for (const match of this.#code.matchAll(
      new RegExp(`\\b${name}\\b\\s*(?:\\[[^\\]]*\\]\\s*)*[;,)]`, 'g'),
    )) {
      const start = this.#code.lastIndexOf('typedef', match.index);
      const found = start < 0 ? [] : this.#definitionsAt(start);
      if (found.some(d => d.kind === 'typedef' && d.name === name)) return found;
    }
    return [];
  }

  #definitionsAt(start: number): readonly Definition[] {
    return this.#parse(this.#code, start, parseDefinition) ?? [];
  }

  /** Its spans are those of no file. */
  #parse<T>(text: string, start: number, parse: (s: TokenStream) => T): T | undefined {
    const s = new TokenStream(text, new Diagnostics(), start, NOWHERE);
    s.lexer.c = { macros: this.#macros, directive: () => {} };
    try {
      return parse(s);
    } catch (error) {
      if (error instanceof ParseFailure) return undefined;
      throw error;
    }
  }

  #load(): void {
    if (this.#read) return;
    this.#read = true;
    for (const name of this.#names) this.#include(name, false, '', 0);
  }

  #include(name: string, quoted: boolean, from: string, depth: number): void {
    const file = this.#files.header(name, quoted, from);
    if (file === undefined || depth > MOST_DEPTH || this.#bytes > MOST_BYTES) return;
    if (this.#seen.has(file.path) && /^[ \t]*#[ \t]*pragma[ \t]+once/m.test(file.text)) return;
    this.#seen.add(file.path);
    this.#bytes += file.text.length;
    if (this.#seen.size <= MOST_FILES) this.#preprocess(file.text, file.path, depth);
  }

  #preprocess(text: string, path: string, depth: number): void {
    const lines = text
      .replaceAll('\\\n', ' ')
      .replace(/\/\*[\s\S]*?\*\//g, ' ')
      .split('\n');
    const conditions: { active: boolean; taken: boolean }[] = [];
    let active = true;
    for (const line of lines) {
      const [, word, rest = ''] = (line.includes('#') && DIRECTIVE.exec(line)) || [];
      if (word === undefined) {
        if (active) this.#code += `${line}\n`;
        continue;
      }
      const top = conditions.at(-1);
      switch (word) {
        case 'if':
        case 'ifdef':
        case 'ifndef': {
          const holds: boolean = active && this.#holds(word, rest);
          conditions.push({ active, taken: holds });
          active = holds;
          break;
        }
        case 'elif':
        case 'else':
          if (top === undefined) break;
          active = top.active && !top.taken && (word === 'else' || this.#holds('if', rest));
          top.taken ||= active;
          break;
        case 'endif':
          active = conditions.pop()?.active ?? true;
          break;
        case 'define':
          if (active) this.#macros.define(rest.replace(/\/\/.*/, ''));
          break;
        case 'undef':
          if (active) this.#macros.undefine(rest.trim());
          break;
        case 'include': {
          const [, quote, name] = /^([<"])([^>"]+)[>"]/.exec(rest.trim()) ?? [];
          if (active && name !== undefined) this.#include(name, quote === '"', path, depth + 1);
          break;
        }
        default:
          break;
      }
    }
  }

  #holds(word: string, rest: string): boolean {
    if (word === 'if') return (conditionValue(rest.replace(/\/\/.*/, ''), this.#macros) ?? 0n) !== 0n;
    const name = /\w+/.exec(rest)?.[0] ?? '';
    return (this.#macros.find(name) !== undefined) === (word === 'ifdef');
  }
}

const NOWHERE = { start: 0, end: 0 };
