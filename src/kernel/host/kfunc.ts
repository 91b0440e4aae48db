// May a program of a type call a kernel function (kfunc)? Only the verifier knows: it is shown a program that does.
import { callKfunc, exit, imm, mov } from '../../compiler/bpf/assemble.js';
import { encode } from '../../compiler/bpf/encode.js';
import type { BtfView } from '../../compiler/btf/btf-view.js';
import type { ProgramAttributes } from '../../compiler/object-spec.js';
import { attachTarget } from '../load/attach-target.js';
import { SyscallError, VerifierError } from '../sys/error.js';
import { closeFd } from '../sys/fd.js';
import { progLoad } from '../sys/program.js';

/** False too when the kernel has no such kfunc, or no kfuncs at all (before 5.13). */
export function kfuncAllowed(
  name: string,
  { type, expectedAttachType, attachTo }: ProgramAttributes,
  types: (module?: string) => BtfView | undefined,
): boolean {
  const id = types()?.idOf(name, 'func');
  if (id === undefined) return false;
  const target = attachTo === undefined ? undefined : attachTarget(attachTo, name, types);
  try {
    const insns = encode([callKfunc(name), mov(0, imm(0)), exit()], () => ({ imm: id }));
    const { fd } = progLoad({
      type,
      insns,
      ...(expectedAttachType === undefined ? {} : { expectedAttachType }),
      ...target,
    });
    closeFd(fd);
    return true;
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    // A complaint about the arguments comes after the question that is asked here.
    return (
      error instanceof VerifierError &&
      !/not allowed|cannot call|not a kernel function|invalid kernel function|unknown func|not supported/.test(
        error.log,
      )
    );
  } finally {
    if (target?.attachBtfObjFd !== undefined) closeFd(target.attachBtfObjFd);
  }
}
