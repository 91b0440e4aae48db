// Seeded random numbers for generators of test programs: the same seed gives the same program on every machine.

export class RandomSource {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0;
  }

  /** Uniform in 0..2^32-1 (mulberry32). */
  u32(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** Uniform in 0..n-1. */
  below(n: number): number {
    return this.u32() % n;
  }

  /** True `percent` times in a hundred. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** An index, each as often as its weight says. */
  weighted(weights: readonly number[]): number {
    let left = this.below(weights.reduce((sum, weight) => sum + weight, 0));
    for (const [index, weight] of weights.entries()) {
      if (left < weight) return index;
      left -= weight;
    }
    return 0;
  }

  bytes(count: number): number[] {
    return Array.from({ length: count }, () => this.below(256));
  }

  /** A 64-bit word that is often at an edge: small, all ones, a power of two, a sign bit. */
  word(): bigint {
    switch (this.below(8)) {
      case 0:
        return BigInt(this.below(4));
      case 1:
        return BigInt.asUintN(64, -BigInt(1 + this.below(4)));
      case 2:
        return 1n << BigInt(this.below(64));
      case 3:
        return BigInt.asUintN(64, (1n << BigInt(this.below(64))) - 1n);
      case 4:
        return BigInt(this.u32());
      case 5:
        return BigInt.asUintN(64, BigInt(this.u32() | 0));
      case 6:
        return BigInt(this.below(256));
      default:
        return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
    }
  }
}
