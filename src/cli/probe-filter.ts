// --probe-filter: which targets of a script are attached.
import { type CliConfig, UsageError } from './config.js';

/** Of a target's whole name; BEGIN and END are not asked. Throws a UsageError when it is no regular expression. */
export function filterOf({ probeFilter }: Pick<CliConfig, 'probeFilter'>): (target: string) => boolean {
  if (probeFilter === undefined) return () => true;
  try {
    const pattern = new RegExp(probeFilter);
    return target => pattern.test(target);
  } catch (error) {
    throw new UsageError(`--probe-filter: ${(error as Error).message}`);
  }
}
