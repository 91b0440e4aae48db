// interval and profile: clocks on one CPU and on all of them. Canonical parts: ['interval', 'us', '500000'].
import { type PerfEventData, PerfSoftware, PerfType } from '../../bpf/perf-event.js';
import { ProgType } from '../../bpf/uapi.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { AttachPoint } from '../../syntax/ast.js';
import type { ExpandedTarget, ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';
import { wholeNumber } from './number.js';

/** ns of a unit; hz is the other way round. */
const UNITS: Readonly<Record<string, bigint>> = { hz: 0n, ms: 1_000_000n, s: 1_000_000_000n, us: 1_000n };
const SECOND = 1_000_000_000n;
/** perf_event_open() refuses a sample_period with its highest bit set. */
const LONGEST = 2n ** 63n - 1n;

type Name = 'interval' | 'profile';

function timer(name: Name, rest: Pick<ProbeTypeEntry, 'origin' | 'process' | 'doc'>): ProbeTypeEntry {
  const usage = `${name}:hz:99 (or us, ms, s), or ${name}:10ms`;
  return {
    name,
    aliases: [name.slice(0, 1)],
    program: () => ({ type: ProgType.BPF_PROG_TYPE_PERF_EVENT }),
    usage,
    cookies: (_target, env) => env.has('perf_link'),
    expand: (point, _env, diagnostics) => {
      const parts = operands(point, 1, 2, usage, diagnostics);
      if (parts === undefined) return [];
      const target =
        parts.length === 1
          ? fromDuration(name, usage, point, diagnostics)
          : fromUnit(name, point, diagnostics);
      return target === undefined ? [] : [target];
    },
    list: function* (pattern) {
      for (const unit of Object.keys(UNITS))
        if (pattern.matches(`${name}:${unit}:`)) yield `${name}:${unit}:`;
    },
    ...rest,
  };
}

export const interval = timer('interval', {
  origin: 'timer',
  process: 'ignored',
  doc: {
    summary: 'Fires at a fixed rate, on one CPU.',
    detail:
      'A bare number is in nanoseconds: interval:1s, interval:s:1 and interval:1000000000 are the same.',
    example: 'tracepoint:sched:sched_switch { @ = count(); } interval:s:1 { print(@); clear(@); }',
    seeAlso: ['profile', 'begin', 'end'],
  },
});

export const profile = timer('profile', {
  origin: 'event',
  process: 'attach',
  doc: {
    summary: 'Fires at a fixed rate, on every CPU.',
    detail:
      'What the CPUs are at is sampled: kstack, ustack, comm. With -p and -c the time that the process runs is what counts, and all' +
      ' its threads are sampled. A bare number is in nanoseconds.',
    example: 'profile:hz:99 { @[comm] = count(); }',
    seeAlso: ['interval', 'software', 'hardware', 'kstack', 'ustack', 'usermode'],
  },
});

function fromUnit(name: Name, point: AttachPoint, diagnostics: Diagnostics): ExpandedTarget | undefined {
  const [, unit, rate] = point.parts;
  if (unit === undefined || rate === undefined) return undefined;
  const scale = UNITS[unit.text];
  if (scale === undefined) {
    diagnostics.error('attach-point', unit.span, `${unit.text} is not an accepted unit of time`, {
      hint: `the units are ${Object.keys(UNITS).join(', ')}`,
    });
    return undefined;
  }
  const count = wholeNumber(rate.text);
  if (typeof count === 'string') {
    diagnostics.error('attach-point', rate.span, `Invalid rate of ${name} probe: ${count}`);
    return undefined;
  }
  const period = scale === 0n && count > 0n ? SECOND / count : count * scale;
  if (count === 0n || period === 0n || period > LONGEST) {
    const message =
      count === 0n
        ? `${name} frequency should be a positive integer`
        : `Invalid rate of ${name} probe: ${period === 0n ? 'at most 1,000,000,000 hz' : 'at most 292 years'}`;
    diagnostics.error('attach-point', rate.span, message);
    return undefined;
  }
  return targetOf(name, unit.text, count, period);
}

/** `interval:500ms`: a duration, or a bare number of nanoseconds. */
function fromDuration(
  name: Name,
  usage: string,
  point: AttachPoint,
  diagnostics: Diagnostics,
): ExpandedTarget | undefined {
  const part = point.parts[1]!;
  const period = wholeNumber(part.text);
  if (typeof period === 'string' || period > LONGEST) {
    const message = `Invalid rate of ${name} probe: ${typeof period === 'string' ? period : 'at most 292 years'}`;
    diagnostics.error('attach-point', part.span, message, { hint: `it is written ${usage}` });
    return undefined;
  }
  if (period < 1000n) {
    const message = `Invalid rate of ${name} probe. Minimum is 1000 or 1us. Found: ${period} nanoseconds`;
    diagnostics.error('attach-point', part.span, message);
    return undefined;
  }
  const microseconds = period / 1000n;
  return targetOf(name, 'us', microseconds, microseconds * 1000n);
}

function targetOf(name: Name, unit: string, count: bigint, period: bigint): ExpandedTarget {
  const data: PerfEventData = {
    type: PerfType.PERF_TYPE_SOFTWARE,
    config: PerfSoftware.PERF_COUNT_SW_CPU_CLOCK,
    period: String(period),
  };
  return { name: `${name}:${unit}:${count}`, parts: [name, unit, String(count)], data };
}
