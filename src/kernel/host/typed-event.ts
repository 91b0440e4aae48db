// May a typed program of a raw tracepoint read through the pointers it is given? Newer kernels (6.12) know of some that they may be
// null, and want each test of it to be seen. Which they are only the verifier tells: it is shown a program that adds to all, which
// it allows of any pointer that is not null, whatever the struct.
import { alu64, exit, imm, load, mov } from '../../compiler/bpf/assemble.js';
import { encode } from '../../compiler/bpf/encode.js';
import type { Instruction } from '../../compiler/bpf/instruction.js';
import { AttachType, ProgType } from '../../compiler/bpf/uapi.js';
import type { BtfView } from '../../compiler/btf/btf-view.js';
import { attachTarget } from '../load/attach-target.js';
import { SyscallError } from '../sys/error.js';
import { closeFd } from '../sys/fd.js';
import { isAtLeast, runningKernel } from '../sys/kernel-version.js';
import { progLoad } from '../sys/program.js';

/** `parameters`: of the tracepoint, which are pointers to structs. Half a millisecond on kernels that may refuse. */
export function readsThrough(
  event: { readonly module: string | undefined; readonly name: string },
  pointers: readonly number[],
  types: (module?: string) => BtfView | undefined,
): boolean {
  if (pointers.length === 0 || !isAtLeast(runningKernel(), [6, 12])) return true;
  const [ctx, pointer] = [6, 2];
  const insns: Instruction[] = [mov(ctx, { reg: 1 })];
  for (const index of pointers) insns.push(load(8, pointer, ctx, index * 8), alu64('add', pointer, imm(8)));
  insns.push(mov(0, imm(0)), exit());
  const { name, module } = event;
  const to = {
    kind: 'typedef' as const,
    name: `btf_trace_${name}`,
    ...(module === undefined ? {} : { module }),
  };
  const target = attachTarget(to, name, types);
  try {
    const { fd } = progLoad({
      type: ProgType.BPF_PROG_TYPE_TRACING,
      expectedAttachType: AttachType.BPF_TRACE_RAW_TP,
      insns: encode(insns),
      ...target,
    });
    closeFd(fd);
    return true;
  } catch (error) {
    if (error instanceof SyscallError) return false;
    throw error;
  } finally {
    if (target.attachBtfObjFd !== undefined) closeFd(target.attachBtfObjFd);
  }
}
