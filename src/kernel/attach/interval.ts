// interval:UNIT:N on one CPU by a cpu-clock perf event. Canonical parts: ['interval', 'us', '500000'].
import { PerfSoftware, PerfType } from '../sys/perf-event.js';
import { AttachError, type Attacher } from './link.js';
import { attachPerfEvent } from './perf-link.js';

const NANOSECONDS: Readonly<Record<string, bigint>> = {
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
};

/** Period in ns of ['interval', unit, count]; hz is a frequency. */
export function intervalPeriod(parts: readonly string[]): bigint | undefined {
  const [, unit = '', count = ''] = parts;
  if (!/^\d+$/.test(count) || BigInt(count) === 0n) return undefined;
  if (unit === 'hz') return 1_000_000_000n / BigInt(count);
  const scale = NANOSECONDS[unit];
  return scale === undefined ? undefined : scale * BigInt(count);
}

export const interval: Attacher = {
  one(target, { fd }, context) {
    const period = intervalPeriod(target.parts);
    if (period === undefined) throw new AttachError(target.name, 'no such interval');
    const attr = {
      type: PerfType.PERF_TYPE_SOFTWARE,
      config: PerfSoftware.PERF_COUNT_SW_CPU_CLOCK,
      sample_period: period,
    };
    return attachPerfEvent(fd, { target, attr, where: { pid: -1, cpu: context.onlineCpu } }, context);
  },
};
