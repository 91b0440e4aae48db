// rawtracepoint:EVENT by BPF_RAW_TRACEPOINT_OPEN: detaches at once, unlike perf tracepoints, which wait for RCU.
import { rawTracepointOpen } from '../sys/link.js';
import { fdLink } from './fd-link.js';
import type { Attacher } from './link.js';

export const rawTracepoint: Attacher = {
  one: (target, { fd }) => fdLink(rawTracepointOpen(target.parts.at(-1), fd), 'raw tracepoint link'),
};
