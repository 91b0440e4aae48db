// Counters of a program, read twice, to what it does in a second and what that costs.

export interface Counters {
  readonly runs: bigint;
  /** ns. */
  readonly runTime: bigint;
}

/** undefined: it was not measured, or there is nothing to divide by. */
export interface Rates {
  readonly perSecond: bigint | undefined;
  /** ns per run: of the interval, or of all runs that were counted when it had none. */
  readonly average: bigint | undefined;
  /** Share of one CPU, parts per million; more than a million when it runs on several at once. */
  readonly cpu: bigint | undefined;
}

/**
 * `before`: as it was `elapsed` ns ago; undefined when the program was not there, so that all its runs are of this time.
 * `elapsed` undefined: not measured.
 */
export function ratesOf(now: Counters, before: Counters | undefined, elapsed: bigint | undefined): Rates {
  const total = now.runs === 0n ? undefined : rounded(now.runTime, now.runs);
  if (elapsed === undefined || elapsed <= 0n) return { perSecond: undefined, average: total, cpu: undefined };
  const runs = now.runs - (before?.runs ?? 0n);
  const time = now.runTime - (before?.runTime ?? 0n);
  return {
    perSecond: rounded(runs * 1_000_000_000n, elapsed),
    average: runs === 0n ? total : rounded(time, runs),
    cpu: rounded(time * 1_000_000n, elapsed),
  };
}

function rounded(above: bigint, below: bigint): bigint {
  return (2n * above + below) / (2n * below);
}
