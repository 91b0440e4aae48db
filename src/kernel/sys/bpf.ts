// bpf(2): the one function through which every BPF command goes. Commands are named as in the UAPI header
// (enum bpf_cmd, include/uapi/linux/bpf.h).

import { BPF_OBJ_NAME_LEN, BpfCommand } from '../../compiler/bpf/uapi.js';
import { type FieldValues, type Layout, type PackedStruct, pack } from './attr.js';
import { SyscallError } from './error.js';
import { native } from './native.js';

/** "BPF_MAP_CREATE": also how errors name the operation. */
export type CommandName = keyof typeof BpfCommand;

export interface BpfReply {
  /** >= 0: an fd, or 0; negative: -errno. */
  readonly result: number;
  /** The struct after the call, with what the kernel wrote into it. */
  readonly attr: PackedStruct;
}

/** Runs a command without judging its result. fds that it returns are close-on-exec and the caller's. */
export function tryBpf<Field extends string>(
  command: CommandName,
  layout: Layout<Field>,
  values: FieldValues<Field>,
): BpfReply {
  const attr = pack(layout, values);
  const shim = native();
  inFlight = attr;
  const result = shim.syscall(shim.nr.bpf, BpfCommand[command], attr.bytes, attr.bytes.byteLength);
  inFlight = undefined;
  return { result, attr };
}

/** As tryBpf(), throwing a SyscallError when the kernel refuses. */
export function bpf<Field extends string>(
  command: CommandName,
  layout: Layout<Field>,
  values: FieldValues<Field>,
  detail?: string,
): BpfReply {
  const reply = tryBpf(command, layout, values);
  if (reply.result < 0) throw new SyscallError(command, -reply.result, detail);
  return reply;
}

/** Keeps the memory that a struct points to reachable while the kernel uses it. */
export let inFlight: PackedStruct | undefined;

/**
 * The name of a map or program as the kernel takes it: up to 15 of letters, digits, `_` and `.`
 * (bpf_obj_name_cpy, kernel/bpf/syscall.c).
 */
export function objectName(name: string | undefined): string | undefined {
  return name?.replace(/[^A-Za-z0-9_.]/g, '_').slice(0, BPF_OBJ_NAME_LEN - 1);
}
