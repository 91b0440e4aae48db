// Clauses: attach points to targets, targets to variants. Targets share a variant (and so a program) unless the kernel is told
// different things of their programs, or the clause asks for what differs among them: fields of args, or a builtin like `probe`.
import { type Diagnostic, Diagnostics } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggest.js';
import type { Env } from '../env.js';
import type { ExpandedTarget, ProbeTypeEntry } from '../language/probe-type.js';
import {
  findBuiltin,
  findFunction,
  findProbeType,
  PROBE_TYPE_NAMES,
  PROBE_TYPES,
} from '../language/registry.js';
import type { ProgramAttributes } from '../object-spec.js';
import type { AttachPoint, Probe } from '../syntax/ast.js';
import { BARE_WORDS } from './bare.js';
import { checkRequirement } from './requirement.js';
import type { VariableTable } from './scope.js';
import type { Choice, Config, ImpossibleAlternative, Target } from './typed.js';
import { fieldsNamedOf, namesIn } from './walk.js';

export interface Variant {
  readonly probeType: ProbeTypeEntry;
  readonly attributes: ProgramAttributes;
  readonly targets: readonly Target[];
  readonly choice: Choice | undefined;
  readonly variables: VariableTable;
}

export interface Clause {
  readonly index: number;
  readonly node: Probe;
  readonly variants: readonly Variant[];
  readonly impossible: readonly ImpossibleAlternative[];
  readonly targetCount: number;
}

export interface Expansion {
  readonly env: Env;
  readonly config: Config;
  /** Which targets are wanted, by name; BEGIN and END always are. */
  readonly keep: (target: string) => boolean;
}

/** A clause without targets (all reported, or allowed to be missing) has no variants. */
export function expandProbe(
  node: Probe,
  index: number,
  { env, config, keep }: Expansion,
  diagnostics: Diagnostics,
): Clause {
  const groups = new VariantGroups(node, env, keep);
  const impossible: ImpossibleAlternative[] = [];
  const reports: Diagnostics[] = [];
  for (const [group, point] of node.attachPoints.entries()) {
    const expanded = [point, ...point.otherwise].map(each => expandPoint(each, env, diagnostics));
    const possible = expanded.filter(each => !each.own.hasErrors);
    reports.push(...(possible.length === 0 ? expanded : possible).map(({ own }) => own));
    if (expanded.length === 1) {
      groups.add(expanded[0]!);
      continue;
    }
    for (const [rank, each] of expanded.entries()) {
      if (possible.includes(each)) groups.add(each, { group, rank });
      else impossible.push({ group, name: nameOf(each.point), reason: reasonOf(each) });
    }
  }
  const variants = groups.variants();
  for (const own of reports) report(own, diagnostics, config, variants.length > 0);
  const targetCount = variants.reduce((sum, variant) => sum + variant.targets.length, 0);
  return { index, node, variants, impossible, targetCount };
}

interface Expanded {
  readonly point: AttachPoint;
  readonly probeType: ProbeTypeEntry | undefined;
  readonly targets: readonly ExpandedTarget[];
  /** Why this machine has no place for it. */
  readonly own: Diagnostics;
}

/** An attach point that is written wrong is reported at once: no alternative makes up for it. */
function expandPoint(point: AttachPoint, env: Env, diagnostics: Diagnostics): Expanded {
  const own = new Diagnostics();
  const probeType = probeTypeOf(point, env, diagnostics);
  if (probeType === undefined) return { point, probeType, targets: [], own };
  const { requires } = probeType;
  if (requires !== undefined) {
    checkRequirement({ env, diagnostics: own }, `a ${probeType.name} probe`, requires, point.span);
  }
  if (own.hasErrors) return { point, probeType, targets: [], own };
  const found = new Diagnostics();
  const targets = probeType.expand(point, env, found);
  for (const d of found.list) pass(d, d.code === 'attach-point' ? diagnostics : own);
  return { point, probeType, targets, own };
}

function nameOf({ parts }: AttachPoint): string {
  return parts.map(part => part.text).join(':');
}

function reasonOf({ own }: Expanded): string {
  return own.list.find(d => d.severity === 'error')?.message ?? 'it matches nothing';
}

/** Diagnostics of attach points that are written right, but have no place here. */
const MISSING: ReadonlySet<string> = new Set(['unknown-probe', 'unmatched-probe', 'unknown-function-probe']);

/**
 * Missing targets are errors, warnings or nothing, as config.missing_probes says. A function that the kernel lacks is no more than
 * a warning where the clause has others (`served`), as it was in bpftrace once: scripts name those of several kernels.
 */
function report(
  own: Diagnostics,
  diagnostics: Diagnostics,
  { missingProbes }: Config,
  served: boolean,
): void {
  for (const d of own.list) {
    // A pattern beside others may match nothing here.
    if (served && d.code === 'unmatched-probe') continue;
    const missing = MISSING.has(d.code);
    if (missing && missingProbes === 'ignore') continue;
    const lenient = missingProbes === 'warn' || (served && d.code === 'unknown-function-probe');
    pass(missing && lenient ? { ...d, severity: 'warning' } : d, diagnostics);
  }
}

function pass({ severity, code, span, message, notes, hint }: Diagnostic, to: Diagnostics): void {
  const more = { notes, ...(hint === undefined ? {} : { hint }) };
  if (severity === 'error') to.error(code, span, message, more);
  else to.warn(code, span, message, more);
}

/** Probes of the session that no filter is asked about. */
const ALWAYS: readonly string[] = ['begin', 'end'];

/** Targets of one clause, by what keeps them from sharing a program. */
class VariantGroups {
  readonly #env: Env;
  readonly #words = new Set<string>();
  /** Of args, when they are all that the clause asks of its targets. */
  readonly #fields: ReadonlySet<string> | undefined;
  readonly #keep: (target: string) => boolean;
  readonly #perTarget: boolean;
  readonly #groups = new Map<
    string,
    Omit<Variant, 'targets' | 'variables'> & { readonly targets: Target[] }
  >();
  readonly #seen = new Set<string>();

  constructor(node: Probe, env: Env, keep: (target: string) => boolean) {
    this.#env = env;
    this.#keep = keep;
    let perTarget = false;
    for (const name of [...namesIn(node), ...(node.bare === true ? BARE_WORDS : [])]) {
      const builtin = findBuiltin(name);
      if ((builtin ?? findFunction(name))?.contextual === true) this.#words.add(name);
      perTarget ||= builtin?.perTarget === true;
    }
    this.#perTarget = perTarget;
    const onlyArgs = this.#words.size === 1 && this.#words.has('args') && node.bare !== true;
    this.#fields = onlyArgs ? fieldsNamedOf('args', node) : undefined;
  }

  add({ point, probeType, targets }: Expanded, choice?: Choice): void {
    if (probeType === undefined) return;
    for (const each of targets) {
      if (!ALWAYS.includes(probeType.name) && !this.#keep(each.name)) continue;
      const identity = `${choice?.group} ${choice?.rank} ${each.name} ${JSON.stringify(each.data)}`;
      // sched_* and sched_switch: once. Clocks and counters may be asked for twice.
      if (this.#seen.has(identity) && probeType.process === 'filter') continue;
      this.#seen.add(identity);
      const target: Target = { ...each, span: point.span };
      const attributes = probeType.program(target, this.#env, this.#words);
      const key = JSON.stringify([
        probeType.name,
        choice,
        attributes,
        target.mode,
        probeType.space?.(target),
        this.#words.size > 0 ? probeType.shareKey?.(target, this.#env, this.#words, this.#fields) : undefined,
      ]);
      const group = this.#groups.get(key) ?? { probeType, attributes, choice, targets: [] };
      group.targets.push(target);
      this.#groups.set(key, group);
    }
  }

  variants(): Variant[] {
    return [...this.#groups.values()].flatMap(group => {
      const apart = this.#perTarget && group.targets.length > 1 && !this.#haveCookies(group);
      const parts = apart ? group.targets.map(target => ({ ...group, targets: [target] })) : [group];
      return parts.map(part => ({ ...part, variables: new Map() }));
    });
  }

  #haveCookies({ probeType, targets }: Pick<Variant, 'probeType' | 'targets'>): boolean {
    return probeType.cookies?.(targets[0]!, this.#env) === true;
  }
}

function probeTypeOf(point: AttachPoint, env: Env, diagnostics: Diagnostics): ProbeTypeEntry | undefined {
  const [first, second] = point.parts;
  if (first === undefined) return undefined;
  const found = findProbeType(first.text);
  if (found !== undefined) return found;
  const full = `tracepoint:${first.text}:${second?.text ?? ''}`;
  const isTracepoint = second !== undefined && env.tracepoint(first.text, second.text) !== undefined;
  const names = PROBE_TYPES.map(entry => entry.name).join(', ');
  const guess = isTracepoint ? `did you mean "${full}"?` : didYouMean(first.text, PROBE_TYPE_NAMES);
  diagnostics.error('unknown-probe', first.span, `there is no probe type "${first.text}"`, {
    hint: guess ?? `there are: ${names}`,
  });
  return undefined;
}
