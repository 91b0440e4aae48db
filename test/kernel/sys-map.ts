import { MapFlag, MapType } from '../../src/compiler/bpf/uapi.js';
import { LoadedMap } from '../../src/kernel/load/loaded-map.js';
import { SyscallError } from '../../src/kernel/sys/error.js';
import { closeFd } from '../../src/kernel/sys/fd.js';
import {
  mapCreate,
  mapDeleteElem,
  mapFreeze,
  mapGetNextKey,
  mapLookupElem,
  mapUpdateElem,
} from '../../src/kernel/sys/map.js';
import { mapDeleteBatch, mapReadAll, mapUpdateBatch } from '../../src/kernel/sys/map-batch.js';
import { mapArray } from '../../src/kernel/sys/memory.js';
import { mapGetFdById, mapGetInfo } from '../../src/kernel/sys/object.js';
import { kernelTest, openFds } from '../harness/kernel-test.js';

const u32 = (n: number): Uint8Array => new Uint8Array(Uint32Array.of(n).buffer);
const u64 = (n: bigint): Uint8Array => new Uint8Array(BigUint64Array.of(n).buffer);
const asU64 = (bytes: Uint8Array): bigint[] => [...new BigUint64Array(bytes.slice().buffer)];
const HASH = { type: MapType.BPF_MAP_TYPE_HASH, keySize: 4, valueSize: 8, maxEntries: 10_000 };

function withMap(options: Parameters<typeof mapCreate>[0], body: (fd: number) => void): void {
  const fd = mapCreate(options);
  try {
    body(fd);
  } finally {
    closeFd(fd);
  }
}

kernelTest('an element is stored, found, walked to and deleted', t => {
  withMap(HASH, fd => {
    const value = new Uint8Array(8);
    t.false(mapLookupElem(fd, u32(1), value));
    mapUpdateElem(fd, u32(1), u64(2n ** 63n));
    t.true(mapLookupElem(fd, u32(1), value));
    t.deepEqual(asU64(value), [2n ** 63n]);
    const next = new Uint8Array(4);
    t.true(mapGetNextKey(fd, undefined, next));
    t.deepEqual(next, u32(1));
    t.false(mapGetNextKey(fd, u32(1), next));
    t.true(mapDeleteElem(fd, u32(1)));
    t.false(mapDeleteElem(fd, u32(1)));
  });
});

kernelTest('BPF_NOEXIST on a present key is EEXIST', t => {
  withMap(HASH, fd => {
    mapUpdateElem(fd, u32(1), u64(1n), 1);
    t.throws(() => mapUpdateElem(fd, u32(1), u64(1n), 1), { instanceOf: SyscallError, message: /EEXIST/ });
  });
});

kernelTest('a hash of 10,000 elements is read in batches, and cleared', t => {
  withMap(HASH, fd => {
    const count = 10_000;
    const keys = Uint32Array.from({ length: count }, (_, i) => i);
    const values = BigUint64Array.from({ length: count }, (_, i) => BigInt(i) * 3n);
    t.is(mapUpdateBatch(fd, new Uint8Array(keys.buffer), new Uint8Array(values.buffer), count), count);
    const { keySize, valueSize, maxEntries } = HASH;
    const all = mapReadAll(fd, { keySize, valueSize, maxEntries, clear: true });
    t.is(all.count, count);
    const found = new Uint32Array(all.keys.slice().buffer);
    const readValues = asU64(all.values);
    t.true(found.every((key, i) => readValues[i] === BigInt(key) * 3n));
    t.is(new Set(found).size, count);
    t.is(mapReadAll(fd, { keySize, valueSize, maxEntries }).count, 0);
  });
});

kernelTest('a batch delete stops at an absent key', t => {
  withMap(HASH, fd => {
    mapUpdateElem(fd, u32(1), u64(1n));
    t.is(mapDeleteBatch(fd, new Uint8Array(Uint32Array.of(1, 2, 3).buffer), 3), 1);
  });
});

kernelTest('a per-CPU hash and an LPM trie are read whole on every kernel', t => {
  const cpus = 512; // room for more than any test machine has
  withMap({ ...HASH, type: MapType.BPF_MAP_TYPE_PERCPU_HASH }, fd => {
    mapUpdateElem(fd, u32(7), new Uint8Array(8 * cpus).fill(1));
    t.is(mapReadAll(fd, { keySize: 4, valueSize: 8 * cpus, maxEntries: 100 }).count, 1);
  });
  const trie = {
    type: MapType.BPF_MAP_TYPE_LPM_TRIE,
    keySize: 8,
    valueSize: 8,
    maxEntries: 16,
    flags: MapFlag.BPF_F_NO_PREALLOC,
  };
  withMap(trie, fd => {
    for (let i = 0; i < 10; i++) mapUpdateElem(fd, Uint8Array.of(32, 0, 0, 0, 10, 0, 0, i), u64(BigInt(i)));
    t.is(mapReadAll(fd, { keySize: 8, valueSize: 8, maxEntries: 16 }).count, 10);
  });
});

kernelTest('an array is shared by mapping it, and the mapping outlives the fd', t => {
  const options = {
    type: MapType.BPF_MAP_TYPE_ARRAY,
    keySize: 4,
    valueSize: 8,
    maxEntries: 4,
    flags: MapFlag.BPF_F_MMAPABLE,
  };
  const fd = mapCreate(options);
  const words = new BigUint64Array(mapArray(fd, 32));
  mapUpdateElem(fd, u32(2), u64(5n));
  t.is(words[2], 5n);
  words[3] = 6n;
  const value = new Uint8Array(8);
  mapLookupElem(fd, u32(3), value);
  t.deepEqual(asU64(value), [6n]);
  closeFd(fd);
  t.is(words[3], 6n);
});

kernelTest('a frozen map refuses updates', t => {
  withMap({ ...HASH, type: MapType.BPF_MAP_TYPE_ARRAY, maxEntries: 1 }, fd => {
    mapFreeze(fd);
    t.throws(() => mapUpdateElem(fd, u32(0), u64(1n)), { message: /EPERM/ });
  });
});

kernelTest('a map tells about itself, and is found by its id', t => {
  withMap({ ...HASH, name: '@bytes[comm]' }, fd => {
    const info = mapGetInfo(fd);
    t.is(info.name, '_bytes_comm_');
    t.is(info.numbers.max_entries, 10_000n);
    const again = mapGetFdById(Number(info.numbers.id));
    t.is(mapGetInfo(again).numbers.id, info.numbers.id);
    closeFd(again);
  });
});

kernelTest('refused maps leak no fd', t => {
  const before = openFds();
  for (let i = 0; i < 10; i++) t.throws(() => mapCreate({ ...HASH, keySize: 0 }), { message: /EINVAL/ });
  t.is(openFds(), before);
});

kernelTest('a map that refuses what it is to hold at first leaves nothing open', t => {
  const before = openFds();
  const type = MapType.BPF_MAP_TYPE_ARRAY;
  const sizes = { keySize: 4, valueSize: 4, maxEntries: 1 };
  const initial = [1, 2, 3, 4];
  const error = t.throws(
    () => new LoadedMap({ name: 'readonly', type, ...sizes, flags: MapFlag.BPF_F_RDONLY, initial }, 1),
    { instanceOf: SyscallError },
  );
  t.is(error.code, 'EPERM');
  t.is(openFds(), before);
});
