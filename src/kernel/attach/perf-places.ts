// Where the events of a probe are opened: on every CPU that is online, or in a process.
import { readdirSync } from 'node:fs';
import type { PerfEventAttr, PerfEventTarget } from '../sys/perf-event.js';
import { type AttachContext, AttachError } from './link.js';

export interface PerfPlaces {
  readonly places: readonly PerfEventTarget[];
  /** Of struct perf_event_attr: threads that start later get the event too. */
  readonly flags: Pick<PerfEventAttr, 'inherit' | 'inherit_thread'>;
}

/** With -p or -c all threads of that process; before 5.13 also those of processes it forks, which the program has to tell apart. */
export function perfPlaces(context: AttachContext): PerfPlaces {
  const pid = context.pid ?? context.child;
  if (pid === undefined) return { places: context.onlineCpus.map(cpu => ({ pid: -1, cpu })), flags: {} };
  return {
    places: threadsOf(pid).map(tid => ({ pid: tid, cpu: -1 })),
    flags: context.inheritThread ? { inherit: true, inherit_thread: true } : { inherit: true },
  };
}

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    throw new AttachError(`process ${pid}`, 'it has ended');
  }
}
