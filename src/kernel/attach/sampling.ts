// profile, software and hardware: an event on every CPU; with -p and -c one for each thread of the process, which those that
// it starts later inherit.
import { type PerfEventData, PerfType } from '../../compiler/bpf/perf-event.js';
import { SyscallError } from '../sys/error.js';
import { AttachError, type Attacher } from './link.js';
import { attachPerfEvents } from './perf-link.js';
import { perfPlaces } from './perf-places.js';

/** The kernel's answers to an event that no driver knows. */
const UNKNOWN_EVENT: readonly string[] = ['ENOENT', 'ENODEV', 'EOPNOTSUPP'];

export const sampling: Attacher = {
  one(target, { fd }, context) {
    const { type, config, period } = target.data as PerfEventData;
    const { places, flags } = perfPlaces(context);
    const attr = { type, config, sample_period: BigInt(period), ...flags };
    try {
      return attachPerfEvents(fd, { target, attr, places }, context);
    } catch (error) {
      if (type === PerfType.PERF_TYPE_HARDWARE && isUnknown(error)) {
        const message = `this machine has no hardware counter for ${target.parts[1]} (perf_event_open: ${error.code})`;
        throw new AttachError(target.name, message, NO_COUNTER);
      }
      throw error;
    }
  },
};

/** What it would take, and what there is instead. */
const NO_COUNTER =
  'the kernel must drive the performance monitoring unit of the processor, which a virtual machine has only when its host passes' +
  ' it on; software:cpu-clock and profile:hz:99 sample by time instead';

function isUnknown(error: unknown): error is SyscallError {
  return error instanceof SyscallError && UNKNOWN_EVENT.includes(error.code);
}
