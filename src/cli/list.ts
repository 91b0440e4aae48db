// -l: probes that match a pattern, a line each, sorted; with -v their arguments too, indented.
import { PROBE_TYPES } from '../compiler/language/registry.js';
import { openHost } from '../kernel/host/host.js';
import { openByteOutput } from '../output/byte-output.js';
import type { CliConfig } from './config.js';
import { say } from './standard-error.js';

export function list(config: CliConfig): number {
  const host = openHost({ params: [], options: new Map(), targetPid: undefined });
  const pattern = config.script ?? config.expression ?? '*';
  const [type = '*', ...rest] = pattern.includes(':') ? pattern.split(':') : ['*', pattern];
  const output = openByteOutput({ path: config.output, buffering: 'full' });
  const encoder = new TextEncoder();
  let found = 0;
  for (const entry of PROBE_TYPES) {
    const names = [entry.name, ...entry.aliases];
    if (!names.some(name => globRegExp(type).test(name))) continue;
    const glob = pattern.includes(':') ? [entry.name, ...rest].join(':') : `*${rest.join(':')}*`;
    for (const name of entry.list(globRegExp(glob), host.env)) {
      found++;
      output.write(encoder.encode(`${name}\n`));
      if (!config.verbose || entry.args === undefined) continue;
      for (const line of host.argumentLines(name)) output.write(encoder.encode(`    ${line}\n`));
    }
  }
  if (found > 0) return 0;
  say(`No probes match "${pattern}"\n`);
  return 1;
}

/** `*` and `?` as in a shell, the rest literal; the whole name must match. */
export function globRegExp(glob: string): RegExp {
  const body = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${body}$`);
}
