// What tracing costs, as seen from the tracer: the share of one CPU that this process has used lately.

/** A function that gives the share (0..1, may exceed 1 with several threads) since it was last asked, at most once a second. */
export function cpuShare(): () => number | undefined {
  let time = process.hrtime.bigint();
  let used = process.cpuUsage();
  let share: number | undefined;
  return () => {
    const now = process.hrtime.bigint();
    if (now - time < 1_000_000_000n) return share;
    const spent = process.cpuUsage(used);
    share = ((spent.user + spent.system) * 1000) / Number(now - time);
    time = now;
    used = process.cpuUsage();
    return share;
  };
}
