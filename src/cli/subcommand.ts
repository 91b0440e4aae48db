// A subcommand: its words -> what it does -> exit code. Only loaded when one is used.
import { sayOut } from './standard-error.js';
import type { SubcommandName } from './subcommand-words.js';
import { readSubcommand, type Shell } from './subcommands.js';

/** Throws a UsageError, or a MissingError. */
export async function runSubcommand(
  name: SubcommandName,
  invokedAs: string,
  words: readonly string[],
): Promise<number> {
  if (name === 'net' || name === 'prog') {
    return (await import('./inspect/inspect.js')).inspect(name, invokedAs, words);
  }
  const read = readSubcommand(name, invokedAs, words);
  if (typeof read === 'string') {
    sayOut(read);
    return 0;
  }
  const { opts, args } = read;
  switch (name) {
    case 'xdp':
      return (await import('./xdp/xdp.js')).xdp(opts, args, invokedAs);
    case 'tplist':
      return (await import('./library/tplist.js')).listTracepoints(opts, args, invokedAs);
    case 'tools':
      return (await import('./library/tools.js')).listTools(opts, args);
    case 'help':
      return (await import('./library/help.js')).showHelp(args[0], invokedAs);
    case 'completion':
      sayOut((await import('./complete/scripts.js')).completionScript(args[0] as Shell, invokedAs));
      return 0;
    case 'edit':
      return (await import('./library/edit.js')).editTool(opts, args, invokedAs);
  }
}
