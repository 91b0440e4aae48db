// rawtracepoint:MODULE:EVENT by BPF_RAW_TRACEPOINT_OPEN: detaches at once, unlike perf tracepoints, which wait for RCU.
import { ProgType } from '../../compiler/bpf/uapi.js';
import { rawTracepointOpen } from '../sys/link.js';
import { fdLink } from './fd-link.js';
import type { Attacher } from './link.js';
import { tracing } from './tracing.js';

export const rawTracepoint: Attacher = {
  one(target, program, context) {
    if (program.spec.type === ProgType.BPF_PROG_TYPE_TRACING) return tracing.one(target, program, context);
    const cookie = target.cookie === undefined ? undefined : BigInt(target.cookie);
    return fdLink(rawTracepointOpen(target.parts.at(-1), program.fd, cookie), 'raw tracepoint link');
  },
};
