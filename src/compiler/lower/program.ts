// A whole script: one program for each variant of each probe (and for each target where `probe` is used), the maps, the
// event sites. A program that turns out to need scratch memory is lowered again with it.
import type { TypedExpression, TypedProgram, TypedStatement, TypedVariant } from '../check/typed.js';
import type { Env } from '../env.js';
import type { IrProgram } from '../ir/ir.js';
import type {
  GlobalsSpec,
  MapSpec,
  ProbeSpec,
  ProbeTypeName,
  ProgramSpec,
  SiteSpec,
  TargetSpec,
} from '../object-spec.js';
import { isInside, outlinedLoops } from './capture.js';
import { branchOn } from './condition.js';
import { mapSpec } from './map.js';
import { ObjectState } from './object.js';
import { type ProgramInput, ProgramLowering } from './program-lowering.js';
import { type ScratchPlan, STACK_BUDGET } from './scratch.js';
import { lowerStatements } from './statement.js';
import { lowerProcessFilter, lowerStopTest } from './stop.js';

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
}

export function lowerProgram(
  typed: TypedProgram,
  env: Env,
  stackBudget: number = STACK_BUDGET,
): LoweredObject {
  const probes = probesByType(typed);
  const object = new ObjectState(typed.config, probes.length, stackBudget);
  const programs: LoweredProgram[] = [];
  const specs = probes.map(({ span, type, variants }, probeIndex): ProbeSpec => {
    const targets = variants.flatMap((variant): TargetSpec[] => {
      const program = programs.length;
      programs.push(lowerVariant(variant, probeIndex, env, object));
      return variant.targets.map(({ name, parts }) => ({ name, parts, program }));
    });
    return { span, alternatives: [{ type, targets }] };
  });
  // In order of name: that is how they are printed at exit.
  const scripts = [...typed.maps].sort((a, b) => (a.name < b.name ? -1 : 1));
  const maps = [...scripts.map(map => mapSpec(map, env)), ...object.ownMaps()];
  return { programs, maps, sites: object.sites, probes: specs, globals: object.globals };
}

interface ProbeOfType {
  readonly span: readonly [number, number];
  readonly type: ProbeTypeName;
  readonly variants: readonly TypedVariant[];
}

/** Clauses in source order; one with attach points of several types counts as several probes. */
function probesByType({ probes }: TypedProgram): readonly ProbeOfType[] {
  return probes.flatMap(probe => {
    const types = [...new Set(probe.variants.map(variant => variant.probeType.name))];
    return types.map(
      (type): ProbeOfType => ({
        span: [probe.span.start, probe.span.end],
        type,
        variants: probe.variants.filter(variant => variant.probeType.name === type).flatMap(perTarget),
      }),
    );
  });
}

/** A variant for each target when the program's text depends on it. */
function perTarget(variant: TypedVariant): readonly TypedVariant[] {
  if (variant.targets.length < 2 || !usesTarget(variant)) return [variant];
  return variant.targets.map(target => ({ ...variant, targets: [target] }));
}

function usesTarget({ predicate, body }: TypedVariant): boolean {
  let uses = false;
  const look = (node: TypedExpression | TypedStatement | undefined): void => {
    if (node === undefined || uses) return;
    if (node.kind === 'builtin') {
      uses = node.entry.perTarget === true;
      return;
    }
    for (const part of Object.values(node)) visit(part);
  };
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (isNode(part)) look(part);
  };
  look(predicate);
  body.forEach(look);
  return uses;
}

/** Anything of the tree: nodes and the calls, places and keys between them. Types, maps and entries are not looked into. */
function isNode(value: unknown): value is TypedExpression {
  if (typeof value !== 'object' || value === null) return false;
  return 'span' in value || ('kind' in value && (value.kind === 'map' || value.kind === 'variable'));
}

function lowerVariant(
  variant: TypedVariant,
  probeIndex: number,
  env: Env,
  object: ObjectState,
): LoweredProgram {
  const name = programName(variant);
  const input: ProgramInput = { name, variant, probeIndex, env, object };
  const before = object.mark();
  let { lowering, scratch } = lowerOnce(input, 'none', 0);
  if (scratch > 0) {
    object.rollback(before);
    const plan = lowering.predicateScratch > 0 ? 'entry' : 'body';
    lowering = lowerOnce(input, plan, scratch).lowering;
    scratch = 0;
  }
  if (variant.probeType.origin === 'event' && object.mark().sites > before.sites) object.needFloodRing();
  const { probeType, targets } = variant;
  const more = targets.length > 1 ? `, ... (${targets.length})` : '';
  return {
    ir: { name, functions: lowering.finish() },
    spec: {
      name,
      type: probeType.programType,
      ...(probeType.expectedAttachType === undefined
        ? {}
        : { expectedAttachType: probeType.expectedAttachType }),
      title: `${targets[0]?.name ?? name}${more}`,
    },
  };
}

function lowerOnce(
  input: ProgramInput,
  plan: ScratchPlan,
  size: number,
): { lowering: ProgramLowering & { predicateScratch: number }; scratch: number } {
  const lowering = Object.assign(new ProgramLowering(input), { predicateScratch: 0 });
  const { builder, temporaries, variant } = lowering;
  const { predicate, body, probeType } = variant;
  const acquire = () =>
    temporaries.acquire(input.object, size, () => {
      lowering.countLoss('scratchBusy');
      builder.ret(builder.const(0));
    });
  // BEGIN and END are the session's own: END runs after the stop.
  if (probeType.name !== 'end') lowerStopTest(lowering);
  if (probeType.origin === 'event') lowerProcessFilter(lowering);
  if (plan === 'entry') acquire();
  if (predicate !== undefined) {
    lowering.during(predicate.span, () => {
      const holds = builder.newBlock();
      const fails = builder.newBlock();
      branchOn(lowering, predicate, holds, fails);
      builder.seal(fails);
      builder.moveTo(fails);
      lowering.leave();
      builder.seal(holds);
      builder.moveTo(holds);
    });
  }
  lowering.predicateScratch = temporaries.most;
  if (plan === 'body') acquire();
  const loops = outlinedLoops(input.env, body);
  const own = variant.variables.filter(variable => !loops.some(loop => isInside(variable, loop)));
  lowering.variables.declare(own, body);
  lowerStatements(lowering, body);
  if (!builder.ended) lowering.leave();
  return { lowering, scratch: temporaries.most };
}

const SHORT: Readonly<Record<string, string>> = { tracepoint: 'tp', interval: 'iv' };

/** At most 15 characters, of those the kernel takes. */
function programName({ probeType, targets }: TypedVariant): string {
  const parts = targets[0]?.parts ?? [];
  const last = parts.length > 1 ? `_${parts.slice(parts.length > 2 ? 2 : 1).join('_')}` : '';
  return `${SHORT[probeType.name] ?? probeType.name}${last}`.replace(/[^A-Za-z0-9_]/g, '_').slice(0, 15);
}
