// Bucket arithmetic of hist() and lhist(): the kernel side (language/functions) and the printers share it.

/** Buckets of a log2 histogram with `bits` sub-bucket bits: [0] negative, then values below 2^bits, then powers of two. */
export function histogramBuckets(bits: number): number {
  return ((65 - bits) << bits) + 1;
}

/** Bucket of `n` (int64). The kernel code computes the same without a loop. */
export function histogramIndex(n: bigint, bits: number): number {
  if (n < 0n) return 0;
  if (n < 1n << BigInt(bits)) return Number(n) + 1;
  const top = n.toString(2).length - 1;
  const sub = Number((n >> BigInt(top - bits)) & ((1n << BigInt(bits)) - 1n));
  return ((top - bits + 1) << bits) + sub + 1;
}

/** Smallest and one past the largest value of a bucket; bucket 0 has no lower bound (undefined). */
export function histogramBounds(index: number, bits: number): { low: bigint | undefined; high: bigint } {
  if (index === 0) return { low: undefined, high: 0n };
  const k = BigInt(bits);
  const bound = (i: bigint): bigint => {
    if (i < 1n << k) return i;
    const power = (i >> k) - 1n;
    return ((1n << k) | (i & ((1n << k) - 1n))) << power;
  };
  return { low: bound(BigInt(index - 1)), high: bound(BigInt(index)) };
}

/**
 * Buckets of a linear histogram: [0] below min, as many whole steps as fit, then [last] from there on (a rest below max
 * counts there, as in bpftrace: lhist(9, 3, 10, 2) falls into [9, ...)).
 */
export function linearBuckets(type: {
  readonly min: string;
  readonly max: string;
  readonly step: string;
}): number {
  const span = BigInt(type.max) - BigInt(type.min);
  const step = BigInt(type.step);
  return Number(span / step) + 2;
}

/** Smallest and one past the largest value of a linear bucket; the outer two lack one of them. */
export function linearBounds(
  type: { readonly min: string; readonly max: string; readonly step: string },
  index: number,
): { low: bigint | undefined; high: bigint | undefined } {
  const min = BigInt(type.min);
  const step = BigInt(type.step);
  const low = min + BigInt(index - 1) * step;
  if (index === 0) return { low: undefined, high: min };
  return { low, high: index === linearBuckets(type) - 1 ? undefined : low + step };
}
