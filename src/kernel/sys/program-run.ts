// Running programs without attaching them (BPF_PROG_TEST_RUN), and the statistics of attached ones.

import { field } from './attr.js';
import { bpf, tryBpf } from './bpf.js';
import { ENABLE_STATS, PROG_TEST_RUN } from './bpf-layout.js';
import { errno, SyscallError } from './error.js';

export interface ProgTestRunOptions {
  /** A packet, from the Ethernet header; at least 14 bytes. */
  readonly dataIn?: Uint8Array;
  /** Room for the packet as the program left it; too little is ENOSPC with the reply's size right. */
  readonly dataOut?: Uint8Array;
  /** struct xdp_md (5.15), or the u64 arguments of a raw tracepoint (5.10). */
  readonly ctxIn?: Uint8Array;
  readonly ctxOut?: Uint8Array;
  /** Runs in a row, for timing. XDP and tc only. */
  readonly repeat?: number;
  /** BPF_F_TEST_RUN_ON_CPU (1: raw tracepoints), BPF_F_TEST_XDP_LIVE_FRAMES (2, 5.18). */
  readonly flags?: number;
  readonly cpu?: number;
}

export interface ProgTestRunReply {
  /** The program's return value, u32. */
  readonly returnValue: number;
  /** ns per run, averaged over `repeat`; 0 for raw tracepoints. */
  readonly durationNs: number;
  /** Length of the packet after the run, in bytes, also when dataOut was too short. */
  readonly dataSizeOut: number;
  readonly ctxSizeOut: number;
}

/** BPF_PROG_TEST_RUN. ENOTSUPP: the program type has none (kprobe, tracepoint, perf event). */
export function progTestRun(progFd: number, options: ProgTestRunOptions = {}): ProgTestRunReply {
  const { dataIn, dataOut, ctxIn, ctxOut } = options;
  const { result, attr } = tryBpf('BPF_PROG_TEST_RUN', PROG_TEST_RUN, {
    prog_fd: progFd,
    data_in: dataIn,
    data_size_in: dataIn?.byteLength,
    data_out: dataOut,
    data_size_out: dataOut?.byteLength,
    ctx_in: ctxIn,
    ctx_size_in: ctxIn?.byteLength,
    ctx_out: ctxOut,
    ctx_size_out: ctxOut?.byteLength,
    repeat: options.repeat,
    flags: options.flags,
    cpu: options.cpu,
  });
  if (result < 0 && !(result === -errno('ENOSPC') && dataOut !== undefined)) {
    throw new SyscallError('BPF_PROG_TEST_RUN', -result);
  }
  return {
    returnValue: field(PROG_TEST_RUN, attr, 'retval'),
    durationNs: field(PROG_TEST_RUN, attr, 'duration'),
    dataSizeOut: field(PROG_TEST_RUN, attr, 'data_size_out'),
    ctxSizeOut: field(PROG_TEST_RUN, attr, 'ctx_size_out'),
  };
}

const BPF_STATS_RUN_TIME = 0;

/**
 * BPF_ENABLE_STATS (5.8) -> fd. run_cnt and run_time_ns of *all* programs of the machine are kept until it
 * is closed, which slows every one of them.
 */
export function enableStats(): number {
  return bpf('BPF_ENABLE_STATS', ENABLE_STATS, { type: BPF_STATS_RUN_TIME }).result;
}
