// test: and bench: probes, which are run here, one at a time.
import { exit, imm, mov } from '../compiler/bpf/assemble.js';
import { encode } from '../compiler/bpf/encode.js';
import { ProgType } from '../compiler/bpf/uapi.js';
import type { TargetSpec } from '../compiler/object-spec.js';
import type { LoadedProgram } from '../kernel/load/object.js';
import { SyscallError } from '../kernel/sys/error.js';
import { progGetInfo } from '../kernel/sys/object.js';
import { progLoad } from '../kernel/sys/program.js';
import { type ProgTestRunReply, progTestRun } from '../kernel/sys/program-run.js';

export interface TrialResult {
  /** What the block returned, i32. */
  readonly value: number;
  /** ns by the clock, the system call included. */
  readonly nanoseconds: bigint;
  /** What exit() was called with, by the block or by BEGIN before the first. */
  readonly exit: number | undefined;
}

export interface PacketResult {
  /** i32 */
  readonly verdict: number;
  /** As the program left it; a view that the next run writes over. */
  readonly packet: Uint8Array;
  /** ns of a run within the kernel, averaged over the repetitions. */
  readonly nanoseconds: number;
}

/** What is done between BEGIN and END in place of attaching. */
export interface Instead {
  /** Whose programs are handed over. */
  readonly probes: readonly ('test' | 'bench' | 'xdp' | 'tc')[];
  /** exit() is a result of the probe that is run, or of the first when BEGIN called it; else it ends the session. */
  readonly exitIsResult?: boolean;
  /** Maps are printed at the end. */
  readonly printsMaps?: boolean;
  /** Gives the exit code. */
  run(trials: readonly Trial[], ended: () => boolean): number | Promise<number>;
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
  /** ns since 1970, of the packet that comes next. */
  setPacketTime(time: bigint): void;
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
  /** 'test:addition' */
  readonly target: string;
  /** 'xdp' */
  readonly probeType: string;
  /** BPF_PROG_TYPE_* */
  readonly programType: number;
  readonly #program: LoadedProgram;
  readonly #hooks: TrialHooks;

  constructor(target: TargetSpec, program: LoadedProgram, hooks: TrialHooks) {
    this.name = target.parts.slice(1).join(':');
    this.target = target.name;
    this.probeType = target.parts[0] ?? '';
    this.programType = program.spec.type;
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

  /** Runs it on a packet, so many times; undefined: the kernel does not take such a packet. */
  packet(dataIn: Uint8Array, time: bigint, repeat: number): PacketResult | undefined {
    this.#hooks.resume();
    this.#hooks.setPacketTime(time);
    const ran = tryPacket(this.#program.fd, dataIn, repeat);
    this.#hooks.drain();
    if (ran === undefined) return undefined;
    return {
      verdict: ran.returnValue | 0,
      packet: PACKET_ROOM.subarray(0, ran.dataSizeOut),
      nanoseconds: ran.durationNs,
    };
  }

  /** ns of a run of another program on the packet. */
  compare(fd: number, dataIn: Uint8Array, repeat: number): number {
    return tryPacket(fd, dataIn, repeat)?.durationNs ?? 0;
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

/** The kernel's trials take packets of a page or so; since 5.18 of any number of fragments. */
const PACKET_ROOM = new Uint8Array(1 << 16);

function tryPacket(fd: number, dataIn: Uint8Array, repeat: number): ProgTestRunReply | undefined {
  try {
    return progTestRun(fd, { dataIn, dataOut: PACKET_ROOM, repeat });
  } catch (error) {
    if (error instanceof SyscallError && (error.code === 'EINVAL' || error.code === 'ENOSPC'))
      return undefined;
    throw error;
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
export function emptyProgram(type: number = ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT): number {
  const insns = encode([mov(0, imm(0)), exit()], () => ({ imm: 0 }));
  return progLoad({ type, insns, name: 'empty' }).fd;
}
