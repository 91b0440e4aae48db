// Wake-ups: an fd watched for readability on Node's own event loop. The watch is level-triggered: while it
// is armed and the fd stays readable, the callback comes again and again. A busy source therefore wants:
// wake, drain, disarm for some milliseconds, drain, arm.

import { check, SyscallError } from './error.js';
import { native } from './native.js';

export interface FdWatch {
  /** An armed watch keeps the process alive. Arming twice is harmless. */
  arm(): void;
  disarm(): void;
  /** Idempotent. Call it before the fd is closed, since the number is reused at once. */
  close(): void;
}

/** Starts disarmed. onReadable gets undefined, or the error that polling met. EEXIST: another armed watch has fd. */
export function watchFd(fd: number, onReadable: (error?: SyscallError) => void): FdWatch {
  const handle = native().poll(fd, status => {
    onReadable(status < 0 ? new SyscallError('poll', -status, `fd ${fd}`) : undefined);
  });
  if (typeof handle === 'number') throw new SyscallError('poll', -handle, `fd ${fd}`);
  let open = true;
  return {
    arm: () => void check(native().pollArm(handle), 'poll'),
    disarm: () => void check(native().pollDisarm(handle), 'poll'),
    close() {
      if (open) native().pollClose(handle);
      open = false;
    },
  };
}
