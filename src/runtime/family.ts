// --follow: a process and all that descend from it. The kernel keeps the set from the moment that the tracker is attached
// (compiler/lower/filter.ts); those that exist already are found in /proc.
import { readdirSync } from 'node:fs';
import { type ProcessStat, processStat } from '../kernel/host/process-stat.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import { SyscallError } from '../kernel/sys/error.js';
import { closeFd } from '../kernel/sys/fd.js';
import { rawTracepointOpen } from '../kernel/sys/link.js';
import { mapArray } from '../kernel/sys/memory.js';
import { watchProcess } from './process-watch.js';

export interface FamilyOptions {
  readonly root: number;
  /** The map `followed`: a byte for each process id. */
  readonly map: LoadedMap;
  /** fd of the tracker's program; stays the caller's. */
  readonly tracker: number;
  /** How often they have forked so far. */
  readonly forks: () => bigint | undefined;
}

/** A process ends a moment after its pidfd says so: what it does until then is seen. */
const LAST_MOMENT_MS = 50;

export class Family {
  readonly #bytes: Uint8Array;
  readonly #root: number;
  readonly #link: number;
  readonly #forks: () => bigint | undefined;
  #watch: { close(): void } | undefined;
  #open = true;

  /** From now on children are followed. */
  constructor({ root, map, tracker, forks }: FamilyOptions) {
    this.#root = root;
    this.#forks = forks;
    this.#bytes = new Uint8Array(mapArray(map.fd, map.spec.valueSize));
    this.#bytes[root] = 1;
    this.#link = rawTracepointOpen('sched_process_fork', tracker);
    this.#adopt();
  }

  /** Calls `onEnd` once, when all of them have ended. */
  watch(onEnd: () => void): void {
    const next = (): void => {
      const [one] = this.#living();
      if (!this.#open) return;
      if (one === undefined) {
        setTimeout(onEnd, LAST_MOMENT_MS);
        return;
      }
      try {
        this.#watch = watchProcess(one, next);
      } catch (error) {
        if (!(error instanceof SyscallError)) throw error;
        next(); // it has ended meanwhile
      }
    };
    next();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#watch?.close();
    closeFd(this.#link);
  }

  /** Marks what descends from a marked process: again until nothing is new, since they may fork meanwhile. */
  #adopt(): void {
    for (let found = true; found; ) {
      found = false;
      for (const { pid, parent } of processes()) {
        if (this.#bytes[pid] !== 0 || this.#bytes[parent] !== 1 || pid === process.pid) continue;
        this.#bytes[pid] = 1;
        found = true;
      }
    }
  }

  /** None only when nobody forked while we looked: who forks and ends leaves a child that was not there yet. */
  #living(): number[] {
    let living: ProcessState[];
    let forks: bigint | undefined;
    do {
      forks = this.#forks();
      living = processes().filter(({ pid, state }) => this.#bytes[pid] === 1 && !'ZX'.includes(state));
    } while (living.length === 0 && forks !== this.#forks());
    return living.map(({ pid }) => pid).sort((a, b) => Number(b === this.#root) - Number(a === this.#root));
  }
}

interface ProcessState extends ProcessStat {
  readonly pid: number;
}

/** All processes, from /proc/PID/stat. */
function processes(): ProcessState[] {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return [];
    const stat = processStat(Number(name));
    return stat === undefined ? [] : [{ pid: Number(name), ...stat }]; // some ended meanwhile
  });
}
