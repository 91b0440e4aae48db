// Waiting until no BPF program that runs now can still run: they run under RCU.

import { errno, SyscallError } from './error.js';
import { native } from './native.js';

const MEMBARRIER_CMD_GLOBAL = 1;

/**
 * Returns after every program that was running has ended, 10-60 ms later, blocking the thread meanwhile
 * (membarrier(2) waits for an RCU grace period). False where the kernel cannot (nohz_full: EINVAL). Sleepable programs are
 * under another kind of RCU and not waited for.
 */
export function waitForPrograms(): boolean {
  const shim = native();
  const result = shim.syscall(shim.nr.membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
  if (result < 0 && result !== -errno('EINVAL') && result !== -errno('ENOSYS')) {
    throw new SyscallError('membarrier', -result);
  }
  return result === 0;
}
