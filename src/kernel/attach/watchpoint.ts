// watchpoint: a breakpoint in all threads of the process of -p or -c, else on every CPU.
import { BreakpointType, type PerfEventData } from '../../compiler/bpf/perf-event.js';
import { InternalError } from '../../compiler/diagnostics/diagnostic.js';
import { SyscallError } from '../sys/error.js';
import { AttachError, type Attacher } from './link.js';
import { attachPerfEvents } from './perf-link.js';
import { perfPlaces } from './perf-places.js';

export const watchpoint: Attacher = {
  one(target, { fd }, context) {
    const { type, config, period, breakpoint } = target.data as PerfEventData;
    if (breakpoint === undefined) throw new InternalError(`${target.name} without an address`);
    const address = BigInt(breakpoint.address);
    const { places, flags } = perfPlaces(context);
    const attr = {
      type,
      config,
      sample_period: BigInt(period),
      bp_type: breakpoint.type,
      bp_addr: address,
      bp_len: breakpoint.length,
      ...flags,
    };
    try {
      return attachPerfEvents(fd, { target, attr, places }, context);
    } catch (error) {
      const executes = breakpoint.type === BreakpointType.HW_BREAKPOINT_X;
      throw error instanceof SyscallError ? explained(error, target.name, address, executes) : error;
    }
  },
};

/** Lowest address of the kernel's half (x86-64 and arm64 alike). */
const KERNEL_HALF = 1n << 63n;

function explained(error: SyscallError, name: string, address: bigint, executes: boolean): Error {
  switch (error.code) {
    case 'ENOSPC':
      return new AttachError(
        name,
        'the processor has no breakpoint left',
        'x86 has four, for all tracers and debuggers together; watch fewer addresses',
      );
    case 'EOPNOTSUPP':
    case 'ENODEV':
    case 'ENOENT':
      return new AttachError(name, 'this machine has no hardware breakpoints (CONFIG_HAVE_HW_BREAKPOINT)');
    case 'EINVAL':
      if (!executes || address < KERNEL_HALF) return error;
      return new AttachError(
        name,
        'the kernel takes no breakpoint in this code of its own',
        'it allows them only with CONFIG_KPROBES, and nowhere that a kprobe may not be either',
      );
    default:
      return error;
  }
}
