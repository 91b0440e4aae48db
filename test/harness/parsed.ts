// Source text through the parser, with the files that tests include.
import { parse } from '../../src/compiler/syntax/parse.js';
import { sourceFiles } from './source-files.js';

/** A name that is defined. */
export const HAVE = 'BPFTRACE_HAVE_BTF';

export function parsed(text: string, options: Readonly<Record<string, unknown>> = {}) {
  const params = Array.isArray(options.params) ? options.params.map(String) : [];
  const predefined = (name: string) => (name === HAVE ? ' 1' : undefined);
  return parse({ name: 'stdin', text }, { params, files: sourceFiles(), predefined });
}
