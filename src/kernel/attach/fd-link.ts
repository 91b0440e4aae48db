// A link that is one fd.
import { closeFd } from '../sys/fd.js';
import type { Link } from './link.js';

/** Owns the fd. */
export function fdLink(fd: number, what: string): Link {
  let open = true;
  return {
    description: `${what} fd ${fd}`,
    release() {
      const fds = open ? [fd] : [];
      open = false;
      return fds;
    },
    close() {
      if (open) closeFd(fd);
      open = false;
    },
  };
}
