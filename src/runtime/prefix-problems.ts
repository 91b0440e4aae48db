// Why a set cannot be loaded from a file, in words, with places in the file or in the script.
import type { Diagnostic, SourceFile } from '../compiler/diagnostics/diagnostic.js';
import type { PrefixSetSpec } from '../compiler/object-spec.js';
import type { PrefixReader } from './prefix-list.js';
import { SetFileError } from './set-file-error.js';

/** What of a file is no prefix, at the first few places. */
export function notPrefixes(
  { bad, badCount }: Pick<PrefixReader, 'bad' | 'badCount'>,
  bytes: Uint8Array,
  path: string,
): SetFileError {
  const decoder = new TextDecoder();
  const offset = (at: number) => decoder.decode(bytes.subarray(0, at)).length;
  const diagnostics = bad.map(({ start, end, text }): Diagnostic => {
    const span = { start: offset(start), end: offset(end) };
    return { ...failure(span, `"${text}" is no prefix`), hint: hintFor(text) };
  });
  const more = badCount - bad.length;
  const last = diagnostics.at(-1)!;
  if (more > 0) {
    const notes = [{ span: last.span, message: `${more} more lines behind this one are no prefixes` }];
    diagnostics[diagnostics.length - 1] = { ...last, notes };
  }
  return new SetFileError(diagnostics, { name: path, text: decoder.decode(bytes) });
}

function hintFor(text: string): string {
  if (/^[^-]+-[^-]+$/.test(text) && text.includes('.'))
    return 'a range is written as the prefixes that it consists of';
  return 'a line is a prefix or an address: 10.0.0.0/8, 192.0.2.1, 2001:db8::/32; # begins a comment';
}

/** The declaration of a set, and how to give it more room. */
export function tooMany(
  spec: Pick<PrefixSetSpec, 'name' | 'span' | 'maxEntries'>,
  count: number,
  path: string,
  source: SourceFile,
): SetFileError {
  const [start, end] = spec.span;
  const message = `${spec.name} has room for ${spec.maxEntries} prefixes, and ${path} has ${count}`;
  const hint = `let ${spec.name} = lpmtrie(${count});`;
  return new SetFileError([{ ...failure({ start, end }, message), hint }], source);
}

function failure(span: Diagnostic['span'], message: string): Diagnostic {
  return { severity: 'error', code: 'prefix-file', span, message, notes: [] };
}
