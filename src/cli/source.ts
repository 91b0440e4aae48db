// Where the program text comes from: -e, stdin, a file, or a tool of the library. A word without a slash and without .bt is
// a tool first, then a file.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from '../compiler/diagnostics/diagnostic.js';
import { didYouMean } from '../compiler/diagnostics/suggest.js';
import { type CliConfig, UsageError } from './config.js';

export interface Source {
  readonly file: SourceFile;
  /** Of the file; undefined for -e and stdin. */
  readonly path: string | undefined;
  /** Name of the tool or file without .bt, for titles; undefined for -e and stdin. */
  readonly title: string | undefined;
  /** It came from a library: a table is its natural output. */
  readonly isTool: boolean;
}

/** Standard input can be read once only, and its options may be asked for first. */
let standardInput: string | undefined;

/** Throws a UsageError when there is no such tool or file. */
export function readSource(config: Pick<CliConfig, 'expression' | 'script'>): Source {
  if (config.expression !== undefined) return named('stdin', config.expression);
  const script = config.script;
  if (script === undefined)
    throw new UsageError('no program: give a tool, a file, - or -e PROGRAM (see --help)');
  if (script === '-') {
    standardInput ??= readFileSync(0, 'utf8');
    return named('stdin', standardInput);
  }
  const isPath = script.includes('/') || script.endsWith('.bt');
  const tool = isPath ? undefined : toolPath(script);
  if (tool !== undefined) {
    const file = { name: `${script}.bt`, text: readFileSync(tool, 'utf8') };
    return { file, path: tool, title: script, isTool: true };
  }
  try {
    return {
      file: { name: script, text: readFileSync(script, 'utf8') },
      path: script,
      title: basename(script, '.bt'),
      isTool: false,
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new UsageError(`cannot read ${script}: ${code ?? error}`);
    const similar = isPath ? undefined : didYouMean(script, toolNames());
    throw new UsageError(`no tool and no file '${script}'${similar === undefined ? '' : `; ${similar}`}`);
  }
}

/** Is this word, which might be a pattern as well, a tool or a file? */
export function isProgram(word: string): boolean {
  if (word === '-' || word.endsWith('.bt')) return true;
  if (toolPath(word) !== undefined) return true;
  return !/[:*?]/.test(word) && existsSync(word) && statSync(word).isFile();
}

function named(name: string, text: string): Source {
  return { file: { name, text }, path: undefined, title: undefined, isTool: false };
}

/** Names of the library's tools, sorted. */
export function toolNames(): string[] {
  const folder = libraryFolder();
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter(name => name.endsWith('.bt'))
    .map(name => name.slice(0, -3))
    .sort();
}

function toolPath(name: string): string | undefined {
  const folder = libraryFolder();
  if (folder === undefined || !/^[\w.-]+$/.test(name)) return undefined;
  const path = join(folder, `${name}.bt`);
  return existsSync(path) ? path : undefined;
}

/** scripts-library/ beside the bundle or above the compiled tree. */
function libraryFolder(): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'scripts-library');
    if (existsSync(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}
