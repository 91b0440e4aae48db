// /proc/PID/stat (proc_pid_stat(5)): PID (COMM) STATE PPID ...
import { readFileSync } from 'node:fs';

export interface ProcessStat {
  readonly state: string; // R, S, D, Z, ...
  readonly parent: number;
  /** Clock ticks since boot. Tells processes apart that had the same number. */
  readonly start: number;
}

/** undefined: there is no such process. */
export function processStat(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}

/** The name may hold anything, parentheses too. */
export function parseStat(stat: string): ProcessStat {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', parent: Number(fields[1]), start: Number(fields[19]) };
}
