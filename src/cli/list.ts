// -l: probes that match patterns, those of a program, or types of the kernel; with -v their arguments or definitions too.

import { scriptTargets } from '../compiler/check/targets.js';
import type { ListPattern, ProbeTypeEntry } from '../compiler/language/probe-type.js';
import { PROBE_TYPES } from '../compiler/language/registry.js';
import { parse } from '../compiler/syntax/parse.js';
import { globPattern, hasWildcard } from '../compiler/types/glob.js';
import { type Host, openHost } from '../kernel/host/host.js';
import { BrokenPipe, openByteOutput } from '../output/byte-output.js';
import type { ByteOutput } from '../output/sink.js';
import type { CliConfig } from './config.js';
import { asksForTypes, listTypes } from './list-types.js';
import { filterOf } from './probe-filter.js';
import { openProgram, reportHeard, withoutFeatures } from './program.js';
import { isProgram } from './source.js';
import { say } from './standard-error.js';

/** 1 when nothing matches, or the program has mistakes. */
export async function list(config: CliConfig): Promise<number> {
  const lines = new Lines(openByteOutput({ path: config.output, buffering: 'full' }));
  const { script, expression } = config;
  const ofProgram = expression !== undefined || (script !== undefined && isProgram(script));
  try {
    const code = ofProgram ? await listProgram(config, lines) : listPatterns(config, lines);
    lines.flush();
    return code;
  } catch (error) {
    if (error instanceof BrokenPipe) return 0;
    throw error;
  }
}

function listPatterns(config: CliConfig, lines: Lines): number {
  const { verbose, script = '*' } = config;
  const host = openHost({
    params: [],
    options: new Map(),
    targetPid: config.pid,
    without: withoutFeatures(config),
    traceableFunctions: config.traceableFunctions,
  });
  const missing: string[] = [];
  // Without privilege nobody can tell.
  const tell = process.geteuid?.() === 0 ? (why: string) => void missing.push(why) : undefined;
  for (const pattern of script.split(',').map(part => part.trim())) {
    const found = asksForTypes(pattern)
      ? listTypes(pattern, host, verbose)
      : listProbes(pattern, verbose, host, tell);
    for (const line of found) lines.write(line);
  }
  if (missing.length > 0) {
    lines.flush();
    for (const why of new Set(missing)) say(`WARNING: ${why}\n`);
  }
  if (lines.count > 0) return 0;
  say(`Nothing matches "${script}"\n`);
  return 1;
}

/** `tell` hears why probes of a type that are listed cannot be attached here. */
export function* listProbes(
  pattern: string,
  verbose: boolean,
  host: Host,
  tell?: (why: string) => void,
): Iterable<string> {
  const [type = '*', ...parts] = pattern.split(':');
  for (const entry of PROBE_TYPES) {
    const sought = parts.length === 0 ? anywhere(pattern) : within(entry, type, parts);
    if (sought === undefined) continue;
    let found = false;
    for (const name of entry.list(sought, host.env)) {
      found = true;
      yield name;
      if (verbose) yield* described(entry, name, host);
    }
    const why = found && tell !== undefined ? entry.unavailable?.(host.env) : undefined;
    if (why !== undefined) tell?.(why);
  }
}

/** A word without a colon is looked for in the last part of names: as it is when it has wildcards, else anywhere in it. */
function anywhere(word: string): ListPattern {
  const glob = globPattern(hasWildcard(word) ? word : `*${word}*`);
  return {
    parts: [],
    matches: name => glob.test(name.replace(/:$/, '').split(':').at(-1) ?? ''),
  };
}

function within(entry: ProbeTypeEntry, type: string, parts: readonly string[]): ListPattern | undefined {
  const glob = globPattern(type);
  if (![entry.name, ...entry.aliases].some(name => glob.test(name))) return undefined;
  const whole = globPattern([entry.name, ...parts].join(':'));
  return { parts, matches: name => whole.test(name) };
}

function* described(entry: ProbeTypeEntry, name: string, host: Host): Iterable<string> {
  for (const line of entry.describe?.(name, host.env) ?? []) yield `    ${line}`;
}

/** What a program would attach to, in its order; what the tracer runs itself is no target. */
async function listProgram(config: CliConfig, lines: Lines): Promise<number> {
  const opened = openProgram(config);
  if (typeof opened === 'number') return opened;
  const { env } = opened.host;
  const { program, diagnostics, source } = parse(opened.source.file, {
    params: env.params,
    options: env.options,
    files: env.files,
  });
  const { value, diagnostics: more } = scriptTargets(program, env, filterOf(config));
  await reportHeard([...diagnostics.list, ...more.list], source, config);
  if (diagnostics.hasErrors || more.hasErrors) return 1;
  for (const { probeType, target } of value) {
    if (probeType.origin === 'session') continue;
    lines.write(target.name);
    if (config.verbose) for (const line of described(probeType, target.name, opened.host)) lines.write(line);
  }
  if (lines.count > 0) return 0;
  say('The program attaches to nothing\n');
  return 1;
}

/** Lines to the output, many at a time. */
class Lines {
  count = 0;
  readonly #output: ByteOutput;
  readonly #encoder = new TextEncoder();
  #text = '';

  constructor(output: ByteOutput) {
    this.#output = output;
  }

  write(line: string): void {
    this.count++;
    this.#text += `${line}\n`;
    if (this.#text.length > 1 << 15) this.flush();
  }

  flush(): void {
    this.#output.write(this.#encoder.encode(this.#text));
    this.#text = '';
  }
}
