// The ways into and out of a program: the stop word tested first, exit(), leaving.
import type { TypedExpression } from '../check/typed.js';
import type { ValueId } from '../ir/ir.js';
import { NEXT, NO_RULE } from '../language/verdict.js';
import { UINT32 } from '../types/type.js';
import { leaveCapturing } from './packet/capture.js';
import type { ProgramLowering } from './program-lowering.js';
import { undecided } from './verdict.js';
import { countVerdict } from './verdict-count.js';

/** Leaves at once when the session has ended. */
export function lowerStopTest(lowering: ProgramLowering): void {
  const { builder, object } = lowering;
  const word = builder.load(4, builder.mapValue('globals', object.globals.stop), 0);
  const zero = builder.const(0);
  builder.ifThen('ne', word, zero, () => builder.ret(undecided(lowering)), { likely: 'else' });
}

/** Leaves when -p named another process; where probes attach to a process, also when it is not that of -c. */
export function lowerProcessFilter({ builder, env, object, probeType }: ProgramLowering): void {
  const leaveUnless = (wanted: ValueId) => {
    const both = builder.call('get_current_pid_tgid', [], { pure: true });
    const process = builder.binaryImm('lshr', both, 32);
    builder.ifThen('ne', process, wanted, () => builder.ret(builder.const(0)), { likely: 'else' });
  };
  if (env.targetPid !== undefined) leaveUnless(builder.const(env.targetPid));
  else if (probeType.process === 'attach') {
    const at = object.globals.words.find(word => word.name === 'cpid')!.offset;
    const child = builder.load(8, builder.mapValue('globals', at), 0);
    builder.ifThen('ne', child, builder.const(0), () => leaveUnless(child));
  }
}

/** Stops all programs, tells the exit code twice (in `globals`, should the ring be full), and leaves. */
export function lowerExit(lowering: ProgramLowering, code: TypedExpression | undefined): void {
  const { builder, object } = lowering;
  const value = code === undefined ? builder.const(0) : lowering.word(code);
  const at = object.globals.words.find(word => word.name === 'exitCode');
  if (at !== undefined) builder.store(4, builder.mapValue('globals', at.offset), 0, value);
  builder.store(4, builder.mapValue('globals', object.globals.stop), 0, builder.const(1));
  lowering.emit('exit', [{ name: 'code', value: { type: UINT32, operand: { kind: 'word', value } } }], {});
  lowering.leave(lowering.probeType.packet === undefined ? undefined : undecided(lowering));
}

/**
 * `value` is heard where the session itself runs the program. A packet program with a value has decided; without one it goes on
 * with its next clause.
 */
export function lowerLeave(lowering: ProgramLowering, value?: ValueId): void {
  const { builder, object, temporaries, probeType, nextBlock } = lowering;
  const own = () => builder.const(lowering.probeIndex);
  if (probeType.packet !== undefined && value === undefined) {
    if (object.countsRules && lowering.applies) countVerdict(lowering, builder.const(NEXT), own());
    if (nextBlock !== undefined) {
      builder.jump(nextBlock);
      return;
    }
  }
  const rule = () => (value === undefined ? builder.const(NO_RULE) : own());
  if (!lowering.captures.none) {
    temporaries.free();
    leaveCapturing(lowering, value ?? undecided(lowering), object.countsVerdicts ? rule() : undefined);
    return;
  }
  if (probeType.packet !== undefined && object.countsVerdicts)
    countVerdict(lowering, value ?? undecided(lowering), rule());
  temporaries.free();
  const heard = probeType.origin === 'session' || probeType.packet !== undefined;
  // 0: perf has nothing more to do with the event.
  builder.ret(heard && value !== undefined ? value : undecided(lowering));
}
