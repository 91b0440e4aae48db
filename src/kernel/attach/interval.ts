// interval: a clock on one CPU.
import type { PerfEventData } from '../../compiler/bpf/perf-event.js';
import type { Attacher } from './link.js';
import { attachPerfEvent } from './perf-link.js';

export const interval: Attacher = {
  one(target, { fd }, context) {
    const { type, config, period } = target.data as PerfEventData;
    const attr = { type, config, sample_period: BigInt(period) };
    return attachPerfEvent(fd, { target, attr, where: { pid: -1, cpu: context.onlineCpu } }, context);
  },
};
