// The limit on locked memory, against which kernels before 5.11 charge maps and programs.

import { LITTLE_ENDIAN } from './attr.js';
import { errno, SyscallError } from './error.js';
import { isAtLeast, type KernelVersion, runningKernel } from './kernel-version.js';
import { native } from './native.js';

const RLIMIT_MEMLOCK = 8;
const RLIM_INFINITY = 2n ** 64n - 1n;

/**
 * Raises RLIMIT_MEMLOCK of this process as far as it may, where the kernel charges BPF memory to it; does
 * nothing on 5.11 and later. Children inherit it. True when there is no limit (any more).
 */
export function raiseMemlock(kernel: KernelVersion = runningKernel()): boolean {
  if (isAtLeast(kernel, [5, 11])) return true;
  if (setRlimit(RLIMIT_MEMLOCK, RLIM_INFINITY, RLIM_INFINITY)) return true;
  const { hard } = getRlimit(RLIMIT_MEMLOCK); // without CAP_SYS_RESOURCE: up to the hard limit
  setRlimit(RLIMIT_MEMLOCK, hard, hard);
  return hard === RLIM_INFINITY;
}

/** Bytes of locked memory that this process may have, where BPF memory counts as such and there is a limit. */
export function memlockLimit(kernel: KernelVersion = runningKernel()): bigint | undefined {
  if (isAtLeast(kernel, [5, 11])) return undefined;
  const { soft } = getRlimit(RLIMIT_MEMLOCK);
  return soft === RLIM_INFINITY ? undefined : soft;
}

/** prlimit64(2): limits of this process; false on EPERM. */
export function setRlimit(resource: number, soft: bigint, hard: bigint): boolean {
  const shim = native();
  const limits = new BigUint64Array([soft, hard]);
  const result = shim.syscall(shim.nr.prlimit64, 0, resource, limits, null);
  if (result < 0 && result !== -errno('EPERM')) throw new SyscallError('setrlimit', -result);
  return result === 0;
}

export function getRlimit(resource: number): { readonly soft: bigint; readonly hard: bigint } {
  const shim = native();
  const limits = new DataView(new ArrayBuffer(16));
  const result = shim.syscall(shim.nr.prlimit64, 0, resource, null, limits.buffer);
  if (result < 0) throw new SyscallError('getrlimit', -result);
  return { soft: limits.getBigUint64(0, LITTLE_ENDIAN), hard: limits.getBigUint64(8, LITTLE_ENDIAN) };
}
