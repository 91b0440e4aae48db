// --probe-filter: which targets of a script are attached.
import { type CliConfig, UsageError } from './config.js';

/** Of a target's whole name; BEGIN and END are not asked. Throws a UsageError when it is no regular expression. */
export function filterOf({ probeFilter }: Pick<CliConfig, 'probeFilter'>): (target: string) => boolean {
  if (probeFilter === undefined) return () => true;
  try {
    const pattern = new RegExp(probeFilter);
    return target => pattern.test(target);
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : error;
    throw new UsageError(`--probe-filter is no regular expression: ${reason}`);
  }
}
