// Where the program text comes from: -e, stdin, a file, or a tool (tool-folders.ts). A word without a slash and without .bt is
// a tool first, then a file.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { SourceFile } from '../compiler/diagnostics/diagnostic.js';
import { didYouMean } from '../compiler/diagnostics/suggest.js';
import { type CliConfig, UsageError } from './config.js';
import { SUBCOMMAND_WORDS } from './subcommand-words.js';
import { findTool, toolNames } from './tool-folders.js';

export interface Source {
  readonly file: SourceFile;
  /** Of the file; undefined for -e and stdin. */
  readonly path: string | undefined;
  /** Name of the tool or file without .bt, for titles; undefined for -e and stdin. */
  readonly title: string | undefined;
  /** It is a tool: a table is its natural output. */
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
  const tool = isPath ? undefined : findTool(script);
  if (tool !== undefined) {
    const { path, folder } = tool;
    const name = folder.origin === 'library' ? `${script}.bt` : path;
    return { file: { name, text: readFileSync(path, 'utf8') }, path, title: script, isTool: true };
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
    const similar = isPath
      ? undefined
      : (didYouMean(script, [...toolNames(), ...SUBCOMMAND_WORDS]) ?? "'tsbpf tools' lists the tools");
    throw new UsageError(`no tool and no file '${script}'${similar === undefined ? '' : `; ${similar}`}`);
  }
}

/** Is this word, which might be a pattern as well, a tool or a file? */
export function isProgram(word: string): boolean {
  if (word === '-' || word.endsWith('.bt')) return true;
  if (findTool(word) !== undefined) return true;
  return !/[:*?]/.test(word) && existsSync(word) && statSync(word).isFile();
}

function named(name: string, text: string): Source {
  return { file: { name, text }, path: undefined, title: undefined, isTool: false };
}
