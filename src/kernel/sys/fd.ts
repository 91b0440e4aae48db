// File descriptors that bpf(2) and perf_event_open(2) hand out.

import { check } from './error.js';
import { native } from './native.js';

/** close(2). EBADF throws: it means that something else was closed, or will be. */
export function closeFd(fd: number): void {
  const shim = native();
  check(shim.syscall(shim.nr.close, fd), 'close', `fd ${fd}`);
}
