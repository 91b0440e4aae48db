// fentry, fexit and typed raw tracepoints: what is traced was told when the program was loaded, so attaching names only the program.

import { SyscallError } from '../sys/error.js';
import { rawTracepointOpen } from '../sys/link.js';
import { fdLink } from './fd-link.js';
import { AttachError, type Attacher } from './link.js';

export const tracing: Attacher = {
  one(target, { fd }) {
    try {
      return fdLink(rawTracepointOpen(undefined, fd), 'tracing link');
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      if (error.code === 'EBUSY')
        throw new AttachError(
          target.name,
          'the function is being changed (live patching), or traced by others',
        );
      if (error.code === 'E2BIG')
        throw new AttachError(target.name, 'it has as many programs as the kernel allows (38)');
      throw error;
    }
  },
};
