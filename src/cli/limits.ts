// --events and --interval, where the program has nothing for them.
import type { ObjectSpec } from '../compiler/object-spec.js';
import { countedSites } from '../runtime/event-limit.js';
import { type CliConfig, UsageError } from './config.js';

export function checkLimits(
  { events, interval, verdicts, live }: Pick<CliConfig, 'events' | 'interval' | 'verdicts' | 'live'>,
  spec: ObjectSpec,
): void {
  if (events !== undefined && countedSites(spec).length === 0) {
    throw new UsageError('--events: this program prints no lines for events (maps are no events)');
  }
  if (interval !== undefined && !verdicts && !live && !spec.maps.some(map => map.user?.periodic === true)) {
    throw new UsageError(
      '--interval prints maps that the program only fills: this one has none (those that it reads, prints or clears are left to it)',
    );
  }
}
