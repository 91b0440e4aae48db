// Loss counters: one u64 for each probe and kind in `globals`, added to only where something was lost.
import type { HelperErrorData } from '../language/functions/helper-error.js';
import type { LossKind } from '../object-spec.js';
import { INT32 } from '../types/type.js';
import type { FailedCall } from './lowering.js';
import { LOSS_KINDS } from './object.js';
import type { ProgramLowering } from './program-lowering.js';

export function lowerLoss(lowering: ProgramLowering, kind: LossKind, failed?: FailedCall): void {
  const { builder, object, probeIndex } = lowering;
  const index = probeIndex * LOSS_KINDS.length + LOSS_KINDS.indexOf(kind);
  const counter = builder.mapValue('globals', object.globals.loss + index * 8);
  builder.atomicAdd(8, counter, 0, builder.const(1));
  if (failed === undefined || !object.tellsFailures) return;
  const operand = { kind: 'word', value: failed.returned } as const;
  const data: HelperErrorData = { helper: failed.helper };
  lowering.emit('helper-error', [{ name: 'returned', value: { type: INT32, operand } }], data);
}
