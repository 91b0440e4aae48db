// rawtracepoint:EVENT by BPF_RAW_TRACEPOINT_OPEN: detaches at once, unlike perf tracepoints, which wait for RCU.
import type { TargetSpec } from '../../compiler/object-spec.js';
import { closeFd } from '../sys/fd.js';
import { rawTracepointOpen } from '../sys/link.js';
import type { Link } from './link.js';

export function attachRawTracepoint(target: TargetSpec, programFd: number): Link {
  const fd = rawTracepointOpen(target.parts.at(-1), programFd);
  let open = true;
  return {
    description: `raw tracepoint link fd ${fd}`,
    close() {
      if (open) closeFd(fd);
      open = false;
    },
  };
}
