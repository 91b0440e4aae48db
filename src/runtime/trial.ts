// test: and bench: probes, which are run here, one at a time.
import { exit, imm, mov } from '../compiler/bpf/assemble.js';
import { encode } from '../compiler/bpf/encode.js';
import { ProgType } from '../compiler/bpf/uapi.js';
import type { TargetSpec } from '../compiler/object-spec.js';
import type { LoadedProgram } from '../kernel/load/object.js';
import { progGetInfo } from '../kernel/sys/object.js';
import { progLoad } from '../kernel/sys/program.js';
import { progTestRun } from '../kernel/sys/program-run.js';

export interface TrialResult {
  /** What the block returned, i32. */
  readonly value: number;
  /** ns by the clock, the system call included. */
  readonly nanoseconds: bigint;
  /** What exit() was called with, by the block or by BEGIN before the first. */
  readonly exit: number | undefined;
}

export interface Measurement {
  /** What the last run returned. */
  readonly value: number;
  /**
   * ns of one run within the kernel, as it counts them (bpf_stats), less what a program that does nothing takes: the median of
   * several batches, since what else happens on the machine makes some of them slower.
   */
  readonly average: number;
  readonly runs: number;
}

/** What the session does around each run. */
export interface TrialHooks {
  /** Lets programs run again after an exit(). */
  resume(): void;
  /** Hands on the events. */
  drain(): void;
  /** The exit code since the last time it was asked for. */
  takeExit(): number | undefined;
}

const WARM_UP = 200;
const BATCH = 500;
const BATCHES = 15;

export class Trial {
  /** 'test:addition' is addition. */
  readonly name: string;
  readonly #program: LoadedProgram;
  readonly #hooks: TrialHooks;

  constructor(target: TargetSpec, program: LoadedProgram, hooks: TrialHooks) {
    this.name = target.parts.slice(1).join(':');
    this.#program = program;
    this.#hooks = hooks;
  }

  run(): TrialResult {
    this.#hooks.resume();
    const start = process.hrtime.bigint();
    const { returnValue } = progTestRun(this.#program.fd);
    const nanoseconds = process.hrtime.bigint() - start;
    this.#hooks.drain();
    return { value: returnValue | 0, nanoseconds, exit: this.#hooks.takeExit() };
  }

  /** Needs statistics switched on (enableStats). What the block sends is handed on between batches. `empty`: see emptyProgram(). */
  measure(empty: number): Measurement {
    const { value } = this.run();
    const own = this.#program.fd;
    runs(own, WARM_UP);
    runs(empty, WARM_UP);
    const differences: number[] = [];
    for (let batch = 0; batch < BATCHES; batch++) {
      this.#hooks.drain();
      this.#hooks.resume();
      differences.push(timed(own) - timed(empty));
    }
    this.#hooks.drain();
    this.#hooks.takeExit();
    differences.sort((a, b) => a - b);
    return { value, average: Math.max(0, differences[BATCHES >> 1]!), runs: BATCHES * BATCH };
  }
}

function runs(fd: number, count: number): void {
  for (let i = 0; i < count; i++) progTestRun(fd);
}

/** ns of a run, by the kernel's count. */
function timed(fd: number): number {
  const before = progGetInfo(fd).numbers;
  runs(fd, BATCH);
  const after = progGetInfo(fd).numbers;
  return Number(after.run_time_ns - before.run_time_ns) / Math.max(1, Number(after.run_cnt - before.run_cnt));
}

/** fd of a program that does nothing: what is measured of it is the price of calling one. The caller's. */
export function emptyProgram(): number {
  const insns = encode([mov(0, imm(0)), exit()], () => ({ imm: 0 }));
  return progLoad({ type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT, insns, name: 'empty' }).fd;
}
