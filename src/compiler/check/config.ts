// `config = { ... }` and environment variables -> Config, each value checked against its entry.
import type { Diagnostics, Span } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggest.js';
import type { Env } from '../env.js';
import {
  CONFIG,
  type ConfigEntry,
  canonicalKey,
  DEPRECATED,
  ENVIRONMENT_ONLY,
  environmentNames,
  RENAMED,
} from '../language/config.js';
import type { ConfigAssignment } from '../syntax/ast.js';
import { parsePercentiles, USUAL_PERCENTILES } from '../types/percentile.js';
import type { Config } from './typed.js';

type Given = string | bigint | boolean;
type Value = number | boolean | string;

/** Values by key, those that were not given too. */
interface Draft {
  readonly settings: Map<string, Value>;
  readonly given: Set<string>;
}

export function readConfig(
  assignments: readonly ConfigAssignment[],
  env: Env,
  diagnostics: Diagnostics,
): Config {
  const draft: Draft = { settings: new Map(), given: new Set() };
  for (const entry of CONFIG) {
    if (entry.preset !== undefined) draft.settings.set(entry.key, entry.preset);
    else if (entry.kind === 'integer') draft.settings.set(entry.key, 0);
  }
  for (const node of assignments) {
    const entry = entryOf(node, diagnostics);
    if (entry !== undefined) apply(draft, entry, node.value, entry.key, node.valueSpan, diagnostics);
  }
  if (env.variables.size > 0) applyEnvironment(draft, env, diagnostics);
  const config: Record<string, unknown> = { settings: draft.settings };
  for (const entry of CONFIG) {
    if (entry.field === undefined) continue;
    const isOpen = entry.preset === undefined || (entry.kind === 'integer' && entry.whenGiven === true);
    const value = isOpen && !draft.given.has(entry.key) ? undefined : draft.settings.get(entry.key);
    config[entry.field] =
      entry.kind === 'percentiles' && value !== undefined ? parsePercentiles(String(value)) : value;
  }
  return config as unknown as Config;
}

/** Undefined when the key means nothing (reported). */
function entryOf(node: ConfigAssignment, diagnostics: Diagnostics): ConfigEntry | undefined {
  const key = canonicalKey(node.key);
  const current = Object.hasOwn(RENAMED, key) ? RENAMED[key] : undefined;
  const entry = CONFIG.find(e => e.key === (current ?? key));
  if (entry !== undefined) {
    if (current !== undefined) {
      diagnostics.warn('config-renamed', node.keySpan, `${key} is called ${current} by now`);
    }
    return key === 'no_cpp_demangle' ? undefined : entry;
  }
  if (DEPRECATED.includes(key)) {
    diagnostics.warn('config-deprecated', node.keySpan, `${key} has no effect any more`);
  } else if (ENVIRONMENT_ONLY.includes(key)) {
    const [own] = environmentNames(key).slice(-1);
    diagnostics.error('config-key', node.keySpan, `${key} can only be set in the environment`, {
      hint: `${own}=... tsbpf ...`,
    });
  } else {
    const names = CONFIG.map(e => e.key);
    diagnostics.error('config-key', node.keySpan, `there is no setting "${node.key}"`, {
      hint: didYouMean(key, names) ?? 'tsbpf-language(7) lists them.',
    });
  }
  return undefined;
}

function applyEnvironment(draft: Draft, env: Env, diagnostics: Diagnostics): void {
  for (const entry of CONFIG) {
    const name = environmentNames(entry.key).find(n => env.variables.has(n));
    if (name === undefined) continue;
    const text = env.variables.get(name)!;
    // A word of the block is true unless it says otherwise; here it is a mistake.
    const strict = entry.kind === 'bool' && !/^(true|false|[01])$/.test(text);
    const what = `the environment variable ${name}`;
    const span = { start: 0, end: 0 };
    if (strict) diagnostics.error('config-value', span, `${what} takes true, false, 1 or 0, not ${text}`);
    else apply(draft, entry, text, what, span, diagnostics);
  }
}

function apply(
  draft: Draft,
  entry: ConfigEntry,
  given: Given,
  what: string,
  span: Span,
  diagnostics: Diagnostics,
): void {
  const value = convert(entry, given);
  if (value === undefined) {
    diagnostics.error('config-value', span, `${what} takes ${wanted(entry)}, not ${String(given)}`);
    return;
  }
  const most = entry.kind === 'integer' && entry.bounded === true ? entry.most : undefined;
  const tooLarge = most !== undefined && Number(value) > most;
  if (tooLarge) diagnostics.warn('config-value', span, `${what} is ${most} at most; it is taken as that`);
  draft.settings.set(entry.key, tooLarge ? most : value);
  draft.given.add(entry.key);
}

function convert(entry: ConfigEntry, given: Given): Value | undefined {
  switch (entry.kind) {
    case 'integer': {
      const text = typeof given === 'boolean' ? String(Number(given)) : String(given);
      if (!/^(\d+|0[xX][0-9a-fA-F]+)$/.test(text)) return undefined;
      const value = Number(text);
      if (value < entry.least || (value > entry.most && entry.bounded !== true)) return undefined;
      return entry.powerOfTwo === true ? 2 ** Math.ceil(Math.log2(value)) : value;
    }
    case 'bool':
      if (typeof given === 'boolean') return given;
      return !/^(false|0+|0x0+)$/i.test(String(given));
    case 'string':
      return String(given);
    case 'choice':
      if (isSwitch(entry.choices)) {
        if (given === true || given === 1n || given === '1' || given === 'true') return 'enable';
        if (given === false || given === 0n || given === '0' || given === 'false') return 'error';
      }
      return entry.choices.find(choice => choice === given);
    case 'percentiles':
      return parsePercentiles(String(given)) === undefined ? undefined : String(given);
  }
}

/** Of unstable features, which true and false switch too. */
function isSwitch(choices: readonly string[]): boolean {
  return choices.includes('enable');
}

function wanted(entry: ConfigEntry): string {
  switch (entry.kind) {
    case 'integer':
      return `a number from ${entry.least} to ${entry.most}`;
    case 'bool':
      return 'true or false';
    case 'choice':
      return entry.choices.join(', ').replace(/, ([^,]+)$/, ' or $1');
    case 'percentiles':
      return `percentiles, as in "${USUAL_PERCENTILES}"`;
    default:
      return 'a string';
  }
}
