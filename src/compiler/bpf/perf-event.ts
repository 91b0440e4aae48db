// Kinds of perf events (include/uapi/linux/perf_event.h): what `type` and `config` of struct perf_event_attr are set to.

/** enum perf_type_id, and for tracepoints, kprobes and uprobes the number in /sys/bus/event_source/devices/NAME/type. */
export const PerfType = {
  PERF_TYPE_HARDWARE: 0,
  PERF_TYPE_SOFTWARE: 1,
  PERF_TYPE_TRACEPOINT: 2,
  PERF_TYPE_HW_CACHE: 3,
  PERF_TYPE_RAW: 4,
  PERF_TYPE_BREAKPOINT: 5,
} as const;

/** `config` of PERF_TYPE_HARDWARE (enum perf_hw_id). */
export const PerfHardware = {
  PERF_COUNT_HW_CPU_CYCLES: 0,
  PERF_COUNT_HW_INSTRUCTIONS: 1,
  PERF_COUNT_HW_CACHE_REFERENCES: 2,
  PERF_COUNT_HW_CACHE_MISSES: 3,
  PERF_COUNT_HW_BRANCH_INSTRUCTIONS: 4,
  PERF_COUNT_HW_BRANCH_MISSES: 5,
  PERF_COUNT_HW_BUS_CYCLES: 6,
  PERF_COUNT_HW_STALLED_CYCLES_FRONTEND: 7,
  PERF_COUNT_HW_STALLED_CYCLES_BACKEND: 8,
  PERF_COUNT_HW_REF_CPU_CYCLES: 9,
} as const;

/** `config` of PERF_TYPE_SOFTWARE (enum perf_sw_ids). */
export const PerfSoftware = {
  PERF_COUNT_SW_CPU_CLOCK: 0,
  PERF_COUNT_SW_TASK_CLOCK: 1,
  PERF_COUNT_SW_PAGE_FAULTS: 2,
  PERF_COUNT_SW_CONTEXT_SWITCHES: 3,
  PERF_COUNT_SW_CPU_MIGRATIONS: 4,
  PERF_COUNT_SW_PAGE_FAULTS_MIN: 5,
  PERF_COUNT_SW_PAGE_FAULTS_MAJ: 6,
  PERF_COUNT_SW_ALIGNMENT_FAULTS: 7,
  PERF_COUNT_SW_EMULATION_FAULTS: 8,
  PERF_COUNT_SW_DUMMY: 9,
  PERF_COUNT_SW_BPF_OUTPUT: 10,
  PERF_COUNT_SW_CGROUP_SWITCHES: 11,
} as const;

/** `bp_type` of PERF_TYPE_BREAKPOINT (include/uapi/linux/hw_breakpoint.h). */
export const BreakpointType = { HW_BREAKPOINT_R: 1, HW_BREAKPOINT_W: 2, HW_BREAKPOINT_X: 4 } as const;

/** What a target's `data` says of the event that drives it: JSON, u64 as decimal text. */
export interface PerfEventData {
  readonly type: number;
  readonly config: number;
  /** Events, or ns of a clock, from one firing to the next. */
  readonly period: string;
  readonly breakpoint?: { readonly type: number; readonly address: string; readonly length: number };
}
