// The command: reads the command line and hands over to run or list. Everything it prints about itself goes to stderr.
import { basename } from 'node:path';
import { closeLostTerminals, isTerminal } from '../output/terminal.js';
import { UsageError } from './config.js';
import { parseCommandLine } from './options.js';
import { reportFailure } from './report.js';
import { say, sayOut } from './standard-error.js';

/** Entry of the bundle: `invokedAs` is the path it was called by; sets process.exitCode. */
export async function main(invokedAs: string, argv: readonly string[]): Promise<void> {
  const name = basename(invokedAs);
  const color = isTerminal(2) && !process.env.NO_COLOR;
  try {
    const parsed = parseCommandLine(name, argv, color);
    if ('text' in parsed) {
      sayOut(parsed.text);
      return;
    }
    const { config } = parsed;
    if (config.list) process.exitCode = (await import('./list.js')).list(config);
    else if (config.info) process.exitCode = (await import('./info.js')).info();
    else process.exitCode = await (await import('./run.js')).run(config);
  } catch (error) {
    process.exitCode = 1;
    await reportFailure(error, undefined, name, color);
    if (error instanceof UsageError) say(`Try '${name} --help'.\n`);
  }
  closeLostTerminals();
}
