// BPF maps as the kernel describes them.
import { readFileSync } from 'node:fs';
import { mapTypeName } from '../../../compiler/bpf/map-type.js';
import { SyscallError } from '../../sys/error.js';
import { closeFd } from '../../sys/fd.js';
import { mapGetFdById, mapGetInfo } from '../../sys/object.js';

export interface BpfMap {
  readonly id: number;
  /** "hash", "percpu_array". */
  readonly type: string;
  readonly name: string;
  /** Bytes. */
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  /** Bytes that it takes in the kernel. */
  readonly memory: number;
  readonly frozen: boolean;
  /** 0: none. */
  readonly btfId: number;
}

/** undefined: there is none (any more). */
export function mapById(id: number): BpfMap | undefined {
  let fd: number;
  try {
    fd = mapGetFdById(id);
  } catch (error) {
    if (error instanceof SyscallError && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { name, numbers } = mapGetInfo(fd);
    return {
      id,
      type: mapTypeName(Number(numbers.type)),
      name,
      keySize: Number(numbers.key_size),
      valueSize: Number(numbers.value_size),
      maxEntries: Number(numbers.max_entries),
      flags: Number(numbers.map_flags),
      memory: fdNumber(fd, 'memlock'),
      frozen: fdNumber(fd, 'frozen') !== 0,
      btfId: Number(numbers.btf_id),
    };
  } finally {
    closeFd(fd);
  }
}

/** What /proc tells of an fd of ours; 0 when it does not. */
export function fdNumber(fd: number, name: string): number {
  const text = readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1');
  return Number(new RegExp(`^${name}:\\s*(\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}
