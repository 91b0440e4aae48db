// -l: probes that match a pattern, or those of a script, a line each; with -v their arguments too, indented.

import type { ListPattern } from '../compiler/language/probe-type.js';
import { PROBE_TYPES } from '../compiler/language/registry.js';
import { globPattern } from '../compiler/types/glob.js';
import { openHost } from '../kernel/host/host.js';
import { openByteOutput } from '../output/byte-output.js';
import type { CliConfig } from './config.js';
import { say } from './standard-error.js';

export function list(config: CliConfig): number {
  const host = openHost({ params: [], options: new Map(), targetPid: config.pid });
  const pattern = config.script ?? config.expression ?? '*';
  const [type = '*', ...rest] = pattern.includes(':') ? pattern.split(':') : ['*', pattern];
  const output = openByteOutput({ path: config.output, buffering: 'full' });
  const encoder = new TextEncoder();
  let found = 0;
  for (const entry of PROBE_TYPES) {
    const names = [entry.name, ...entry.aliases];
    if (!names.some(name => globPattern(type).test(name))) continue;
    const everywhere = !pattern.includes(':');
    const glob = globPattern(everywhere ? `*${rest.join(':')}*` : [entry.name, ...rest].join(':'));
    const sought: ListPattern = { parts: everywhere ? [] : rest, matches: name => glob.test(name) };
    for (const name of entry.list(sought, host.env)) {
      found++;
      output.write(encoder.encode(`${name}\n`));
      if (!config.verbose) continue;
      for (const line of entry.describe?.(name, host.env) ?? [])
        output.write(encoder.encode(`    ${line}\n`));
    }
  }
  if (found > 0) return 0;
  say(`No probes match "${pattern}"\n`);
  return 1;
}
