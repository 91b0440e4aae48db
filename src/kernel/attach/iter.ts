// iter: a link whose file, each time it is opened and read, runs the program over all objects.
import { rmSync } from 'node:fs';
import type { IteratorData } from '../../compiler/language/probes/iter.js';
import { SyscallError } from '../sys/error.js';
import { closeFd } from '../sys/fd.js';
import { iterCreate, linkCreateIter } from '../sys/link.js';
import { objPin } from '../sys/object.js';
import { AttachError, type Attacher } from './link.js';

/** union bpf_iter_link_info (include/uapi/linux/bpf.h), as large as its largest member. */
const INFO_SIZE = 16;
/** enum bpf_cgroup_iter_order: parents first, from the root of version 2. */
const BPF_CGROUP_ITER_DESCENDANTS_PRE = 2;

export const iter: Attacher = {
  one(target, { fd }) {
    const { pid, pidByLink, pin } = target.data as IteratorData;
    const info = linkInfo(target.parts[1] ?? '', pidByLink === true ? pid : undefined);
    const link = linkCreateIter(fd, info);
    if (pin !== undefined) {
      try {
        objPin(link, pin);
      } catch (error) {
        closeFd(link);
        throw error instanceof SyscallError ? explained(error, target.name, pin) : error;
      }
    }
    let open = true;
    return {
      description:
        pin === undefined ? `iterator link fd ${link}` : `iterator link fd ${link}, pinned to ${pin}`,
      ...(pin === undefined ? { open: () => iterCreate(link) } : { pin }),
      release() {
        const fds = open ? [link] : [];
        open = false;
        return fds;
      },
      // What is not released was not wanted: a step after it failed.
      close() {
        if (!open) return;
        open = false;
        closeFd(link);
        if (pin !== undefined) rmSync(pin, { force: true });
      },
    };
  },
};

/** undefined: all objects. */
function linkInfo(kind: string, pid: number | undefined): Uint8Array | undefined {
  const words = new Uint32Array(INFO_SIZE / 4);
  if (kind === 'cgroup') words[0] = BPF_CGROUP_ITER_DESCENDANTS_PRE;
  else if (pid !== undefined)
    words[1] = pid; // task: tid, pid, pid_fd
  else return undefined;
  return new Uint8Array(words.buffer);
}

function explained(error: SyscallError, name: string, path: string): Error {
  switch (error.code) {
    case 'EEXIST':
      return new AttachError(
        name,
        `${path} is there already`,
        `rm ${path} removes the iterator that is pinned there`,
      );
    case 'EPERM':
    case 'ENOENT':
    case 'EINVAL':
      return new AttachError(
        name,
        `it cannot be pinned to ${path} (${error.code})`,
        'the path must lie in a mounted BPF file system: mount -t bpf bpf /sys/fs/bpf',
      );
    default:
      return error;
  }
}
