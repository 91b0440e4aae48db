// What a tracing program traces, as the kernel wants to be told when it is loaded: the id of a BTF type, and the BTF (a module's) or
// the BPF program that the id is of.
import type { BtfView } from '../../compiler/btf/btf-view.js';
import type { AttachTo } from '../../compiler/object-spec.js';
import { AttachError } from '../attach/link.js';
import { programFunctionId } from '../host/running-programs.js';
import { SyscallError } from '../sys/error.js';
import { closeFd } from '../sys/fd.js';
import { btfGetFdById, btfGetInfo, btfGetNextId, progGetFdById } from '../sys/object.js';

export interface AttachTarget {
  readonly attachBtfId: number;
  /** The caller's, to be closed after the load; undefined: vmlinux. */
  readonly attachBtfObjFd?: number;
}

/** `types`: BTF of vmlinux or of a module. Throws an AttachError when the target is gone. */
export function attachTarget(
  target: AttachTo,
  title: string,
  types: (module?: string) => BtfView | undefined,
): AttachTarget {
  const { kind, module, programId } = target;
  if (kind === 'program' && programId !== undefined) return programTarget(programId, target.name, title);
  const name = kind === 'iter' ? `bpf_iter_${target.name}` : target.name;
  const attachBtfId = types(module)?.idOf(name, kind === 'typedef' ? 'typedef' : 'func');
  if (attachBtfId === undefined) throw new AttachError(title, `there is no type information of ${name}`);
  return module === undefined ? { attachBtfId } : { attachBtfId, attachBtfObjFd: moduleBtf(module, title) };
}

function programTarget(id: number, name: string, title: string): AttachTarget {
  let fd: number;
  try {
    fd = progGetFdById(id);
  } catch (error) {
    if (error instanceof SyscallError && error.code === 'ENOENT')
      throw new AttachError(title, `the BPF program ${id} is gone`);
    throw error;
  }
  const attachBtfId = programFunctionId(fd, name);
  if (attachBtfId !== undefined) return { attachBtfId, attachBtfObjFd: fd };
  closeFd(fd);
  throw new AttachError(title, `the BPF program ${id} has no function ${name}`);
}

/** An fd of the BTF that the kernel made when it loaded the module. */
function moduleBtf(module: string, title: string): number {
  for (let id = btfGetNextId(0); id !== undefined; id = btfGetNextId(id)) {
    let fd: number;
    try {
      fd = btfGetFdById(id);
    } catch (error) {
      if (error instanceof SyscallError && error.code === 'ENOENT') continue; // gone meanwhile
      throw error;
    }
    const info = btfGetInfo(fd);
    if (info.name === module && info.numbers.kernel_btf === 1n) return fd;
    closeFd(fd);
  }
  throw new AttachError(title, `the module ${module} is not loaded, or has no type information`);
}
