// What the files of one program share while they are read: its text, its macros, and what was found so far.
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { SourceFiles } from '../../env.js';
import type { ConfigAssignment, Definition, Macro, MapDeclaration, Probe } from '../ast.js';
import type { DirectiveFile, Preprocessor } from './directive.js';
import type { SourceText } from './source-text.js';
import type { TokenStream } from './token-stream.js';

export interface TopLevel {
  readonly config: ConfigAssignment[];
  readonly mapDeclarations: MapDeclaration[];
  readonly definitions: Definition[];
  readonly macros: Macro[];
  readonly probes: Probe[];
}

export interface Reading {
  readonly sources: SourceText;
  readonly diagnostics: Diagnostics;
  readonly params: readonly string[];
  /** As given on the command line. */
  readonly options: ReadonlyMap<string, string | true> | undefined;
  readonly files: SourceFiles | undefined;
  readonly preprocessor: Preprocessor;
  readonly out: TopLevel;
  /** Where the text of a parameter starts that expression() has asked for. */
  readonly given: Map<number, number>;
  /** Paths of the files that were imported. */
  readonly imported: Set<string>;
  /** How many headers are within each other at the place being read. */
  readonly headerDepth: { count: number };
  /** Names that are #defined stay in expressions. */
  readonly verbatim: boolean;
  /** Reads a script that is imported: program.ts, which imports the files that need this. */
  readonly script: (s: TokenStream, path: string) => void;
}

/** Words are replaced by what they stand for, and directives followed, while C is read. */
export function inC<T>(s: TokenStream, reading: Reading, file: DirectiveFile, parse: () => T): T {
  const { preprocessor } = reading;
  const { lexer } = s;
  lexer.c = { macros: preprocessor.macros, directive: () => preprocessor.directive(lexer, file) };
  try {
    return parse();
  } finally {
    lexer.c = undefined;
  }
}
