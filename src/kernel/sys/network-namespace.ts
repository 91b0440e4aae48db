// A network of this thread's own, for what must not touch the machine's: it has a loopback device (index 1) and nothing else.
import { closeSync, openSync } from 'node:fs';
import { check } from './error.js';
import { native } from './native.js';

/** include/uapi/linux/sched.h */
const CLONE_NEWNET = 0x40000000;

/**
 * Runs `body` in a new network namespace, then returns to the former one. Needs CAP_SYS_ADMIN (EPERM) and CONFIG_NET_NS (EINVAL).
 * Everything that this thread does meanwhile is done there.
 */
export async function inOwnNetwork<T>(body: () => Promise<T>): Promise<T> {
  const shim = native();
  const home = openSync('/proc/thread-self/ns/net', 'r');
  try {
    check(shim.syscall(shim.nr.unshare, CLONE_NEWNET), 'unshare', 'network namespace');
    try {
      return await body();
    } finally {
      check(shim.syscall(shim.nr.setns, home, CLONE_NEWNET), 'setns', 'network namespace');
    }
  } finally {
    closeSync(home);
  }
}
