// BPF programs that run now and have type information: their functions can be traced by fentry and fexit.

import { ProgType } from '../../compiler/bpf/uapi.js';
import { type BtfReader, readBtf } from '../../compiler/btf/reader.js';
import type { RunningProgram } from '../../compiler/env.js';
import { SyscallError } from '../sys/error.js';
import { closeFd } from '../sys/fd.js';
import {
  btfGetFdById,
  btfGetInfo,
  progGetFdById,
  progGetFuncInfo,
  progGetInfo,
  progGetNextId,
} from '../sys/object.js';

/** Sorted by id. Those that trace something by a trampoline themselves cannot be traced (but by others of their kind). */
export function runningPrograms(): readonly RunningProgram[] {
  const programs: RunningProgram[] = [];
  for (let id = progGetNextId(0); id !== undefined; id = progGetNextId(id)) {
    const fd = open(id);
    if (fd === undefined) continue;
    try {
      const { type } = progGetInfo(fd).numbers;
      if (Number(type) === ProgType.BPF_PROG_TYPE_TRACING) continue;
      const functions = functionIds(fd).map(({ name }) => name);
      if (functions.length > 0) programs.push({ id, functions });
    } finally {
      closeFd(fd);
    }
  }
  return programs;
}

/** Id of a function in the BTF of the program; undefined when it has none of that name. */
export function programFunctionId(fd: number, name: string): number | undefined {
  return functionIds(fd).find(each => each.name === name)?.typeId;
}

function open(id: number): number | undefined {
  try {
    return progGetFdById(id);
  } catch (error) {
    if (error instanceof SyscallError && error.code === 'ENOENT') return undefined; // gone meanwhile
    throw error;
  }
}

/** struct bpf_func_info: u32 insn offset, u32 type id. */
function functionIds(fd: number): { readonly name: string; readonly typeId: number }[] {
  const btfId = Number(progGetInfo(fd).numbers.btf_id);
  if (btfId === 0) return [];
  const types = blobOf(btfId);
  if (types === undefined) return [];
  const info = progGetFuncInfo(fd);
  const functions: { name: string; typeId: number }[] = [];
  for (let i = 1; i < info.length; i += 2) {
    const typeId = info[i]!;
    functions.push({ name: types.blob.name(typeId), typeId });
  }
  return functions.filter(({ name }) => name !== '');
}

function blobOf(btfId: number): BtfReader | undefined {
  const fd = btfGetFdById(btfId);
  try {
    const size = Number(btfGetInfo(fd).numbers.btf_size);
    const bytes = new Uint8Array(size);
    btfGetInfo(fd, bytes);
    return readBtf(bytes);
  } finally {
    closeFd(fd);
  }
}
