// A file that a set cannot be loaded from.
import type { Diagnostic, SourceFile } from '../compiler/diagnostics/diagnostic.js';

/** Why, with places in `source`: the file's text, or the script's. */
export class SetFileError extends Error {
  override readonly name = 'SetFileError';
  readonly diagnostics: readonly Diagnostic[];
  readonly source: SourceFile;

  constructor(diagnostics: readonly Diagnostic[], source: SourceFile) {
    super(diagnostics[0]?.message);
    this.diagnostics = diagnostics;
    this.source = source;
  }
}
