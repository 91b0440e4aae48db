// A timer of the kernel, which fires whatever its maker is doing.
import { PerfSoftware, PerfType } from '../../compiler/bpf/perf-event.js';
import type { AttachContext, Link } from './link.js';
import { attachPerfEvent } from './perf-link.js';

/** Runs the program (of a perf event, the caller's fd) after so many ns, and again each time that these have passed. Throws a SyscallError. */
export function attachDeadline(programFd: number, nanoseconds: bigint, context: AttachContext): Link {
  const attr = {
    type: PerfType.PERF_TYPE_SOFTWARE,
    config: PerfSoftware.PERF_COUNT_SW_CPU_CLOCK,
    sample_period: nanoseconds,
  };
  const where = { pid: -1, cpu: context.onlineCpu };
  return attachPerfEvent(programFd, { attr, target: { name: '--for' }, where }, context);
}
