// Maps: one function per command on a map and its single elements. Keys and values are bytes whose lengths
// the caller matches to the map; a per-CPU map's value is 8-byte-rounded value_size times the possible CPUs.

import { UpdateFlag } from '../../compiler/bpf/uapi.js';
import type { FieldValues } from './attr.js';
import { bpf, type CommandName, objectName, tryBpf } from './bpf.js';
import { MAP_CREATE, MAP_ELEM } from './bpf-layout.js';
import { errno, SyscallError } from './error.js';

export interface MapCreateOptions {
  /** BPF_MAP_TYPE_*. */
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  /** Bytes for a ring buffer: a power of two times the page size. */
  readonly maxEntries: number;
  /** BPF_F_*. */
  readonly flags?: number;
  readonly name?: string;
  readonly innerMapFd?: number;
  readonly numaNode?: number;
  readonly btfFd?: number;
  readonly btfKeyTypeId?: number;
  readonly btfValueTypeId?: number;
  /** The Bloom filter's number of hashes (5.16). */
  readonly extra?: bigint;
}

/** BPF_MAP_CREATE -> fd, the caller's. EPERM before 5.11 may mean RLIMIT_MEMLOCK: see raiseMemlock(). */
export function mapCreate(options: MapCreateOptions): number {
  return bpf(
    'BPF_MAP_CREATE',
    MAP_CREATE,
    {
      map_type: options.type,
      key_size: options.keySize,
      value_size: options.valueSize,
      max_entries: options.maxEntries,
      map_flags: options.flags,
      map_name: objectName(options.name),
      inner_map_fd: options.innerMapFd,
      numa_node: options.numaNode,
      btf_fd: options.btfFd,
      btf_key_type_id: options.btfKeyTypeId,
      btf_value_type_id: options.btfValueTypeId,
      map_extra: options.extra,
    },
    options.name,
  ).result;
}

/** BPF_MAP_LOOKUP_ELEM into `value`; false when the key is absent. */
export function mapLookupElem(mapFd: number, key: Uint8Array, value: Uint8Array, flags = 0): boolean {
  return found('BPF_MAP_LOOKUP_ELEM', { map_fd: mapFd, key, value, flags });
}

/** BPF_MAP_LOOKUP_AND_DELETE_ELEM into `value`; hash maps since 5.14, queues and stacks since 4.20. */
export function mapLookupAndDeleteElem(
  mapFd: number,
  key: Uint8Array,
  value: Uint8Array,
  flags = 0,
): boolean {
  return found('BPF_MAP_LOOKUP_AND_DELETE_ELEM', { map_fd: mapFd, key, value, flags });
}

/** BPF_MAP_UPDATE_ELEM; flags: BPF_ANY, BPF_NOEXIST (throws EEXIST), BPF_EXIST (throws ENOENT). E2BIG: full. */
export function mapUpdateElem(mapFd: number, key: Uint8Array, value: Uint8Array, flags = 0): void {
  bpf('BPF_MAP_UPDATE_ELEM', MAP_ELEM, { map_fd: mapFd, key, value, flags });
}

/** BPF_MAP_UPDATE_ELEM with BPF_NOEXIST; false when the key is there, or there is no room for it. */
export function mapInsertElem(mapFd: number, key: Uint8Array, value: Uint8Array): boolean {
  const values = { map_fd: mapFd, key, value, flags: UpdateFlag.BPF_NOEXIST };
  const { result } = tryBpf('BPF_MAP_UPDATE_ELEM', MAP_ELEM, values);
  if (result === -errno('EEXIST') || result === -errno('E2BIG')) return false;
  if (result < 0) throw new SyscallError('BPF_MAP_UPDATE_ELEM', -result);
  return true;
}

/** BPF_MAP_DELETE_ELEM; false when the key is absent. Array elements cannot be deleted: EINVAL. */
export function mapDeleteElem(mapFd: number, key: Uint8Array): boolean {
  return found('BPF_MAP_DELETE_ELEM', { map_fd: mapFd, key });
}

/** BPF_MAP_GET_NEXT_KEY: the key after `key` (undefined: the first) into `next`; false at the end. */
export function mapGetNextKey(mapFd: number, key: Uint8Array | undefined, next: Uint8Array): boolean {
  return found('BPF_MAP_GET_NEXT_KEY', { map_fd: mapFd, key, next_key: next });
}

/** BPF_MAP_FREEZE (5.2): no more updates from user space. */
export function mapFreeze(mapFd: number): void {
  bpf('BPF_MAP_FREEZE', MAP_ELEM, { map_fd: mapFd });
}

function found(command: CommandName, values: FieldValues<keyof typeof MAP_ELEM.fields>): boolean {
  const { result } = tryBpf(command, MAP_ELEM, values);
  if (result === -errno('ENOENT')) return false;
  if (result < 0) throw new SyscallError(command, -result);
  return true;
}
