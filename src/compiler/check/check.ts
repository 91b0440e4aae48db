// Syntax tree -> typed program. Attach points are expanded first; then all clauses are walked until a walk learns nothing new
// about maps and variables (a map is typed by any probe, in any order): the tree and the diagnostics of that last one count.

import { Diagnostics, type SourceFile } from '../diagnostics/diagnostic.js';
import type { Env } from '../env.js';
import type { MapDeclaration, Probe, Program } from '../syntax/ast.js';
import type { SystemHeaders } from '../syntax/preprocess/system-headers.js';
import { MOST_BACKENDS } from '../types/backend-table.js';
import { isAggregation } from '../types/type.js';
import { bareBody } from './bare.js';
import { type Body, isError, MissingFields } from './body.js';
import { readConfig } from './config.js';
import { DeclaredTypes } from './declared-types.js';
import { checkExpression } from './expression.js';
import { Inference } from './inference.js';
import { keyLimit, reportKeySizes } from './key-size.js';
import { checkLimits } from './limits.js';
import { expandMacros } from './macro.js';
import { defaultMaps } from './map.js';
import { reportMissingFields } from './member.js';
import { checkCondition } from './operator.js';
import { checkPacketClauses } from './packet.js';
import { type Clause, expandProbe, type Variant } from './probe.js';
import { checkProbeSet } from './probe-set.js';
import { Scope } from './scope.js';
import { SET_TYPES, setInfo } from './set.js';
import { checkBlock } from './statement.js';
import { typeText } from './type-text.js';
import type { Config, TypedProbe, TypedProgram, TypedVariant, VariableInfo } from './typed.js';

const MAX_WALKS = 100;
const MAP_TYPES: readonly string[] = ['hash', 'lruhash', 'percpuhash', 'percpulruhash', ...SET_TYPES];

export interface CheckOptions {
  /** --unsafe. */
  readonly unsafe?: boolean | undefined;
  /** Which targets are wanted (--probe-filter), by name. */
  readonly keep?: ((target: string) => boolean) | undefined;
  /** Headers of the system that the program names. */
  readonly headers?: SystemHeaders | undefined;
}

/** The program is fit for lowering only when there are no errors. */
export function check(
  program: Program,
  source: SourceFile,
  env: Env,
  { unsafe = false, keep = () => true, headers }: CheckOptions = {},
): { value: TypedProgram; diagnostics: Diagnostics } {
  const diagnostics = new Diagnostics();
  const config = readConfig(program.config, env, diagnostics);
  checkDeclarations(program.mapDeclarations, diagnostics);
  const nodes = expandMacros(program, diagnostics);
  const expanded = (config: Config) =>
    nodes.map((node, i) => expandProbe(node, i, { env, config, keep }, diagnostics));
  const clauses = expanded(config);
  // Where nothing is left to be traced, what is missing is told after all.
  if (config.missingProbes !== 'error' && !diagnostics.hasErrors && clauses.every(tracesNothing))
    expanded({ ...config, missingProbes: 'error' });
  const unseen = diagnostics.hasErrors && clauses.some(({ variants }) => variants.length === 0);
  checkProbeSet(clauses, diagnostics);
  checkLimits(clauses, config, diagnostics);
  checkPacketClauses(clauses, diagnostics);
  const inference = new Inference(config, program.mapDeclarations, keyLimit(env));
  const types = new DeclaredTypes(program.definitions, env, headers, diagnostics);
  const world: World = { source, env, config, inference, types, unsafe };
  let walk = learn(world, clauses);
  if (defaultMaps(inference.maps.values(), false)) walk = learn(world, clauses);
  if (defaultMaps(inference.maps.values(), true)) walk = learn(world, clauses);
  const { probes } = walk;
  for (const { severity, code, span, message, notes, hint } of walk.diagnostics.list) {
    if (unseen && code === 'unknown-map') continue; // perhaps stored where there is no such probe
    const more = { notes, ...(hint === undefined ? {} : { hint }) };
    if (severity === 'error') diagnostics.error(code, span, message, more);
    else diagnostics.warn(code, span, message, more);
  }
  warnUnusedDeclarations(program.mapDeclarations, inference, diagnostics);
  const used = [...inference.maps.values()].sort((a, b) => a.first.start - b.first.start);
  const maps = used.map(state => inference.mapInfo(state));
  reportMapTypes(maps, diagnostics);
  reportKeySizes(inference.maps.values(), keyLimit(env), diagnostics);
  if (!diagnostics.hasErrors) reportUntyped(probes, maps, diagnostics);
  const sets = [...inference.sets.values()].map(setInfo);
  return { value: { source, config, probes, maps, sets }, diagnostics };
}

function tracesNothing({ variants }: Clause): boolean {
  return variants.every(({ probeType }) => probeType.name === 'end');
}

interface World {
  readonly source: SourceFile;
  readonly env: Env;
  readonly config: Config;
  readonly inference: Inference;
  readonly types: DeclaredTypes;
  readonly unsafe: boolean;
}

interface Walk {
  readonly probes: readonly TypedProbe[];
  readonly diagnostics: Diagnostics;
}

function learn(world: World, clauses: readonly Clause[]): Walk {
  let walk: Walk;
  let count = 0;
  do {
    const diagnostics = new Diagnostics();
    world.inference.begin();
    walk = { probes: clauses.map(clause => checkClause(world, clause, diagnostics)), diagnostics };
  } while (world.inference.changed && ++count < MAX_WALKS);
  return walk;
}

function checkClause(world: World, clause: Clause, diagnostics: Diagnostics): TypedProbe {
  const { index, node, variants, impossible, targetCount } = clause;
  const missing = new MissingFields();
  const typed = variants.map(variant => checkVariant(world, node, variant, missing, diagnostics));
  reportMissingFields({ missing, diagnostics }, targetCount);
  return { index, span: node.span, variants: typed, impossible };
}

function checkVariant(
  { source, env, config, inference, types, unsafe }: World,
  node: Probe,
  variant: Variant,
  missing: MissingFields,
  diagnostics: Diagnostics,
): TypedVariant {
  const { probeType, attributes, targets, choice } = variant;
  const variables: VariableInfo[] = [];
  const body: Body = {
    source,
    env,
    config,
    diagnostics,
    inference,
    types,
    probeType,
    attributes,
    targets,
    target: targets[0]!,
    unsafe,
    missing: wholeGroup(
      missing,
      targets.map(target => target.name),
    ),
    variables,
    scope: new Scope(variant.variables),
    loops: 0,
    forLoops: 0,
    expression: expression => checkExpression(body, expression),
  };
  probeType.checkContext?.(body, node.span);
  const predicate = node.predicate === undefined ? undefined : body.expression(node.predicate);
  if (predicate !== undefined && !isError(predicate)) checkCondition(body, predicate, 'a predicate');
  const statements = node.bare === true ? bareBody(body, node) : checkBlock(body, node.body);
  return { probeType, attributes, targets, choice, predicate, body: statements, variables };
}

/** A field that the first target of a variant lacks is lacking in all of them. */
function wholeGroup(missing: MissingFields, targets: readonly string[]): MissingFields {
  const group = new MissingFields();
  group.add = (name, span, _target, fields) => {
    for (const target of targets) missing.add(name, span, target, fields);
  };
  return group;
}

function checkDeclarations(declarations: readonly MapDeclaration[], diagnostics: Diagnostics): void {
  const seen = new Map<string, MapDeclaration>();
  for (const node of declarations) {
    const { name, mapType, maxEntries, span } = node;
    if (!MAP_TYPES.includes(mapType)) {
      const hint = `there are: ${MAP_TYPES.join(', ')}`;
      diagnostics.error('map-type', span, `there is no map type "${mapType}"`, { hint });
    }
    const isBackends = mapType === 'backends';
    const most = isBackends ? MOST_BACKENDS : 0x7fff_ffff;
    if (maxEntries < 1n || maxEntries > BigInt(most)) {
      diagnostics.error(
        'map-type',
        span,
        `${name} has room for ${maxEntries} ${isBackends ? 'backends' : 'keys'}: it must be from 1 to ${most}`,
      );
    }
    const first = seen.get(name);
    if (first !== undefined) {
      diagnostics.error('map-redeclared', span, `${name} is declared already`, {
        notes: [{ span: first.span, message: 'here' }],
      });
    }
    seen.set(name, node);
  }
}

/** A value for each CPU makes sense where they are added up. */
function reportMapTypes(maps: TypedProgram['maps'], diagnostics: Diagnostics): void {
  for (const { name, mapType, value, span } of maps) {
    if (mapType?.startsWith('percpu') !== true || value.kind === 'error' || isAggregation(value)) continue;
    const message = `${name} is declared as ${mapType}, which holds aggregations, not ${typeText(value)}`;
    diagnostics.error('map-type', span, message, { hint: `declare it as ${mapType.slice('percpu'.length)}` });
  }
}

function warnUnusedDeclarations(
  declarations: readonly MapDeclaration[],
  inference: Inference,
  diagnostics: Diagnostics,
): void {
  for (const { name, span } of declarations) {
    if (!(inference.set(name)?.asked ?? inference.maps.has(name)))
      diagnostics.warn('unused-map', span, `${name} is never used`);
  }
}

/** What no use gave a type: it must not reach lowering. */
function reportUntyped(
  probes: readonly TypedProbe[],
  maps: TypedProgram['maps'],
  diagnostics: Diagnostics,
): void {
  const message = (name: string) => `nothing tells the type of ${name}`;
  for (const map of maps) {
    if (map.value.kind === 'error' || map.key?.kind === 'error') {
      diagnostics.error('unknown-map', map.span, message(map.name), { hint: 'store something in it' });
    }
  }
  for (const { name, type, span } of probes.flatMap(p => p.variants.flatMap(v => v.variables))) {
    if (type.kind === 'error') diagnostics.error('variable-type', span, message(name));
  }
}
