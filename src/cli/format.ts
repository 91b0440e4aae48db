// --fmt: scripts in their usual form, on stdout; with --write in their files, with --check only whether they are in it.
import { readFileSync, writeFileSync } from 'node:fs';
import type { SourceFile } from '../compiler/diagnostics/diagnostic.js';
import { format } from '../compiler/syntax/format/format.js';
import { type CliConfig, UsageError } from './config.js';
import { reportDiagnostics } from './report.js';
import { readSource } from './source.js';
import { colorsErrors, say, sayOut } from './standard-error.js';

/** 1 when a program is broken, a file cannot be read, or with --check one is in another form. Goes through all of them. */
export async function formatFiles(config: CliConfig): Promise<number> {
  const { files, check, write } = config.formatting!;
  if (write && check) throw new UsageError('--check and --write exclude each other');
  const sources = files.length === 0 ? [undefined] : files;
  if (write && (files.length === 0 || files.includes('-'))) throw new UsageError('--write needs a file');
  let code = 0;
  for (const path of sources) {
    const source = path === undefined ? program(config) : file(path);
    const { text, diagnostics } = format(source);
    if (text === undefined) {
      await reportDiagnostics(diagnostics.list, source, colorsErrors(config.color));
      code = 1;
    } else if (check) {
      if (text === source.text) continue;
      sayOut(`${source.name}\n`);
      code = 1;
    } else if (!write) {
      if (config.output === undefined) sayOut(text);
      else writeFileSync(config.output, text);
    } else if (text !== source.text) {
      writeFileSync(path!, text); // in place: mode, owner and links stay
      if (config.verbose) say(`${path}: changed\n`);
    }
  }
  return code;
}

/** Of -e, or standard input. */
function program({ expression }: CliConfig): SourceFile {
  return readSource({ expression, script: expression === undefined ? '-' : undefined }).file;
}

function file(path: string): SourceFile {
  if (path === '-') return readSource({ expression: undefined, script: '-' }).file;
  try {
    return { name: path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? error}`);
  }
}
