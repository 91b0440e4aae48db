// Notices the end of a process that is not ours (-p PID): a pidfd becomes readable then.
import { check } from '../kernel/sys/error.js';
import { closeFd } from '../kernel/sys/fd.js';
import { watchFd } from '../kernel/sys/fd-watch.js';
import { native } from '../kernel/sys/native.js';

/** Throws ESRCH when there is no such process. Min kernel 5.3. close() is idempotent. */
export function watchProcess(pid: number, onEnd: () => void): { close(): void } {
  const shim = native();
  const fd = check(shim.syscall(shim.nr.pidfd_open, pid, 0), 'pidfd_open', `process ${pid}`);
  let open = true;
  const watch = watchFd(fd, () => {
    close();
    onEnd();
  });
  watch.arm();
  function close(): void {
    if (!open) return;
    open = false;
    watch.close();
    closeFd(fd);
  }
  return { close };
}
