// Whole maps: the batch commands (5.6), and a scan that uses them where the kernel has them for the map's
// type and goes key by key where not (LPM tries before 5.13, per-CPU arrays before 5.13).

import { field } from './attr.js';
import { bpf, type CommandName, tryBpf } from './bpf.js';
import { MAP_BATCH } from './bpf-layout.js';
import { errno, SyscallError } from './error.js';
import { mapDeleteElem, mapGetNextKey, mapLookupElem } from './map.js';

export interface MapBatch {
  /** Room for `count` keys and values; the kernel fills them one after the other. */
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  readonly count: number;
  /** Where the former call of the same scan stopped (its `out`), undefined to start. */
  readonly in?: Uint8Array | undefined;
  /** Receives where this call stops; at least 4 bytes and at least a key. */
  readonly out: Uint8Array;
  /** BPF_F_LOCK. */
  readonly elemFlags?: number;
}

export interface MapBatchReply {
  /** Elements copied. */
  readonly count: number;
  /** Nothing is left. */
  readonly done: boolean;
}

/** BPF_MAP_LOOKUP_BATCH (5.6). ENOSPC: `count` is smaller than a hash bucket; nothing was copied. */
export function mapLookupBatch(mapFd: number, batch: MapBatch): MapBatchReply {
  return runBatch('BPF_MAP_LOOKUP_BATCH', mapFd, batch);
}

/** BPF_MAP_LOOKUP_AND_DELETE_BATCH (5.6): hash maps only. */
export function mapLookupAndDeleteBatch(mapFd: number, batch: MapBatch): MapBatchReply {
  return runBatch('BPF_MAP_LOOKUP_AND_DELETE_BATCH', mapFd, batch);
}

/** BPF_MAP_UPDATE_BATCH (5.6) -> elements written. Throws at the first element that fails. */
export function mapUpdateBatch(
  mapFd: number,
  keys: Uint8Array,
  values: Uint8Array,
  count: number,
  elemFlags = 0,
): number {
  const attr = { map_fd: mapFd, keys, values, count, elem_flags: elemFlags };
  return field(MAP_BATCH, bpf('BPF_MAP_UPDATE_BATCH', MAP_BATCH, attr).attr, 'count');
}

/** BPF_MAP_DELETE_BATCH (5.6) -> elements deleted; ends early (without an error) at an absent key. */
export function mapDeleteBatch(mapFd: number, keys: Uint8Array, count: number): number {
  const { result, attr } = tryBpf('BPF_MAP_DELETE_BATCH', MAP_BATCH, { map_fd: mapFd, keys, count });
  if (result < 0 && result !== -errno('ENOENT')) throw new SyscallError('BPF_MAP_DELETE_BATCH', -result);
  return field(MAP_BATCH, attr, 'count');
}

export interface MapContents {
  readonly count: number;
  /** `count` keys, keySize bytes each; then the values, valueSize bytes each, in the same order. */
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
}

export interface MapScanOptions {
  readonly keySize: number;
  /** Bytes per element as user space sees them (per-CPU: 8-byte-rounded, times the possible CPUs). */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Delete what is read; programs that write meanwhile lose nothing only if they use another map. */
  readonly clear?: boolean;
}

/** All elements of a map. While programs write, a key may be seen twice or be missed. */
export function mapReadAll(mapFd: number, options: MapScanOptions): MapContents {
  const { keySize, valueSize, maxEntries, clear = false } = options;
  // A hash bucket is copied whole or not at all (ENOSPC: make more room and go on).
  let room = Math.min(maxEntries, 4096, Math.max(16, Math.floor(2 ** 24 / (keySize + valueSize))));
  let keys = new Uint8Array(room * keySize);
  let values = new Uint8Array(room * valueSize);
  let count = 0;
  let from: Uint8Array | undefined;
  while (true) {
    const out = new Uint8Array(Math.max(keySize, 4));
    const batch = {
      keys: keys.subarray(count * keySize),
      values: values.subarray(count * valueSize),
      count: room - count,
      in: from,
      out,
    };
    const command = clear ? 'BPF_MAP_LOOKUP_AND_DELETE_BATCH' : 'BPF_MAP_LOOKUP_BATCH';
    const reply = tryBatch(command, mapFd, batch);
    if (reply.errno === errno('ENOTSUPP') || (count === 0 && reply.errno === errno('EINVAL'))) {
      return readKeyByKey(mapFd, options);
    }
    const full = reply.errno === errno('ENOSPC');
    if (reply.errno !== 0 && reply.errno !== errno('ENOENT') && !full)
      throw new SyscallError(command, reply.errno);
    count += reply.count;
    if (reply.errno === errno('ENOENT')) break;
    if (!full || reply.count > 0) from = out;
    if (full || room - count < 1024) {
      // The map may hold more than max_entries for a moment (per-CPU free lists), hence no upper limit.
      room *= 2;
      keys = grown(keys, room * keySize);
      values = grown(values, room * valueSize);
    }
  }
  return { count, keys: keys.subarray(0, count * keySize), values: values.subarray(0, count * valueSize) };
}

function readKeyByKey(mapFd: number, { keySize, valueSize, maxEntries, clear }: MapScanOptions): MapContents {
  const keys: Uint8Array[] = [];
  const values: Uint8Array[] = [];
  const value = new Uint8Array(valueSize);
  let key: Uint8Array | undefined;
  let next = new Uint8Array(keySize);
  // A key deleted under us restarts the walk at the first one: bound it.
  for (let steps = 0; steps < 2 * maxEntries && mapGetNextKey(mapFd, key, next); steps++) {
    key = next;
    next = new Uint8Array(keySize);
    if (!mapLookupElem(mapFd, key, value)) continue;
    keys.push(key);
    values.push(value.slice());
  }
  if (clear) for (const each of keys) mapDeleteElem(mapFd, each);
  return { count: keys.length, keys: joined(keys, keySize), values: joined(values, valueSize) };
}

function runBatch(command: CommandName, mapFd: number, batch: MapBatch): MapBatchReply {
  const reply = tryBatch(command, mapFd, batch);
  const done = reply.errno === errno('ENOENT');
  if (reply.errno !== 0 && !done) throw new SyscallError(command, reply.errno);
  return { count: reply.count, done };
}

function tryBatch(command: CommandName, mapFd: number, batch: MapBatch): { errno: number; count: number } {
  const { result, attr } = tryBpf(command, MAP_BATCH, {
    map_fd: mapFd,
    keys: batch.keys,
    values: batch.values,
    count: batch.count,
    in_batch: batch.in,
    out_batch: batch.out,
    elem_flags: batch.elemFlags,
  });
  return {
    errno: result < 0 ? -result : 0,
    count: result === -errno('EFAULT') ? 0 : field(MAP_BATCH, attr, 'count'),
  };
}

function grown(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(parts.length * size);
  parts.forEach((part, i) => {
    all.set(part, i * size);
  });
  return all;
}
