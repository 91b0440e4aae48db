// `npm run gen`: writes man/ from the registry, the headers of the library's scripts and the declared options. A test holds
// what is committed against it.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '../compiler/syntax/parse.js';
import { parseScriptHeader } from '../compiler/syntax/script-header.js';
import { commandPage } from '../docgen/command-page.js';
import { languagePage } from '../docgen/language-page.js';
import type { Page } from '../docgen/page.js';
import { renderRoff } from '../docgen/roff.js';
import { SUBCOMMAND_SUMMARIES, subcommandPage } from '../docgen/subcommand-page.js';
import { toolPage } from '../docgen/tool-page.js';
import { tutorialPage } from '../docgen/tutorial-page.js';
import { sourceFiles } from '../kernel/host/source-files.js';
import { describeCommand } from './options.js';
import { declaredOptions } from './script-options.js';
import { sharedWith } from './shared-options.js';
import { SUBCOMMAND_WORDS } from './subcommand-words.js';
import { describeSubcommand } from './subcommands.js';
import { VERSION } from './version.js';

/** Date of the version, changed with it. */
const RELEASED = '2026-01-01';

/** File name in man/ -> its text. `library` is the folder of the scripts. */
export function manPages(library: string): ReadonlyMap<string, string> {
  const tools = readdirSync(library)
    .filter(name => name.endsWith('.bt'))
    .sort()
    .map(name => toolOf(join(library, name), name));
  const pages: readonly Page[] = [
    commandPage({
      ...describeCommand(),
      tools: tools.map(({ header }) => header),
      subcommands: SUBCOMMAND_WORDS.map(name => ({ name, summary: SUBCOMMAND_SUMMARIES[name] })),
    }),
    languagePage(),
    tutorialPage(),
    ...SUBCOMMAND_WORDS.map(name => subcommandPage(describeSubcommand(name))),
    ...tools.map(({ header, options }) => toolPage(header, options, sharedWith(options))),
  ];
  const edition = { version: `tsbpf ${VERSION}`, date: RELEASED };
  return new Map(pages.map(page => [`${page.name}.${page.section}`, renderRoff(page, edition)]));
}

function toolOf(path: string, name: string) {
  const file = { name, text: readFileSync(path, 'utf8') };
  const { header } = parseScriptHeader(file);
  if (header === undefined)
    throw new Error(`${path} has no header: see src/compiler/syntax/script-header.ts`);
  return {
    header,
    options: declaredOptions(parse(file, { params: [], files: sourceFiles({ script: path }) })),
  };
}

/** Makes `folder` hold these files and no others. */
function write(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) if (!files.has(old)) rmSync(join(folder, old));
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
}

if (process.argv[1] === import.meta.filename) write('man', manPages('scripts-library'));
