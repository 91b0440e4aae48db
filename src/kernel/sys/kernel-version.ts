// Which kernel this is, from uname.

import { release } from 'node:os';

/** [major, minor, patch]; of Debian's "6.1.0-28-amd64" it is [6, 1, 0]. */
export type KernelVersion = readonly [major: number, minor: number, patch: number];

export function runningKernel(): KernelVersion {
  const [major = 0, minor = 0, patch = 0] = release()
    .split('.')
    .map(part => Number.parseInt(part, 10) || 0);
  return [major, minor, patch];
}

export function isAtLeast(
  kernel: KernelVersion,
  [major, minor]: readonly [major: number, minor: number],
): boolean {
  return kernel[0] > major || (kernel[0] === major && kernel[1] >= minor);
}
