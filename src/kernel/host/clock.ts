// The clocks that programs read, and how far wall-clock time is from them (strftime, timestamps in tables).
import { check } from '../sys/error.js';
import { native } from '../sys/native.js';

/** include/uapi/linux/time.h; the helpers ktime_get_ns and ktime_get_boot_ns read the latter two. */
export const Clock = { CLOCK_REALTIME: 0, CLOCK_MONOTONIC: 1, CLOCK_BOOTTIME: 7, CLOCK_TAI: 11 } as const;

const SYS_CLOCK_GETTIME: Readonly<Record<string, number>> = { x64: 228, arm64: 113 };

/** ns since the clock's own epoch. */
export function readClock(clock: number): bigint {
  const time = new BigInt64Array(2); // struct timespec
  const number = SYS_CLOCK_GETTIME[process.arch];
  if (number === undefined) return process.hrtime.bigint();
  check(native().syscall(number, clock, time), 'clock_gettime');
  return time[0]! * 1_000_000_000n + time[1]!;
}

/** ns to add to a reading of `clock` for ns since 1970 (UTC); the quickest of three tries, good to a microsecond. */
export function wallClockOffset(clock: number): bigint {
  let best = { took: -1n, offset: 0n };
  for (let i = 0; i < 3; i++) {
    const before = readClock(clock);
    const wall = readClock(Clock.CLOCK_REALTIME);
    const took = readClock(clock) - before;
    if (best.took < 0n || took < best.took) best = { took, offset: wall - before - took / 2n };
  }
  return best.offset;
}
