// interval: a timer on one CPU.
import { ProgType } from '../../bpf/uapi.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { AttachPoint } from '../../syntax/ast.js';
import type { ExpandedTarget, ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';

const USAGE = 'interval:s:1 (or ms, us, hz), or interval:500ms';
const UNITS: readonly string[] = ['s', 'ms', 'us', 'hz'];
/** Nanoseconds of each unit a duration literal may have. */
const NANOSECONDS: Readonly<Record<string, bigint>> = {
  '': 1n,
  ns: 1n,
  us: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
};

export const interval: ProbeTypeEntry = {
  name: 'interval',
  aliases: ['i'],
  program: () => ({ type: ProgType.BPF_PROG_TYPE_PERF_EVENT }),
  origin: 'timer',
  process: 'ignored',
  usage: USAGE,
  doc: {
    summary: 'Fires at a fixed rate, on one CPU.',
    example: 'tracepoint:sched:sched_switch { @ = count(); } interval:s:1 { print(@); clear(@); }',
    seeAlso: ['begin', 'end'],
  },
  cookies: (_target, env) => env.has('perf_link'),
  expand: (point, _env, diagnostics) => {
    const parts = operands(point, 1, 2, USAGE, diagnostics);
    if (parts === undefined) return [];
    const target = parts.length === 1 ? fromDuration(point, diagnostics) : fromUnit(point, diagnostics);
    return target === undefined ? [] : [target];
  },
  list: function* (pattern) {
    for (const unit of UNITS) if (pattern.matches(`interval:${unit}:`)) yield `interval:${unit}:`;
  },
};

function fromUnit(point: AttachPoint, diagnostics: Diagnostics): ExpandedTarget | undefined {
  const [, unit, rate] = point.parts;
  if (unit === undefined || rate === undefined) return undefined;
  if (!UNITS.includes(unit.text)) {
    diagnostics.error('attach-point', unit.span, `${unit.text} is not an accepted unit of time`, {
      hint: `the units are ${UNITS.join(', ')}`,
    });
    return undefined;
  }
  const text = rate.text.replaceAll('_', '');
  if (!/^(0[xX][0-9a-fA-F]+|\d+)$/.test(text)) {
    const message = `Invalid rate of interval probe: invalid integer: ${rate.text}`;
    diagnostics.error('attach-point', rate.span, message);
    return undefined;
  }
  if (BigInt(text) === 0n) {
    diagnostics.error('attach-point', rate.span, 'interval frequency should be a positive integer');
    return undefined;
  }
  return targetOf(unit.text, BigInt(text));
}

/** `interval:500ms`: a duration, or a bare number of nanoseconds. */
function fromDuration(point: AttachPoint, diagnostics: Diagnostics): ExpandedTarget | undefined {
  const part = point.parts[1]!;
  const [, digits, unit = ''] = /^(\d[\d_]*)([a-z]*)$/.exec(part.text) ?? [];
  const scale = NANOSECONDS[unit];
  if (digits === undefined || scale === undefined) {
    const message = `Invalid rate of interval probe: invalid integer: ${part.text}`;
    diagnostics.error('attach-point', part.span, message, { hint: `it is written ${USAGE}` });
    return undefined;
  }
  const nanoseconds = BigInt(digits.replaceAll('_', '')) * scale;
  if (nanoseconds < 1000n) {
    const message = `Invalid rate of interval probe. Minimum is 1000 or 1us. Found: ${nanoseconds} nanoseconds`;
    diagnostics.error('attach-point', part.span, message);
    return undefined;
  }
  return targetOf('us', nanoseconds / 1000n);
}

function targetOf(unit: string, rate: bigint): ExpandedTarget {
  return { name: `interval:${unit}:${rate}`, parts: ['interval', unit, String(rate)] };
}
