// perf_event_open(2) and the ioctls on its fds. The event is described by UAPI field names, the flag bits
// by theirs; whatever is not named is 0. fds are close-on-exec and the caller's.

import { type FieldValue, layout, pack } from './attr.js';
import { check } from './error.js';
import { native, type Word } from './native.js';

/** struct perf_event_attr, PERF_ATTR_SIZE_VER5 (4.1); the flag bits lie at 40. */
export const PERF_EVENT_ATTR = layout(112, () => ({
  type: [0, 4],
  size: [4, 4],
  config: [8, 8],
  sample_period: [16, 8],
  sample_freq: [16, 8],
  sample_type: [24, 8],
  read_format: [32, 8],
  wakeup_events: [48, 4],
  wakeup_watermark: [48, 4],
  bp_type: [52, 4],
  config1: [56, 8],
  config2: [64, 8],
  bp_addr: [56, 8],
  bp_len: [64, 8],
  kprobe_func: [56, 8],
  kprobe_addr: [64, 8],
  uprobe_path: [56, 8],
  probe_offset: [64, 8],
  branch_sample_type: [72, 8],
  clockid: [92, 4],
  sample_max_stack: [108, 2],
}));
/** The bits of the u64 at offset 40, from the lowest. */
const FLAG_BITS = {
  disabled: 0,
  inherit: 1,
  pinned: 2,
  exclusive: 3,
  exclude_user: 4,
  exclude_kernel: 5,
  exclude_hv: 6,
  exclude_idle: 7,
  freq: 10,
  enable_on_exec: 12,
  watermark: 14,
  exclude_guest: 20,
  use_clockid: 25,
  inherit_thread: 35, // 5.13
} as const;

const FLAGS_LAYOUT = layout(112, () => ({ flags: [40, 8] }));

/** `sample_type`: what a PERF_RECORD_SAMPLE carries. */
export const PERF_SAMPLE_TIME = 1 << 2;
export const PERF_SAMPLE_RAW = 1 << 10;

export type PerfEventAttr = Partial<
  Record<Exclude<keyof typeof PERF_EVENT_ATTR.fields, 'size'>, FieldValue> &
    Record<keyof typeof FLAG_BITS, boolean>
>;

export interface PerfEventTarget {
  /** -1: every process (then cpu must be given). */
  readonly pid: number;
  /** -1: whichever CPU the process runs on. */
  readonly cpu: number;
  readonly groupFd?: number;
}

const PERF_FLAG_FD_CLOEXEC = 8;

/** perf_event_open(2) -> fd. ENOENT: no such event here; EACCES: kernel.perf_event_paranoid. */
export function perfEventOpen(attr: PerfEventAttr, target: PerfEventTarget, detail?: string): number {
  const { fields, flags } = splitFlags(attr);
  const packed = pack(PERF_EVENT_ATTR, { ...fields, size: PERF_EVENT_ATTR.size });
  packed.bytes.set(pack(FLAGS_LAYOUT, { flags }).bytes.subarray(40, 48), 40);
  const shim = native();
  const { pid, cpu, groupFd = -1 } = target;
  inFlight = packed;
  const fd = shim.syscall(shim.nr.perf_event_open, packed.bytes, pid, cpu, groupFd, PERF_FLAG_FD_CLOEXEC);
  inFlight = undefined;
  return check(fd, 'perf_event_open', detail);
}

/** Keeps the memory that the struct points to reachable while the kernel uses it. */
export let inFlight: unknown;

/** _IO('$', n) and relatives (include/uapi/linux/perf_event.h); the same on all architectures tsbpf runs on. */
const PERF_EVENT_IOC = {
  ENABLE: 0x2400,
  SET_FILTER: 0x40082406,
  SET_BPF: 0x40042408,
} as const;

export function perfEventEnable(fd: number): void {
  control(fd, 'PERF_EVENT_IOC_ENABLE', PERF_EVENT_IOC.ENABLE, 0);
}

/** Attaches a program until the event's last fd is closed; before 5.15 the only way. EEXIST: it has one. */
export function perfEventSetBpf(fd: number, progFd: number): void {
  control(fd, 'PERF_EVENT_IOC_SET_BPF', PERF_EVENT_IOC.SET_BPF, progFd);
}

function control(fd: number, name: string, request: number, argument: Word): void {
  const shim = native();
  check(shim.syscall(shim.nr.ioctl, fd, request, argument), name);
}

function splitFlags(attr: PerfEventAttr): { fields: Record<string, FieldValue>; flags: bigint } {
  const fields: Record<string, FieldValue> = {};
  let flags = 0n;
  for (const [name, value] of Object.entries(attr)) {
    if (typeof value !== 'boolean') fields[name] = value;
    else if (value) flags |= 1n << BigInt(FLAG_BITS[name as keyof typeof FLAG_BITS]);
  }
  return { fields, flags };
}
