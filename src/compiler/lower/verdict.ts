// The ways out of a packet program: a verdict, which is what it returns. Whatever else ends it, the packet passes.
import type { TypedExpression } from '../check/typed.js';
import type { ValueId } from '../ir/ir.js';
import { VERDICT } from '../language/verdict.js';
import type { ProgramLowering } from './program-lowering.js';

/** What the program returns when nothing was decided: 0 where the kernel asks for nothing. */
export function undecided({ builder, probeType }: ProgramLowering): ValueId {
  return builder.const(probeType.packet?.undecided ?? 0);
}

/** `return VERDICT;` A number that is none leaves the packet undecided. */
export function lowerVerdict(lowering: ProgramLowering, verdict: TypedExpression): void {
  const { builder } = lowering;
  const value = lowering.word(verdict);
  // Of the type of verdicts are their names, what the functions give, and variables that hold nothing else.
  if (verdict.type.kind === 'integer' && verdict.type.enum?.name === VERDICT) {
    lowering.leave(value);
    return;
  }
  const most = builder.const(Math.max(...(lowering.probeType.packet?.verdicts ?? []).map(v => v.value)));
  const none = undecided(lowering);
  lowering.leave(
    builder.select(
      'ugt',
      value,
      most,
      () => none,
      () => value,
    ),
  );
}
