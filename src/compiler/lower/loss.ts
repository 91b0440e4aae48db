// Loss counters: one u64 for each probe and kind in `globals`, added to only where something was lost.
import type { LossKind } from '../object-spec.js';
import { LOSS_KINDS } from './object.js';
import type { ProgramLowering } from './program-lowering.js';

export function lowerLoss({ builder, object, probeIndex }: ProgramLowering, kind: LossKind): void {
  const index = probeIndex * LOSS_KINDS.length + LOSS_KINDS.indexOf(kind);
  const counter = builder.mapValue('globals', object.globals.loss + index * 8);
  builder.atomicAdd(8, counter, 0, builder.const(1));
}
