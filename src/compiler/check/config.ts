// `config = { ... }` and environment variables -> Config, each value checked against its entry.
import type { Diagnostics, Span } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggest.js';
import type { Env } from '../env.js';
import { CONFIG, type ConfigEntry, canonicalKey, environmentNames } from '../language/config.js';
import type { ConfigAssignment } from '../syntax/ast.js';
import { parsePercentiles, USUAL_PERCENTILES } from '../types/percentile.js';
import type { Config } from './typed.js';

type Given = string | bigint | boolean;
type Draft = { -readonly [Key in keyof Config]: Config[Key] };

export function readConfig(
  assignments: readonly ConfigAssignment[],
  env: Env,
  diagnostics: Diagnostics,
): Config {
  const config: Draft = {
    maxStrlen: 0,
    maxMapKeys: 0,
    printMapsOnExit: true,
    strTruncTrailer: '',
    ringPages: undefined,
    eventBuffer: undefined,
    maxCatBytes: 0,
    missingProbes: 'error',
    maxProbes: 0,
    maxBpfProgs: 0,
    cppDemangle: true,
    stackMode: 'bpftrace',
    unstableTseries: 'warn',
    mapOrder: undefined,
    percentiles: undefined,
  };
  for (const entry of CONFIG) {
    if (entry.kind !== 'ignored') set(config, entry, entry.preset);
  }
  for (const node of assignments) {
    const key = canonicalKey(node.key);
    const entry = CONFIG.find(e => e.key === key);
    if (entry === undefined) {
      const names = CONFIG.map(e => e.key);
      diagnostics.error('config-key', node.keySpan, `there is no setting "${node.key}"`, {
        hint: didYouMean(key, names) ?? `there are: ${names.join(', ')}`,
      });
    } else apply(config, entry, node.value, entry.key, node.valueSpan, diagnostics);
  }
  for (const entry of CONFIG) {
    const name = environmentNames(entry.key).find(n => env.variables.has(n));
    if (name === undefined) continue;
    apply(
      config,
      entry,
      env.variables.get(name)!,
      `the environment variable ${name}`,
      { start: 0, end: 0 },
      diagnostics,
    );
  }
  return config;
}

function set(config: Draft, entry: Exclude<ConfigEntry, { kind: 'ignored' }>, value: unknown): void {
  (config as Record<string, unknown>)[entry.field] = value;
}

function apply(
  config: Draft,
  entry: ConfigEntry,
  given: Given,
  what: string,
  span: Span,
  diagnostics: Diagnostics,
): void {
  if (entry.kind === 'ignored') return;
  const value = convert(entry, given);
  if (value !== undefined) {
    set(config, entry, value);
    return;
  }
  diagnostics.error('config-value', span, `${what} takes ${wanted(entry)}, not ${String(given)}`);
}

function convert(entry: Exclude<ConfigEntry, { kind: 'ignored' }>, given: Given): unknown {
  switch (entry.kind) {
    case 'integer': {
      if (typeof given === 'boolean' || !/^\d+$/.test(String(given))) return undefined;
      const value = Number(given);
      if (value < entry.least || value > entry.most) return undefined;
      return entry.powerOfTwo === true ? 2 ** Math.ceil(Math.log2(value)) : value;
    }
    case 'bool':
      if (typeof given === 'boolean') return given;
      if (given === 'true' || given === 'false') return given === 'true';
      return /^\d+$/.test(String(given)) ? BigInt(given) !== 0n : undefined;
    case 'string':
      return typeof given === 'string' ? given : undefined;
    case 'choice':
      return entry.choices.find(choice => choice === given);
    case 'percentiles':
      return parsePercentiles(String(given));
  }
}

function wanted(entry: ConfigEntry): string {
  switch (entry.kind) {
    case 'integer':
      return `a number from ${entry.least} to ${entry.most}`;
    case 'bool':
      return 'true or false';
    case 'choice':
      return entry.choices.join(', ').replace(/, (\w+)$/, ' or $1');
    case 'percentiles':
      return `percentiles, as in "${USUAL_PERCENTILES}"`;
    default:
      return 'a string';
  }
}
