// How an aggregation adds to its value, which lies at an address as types/layout.ts says. The value is this CPU's own:
// Lowering.addTo knows whether a plain addition is safe. Bucket numbers are those of types/histogram.ts, without loops.
import type { IrBuilder } from '../../ir/builder.js';
import type { ValueId } from '../../ir/ir.js';
import type { Lowering } from '../../lower/lowering.js';
import { linearBuckets } from '../../types/histogram.js';
import type { Type } from '../../types/type.js';

export function lowerCount(lowering: Lowering, at: ValueId): void {
  lowering.addTo(at, 0, lowering.builder.const(1n));
}

export function lowerSum(lowering: Lowering, at: ValueId, n: ValueId): void {
  lowering.addTo(at, 0, n);
}

/** avg and stats: total, then count. */
export function lowerMean(lowering: Lowering, at: ValueId, n: ValueId): void {
  lowering.addTo(at, 0, n);
  lowering.addTo(at, 8, lowering.builder.const(1n));
}

/** min and max: the value, then whether there is one. */
export function lowerExtreme(
  { builder }: Lowering,
  at: ValueId,
  n: ValueId,
  better: 'slt' | 'ult' | 'sgt' | 'ugt',
): void {
  const compare = builder.newBlock();
  const store = builder.newBlock();
  const done = builder.newBlock();
  builder.branchIf(builder.load(8, at, 8), compare, store, { likely: 'then' });
  builder.enter(compare);
  builder.branch(better, n, builder.load(8, at, 0), store, done, { likely: 'else' });
  builder.enter(store);
  builder.store(8, at, 0, n);
  builder.store(8, at, 8, builder.const(1n));
  builder.jump(done);
  builder.enter(done);
}

/** Adds one to a bucket; `index` is within the value, and the verifier can see it. */
export function lowerBucket(lowering: Lowering, at: ValueId, index: ValueId, _type: Type): void {
  const { builder } = lowering;
  const offset = builder.binaryImm('shl', index, 3);
  lowering.addTo(builder.binary('add', at, offset), 0, builder.const(1n));
}

/**
 * Bucket of n (int64) in a log2 histogram: n is halved by 32, 16 ... 1 bits while it has more than bits + 1 of them. What
 * was shifted out (r) and what is left then give (r << bits) + left + 1. Branches, not arithmetic: the same value tends
 * to come again, and the verifier follows each path with exact bounds.
 */
export function lowerLogIndex(builder: IrBuilder, n: ValueId, bits: number): ValueId {
  const zero = builder.const(0n);
  return builder.select(
    'slt',
    n,
    zero,
    () => zero,
    () => {
      const left = builder.newLocal('left');
      const shifted = builder.newLocal('shifted');
      builder.write(left, n);
      builder.write(shifted, zero);
      for (const by of bits === 0 ? [32, 16, 8, 4, 2] : [32, 16, 8, 4, 2, 1]) {
        const most = builder.const((1n << BigInt(bits + by)) - 1n);
        builder.ifThen('ugt', builder.read(left), most, () => {
          builder.write(left, builder.binaryImm('lshr', builder.read(left), by));
          builder.write(shifted, builder.binaryImm('add', builder.read(shifted), by));
        });
      }
      const rest = builder.read(left);
      if (bits === 0) {
        // rest is 0..3: 0 -> 1, 1 -> 2, 2 and 3 -> 3.
        const next = builder.binaryImm('add', rest, 1);
        const step = builder.binary('sub', next, builder.binaryImm('lshr', next, 2));
        return builder.binary('add', builder.read(shifted), step);
      }
      const base = builder.binaryImm('shl', builder.read(shifted), bits);
      return builder.binaryImm('add', builder.binary('add', base, rest), 1);
    },
  );
}

/** Bucket of n (int64) in a linear histogram: 0 below min, the last at or above the last whole step. */
export function lowerLinearIndex(
  builder: IrBuilder,
  n: ValueId,
  type: { readonly min: string; readonly max: string; readonly step: string },
): ValueId {
  const min = BigInt(type.min);
  const step = BigInt(type.step);
  const last = builder.const(BigInt(linearBuckets(type) - 1));
  const whole = ((BigInt(type.max) - min) / step) * step; // span of the full steps
  return builder.select(
    'slt',
    n,
    builder.const(min),
    () => builder.const(0n),
    () => {
      const above = min === 0n ? n : builder.binaryImm('sub', n, min);
      return builder.select(
        'uge',
        above,
        builder.const(whole),
        () => last,
        () => {
          const magic = reciprocal(step, whole);
          if (magic === undefined) {
            const index = builder.binaryImm('add', builder.binaryImm('udiv', above, step), 1);
            return builder.select(
              'ugt',
              index,
              last,
              () => last,
              () => index,
            );
          }
          const scaled = builder.binaryImm('mul', above, magic.factor);
          return builder.binaryImm('add', builder.binaryImm('lshr', scaled, magic.shift), 1);
        },
      );
    },
  );
}

/** factor and shift with n / step == (n * factor) >> shift for all n below `range`, within 64 bits; when there are any. */
function reciprocal(step: bigint, range: bigint): { factor: bigint; shift: number } | undefined {
  if (range > 0xffff_ffffn) return undefined; // the verifier follows products of 32-bit factors only
  for (let shift = 0; shift <= 32; shift++) {
    const factor = ((1n << BigInt(shift)) + step - 1n) / step;
    const excess = factor * step - (1n << BigInt(shift));
    // n * factor >> shift is exact while n * excess < 2^shift (n = q * step + r, r <= step - 1).
    if (excess * range < 1n << BigInt(shift) && factor <= 0x7fff_ffffn) return { factor, shift };
  }
  return undefined;
}
