// `TOOL INTERVAL COUNT`, as bcc's tools are called: words behind a tool that takes none of its own. They are --interval and
// --count; of a tool that goes by an interval of its own, its --every and for how long.
import { parseDuration } from './command-line.js';
import { type CliConfig, UsageError } from './config.js';
import { type DeclaredOption, parseScriptArguments, takesWords } from './script-options.js';
import { readSource } from './source.js';

/** The option of tools that print on their own each so many seconds. */
const EVERY = 'every';

/** Throws a UsageError at words that are neither. */
export function withIntervalWords(config: CliConfig, declared: () => readonly DeclaredOption[]): CliConfig {
  const { scriptArgs } = config;
  if (config.script === undefined || scriptArgs.every(word => word.startsWith('-'))) return config;
  const source = readSource(config);
  if (!source.isTool || takesWords(source.file.text)) return config;
  const options = declared();
  const given = parseScriptArguments(scriptArgs, options, source.title ?? '');
  if (given.params.length === 0 || given.help) return config;
  const [every, count, more] = given.params;
  const isTime = /^\d+(\.\d+)?(ms|s|m|h)?$/.test(every!) && parseDuration(every!) > 0;
  const isCount = count === undefined || /^[1-9]\d*$/.test(count);
  const wrong = isTime ? (isCount ? more : count) : every;
  if (wrong !== undefined) {
    throw new UsageError(
      `${source.title} takes an interval and how often, as in '${config.invokedAs} ${source.title} 1 10', not '${wrong}'`,
    );
  }
  const seconds = parseDuration(every!);
  const times = count === undefined ? undefined : Number(count);
  const kept = [...given.options].map(([name, value]) =>
    value === true ? `--${name}` : `--${name}=${value}`,
  );
  if (options.some(({ name }) => name === EVERY)) {
    const whole = Math.max(1, Math.round(seconds));
    const deadline = config.deadline ?? (times === undefined ? undefined : whole * times);
    return { ...config, scriptArgs: [...kept, `--${EVERY}=${whole}`], deadline };
  }
  return {
    ...config,
    scriptArgs: kept,
    interval: config.interval ?? seconds,
    prints: config.prints ?? times,
  };
}
