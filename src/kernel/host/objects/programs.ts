// BPF programs that are loaded now, whoever loaded them, as the kernel describes them.
import { BPF_OBJ_NAME_LEN, constantName, ProgType } from '../../../compiler/bpf/uapi.js';
import { SyscallError } from '../../sys/error.js';
import { closeFd } from '../../sys/fd.js';
import { type ProgInfo, progGetFdById, progGetInfo, progGetNextId } from '../../sys/object.js';
import { programFunctions } from './program-btf.js';

export interface BpfProgram {
  readonly id: number;
  /** "xdp", "sched_cls": as bpftool names it. */
  readonly type: string;
  /** Whole where its BTF tells it: the kernel keeps 15 characters. '' when it has none. */
  readonly name: string;
  /** Hexadecimal, 16 digits. */
  readonly tag: string;
  /** ns of CLOCK_BOOTTIME. */
  readonly loadedAt: bigint;
  /** Of machine code; 0: it is interpreted. */
  readonly jitedBytes: number;
  /** Runs so far, and their time in ns: only those while statistics were on. */
  readonly runs: bigint;
  readonly runTime: bigint;
  readonly info: ProgInfo['numbers'];
}

/** Names by program id: reading BTF for one takes a while. */
export type NameCache = Map<number, string>;

/** Sorted by id. Needs CAP_SYS_ADMIN. */
export function allPrograms(names: NameCache = new Map()): BpfProgram[] {
  const programs: BpfProgram[] = [];
  for (let id = progGetNextId(0); id !== undefined; id = progGetNextId(id)) {
    const program = withProgram(id, fd => programOf(fd, names));
    if (program !== undefined) programs.push(program);
  }
  return programs;
}

/** Calls with an fd of the program, which is closed afterwards; undefined when the program is gone. */
export function withProgram<T>(id: number, use: (fd: number) => T): T | undefined {
  let fd: number;
  try {
    fd = progGetFdById(id);
  } catch (error) {
    if (error instanceof SyscallError && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return use(fd);
  } finally {
    closeFd(fd);
  }
}

function programOf(fd: number, names: NameCache): BpfProgram {
  const info = progGetInfo(fd);
  const { numbers } = info;
  const id = Number(numbers.id);
  let name = names.get(id);
  if (name === undefined) {
    name = wholeName(fd, info);
    names.set(id, name);
  }
  return {
    id,
    type: programType(Number(numbers.type)),
    name,
    tag: info.tag,
    loadedAt: numbers.load_time,
    jitedBytes: Number(numbers.jited_prog_len),
    runs: numbers.run_cnt,
    runTime: numbers.run_time_ns,
    info: numbers,
  };
}

export function programType(type: number): string {
  return constantName(ProgType, type).replace('BPF_PROG_TYPE_', '').toLowerCase();
}

/** A name that fills its place may have been cut: the main function's is whole. */
function wholeName(fd: number, { name }: ProgInfo): string {
  if (name.length < BPF_OBJ_NAME_LEN - 1) return name;
  try {
    return programFunctions(fd)[0]?.name ?? name;
  } catch {
    return name; // its BTF is gone
  }
}
