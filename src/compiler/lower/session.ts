// kprobe sessions (6.10): entry and return of the same functions by one program and one link. A kprobe clause and a kretprobe
// clause of the same pattern become one program, which asks the kernel which of the two it runs for.
import type { TypedVariant } from '../check/typed.js';
import type { Env } from '../env.js';
import { visit } from './capture.js';
import type { ClauseInput, ProgramLowering } from './program-lowering.js';

/** bool bpf_session_is_return(): kernel/trace/bpf_trace.c. Later kernels hand it the context. */
const IS_RETURN = 'bpf_session_is_return';

/** Changes what the function returns: sessions are not made for that. */
const APART: ReadonlySet<string> = new Set(['override']);

/** Probes, by what they are attached to, that are each other's entry and return: index of one to that of the other. */
export function findSessions(
  probes: readonly (readonly TypedVariant[])[],
  env: Env,
): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const waiting = new Map<string, { readonly name: string; readonly index: number }[]>();
  for (const [index, variants] of probes.entries()) {
    const functions = functionsOf(variants);
    if (functions === undefined) continue;
    const { name } = variants[0]!.probeType;
    const same = waiting.get(functions) ?? [];
    waiting.set(functions, same);
    const other = same.findIndex(each => each.name !== name);
    if (other < 0) {
      same.push({ name, index });
      continue;
    }
    // Asked only now: on a live machine the answer takes a trial.
    if (!env.has('kprobe_session')) return pairs;
    const [first] = same.splice(other, 1);
    pairs.set(first!.index, index);
    pairs.set(index, first!.index);
  }
  return pairs;
}

/** The functions of a probe that may be half of a session: of one program that is attached to all of them by one link. */
function functionsOf(variants: readonly TypedVariant[]): string | undefined {
  const [variant] = variants;
  if (variant === undefined || variants.length > 1 || variant.choice !== undefined) return undefined;
  const { probeType, targets, predicate, body } = variant;
  if (probeType.name !== 'kprobe' && probeType.name !== 'kretprobe') return undefined;
  if (targets.some(target => target.mode !== 'multi')) return undefined;
  let apart = false;
  visit([predicate, body], ({ entry }) => {
    apart ||= APART.has((entry as { readonly name?: string } | undefined)?.name ?? '');
  });
  return apart ? undefined : targets.map(({ parts }) => parts.slice(1).join(':')).join();
}

/** The clause of the entry, or that of the return. */
export function lowerSession(
  lowering: ProgramLowering,
  clauses: readonly ClauseInput[],
  lower: (clause: ClauseInput) => void,
): void {
  const { builder, context, env } = lowering;
  const params = env.btf()?.func(IS_RETURN)?.params.length ?? 0;
  const answer = builder.call(IS_RETURN, params === 0 ? [] : [context]);
  const entry = builder.newBlock();
  const atReturn = builder.newBlock();
  // Of the register that a bool is returned in, the low byte counts.
  builder.branchIf(builder.extend(answer, 1, false), atReturn, entry);
  for (const clause of clauses) {
    const block = clause.variant.probeType.name === 'kretprobe' ? atReturn : entry;
    builder.enter(block);
    lower(clause);
  }
}
