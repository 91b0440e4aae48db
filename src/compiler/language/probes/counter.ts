// software and hardware: events that perf counts, and how many of them make a probe fire.
import { type PerfEventData, PerfHardware, PerfSoftware, PerfType } from '../../bpf/perf-event.js';
import { ProgType } from '../../bpf/uapi.js';
import { didYouMean } from '../../diagnostics/suggest.js';
import { hasWildcard } from '../../types/glob.js';
import type { ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';
import { wholeNumber } from './number.js';

interface CountedEvent {
  readonly config: number;
  /** When the attach point gives no count, as in bpftrace. */
  readonly count: bigint;
}

const S = PerfSoftware;
const H = PerfHardware;

const SOFTWARE: Readonly<Record<string, CountedEvent>> = {
  'alignment-faults': { config: S.PERF_COUNT_SW_ALIGNMENT_FAULTS, count: 1n },
  'bpf-output': { config: S.PERF_COUNT_SW_BPF_OUTPUT, count: 1n },
  'context-switches': { config: S.PERF_COUNT_SW_CONTEXT_SWITCHES, count: 1000n },
  cs: { config: S.PERF_COUNT_SW_CONTEXT_SWITCHES, count: 1000n },
  'cpu-clock': { config: S.PERF_COUNT_SW_CPU_CLOCK, count: 1_000_000n },
  cpu: { config: S.PERF_COUNT_SW_CPU_CLOCK, count: 1_000_000n },
  'cpu-migrations': { config: S.PERF_COUNT_SW_CPU_MIGRATIONS, count: 1n },
  dummy: { config: S.PERF_COUNT_SW_DUMMY, count: 1n },
  'emulation-faults': { config: S.PERF_COUNT_SW_EMULATION_FAULTS, count: 1n },
  'major-faults': { config: S.PERF_COUNT_SW_PAGE_FAULTS_MAJ, count: 1n },
  'minor-faults': { config: S.PERF_COUNT_SW_PAGE_FAULTS_MIN, count: 100n },
  'page-faults': { config: S.PERF_COUNT_SW_PAGE_FAULTS, count: 100n },
  faults: { config: S.PERF_COUNT_SW_PAGE_FAULTS, count: 100n },
  'task-clock': { config: S.PERF_COUNT_SW_TASK_CLOCK, count: 1n },
};

const HARDWARE: Readonly<Record<string, CountedEvent>> = {
  'backend-stalls': { config: H.PERF_COUNT_HW_STALLED_CYCLES_BACKEND, count: 1_000_000n },
  'branch-instructions': { config: H.PERF_COUNT_HW_BRANCH_INSTRUCTIONS, count: 100_000n },
  branches: { config: H.PERF_COUNT_HW_BRANCH_INSTRUCTIONS, count: 100_000n },
  'branch-misses': { config: H.PERF_COUNT_HW_BRANCH_MISSES, count: 100_000n },
  'bus-cycles': { config: H.PERF_COUNT_HW_BUS_CYCLES, count: 100_000n },
  'cache-misses': { config: H.PERF_COUNT_HW_CACHE_MISSES, count: 1_000_000n },
  'cache-references': { config: H.PERF_COUNT_HW_CACHE_REFERENCES, count: 1_000_000n },
  'cpu-cycles': { config: H.PERF_COUNT_HW_CPU_CYCLES, count: 1_000_000n },
  cycles: { config: H.PERF_COUNT_HW_CPU_CYCLES, count: 1_000_000n },
  'frontend-stalls': { config: H.PERF_COUNT_HW_STALLED_CYCLES_FRONTEND, count: 1_000_000n },
  instructions: { config: H.PERF_COUNT_HW_INSTRUCTIONS, count: 1_000_000n },
  'ref-cycles': { config: H.PERF_COUNT_HW_REF_CPU_CYCLES, count: 1_000_000n },
};

function counter(
  name: 'software' | 'hardware',
  type: number,
  events: Readonly<Record<string, CountedEvent>>,
  doc: ProbeTypeEntry['doc'],
): ProbeTypeEntry {
  const usage = `${name}:EVENT or ${name}:EVENT:COUNT`;
  const names = Object.keys(events).sort();
  return {
    name,
    aliases: [name.slice(0, 1)],
    program: () => ({ type: ProgType.BPF_PROG_TYPE_PERF_EVENT }),
    origin: 'event',
    process: 'attach',
    usage,
    doc,
    cookies: (_target, env) => env.has('perf_link'),
    expand: (point, _env, diagnostics) => {
      if (operands(point, 1, 2, usage, diagnostics) === undefined) return [];
      const [, event, count] = point.parts;
      const refuse = (span: typeof point.span, message: string, hint?: string) => {
        diagnostics.error('attach-point', span, message, hint === undefined ? {} : { hint });
        return [];
      };
      if (event === undefined || event.text === '') {
        return refuse(
          point.span,
          `${name} probe must have a ${name} event name`,
          `there are: ${names.join(', ')}`,
        );
      }
      if (hasWildcard(event.text)) {
        return refuse(event.span, `wildcards are not allowed for ${name} probe type`);
      }
      const known = events[event.text];
      if (known === undefined) {
        const hint = didYouMean(event.text, names) ?? `there are: ${names.join(', ')}`;
        return refuse(event.span, `${event.text} is not a ${name} probe`, hint);
      }
      const given = count === undefined ? 0n : wholeNumber(count.text);
      if (typeof given === 'string') return refuse(count!.span, `Invalid count for ${name} probe: ${given}`);
      const parts = [name, event.text, ...(given === 0n ? [] : [String(given)])];
      const period = String(given === 0n ? known.count : given);
      const data: PerfEventData = { type, config: known.config, period };
      return [{ name: parts.join(':'), parts, data }];
    },
    list: function* (pattern) {
      for (const each of names) if (pattern.matches(`${name}:${each}:`)) yield `${name}:${each}:`;
    },
  };
}

export const software = counter('software', PerfType.PERF_TYPE_SOFTWARE, SOFTWARE, {
  summary: 'Events that the kernel itself counts: page faults, context switches, time on the CPU.',
  detail:
    'The probe fires each time so many of them have happened; without a count a usual one is taken. With -p and -c the threads of' +
    ' that process are counted, else each CPU.',
  example: 'software:page-faults:1 { @[comm] = count(); }',
  seeAlso: ['hardware', 'profile'],
});

export const hardware = counter('hardware', PerfType.PERF_TYPE_HARDWARE, HARDWARE, {
  summary: 'Events that the processor counts: cycles, instructions, cache misses, branches.',
  detail:
    'It takes a processor whose counters the kernel drives; virtual machines often have none, and attaching then says so.',
  example: 'hardware:cache-misses:1000000 { @[comm] = count(); }',
  seeAlso: ['software', 'profile'],
});
