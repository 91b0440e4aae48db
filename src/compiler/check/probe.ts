// Clauses: attach points to targets, targets to variants. Targets share a variant (and so a program) unless the clause asks for
// what differs among them: fields of args, or a builtin like `probe`.
import { Diagnostics } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggest.js';
import type { Env } from '../env.js';
import type { ProbeTypeEntry } from '../language/probe-type.js';
import { findBuiltin, findProbeType, PROBE_TYPE_NAMES, PROBE_TYPES } from '../language/registry.js';
import type { AttachPoint, Probe } from '../syntax/ast.js';
import type { VariableTable } from './scope.js';
import type { Config, Target } from './typed.js';
import { namesIn } from './walk.js';

export interface Variant {
  readonly probeType: ProbeTypeEntry;
  readonly targets: readonly Target[];
  readonly variables: VariableTable;
}

export interface Clause {
  readonly index: number;
  readonly node: Probe;
  readonly variants: readonly Variant[];
  readonly targetCount: number;
}

/** A clause without targets (all reported, or allowed to be missing) has no variants. */
export function expandProbe(
  node: Probe,
  index: number,
  env: Env,
  config: Config,
  diagnostics: Diagnostics,
): Clause {
  const builtins = [...namesIn(node)].map(findBuiltin);
  const usesArgs = builtins.some(entry => entry?.name === 'args');
  const perTarget = builtins.some(entry => entry?.perTarget === true);
  const groups = new Map<string, { probeType: ProbeTypeEntry; targets: Target[] }>();
  const seen = new Set<string>();
  for (const point of node.attachPoints) {
    const probeType = probeTypeOf(point, env, diagnostics);
    if (probeType === undefined) continue;
    for (const { name, parts } of expandPoint(probeType, point, env, config, diagnostics)) {
      if (seen.has(name) && parts.length > 2) continue; // sched_* and sched_switch: once
      seen.add(name);
      const target: Target = { name, parts, span: point.span };
      const share = perTarget ? name : usesArgs ? (probeType.shareKey?.(target, env) ?? '') : '';
      const key = `${probeType.name} ${share}`;
      const group = groups.get(key) ?? { probeType, targets: [] };
      group.targets.push(target);
      groups.set(key, group);
    }
  }
  const variants = [...groups.values()].map(group => ({ ...group, variables: new Map() }));
  const targetCount = variants.reduce((sum, variant) => sum + variant.targets.length, 0);
  return { index, node, variants, targetCount };
}

function probeTypeOf(point: AttachPoint, env: Env, diagnostics: Diagnostics): ProbeTypeEntry | undefined {
  const [first, second] = point.parts;
  if (first === undefined) return undefined;
  const found = findProbeType(first.text);
  if (found !== undefined) return found;
  const full = `tracepoint:${first.text}:${second?.text ?? ''}`;
  const isTracepoint = second !== undefined && env.tracepoint(first.text, second.text) !== undefined;
  const usages = [...new Set(PROBE_TYPES.map(entry => entry.usage))].join('; ');
  const guess = isTracepoint ? `did you mean "${full}"?` : didYouMean(first.text, PROBE_TYPE_NAMES);
  diagnostics.error('unknown-probe', first.span, `there is no probe type "${first.text}"`, {
    hint: guess ?? `there are: ${usages}`,
  });
  return undefined;
}

/** Missing targets are errors, warnings or nothing, as config.missing_probes says. */
function expandPoint(
  probeType: ProbeTypeEntry,
  point: AttachPoint,
  env: Env,
  config: Config,
  diagnostics: Diagnostics,
): ReturnType<ProbeTypeEntry['expand']> {
  const own = new Diagnostics();
  const targets = probeType.expand(point, env, own);
  for (const d of own.list) {
    const more = { notes: d.notes, ...(d.hint === undefined ? {} : { hint: d.hint }) };
    const missing = d.code === 'unknown-probe';
    if (missing && config.missingProbes === 'ignore') continue;
    if (d.severity === 'warning' || (missing && config.missingProbes === 'warn')) {
      diagnostics.warn(d.code, d.span, d.message, more);
    } else diagnostics.error(d.code, d.span, d.message, more);
  }
  return targets;
}
