// A subcommand that looks at BPF programs: its words -> what it does -> exit code. Only loaded when one is used.
import { capabilities } from '../../kernel/host/capability.js';
import { MissingError } from '../../kernel/host/missing.js';
import { raiseMemlock } from '../../kernel/sys/rlimit.js';
import { BrokenPipe } from '../../output/byte-output.js';
import { parseDuration } from '../command-line.js';
import type { Format } from '../config.js';
import { sayOut } from '../standard-error.js';
import type { SubcommandName } from '../subcommand-words.js';
import { readSubcommand } from '../subcommands.js';
import { isObjectFile } from './object-show.js';

export interface InspectConfig {
  readonly invokedAs: string;
  readonly args: readonly string[];
  readonly format: Format | undefined;
  readonly output: string | undefined;
  /** Seconds; 0: nothing is to be measured. */
  readonly interval: number | undefined;
  /** Tables until it ends. */
  readonly count: number | undefined;
  readonly once: boolean;
  readonly opcodes: boolean;
  readonly color: 'auto' | 'always' | 'never';
}

/** Throws a UsageError, or a MissingError without CAP_SYS_ADMIN, which the kernel demands of those who look at all programs. */
export async function inspect(
  name: SubcommandName,
  invokedAs: string,
  words: readonly string[],
): Promise<number> {
  const parsed = parse(name, invokedAs, words);
  if (typeof parsed === 'string') {
    sayOut(parsed);
    return 0;
  }
  const [action, word = ''] = parsed.args;
  const isFile = name === 'prog' && action === 'show' && isObjectFile(word);
  if (!isFile && !capabilities().has('CAP_SYS_ADMIN')) {
    throw new MissingError(
      'to look at the BPF programs of all processes takes CAP_SYS_ADMIN, which this process lacks',
      `run it with sudo; in a container, give it that capability${name === 'net' ? ' and CAP_NET_ADMIN' : ''}.`,
    );
  }
  raiseMemlock();
  try {
    return name === 'net'
      ? await (await import('./net.js')).showNet(parsed)
      : await (await import('./prog.js')).showPrograms(parsed);
  } catch (error) {
    if (error instanceof BrokenPipe) return 0;
    throw error;
  }
}

/** Text instead of a config: help was asked for. */
function parse(name: SubcommandName, invokedAs: string, words: readonly string[]): InspectConfig | string {
  const read = readSubcommand(name, invokedAs, words);
  if (typeof read === 'string') return read;
  const { opts: o, args } = read;
  return {
    invokedAs,
    args,
    format: o.format as Format | undefined,
    output: o.output as string | undefined,
    interval: typeof o.interval === 'string' ? parseDuration(o.interval) : undefined,
    count: o.count as number | undefined,
    once: o.once === true,
    opcodes: o.opcodes === true,
    color: (o.color as InspectConfig['color'] | undefined) ?? 'auto',
  };
}
