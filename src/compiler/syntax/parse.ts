// Source text -> syntax tree and what is wrong with it. Never throws, whatever the text; the tree holds all that could
// be understood, and is complete when there are no errors.
import { Diagnostics, type SourceFile } from '../diagnostics/diagnostic.js';
import type { Program } from './ast.js';
import { parseTopLevel } from './parser/program.js';
import { TokenStream } from './parser/token-stream.js';

export interface ParseOptions {
  /** Positional parameters: $1 in an attach point is params[0], or '' when there are fewer. */
  readonly params: readonly string[];
}

export interface ParseResult {
  readonly program: Program;
  readonly diagnostics: Diagnostics;
}

export function parse(source: SourceFile, options: ParseOptions): ParseResult {
  const diagnostics = new Diagnostics();
  const stream = new TokenStream(source.text, diagnostics);
  const { config, mapDeclarations, definitions, macros, probes } = parseTopLevel(stream, options.params);
  const span = { start: 0, end: source.text.length };
  if (probes.length === 0 && !diagnostics.hasErrors) {
    diagnostics.error('no-probes', { start: span.end, end: span.end }, 'there is no probe in this program', {
      hint: 'the shortest one is: BEGIN { print("hello"); }',
    });
  }
  const { comments } = stream.lexer;
  return {
    program: {
      kind: 'program',
      span,
      config,
      mapDeclarations,
      definitions,
      macros,
      probes,
      comments,
    },
    diagnostics,
  };
}
