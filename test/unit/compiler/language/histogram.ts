// Bucket numbers computed in the kernel are those of types/histogram.ts.
import test from 'ava';
import { histogramIndex, linearBuckets } from '../../../../src/compiler/types/histogram.js';
import type { Value } from '../../../../src/compiler/types/value.js';
import { Compiled } from '../../../harness/compiled.js';

/** Values where buckets begin and end. */
function edges(): bigint[] {
  const values = new Set<bigint>([0n, 1n, 2n, 3n, 5n, 100n, 12345n, -1n, -(2n ** 63n), 2n ** 63n - 1n]);
  for (let bit = 1n; bit < 63n; bit++) {
    for (const near of [-1n, 0n, 1n]) values.add(2n ** bit + near);
    values.add(2n ** bit + 2n ** (bit - 1n));
  }
  return [...values];
}

/** Runs `text` with $n as each value in turn, and gives the bucket that grew. */
function bucketOf(object: Compiled, n: bigint): number {
  const ctx = new Uint8Array(24);
  new DataView(ctx.buffer).setBigInt64(16, n, true);
  const before = (object.scalar('@') as Value[] | undefined) ?? [];
  object.run(0, ctx);
  const after = object.scalar('@') as bigint[];
  return after.findIndex((value, index) => value !== (before[index] ?? 0n));
}

for (const bits of [0, 1, 2, 3, 4, 5]) {
  test(`hist(n, ${bits})`, t => {
    const object = new Compiled(`tracepoint:syscalls:sys_exit_read { @ = hist(args.ret, ${bits}); }`);
    for (const n of edges()) t.is(bucketOf(object, n), histogramIndex(n, bits), String(n));
  });
}

for (const [min, max, step] of [
  [0, 100, 10],
  [0, 10, 3],
  [5, 1000, 7],
  [0, 1000, 1],
  [0, 4294967296, 1073741824],
  [1, 10000000000000, 99999999999],
] as const) {
  test(`lhist(n, ${min}, ${max}, ${step})`, t => {
    const object = new Compiled(
      `tracepoint:syscalls:sys_exit_read { @ = lhist(args.ret, ${min}, ${max}, ${step}); }`,
    );
    const last = linearBuckets({ min: String(min), max: String(max), step: String(step) }) - 1;
    const values = [-1n, 0n, 2n ** 63n - 1n, -(2n ** 63n)];
    for (let k = 0n; k <= BigInt(last); k++) {
      for (const near of [-1n, 0n, 1n]) values.push(BigInt(min) + k * BigInt(step) + near);
    }
    for (const n of values) {
      const index = n < BigInt(min) ? 0 : Number((n - BigInt(min)) / BigInt(step)) + 1;
      t.is(bucketOf(object, n), Math.min(index, last), String(n));
    }
  });
}
