// -l: probes that match patterns, or those that a script attaches to, a line each; with -v their arguments too, indented.
import { statSync } from 'node:fs';
import { scriptTargets } from '../compiler/check/targets.js';
import type { Env } from '../compiler/env.js';
import type { ListPattern, ProbeTypeEntry } from '../compiler/language/probe-type.js';
import { PROBE_TYPES } from '../compiler/language/registry.js';
import { parse } from '../compiler/syntax/parse.js';
import { globPattern } from '../compiler/types/glob.js';
import { openHost } from '../kernel/host/host.js';
import { openByteOutput } from '../output/byte-output.js';
import type { CliConfig } from './config.js';
import { filterOf } from './probe-filter.js';
import { reportDiagnostics } from './report.js';
import { readSource } from './source.js';
import { colorsErrors, say } from './standard-error.js';

interface Listed {
  readonly probeType: ProbeTypeEntry;
  readonly name: string;
}

export async function list(config: CliConfig): Promise<number> {
  const { env } = openHost({
    params: [],
    options: new Map(),
    targetPid: config.pid,
    traceableFunctions: config.traceableFunctions,
  });
  const isProgram = config.expression !== undefined || isFile(config.script);
  const found = isProgram ? await ofScript(config, env) : matching(config.script ?? '*', env);
  if (found === undefined) return 1;
  const output = openByteOutput({ path: config.output, buffering: 'full' });
  const encoder = new TextEncoder();
  let count = 0;
  for (const { probeType, name } of found) {
    count++;
    output.write(encoder.encode(`${name}\n`));
    if (!config.verbose) continue;
    for (const line of probeType.describe?.(name, env) ?? []) output.write(encoder.encode(`    ${line}\n`));
  }
  if (count > 0) return 0;
  say(isProgram ? 'The program attaches to nothing\n' : `No probes match "${config.script ?? '*'}"\n`);
  return 1;
}

function isFile(path: string | undefined): boolean {
  return path !== undefined && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Undefined when it has mistakes, which are then reported. */
async function ofScript(config: CliConfig, env: Env): Promise<readonly Listed[] | undefined> {
  const { file } = readSource(config);
  const { program, diagnostics } = parse(file, { params: [...config.scriptArgs] });
  const { value, diagnostics: more } = scriptTargets(program, env, filterOf(config));
  await reportDiagnostics([...diagnostics.list, ...more.list], file, colorsErrors(config.color));
  if (diagnostics.hasErrors || more.hasErrors) return undefined;
  return value
    .filter(({ probeType }) => probeType.origin !== 'session')
    .map(({ probeType, target }) => ({ probeType, name: target.name }));
}

/** Patterns are separated by commas; one without a colon is looked for everywhere. */
function* matching(patterns: string, env: Env): Iterable<Listed> {
  for (const pattern of patterns.split(',')) {
    const [type = '*', ...rest] = pattern.includes(':') ? pattern.split(':') : ['*', pattern];
    const everywhere = !pattern.includes(':');
    for (const probeType of PROBE_TYPES) {
      const names = [probeType.name, ...probeType.aliases];
      if (!names.some(name => globPattern(type).test(name))) continue;
      const glob = globPattern(everywhere ? `*${rest.join(':')}*` : [probeType.name, ...rest].join(':'));
      const sought: ListPattern = { parts: everywhere ? [] : rest, matches: name => glob.test(name) };
      for (const name of probeType.list(sought, env)) yield { probeType, name };
    }
  }
}
