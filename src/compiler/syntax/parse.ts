// Source text -> syntax tree and what is wrong with it. Never throws, whatever the text; the tree holds all that could
// be understood, and is complete when there are no errors.
import { Diagnostics, type SourceFile } from '../diagnostics/diagnostic.js';
import type { SourceFiles } from '../env.js';
import type { Program } from './ast.js';
import { Preprocessor } from './parser/directive.js';
import { readHeader } from './parser/import.js';
import { parseTopLevel } from './parser/program.js';
import type { Reading } from './parser/reading.js';
import { SourceText } from './parser/source-text.js';
import { TokenStream } from './parser/token-stream.js';
import type { SystemHeaders } from './preprocess/system-headers.js';

export interface ParseOptions {
  /** Positional parameters: $1 in an attach point is params[0], or '' when there are fewer. */
  readonly params: readonly string[];
  /** Headers and imports; absent: they are passed over. */
  readonly files?: SourceFiles | undefined;
  /** Names that are #defined stay in expressions as they are written. */
  readonly verbatim?: boolean;
  /** Options of the script, for attach points that name them. */
  readonly options?: ReadonlyMap<string, string | true> | undefined;
  /** Macros of C that are defined from the start. */
  readonly predefined?: (name: string) => string | undefined;
}

export interface ParseResult {
  readonly program: Program;
  readonly diagnostics: Diagnostics;
  /** The script with all files that it included and imported: what the tree's spans are places in. */
  readonly source: SourceFile;
  /** The headers that it named by <...>; undefined: none. */
  readonly headers: SystemHeaders | undefined;
}

export function parse(source: SourceFile, options: ParseOptions): ParseResult {
  const diagnostics = new Diagnostics();
  const { files, predefined, params, verbatim = false } = options;
  const sources = new SourceText(source);
  const preprocessor = new Preprocessor({
    files,
    predefined,
    diagnostics,
    include: (header, span) => readHeader(reading, header, span),
  });
  const out: Reading['out'] = { config: [], mapDeclarations: [], definitions: [], macros: [], probes: [] };
  const reading: Reading = {
    sources,
    diagnostics,
    params,
    options: options.options,
    files,
    preprocessor,
    out,
    given: new Map(),
    imported: new Set(),
    headerDepth: { count: 0 },
    verbatim,
    script: (s, path) => parseTopLevel(s, reading, path, true),
  };
  for (const name of files?.first ?? []) preprocessor.includeFirst(name, { start: 0, end: 0 });
  const stream = new TokenStream(source.text, diagnostics);
  parseTopLevel(stream, reading);
  const span = { start: 0, end: source.text.length };
  if (out.probes.length === 0 && !diagnostics.hasErrors) {
    diagnostics.error('no-probes', { start: span.end, end: span.end }, 'there is no probe in this program', {
      hint: 'the shortest one is: BEGIN { print("hello"); }',
    });
  }
  return {
    program: { kind: 'program', span, ...out, comments: stream.lexer.comments },
    diagnostics,
    source: sources.file,
    headers: preprocessor.systemHeaders,
  };
}
