// A whole script: one program for each variant of each probe, the maps, the event sites. A program that turns out to need scratch memory is lowered again with it.
import { AttachType } from '../bpf/uapi.js';
import type { Target, TypedProgram, TypedVariant, VariableInfo } from '../check/typed.js';
import type { Env } from '../env.js';
import type { IrProgram } from '../ir/ir.js';
import type { FunctionEntry } from '../language/entry.js';
import type { ProbeTypeEntry } from '../language/probe-type.js';
import type {
  GlobalsSpec,
  MapSpec,
  ProbeAlternative,
  ProbeSpec,
  ProgramSpec,
  RuleSpec,
  SetSpec,
  SiteSpec,
  TargetSpec,
} from '../object-spec.js';
import { attachedTogether, type Served } from './attachment.js';
import { backendSetSpec } from './backend.js';
import { isInside, mentionsIn, outlinedLoops, visit } from './capture.js';
import { branchOn } from './condition.js';
import { deadlineProgram } from './deadline.js';
import { FORKS, lowerFilters, trackerProgram } from './filter.js';
import { findGenerations, twinOf } from './generation.js';
import { PACKET_TIME } from './limit.js';
import { atLeast, mapSpecs } from './map.js';
import { ObjectState } from './object.js';
import { endCaptures, startCaptures } from './packet/capture.js';
import { gatherPacket } from './packet/gather.js';
import { headersOf } from './packet/mention.js';
import { type ProgramInput, ProgramLowering } from './program-lowering.js';
import { findResultMaps } from './result-maps.js';
import { rulesOf } from './rule.js';
import { type ScratchPlan, STACK_BUDGET } from './scratch.js';
import { lowerSession } from './session.js';
import { setSpec, setWord } from './set.js';
import { lowerStatements } from './statement.js';
import { lowerProcessFilter, lowerStopTest } from './stop.js';
import { undecided } from './verdict.js';

/** A program with its IR in place of machine code. */
export interface LoweredProgram {
  readonly ir: IrProgram;
  readonly spec: Omit<ProgramSpec, 'functions'>;
}

/** All of an ObjectSpec but the machine code. */
export interface LoweredObject {
  readonly programs: readonly LoweredProgram[];
  readonly maps: readonly MapSpec[];
  readonly sites: readonly SiteSpec[];
  readonly probes: readonly ProbeSpec[];
  readonly globals: GlobalsSpec;
  readonly tracker: number | undefined;
  readonly deadline: number | undefined;
  readonly sets: readonly SetSpec[];
  readonly rules: readonly RuleSpec[];
}

export interface LoweringOptions {
  /** Bytes of stack that variables and temporaries of a program may take. */
  readonly stackBudget?: number | undefined;
  /** Maps that the script only fills are to be printed and cleared now and then. */
  readonly periodic?: boolean;
  /** Programs tell of each helper that fails, beside counting it. */
  readonly tellsFailures?: boolean;
  /** All ways through a packet program meet before each statement. */
  readonly simple?: boolean;
  /** Packet programs count what they return, by interface and verdict. */
  readonly countsVerdicts?: boolean;
  /** ... and by the clause that decided, or let the packet go on. */
  readonly countsRules?: boolean;
  /** ratelimit() goes by the time of the packet that a trial runs on. */
  readonly captureClock?: boolean;
  /** Sets whose hits somebody asks for count them (default). */
  readonly countsHits?: boolean;
  /** The session ends by itself: packet programs are to end then, whatever becomes of the tracer. */
  readonly ends?: boolean;
}

export function lowerProgram(
  typed: TypedProgram,
  env: Env,
  {
    stackBudget = STACK_BUDGET,
    periodic = false,
    tellsFailures = false,
    simple = false,
    countsVerdicts = false,
    countsRules = false,
    captureClock = false,
    countsHits = true,
    ends = false,
  }: LoweringOptions = {},
): LoweredObject {
  const probes = attachedTogether(typed, env);
  const all = typed.probes.flatMap(probe => probe.variants);
  const interruptible = all.some(variant => variant.attributes.interruptible === true);
  const results = periodic ? findResultMaps(typed) : new Set<string>();
  const generations = findGenerations(typed, results);
  const object = new ObjectState({
    config: typed.config,
    env,
    probes: probes.length,
    stackBudget,
    simple,
    countsVerdicts: countsVerdicts || countsRules,
    countsRules,
    generations,
    interruptible,
    tellsFailures,
    packets: all.some(sendsPackets),
    sets: countsHits ? typed.sets : typed.sets.map(set => ({ ...set, counted: false })),
    words: [
      ...[...generations.maps].map(map => twinOf(map).word),
      ...(env.filters?.follow === true ? [FORKS] : []),
      ...(typed.maps.some(map => map.value.kind === 'tseries') ? ['wallOffset'] : []),
      ...(captureClock ? [PACKET_TIME] : []),
      ...typed.sets.map(({ name }) => setWord(name)),
    ],
  });
  const programs: LoweredProgram[] = [];
  const specs: ProbeSpec[] = [];
  for (const { alternatives, ...rest } of probes) {
    const lowered = alternatives.map(({ type, served }): ProbeAlternative => {
      const targets = served.flatMap((each): TargetSpec[] => {
        const { attachedBy } = each;
        if (attachedBy !== undefined) {
          const { program } = specs[attachedBy]!.alternatives[0]!.targets[0]!;
          return each.targets.map(({ span: _, ...target }) => ({ ...target, program, attachedBy }));
        }
        const program = programs.length;
        const { readsCookie, ...lowered } = lowerServed(each, env, object);
        programs.push(lowered);
        return each.targets.map(({ span: _, ...target }, i) => ({
          ...target,
          program,
          ...(readsCookie ? { cookie: String(i) } : {}),
        }));
      });
      return { type, targets };
    });
    specs.push({ ...rest, alternatives: lowered });
  }
  const tracker = env.filters?.follow === true ? trackerProgram(env, object) : undefined;
  if (tracker !== undefined) programs.push(tracker);
  const deadline =
    ends && all.some(({ probeType }) => probeType.packet !== undefined) ? deadlineProgram(object) : undefined;
  if (deadline !== undefined) programs.push(deadline);
  // In order of name: that is how they are printed at exit.
  const scripts = [...typed.maps].sort((a, b) => (a.name < b.name ? -1 : 1));
  const kernelMaps = scripts.flatMap(map => {
    const generation = generations.maps.has(map.name) ? 2 : 1;
    return mapSpecs(map, env, { generations: generation, periodic: results.has(map.name) });
  });
  const maps = [...kernelMaps, ...object.ownMaps()];
  return {
    programs,
    maps,
    sites: object.sites,
    probes: specs,
    globals: object.globals,
    tracker: tracker === undefined ? undefined : programs.indexOf(tracker),
    deadline: deadline === undefined ? undefined : programs.indexOf(deadline),
    sets: typed.sets.map(set =>
      (set.type === 'backends' ? backendSetSpec : setSpec)(set, name => maps.some(map => map.name === name)),
    ),
    rules: countsRules ? rulesOf(probes, typed.source.text) : [],
  };
}

function lowerServed(
  { clauses, targets, session }: Served,
  env: Env,
  object: ObjectState,
): LoweredProgram & { readonly readsCookie: boolean } {
  const { attributes, probeType } = clauses[0]!.variant;
  const name = programName(probeType, targets);
  const input: ProgramInput = { name, clauses, session, env, object };
  const before = object.mark();
  let { lowering, scratch } = lowerOnce(input, 'none', 0);
  if (scratch > 0) {
    object.rollback(before);
    const plan = lowering.predicateScratch > 0 || clauses.length > 1 ? 'entry' : 'body';
    lowering = lowerOnce(input, plan, scratch).lowering;
    scratch = 0;
  }
  if (probeType.origin === 'event' && object.mark().sites > before.sites) object.needFloodRing();
  const more = targets.length > 1 ? `, ... (${targets.length})` : '';
  const other = session === true ? `, ${clauses[1]!.variant.targets[0]!.name}` : '';
  return {
    ir: { name, functions: lowering.finish() },
    spec: {
      ...attributes,
      ...(session === true ? { expectedAttachType: AttachType.BPF_TRACE_KPROBE_SESSION } : {}),
      name,
      title: `${targets[0]?.name ?? name}${other}${more}`,
    },
    readsCookie: lowering.readsCookie,
  };
}

function lowerOnce(
  input: ProgramInput,
  plan: ScratchPlan,
  size: number,
): { lowering: ProgramLowering & { predicateScratch: number }; scratch: number } {
  const lowering = Object.assign(new ProgramLowering(input), { predicateScratch: 0 });
  const { builder, temporaries, probeType } = lowering;
  const claims = input.object.interruptible && input.env.has('atomic_fetch');
  const acquire = () =>
    temporaries.acquire(input.object, size, claims, () => {
      lowering.countLoss('scratchBusy');
      builder.ret(undecided(lowering));
    });
  // BEGIN and END are the session's own: END runs after the stop.
  // A pinned iterator outlives the session.
  const target = lowering.targets[0]!;
  if (probeType.name !== 'end' && target.mode !== 'pin') lowerStopTest(lowering);
  probeType.enter?.(lowering, target);
  gatherPacket(lowering, input.clauses);
  const follows = input.env.filters?.follow === true;
  const own = input.object.config.ownFilter && probeType.process === 'filter';
  if (!own && !follows && testsProcess(probeType, input.env)) lowerProcessFilter(lowering);
  if (!own && probeType.process !== 'ignored') lowerFilters(lowering);
  const lower = () =>
    lowerClause(lowering, () => {
      lowering.predicateScratch = temporaries.most;
      if (plan === 'body') acquire();
    });
  if (input.session === true) {
    lowerSession(lowering, input.clauses, clause => {
      lowering.enter(clause, undefined);
      if (plan === 'entry') acquire();
      lower();
    });
    return { lowering, scratch: temporaries.most };
  }
  if (plan === 'entry') acquire();
  if (!lowering.captures.none) startCaptures(lowering);
  const last = input.clauses.at(-1);
  for (const [index, clause] of input.clauses.entries()) {
    const next = clause === last ? undefined : builder.newBlock();
    lowering.enter(clause, next);
    if (probeType.packet === undefined) lower();
    else lowering.before(headersOf(input.clauses.slice(index + 1)), clause.variant, lower);
    if (next === undefined) continue;
    builder.enter(next);
  }
  if (!lowering.captures.none) endCaptures(lowering);
  return { lowering, scratch: temporaries.most };
}

/** `between`: told when the predicate holds. */
function lowerClause(lowering: ProgramLowering, between: () => void): void {
  const { builder, variant } = lowering;
  const { predicate, body } = variant;
  const loops = outlinedLoops(lowering.env, body);
  const isOwn = (variable: VariableInfo) => !loops.some(loop => isInside(variable, loop));
  const inPredicate = mentionsIn(predicate).all; // of blocks in it
  lowering.applies = false;
  if (predicate !== undefined) {
    lowering.variables.declare([...inPredicate], []);
    lowering.during(predicate.span, () => {
      const holds = builder.newBlock();
      const fails = builder.newBlock();
      branchOn(lowering, predicate, holds, fails);
      builder.enter(fails);
      lowering.leave();
      builder.enter(holds);
    });
  }
  lowering.applies = true;
  between();
  lowering.variables.declare(
    variant.variables.filter(variable => isOwn(variable) && !inPredicate.has(variable)),
    body,
  );
  lowerStatements(lowering, body);
  if (!builder.ended) lowering.leave();
}

const SENDS_PACKETS: readonly string[] = ['skboutput', 'capture'];

function sendsPackets({ predicate, body }: TypedVariant): boolean {
  let found = false;
  visit([predicate, body], node => {
    if (node.kind === 'call') found ||= SENDS_PACKETS.includes((node.entry as FunctionEntry).name);
  });
  return found;
}

/** Events of a process are inherited by the processes that it forks, before 5.13. */
function testsProcess({ process }: ProbeTypeEntry, env: Env): boolean {
  return process === 'filter' || (process === 'attach' && !atLeast(env, 5, 13));
}

const SHORT: Readonly<Record<string, string>> = { tracepoint: 'tp', interval: 'iv' };

/** At most 15 characters, of those the kernel takes. */
function programName(probeType: ProbeTypeEntry, targets: readonly Target[]): string {
  const parts = targets[0]?.parts ?? [];
  const last = parts.length > 1 ? `_${parts.slice(parts.length > 2 ? 2 : 1).join('_')}` : '';
  return `${SHORT[probeType.name] ?? probeType.name}${last}`.replace(/[^A-Za-z0-9_]/g, '_').slice(0, 15);
}
