// `TOOL INTERVAL COUNT`, as bcc's tools are called: words behind a tool that takes none of its own. They are --interval and
// --count; of a tool that goes by an interval of its own, its --every and for how long.
import { parseDuration } from './command-line.js';
import { type CliConfig, UsageError } from './config.js';
import { type DeclaredOption, type ScriptArguments, takesWords } from './script-options.js';
import type { Source } from './source.js';

/** The option of tools that print on their own each so many seconds. */
const EVERY = 'every';

export interface Asked {
  readonly config: CliConfig;
  readonly words: ScriptArguments;
}

/** What is asked for, such words being understood. Throws a UsageError at words that are neither. */
export function withIntervalWords(
  { config, words }: Asked,
  { file, title, isTool }: Source,
  declared: readonly DeclaredOption[],
): Asked {
  const [every, count, more] = words.params;
  if (!isTool || every === undefined || takesWords(file.text)) return { config, words };
  const isTime = /^\d+(\.\d+)?(ms|s|m|h)?$/.test(every) && parseDuration(every) > 0;
  const isCount = count === undefined || /^[1-9]\d*$/.test(count);
  const wrong = isTime ? (isCount ? more : count) : every;
  if (wrong !== undefined) {
    throw new UsageError(
      `${title} takes an interval and how often, as in '${config.invokedAs} ${title} 1 10', not '${wrong}'`,
      title,
    );
  }
  const seconds = parseDuration(every);
  const times = count === undefined ? undefined : Number(count);
  if (declared.some(({ name }) => name === EVERY)) {
    const whole = Math.max(1, Math.round(seconds));
    const deadline = config.deadline ?? (times === undefined ? undefined : whole * times);
    const options = new Map([...words.options, [EVERY, String(whole)] as const]);
    return { config: { ...config, deadline }, words: { ...words, params: [], options } };
  }
  const { interval = seconds, prints = times } = config;
  return { config: { ...config, interval, prints }, words: { ...words, params: [] } };
}
