// Which clauses become which programs, and what is attached where. A clause is a probe of its own, with a program for each of
// its variants. Packet programs are different: all clauses of a target are one program, in source order, which the first of
// them attaches. Entry and return of the same functions are one program too, where the kernel has sessions.
import type { Choice, Target, TypedProgram, TypedVariant } from '../check/typed.js';
import type { Env } from '../env.js';
import type { ProbeSpec, ProbeTypeName } from '../object-spec.js';
import type { ClauseInput } from './program-lowering.js';
import { findSessions } from './session.js';

/** A program, and the targets it serves. */
export interface Served {
  readonly clauses: readonly ClauseInput[];
  readonly targets: readonly Target[];
  /** Of a session, an entry and a return: the earlier probe whose program and link serve these targets too. */
  readonly attachedBy?: number;
  /** The clauses are those of a session's entry and return. */
  readonly session?: boolean;
}

export interface AttachedTogether extends Omit<ProbeSpec, 'alternatives'> {
  /** Of which the first that can be attached serves. */
  readonly alternatives: readonly { readonly type: ProbeTypeName; readonly served: readonly Served[] }[];
}

/** Variants of one type in a clause, or of one group of choices. */
interface Group {
  readonly variants: readonly TypedVariant[];
  readonly rest: Omit<ProbeSpec, 'alternatives'>;
}

/** Clauses in source order; one with attach points of several types, or with choices, counts as several probes. */
export function attachedTogether({ probes }: TypedProgram, env: Env): readonly AttachedTogether[] {
  const groups = probes.flatMap(({ span, variants, impossible }): readonly Group[] => {
    const byType = new Map<string, TypedVariant[]>();
    for (const variant of variants) {
      const key = groupOf(variant);
      byType.set(key, [...(byType.get(key) ?? []), variant]);
    }
    return [...byType.values()].map((variants): Group => {
      const reasons = impossible
        .filter(each => each.group === variants[0]!.choice?.group)
        .map(({ name, reason }) => ({ name, reason }));
      return {
        variants,
        rest: { span: [span.start, span.end], ...(reasons.length === 0 ? {} : { impossible: reasons }) },
      };
    });
  });
  const sessions = findSessions(
    groups.map(({ variants }) => variants),
    env,
  );
  return groups.map((group, index) => {
    if (group.variants[0]!.probeType.packet !== undefined) return joined(groups, index);
    const other = sessions.get(index);
    return other === undefined ? separate(group, index) : paired(groups, index, other);
  });
}

/** The half of a session that comes first attaches for both. */
function paired(groups: readonly Group[], index: number, other: number): AttachedTogether {
  const { variants, rest } = groups[index]!;
  const clauses = [index, other].map(
    (probeIndex): ClauseInput => ({ variant: groups[probeIndex]!.variants[0]!, probeIndex }),
  );
  const { probeType, targets } = variants[0]!;
  const served = { clauses, targets, session: true, ...(other < index ? { attachedBy: other } : {}) };
  return { ...rest, alternatives: [{ type: probeType.name, served: [served] }] };
}

function groupOf({ choice, probeType }: TypedVariant): string {
  return choice === undefined ? probeType.name : `|| ${choice.group}`;
}

function rankOf({ choice }: { readonly choice: Choice | undefined }): number {
  return choice?.rank ?? 0;
}

function separate({ variants, rest }: Group, probeIndex: number): AttachedTogether {
  const ranks = [...new Set(variants.map(rankOf))].sort((a, b) => a - b);
  const alternatives = ranks.map(rank => {
    const own = variants.filter(variant => rankOf(variant) === rank);
    const served = own.map(variant => ({ clauses: [{ variant, probeIndex }], targets: variant.targets }));
    return { type: own[0]!.probeType.name, served };
  });
  return { ...rest, alternatives };
}

/** The targets that no earlier clause has, by the clauses that they have in common. */
function joined(groups: readonly Group[], index: number): AttachedTogether {
  const { variants, rest } = groups[index]!;
  const { name: type } = variants[0]!.probeType;
  const same = groups.flatMap(({ variants }, probeIndex) =>
    variants.filter(({ probeType }) => probeType.name === type).map(variant => ({ variant, probeIndex })),
  );
  const served = new Map<string, { clauses: ClauseInput[]; targets: Target[] }>();
  for (const target of variants.flatMap(variant => variant.targets)) {
    const clauses = same.filter(({ variant }) => variant.targets.some(other => other.name === target.name));
    if (clauses[0]?.probeIndex !== index) continue;
    const key = clauses.map(({ variant }) => same.findIndex(each => each.variant === variant)).join();
    const program = served.get(key) ?? { clauses, targets: [] };
    const mode = modeOf(clauses, target);
    if (!program.targets.some(other => other.name === target.name))
      program.targets.push(mode === undefined ? target : { ...target, mode });
    served.set(key, program);
  }
  const name = variants[0]!.targets[0]!.name;
  return { ...rest, name, alternatives: [{ type, served: [...served.values()] }] };
}

/** How a target is attached: as the clause says that says it. */
function modeOf(clauses: readonly ClauseInput[], { name }: Target): string | undefined {
  const own = clauses.flatMap(({ variant }) => variant.targets.filter(target => target.name === name));
  return own.find(target => target.mode !== undefined)?.mode;
}
