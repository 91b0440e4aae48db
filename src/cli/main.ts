// The command: reads the command line and hands over to run or list. Everything it prints about itself goes to stderr.
import { basename } from 'node:path';
import { sourceFiles } from '../kernel/host/source-files.js';
import { closeLostTerminals } from '../output/terminal.js';
import { type DeclaredBy, parseCommandLine } from './command-line.js';
import { type CliConfig, UsageError } from './config.js';
import { reportFailure } from './report.js';
import { run } from './run.js';
import { optionsOf } from './script-options.js';
import { readSource } from './source.js';
import { colorsErrors, say, sayOut } from './standard-error.js';
import { COMPLETE } from './subcommand-words.js';
import { packageFolder } from './tool-folders.js';

/** Entry of the bundle: `invokedAs` is the path it was called by; sets process.exitCode. */
export async function main(invokedAs: string, argv: readonly string[]): Promise<void> {
  const name = basename(invokedAs);
  let color = colorsErrors();
  let title = name;
  try {
    if (argv[0] === COMPLETE) {
      process.exitCode = (await import('./complete/complete.js')).complete(argv.slice(1));
      return;
    }
    const parsed = parseCommandLine(name, argv, declaredBy);
    if ('text' in parsed) {
      sayOut(parsed.text);
      return;
    }
    if ('subcommand' in parsed) {
      title = `${name} ${parsed.subcommand}`;
      const { runSubcommand } = await import('./subcommand.js');
      process.exitCode = await runSubcommand(parsed.subcommand, name, parsed.words);
      return;
    }
    color = colorsErrors(parsed.config.color);
    process.exitCode = await act(parsed.config);
  } catch (error) {
    process.exitCode = 1;
    await reportFailure(error, undefined, name, color);
    if (error instanceof UsageError) say(`Try '${[title, error.tool].filter(Boolean).join(' ')} --help'.\n`);
  }
  closeLostTerminals();
}

async function act(config: CliConfig): Promise<number> {
  if (config.formatting !== undefined) return (await import('./format.js')).formatFiles(config);
  if (config.list) return (await import('./list.js')).list(config);
  if (config.info) return (await import('./info/info.js')).info(config);
  if (config.mode === 'compiler-bench') return (await import('./compiler-bench.js')).benchCompiler(config);
  return run(config);
}

const declaredBy: DeclaredBy = program => {
  const { file, path } = readSource(program);
  return optionsOf(file, sourceFiles({ script: path, library: packageFolder('scripts-library') }));
};
