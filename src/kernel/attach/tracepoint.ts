// tracepoint:CATEGORY:EVENT by a perf event of type PERF_TYPE_TRACEPOINT. One event covers all CPUs: the program hangs on
// the tracepoint, not on the event (perf_event_attach_bpf_prog, kernel/trace/bpf_trace.c).
import type { TargetSpec } from '../../compiler/object-spec.js';
import { PerfType } from '../sys/perf-event.js';
import type { AttachContext, Link } from './link.js';
import { attachPerfEvent } from './perf-link.js';

export function attachTracepoint(target: TargetSpec, programFd: number, context: AttachContext): Link {
  const [, category = '', event = ''] = target.parts;
  return attachPerfEvent(
    programFd,
    {
      name: target.name,
      attr: {
        type: PerfType.PERF_TYPE_TRACEPOINT,
        config: context.tracepointId(category, event),
        sample_period: 1,
      },
      where: { pid: -1, cpu: context.onlineCpu },
      cookie: target.cookie === undefined ? undefined : BigInt(target.cookie),
    },
    context,
  );
}
