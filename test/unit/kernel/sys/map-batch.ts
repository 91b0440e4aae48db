// mapReadAll against a fake hash map: batches, growing room, and the way without batches.

import test from 'ava';
import { mapReadAll } from '../../../../src/kernel/sys/map-batch.js';
import { type FakeCall, withFakeNative } from '../../../harness/fake-native.js';

const [ENOENT, ENOSPC, ENOTSUPP] = [2, 28, 524];
const COUNT = 32;

/** A hash table whose buckets hold these keys; a value is the key times 10. Copies buckets whole, as the kernel does. */
function hashTable(buckets: number[][]): (call: FakeCall) => number {
  return call => {
    const inBatch = call.view.getBigUint64(0, true) === 0n ? 0 : words(call.memoryAt(0))[0]!;
    const room = call.view.getUint32(COUNT, true);
    const [out, keys, values] = [8, 16, 24].map(offset => words(call.memoryAt(offset)));
    let copied = 0;
    let bucket = inBatch;
    for (; bucket < buckets.length; bucket++) {
      const entries = buckets[bucket]!;
      if (entries.length > room - copied) {
        call.view.setUint32(COUNT, copied, true);
        out![0] = bucket;
        return copied === 0 ? -ENOSPC : 0;
      }
      for (const key of entries) {
        keys![copied] = key;
        values![copied++] = key * 10;
      }
    }
    call.view.setUint32(COUNT, copied, true);
    out![0] = bucket;
    return -ENOENT;
  };
}

function words(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

const reads = test.macro((t, buckets: number[][], maxEntries: number) => {
  const { value } = withFakeNative(hashTable(buckets), () =>
    mapReadAll(3, { keySize: 4, valueSize: 4, maxEntries }),
  );
  const keys = buckets.flat();
  t.is(value.count, keys.length);
  t.deepEqual([...words(value.keys)], keys);
  t.deepEqual(
    [...words(value.values)],
    keys.map(key => key * 10),
  );
});

test('an empty map', reads, [[], []], 8);
test('a map in one batch', reads, [[1], [2, 3], [], [4]], 8);
test(
  'a full map',
  reads,
  [
    [1, 2],
    [3, 4],
  ],
  4,
);
test('a bucket larger than the first room', reads, [[1, 2, 3, 4, 5], [6]], 4);
test(
  'more than one batch',
  reads,
  Array.from({ length: 9000 }, (_, i) => [i]),
  9000,
);

test('a map type without batches is read key by key', t => {
  const keys = [5, 6, 7];
  const { value, calls } = withFakeNative(
    call => {
      if (call.name === 'BPF_MAP_LOOKUP_BATCH') return -ENOTSUPP;
      const key = call.view.getBigUint64(8, true) === 0n ? undefined : words(call.memoryAt(8))[0]!;
      const target = words(call.memoryAt(16));
      if (call.name === 'BPF_MAP_LOOKUP_ELEM') {
        target[0] = key! * 10;
        return 0;
      }
      const next = keys[key === undefined ? 0 : keys.indexOf(key) + 1];
      if (next === undefined) return -ENOENT;
      target[0] = next;
      return 0;
    },
    () => mapReadAll(3, { keySize: 4, valueSize: 4, maxEntries: 8 }),
  );
  t.is(calls[0]?.name, 'BPF_MAP_LOOKUP_BATCH');
  t.deepEqual([...words(value.keys)], keys);
  t.deepEqual([...words(value.values)], [50, 60, 70]);
});

test('clearing deletes what was read', t => {
  const { calls } = withFakeNative(hashTable([[1]]), () =>
    mapReadAll(3, { keySize: 4, valueSize: 4, maxEntries: 8, clear: true }),
  );
  t.deepEqual(
    calls.map(call => call.name),
    ['BPF_MAP_LOOKUP_AND_DELETE_BATCH'],
  );
});
