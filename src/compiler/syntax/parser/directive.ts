// Lines that start with `#`, between probes and within definitions of C: macros, conditions, headers. A local header is read at
// once, as more text of the program; headers of the system are only noted (see preprocess/system-headers.ts).
import type { Diagnostics, Span } from '../../diagnostics/diagnostic.js';
import type { HeaderFile, SourceFiles } from '../../env.js';
import type { Lexer } from '../lexer.js';
import { conditionValue } from '../preprocess/condition.js';
import { MacroTable } from '../preprocess/macro.js';
import { SystemHeaders } from '../preprocess/system-headers.js';

/** A file as its directives are followed. */
export interface DirectiveFile {
  /** Path that its own #include starts from; '' for the program. */
  readonly path: string;
  /** Conditions that are open and hold, by the place of their #if. */
  readonly open: Span[];
}

export interface PreprocessorOptions {
  /** Undefined: headers are passed over. */
  readonly files: SourceFiles | undefined;
  /** Body of a macro that exists from the start. */
  readonly predefined: ((name: string) => string | undefined) | undefined;
  readonly diagnostics: Diagnostics;
  /** Reads a local header. */
  readonly include: (header: HeaderFile, span: Span) => void;
}

const DIRECTIVE = /#[ \t]*([a-z_]*)[ \t]*(\w*)/y;
const TEXT_OR_COMMENT = /"(?:\\.|[^"\\])*"|\/\*[\s\S]*?\*\/|\/\/.*/g;
const CONDITIONS = ['if', 'ifdef', 'ifndef'];

export class Preprocessor {
  readonly macros: MacroTable;
  readonly #options: PreprocessorOptions;
  readonly #systemNames: string[] = [];
  #system: SystemHeaders | undefined;

  constructor(options: PreprocessorOptions) {
    this.#options = options;
    this.macros = new MacroTable(name => options.predefined?.(name));
  }

  /** Headers of the system that the program names, none of them read yet; undefined: it names none. */
  get systemHeaders(): SystemHeaders | undefined {
    const { files } = this.#options;
    if (files === undefined || this.#systemNames.length === 0) return undefined;
    this.#system ??= new SystemHeaders(this.#systemNames, files, this.macros);
    return this.#system;
  }

  /** With `#` as the lexer's next character: takes the line, or all lines of a condition that does not hold. */
  directive(lexer: Lexer, file: DirectiveFile): void {
    const { text } = lexer;
    const start = lexer.position;
    const { name, argument, rest, span } = directiveAt(text, start);
    lexer.position = lineEnd(text, start);
    switch (name) {
      case 'if':
      case 'ifdef':
      case 'ifndef':
        this.#chooseBranch(lexer, file, span, this.#holds(name, argument, rest, span, lexer));
        return;
      case 'elif':
      case 'else': {
        // The branch before it held: none of the others does.
        const condition = file.open.pop();
        if (condition === undefined) this.#misplaced(span, name);
        else this.#skipRest(lexer, condition);
        return;
      }
      case 'endif':
        if (file.open.pop() === undefined) this.#misplaced(span, name);
        return;
      case 'define':
        this.#define(rest, span);
        return;
      case 'undef':
        this.macros.undefine(argument);
        return;
      case 'include':
      case 'include_next':
      case 'import':
        this.#include(rest, file, span);
        return;
      case 'error':
        this.#options.diagnostics.error('hash-error', span, `#error ${rest.trim()}`);
        return;
      case 'warning':
        this.#options.diagnostics.warn('hash-warning', span, `#warning ${rest.trim()}`);
        return;
      case '':
      case 'pragma':
      case 'line':
      case 'ident':
        return;
      default:
        this.#options.diagnostics.error('syntax', span, `there is no directive #${name}`, {
          hint: 'comments are // and /* */.',
        });
    }
  }

  /** At the end of a file. */
  reportOpen({ open }: DirectiveFile): void {
    for (const span of open) this.#endless(span);
  }

  /** `--include FILE`, as if the program began with it. */
  includeFirst(name: string, span: Span): void {
    this.#include(`"${name}"`, { path: '', open: [] }, span);
  }

  #misplaced(span: Span, name: string): void {
    this.#options.diagnostics.error('syntax', span, `#${name} without #if`);
  }

  /** Goes on behind the directive whose branch is to be read, if any. */
  #chooseBranch(lexer: Lexer, file: DirectiveFile, condition: Span, holds: boolean): void {
    if (holds) {
      file.open.push(condition);
      return;
    }
    for (;;) {
      const next = this.#skipBranch(lexer);
      if (next === undefined) this.#endless(condition);
      if (next === undefined || next.name === 'endif') return;
      const taken = next.name === 'else' || this.#holds('if', next.argument, next.rest, next.span, lexer);
      if (!taken) continue;
      file.open.push(condition);
      return;
    }
  }

  /** To behind the #endif. */
  #skipRest(lexer: Lexer, condition: Span): void {
    for (;;) {
      const next = this.#skipBranch(lexer);
      if (next === undefined) this.#endless(condition);
      if (next === undefined || next.name === 'endif') return;
    }
  }

  #endless(condition: Span): void {
    this.#options.diagnostics.error('syntax', condition, 'this condition has no #endif');
  }

  #holds(name: string, argument: string, rest: string, span: Span, lexer: Lexer): boolean {
    if (name !== 'if') {
      const guard = name === 'ifndef' && isGuard(lexer, argument);
      return (
        (this.macros.find(argument) !== undefined || (!guard && this.#inHeaders(argument))) ===
        (name === 'ifdef')
      );
    }
    const known = new MacroTable(word => this.#text(word));
    const value = conditionValue(rest, known);
    if (value === undefined) {
      this.#options.diagnostics.error('hash-if', span, `#if cannot make out "${rest.trim()}"`, {
        hint: 'integers, names of macros, defined(NAME) and the operators of C belong here.',
      });
    }
    return value !== undefined && value !== 0n;
  }

  #inHeaders(name: string): boolean {
    return this.systemHeaders?.macro(name) !== undefined;
  }

  /** A macro of the program, or of a header of the system. */
  #text(name: string): string | undefined {
    return this.macros.text(name) ?? this.systemHeaders?.macro(name);
  }

  #define(rest: string, span: Span): void {
    if (this.macros.define(rest) !== undefined) return;
    this.#options.diagnostics.error('syntax', span, '#define names nothing', {
      hint: 'as in #define LIMIT 100',
    });
  }

  #include(rest: string, file: DirectiveFile, span: Span): void {
    const { files, diagnostics, include } = this.#options;
    if (files === undefined) return;
    const written = /^\s*[<"]/.test(rest) ? rest : (this.macros.expand(rest) ?? '');
    const [, quote, name] = /^\s*([<"])([^>"]+)[>"]/.exec(written) ?? [];
    if (name === undefined) {
      diagnostics.error('syntax', span, '#include names no file', {
        hint: '#include "local.h" or #include <linux/header.h>',
      });
      return;
    }
    const quoted = quote === '"';
    const header = files.header(name, quoted, file.path);
    if (header !== undefined && !header.system) include(header, span);
    else if (header !== undefined || !quoted) {
      if (!this.#systemNames.includes(name)) this.#systemNames.push(name);
    } else {
      diagnostics.error('missing-header', span, `there is no file "${name}"`, {
        hint: 'it is looked for in the current folder, that of the script, and those given by -I.',
      });
    }
  }

  /** Skips to behind the next #elif, #else or #endif of the condition around the lexer's position. */
  #skipBranch(lexer: Lexer): ReturnType<typeof directiveAt> | undefined {
    const { text } = lexer;
    for (let at = lexer.position, depth = 0; at < text.length; ) {
      const line = at + 1 + (/^[ \t]*/.exec(text.slice(at + 1, at + 81))?.[0].length ?? 0);
      at = lineEnd(text, line);
      if (text[line] !== '#') continue;
      const found = directiveAt(text, line);
      if (CONDITIONS.includes(found.name)) depth++;
      else if (found.name === 'endif' && depth > 0) depth--;
      else if (depth === 0 && ['elif', 'else', 'endif'].includes(found.name)) {
        lexer.position = at;
        return found;
      }
    }
    lexer.position = text.length;
    return undefined;
  }
}

/** `#ifndef X` right before `#define X`: whether a header defines it is of no interest. */
function isGuard(lexer: Lexer, name: string): boolean {
  const next = /\s*#[ \t]*define[ \t]+(\w+)/y;
  next.lastIndex = lexer.position;
  return next.exec(lexer.text)?.[1] === name;
}

/** `rest`: what stands behind the word, comments and line breaks taken out. */
function directiveAt(text: string, start: number) {
  DIRECTIVE.lastIndex = start;
  const [all = '#', name = '', argument = ''] = DIRECTIVE.exec(text) ?? [];
  const end = start + (all.length - argument.length);
  const rest = text
    .slice(end, lineEnd(text, start))
    .replaceAll('\\\n', ' ')
    .replace(TEXT_OR_COMMENT, found => (found.startsWith('"') ? found : ' '));
  return { name, argument, rest, span: { start, end: start + text.slice(start, end).trimEnd().length } };
}

/** Offset of the line break that ends the line, lines continued with a backslash or by a comment included. */
function lineEnd(text: string, from: number): number {
  for (let at = from; ; ) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) return text.length;
    const line = text.slice(from, newline);
    const comment = line.includes('/*')
      ? line.replace(TEXT_OR_COMMENT, x => ' '.repeat(x.length)).indexOf('/*')
      : -1;
    if (comment >= 0) {
      const close = text.indexOf('*/', from + comment + 2);
      if (close < 0) return text.length;
      at = close + 2;
    } else if (text[newline - 1] !== '\\' || newline === from) return newline;
    else at = newline + 1;
  }
}
