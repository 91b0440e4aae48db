// tracepoint:CATEGORY:EVENT by a perf event of type PERF_TYPE_TRACEPOINT. One event covers all CPUs: the program hangs on
// the tracepoint, not on the event (perf_event_attach_bpf_prog, kernel/trace/bpf_trace.c).
import { PerfType } from '../../compiler/bpf/perf-event.js';
import type { Attacher } from './link.js';
import { attachPerfEvent } from './perf-link.js';

export const tracepoint: Attacher = {
  one(target, { fd }, context) {
    const [, category = '', event = ''] = target.parts;
    const attr = {
      type: PerfType.PERF_TYPE_TRACEPOINT,
      config: context.tracepointId(category, event),
      sample_period: 1,
    };
    return attachPerfEvent(fd, { target, attr, where: { pid: -1, cpu: context.onlineCpu } }, context);
  },
};
