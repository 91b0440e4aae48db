// tsbpf help NAME: a page of the manual, by man(1) on a terminal, else as plain text. The page of a tool that is not of the
// library is made of its header.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { didYouMean } from '../../compiler/diagnostics/suggest.js';
import { parse } from '../../compiler/syntax/parse.js';
import { parseScriptHeader } from '../../compiler/syntax/script-header.js';
import { renderRoff } from '../../docgen/roff.js';
import { roffText } from '../../docgen/roff-text.js';
import { toolPage } from '../../docgen/tool-page.js';
import { sourceFiles } from '../../kernel/host/source-files.js';
import { isTerminal } from '../../output/terminal.js';
import { UsageError } from '../config.js';
import { declaredOptions, optionsOf, scriptHelp } from '../script-options.js';
import { sharedWith } from '../shared-options.js';
import { sayOut } from '../standard-error.js';
import { isSubcommand, SUBCOMMAND_WORDS } from '../subcommand-words.js';
import { findTool, packageFolder, type ToolFile, toolNames } from '../tool-folders.js';
import { VERSION } from '../version.js';

/** Columns of a page as text. */
const WIDTH = 80;

/** Throws a UsageError when there is no such page. */
export function showHelp(name: string | undefined, invokedAs: string): number {
  const page = name === undefined ? manual('tsbpf.8') : pageOf(name, invokedAs);
  if (page.roff === undefined) sayOut(page.text);
  else if (!isTerminal(1) || !readByMan(page.roff)) sayOut(roffText(page.roff, WIDTH));
  return 0;
}

type Help = { readonly roff: string } | { readonly roff?: undefined; readonly text: string };

function pageOf(name: string, invokedAs: string): Help {
  if (name === 'language' || name === 'tutorial') return manual(`tsbpf-${name}.7`);
  if (isSubcommand(name)) return manual(`tsbpf-${name}.8`);
  const tool = findTool(name);
  if (tool === undefined) {
    const hint = didYouMean(name, [...toolNames(), ...SUBCOMMAND_WORDS, 'language', 'tutorial']);
    throw new UsageError(`no tool '${name}'; ${hint ?? "'tsbpf tools' lists the tools"}`);
  }
  return tool.folder.origin === 'library' ? manual(`tsbpf-${name}.8`) : ownPage(tool, invokedAs);
}

function manual(name: string): Help {
  const path = join(packageFolder('man') ?? '', name);
  if (!existsSync(path)) throw new UsageError(`the page ${name} is not where it should be: ${path}`);
  return { roff: readFileSync(path, 'utf8') };
}

/** Without a header there is its usage to show. */
function ownPage({ name, path }: ToolFile, invokedAs: string): Help {
  const file = { name: path, text: readFileSync(path, 'utf8') };
  const { header } = parseScriptHeader(file);
  if (header === undefined)
    return {
      text: scriptHelp(
        invokedAs,
        name,
        file,
        optionsOf(file, sourceFiles({ script: path, library: packageFolder('scripts-library') })),
      ),
    };
  const options = declaredOptions(parse(file, { params: [] }));
  const page = toolPage({ ...header, name }, options, sharedWith(options));
  const today = new Date().toISOString().slice(0, 10);
  return { roff: renderRoff(page, { version: `tsbpf ${VERSION}`, date: today }) };
}

/** False when there is no man that reads files. */
function readByMan(roff: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-help-'));
  try {
    const file = join(folder, 'page.8');
    writeFileSync(file, roff);
    return spawnSync('man', ['-l', file], { stdio: ['inherit', 'inherit', 'ignore'] }).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
