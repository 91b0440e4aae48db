// Loading programs. The first attempt asks for no log, which is faster; when it fails it is repeated with a
// log in a growing buffer, so that a refusal always comes with the verifier's words.

import { field, fromCString } from './attr.js';
import { bpf, objectName, tryBpf } from './bpf.js';
import { PROG_BIND_MAP, PROG_LOAD } from './bpf-layout.js';
import { errno, SyscallError, VerifierError } from './error.js';

export interface ProgLoadOptions {
  /** BPF_PROG_TYPE_*. */
  readonly type: number;
  /** struct bpf_insn, 8 bytes each, in the host's byte order. */
  readonly insns: Uint8Array;
  readonly name?: string;
  /** Default "GPL", without which most tracing helpers are refused. */
  readonly license?: string;
  /** BPF_TRACE_FENTRY, BPF_XDP, ... */
  readonly expectedAttachType?: number;
  /** The BTF type of the traced function, iterator or raw tracepoint. */
  readonly attachBtfId?: number;
  /** The module's BTF, or the program to attach to; 0: vmlinux. */
  readonly attachBtfObjFd?: number;
  /** BPF_F_SLEEPABLE, BPF_F_XDP_HAS_FRAGS, ... */
  readonly flags?: number;
  readonly btfFd?: number;
  /** struct bpf_func_info: insn offset and type id, 8 bytes each. */
  readonly funcInfo?: Uint8Array;
  /** struct bpf_line_info: insn offset, file name, line text, line << 10 | column; 16 bytes each. */
  readonly lineInfo?: Uint8Array;
  /** Map and BTF fds that instructions refer to by index (5.14). */
  readonly fdArray?: Int32Array;
  /** Asks for the log of an accepted program too: 1 states at branches, 2 every insn, 4 statistics only. */
  readonly logLevel?: number;
}

export interface LoadedProgram {
  /** The caller's. */
  readonly fd: number;
  /** Empty unless logLevel was given. */
  readonly log: string;
}

const FUNC_INFO_SIZE = 8;
const LINE_INFO_SIZE = 16;
/** Log level: the reason and statistics only. */
const STATISTICS = 4;
const LOG_SIZE_START = 1 << 16;
/** Kernels before 5.2 refuse more than 16 MiB - 1; a longer log loses its end. */
const LOG_SIZE_LIMIT = (1 << 24) - 1;

/**
 * BPF_PROG_LOAD. Throws a VerifierError with the log when the verifier refuses, a SyscallError when the
 * kernel refuses earlier (EPERM: privilege; EINVAL with no log: an unknown type, flag or attach type). A log that no buffer holds
 * changes neither: what is asked for is then statistics only.
 */
export function progLoad(options: ProgLoadOptions): LoadedProgram {
  let level = options.logLevel ?? 0;
  let refusal: number | undefined;
  if (level === 0) {
    const result = tryLoad(options, 0, undefined).result;
    if (result >= 0) return { fd: result, log: '' };
    if (result === -errno('EFAULT') && !comparesOften(options)) return progLoad(comparingOften(options));
    refusal = -result;
    // Too complex (E2BIG after a million instructions, EFAULT at too many branches): to log each would take long, and tell little.
    level = result === -errno('E2BIG') || result === -errno('EFAULT') ? STATISTICS : 1;
  }
  let size = LOG_SIZE_START;
  while (true) {
    const buffer = new Uint8Array(size);
    const { result, logSize } = tryLoad(options, level, buffer);
    if (result === -errno('EFAULT') && !comparesOften(options)) return progLoad(comparingOften(options));
    if (result === -errno('ENOSPC') && size < LOG_SIZE_LIMIT) {
      size = Math.min(Math.max(size * 8, logSize), LOG_SIZE_LIMIT);
      continue;
    }
    const cut = result === -errno('ENOSPC');
    // Whether it is accepted depends on no log.
    if (cut && refusal === undefined && level !== STATISTICS)
      return progLoad({ ...options, logLevel: STATISTICS });
    const error = cut ? (refusal ?? -result) : -result;
    const log = fromCString(buffer);
    if (result >= 0) return { fd: result, log };
    const interrupted = error === errno('EAGAIN'); // the log ends where a signal came
    if (log === '' || interrupted) throw new SyscallError('BPF_PROG_LOAD', error, options.name);
    throw new VerifierError('BPF_PROG_LOAD', error, log, options.name);
  }
}

/**
 * The verifier compares states at each instruction (include/uapi/linux/bpf.h, 5.4). Linux 6.18 sometimes takes what a helper
 * wrote to the stack for a register that another path spilled there: "verifier bug: stack slot 2, total slots 0", EFAULT. Not
 * so where it compares this often.
 */
const BPF_F_TEST_STATE_FREQ = 1 << 3;

function comparesOften({ flags = 0 }: ProgLoadOptions): boolean {
  return (flags & BPF_F_TEST_STATE_FREQ) !== 0;
}

function comparingOften(options: ProgLoadOptions): ProgLoadOptions {
  return { ...options, flags: (options.flags ?? 0) | BPF_F_TEST_STATE_FREQ };
}

/** As libbpf: the verifier gives EAGAIN when a signal is pending. */
const EAGAIN_RETRIES = 5;

/** logSize: bytes that the whole log needs, as far as the kernel says so (6.4), else 0. */
function tryLoad(
  options: ProgLoadOptions,
  logLevel: number,
  log: Uint8Array | undefined,
): { result: number; logSize: number } {
  const { funcInfo, lineInfo } = options;
  for (let attempt = 0; ; attempt++) {
    const { result, attr } = tryBpf('BPF_PROG_LOAD', PROG_LOAD, {
      prog_type: options.type,
      insns: options.insns,
      insn_cnt: options.insns.byteLength / 8,
      license: options.license ?? 'GPL',
      prog_name: objectName(options.name),
      expected_attach_type: options.expectedAttachType,
      attach_btf_id: options.attachBtfId,
      attach_btf_obj_fd: options.attachBtfObjFd,
      prog_flags: options.flags,
      prog_btf_fd: options.btfFd,
      func_info: funcInfo,
      func_info_cnt: funcInfo && funcInfo.byteLength / FUNC_INFO_SIZE,
      func_info_rec_size: funcInfo && FUNC_INFO_SIZE,
      line_info: lineInfo,
      line_info_cnt: lineInfo && lineInfo.byteLength / LINE_INFO_SIZE,
      line_info_rec_size: lineInfo && LINE_INFO_SIZE,
      fd_array: options.fdArray,
      log_level: logLevel,
      log_buf: log,
      log_size: log?.byteLength,
    });
    if (result === -errno('EAGAIN') && attempt < EAGAIN_RETRIES) continue;
    return { result, logSize: field(PROG_LOAD, attr, 'log_true_size') };
  }
}

/** BPF_PROG_BIND_MAP (5.10): keeps a map alive with a program that does not use it. */
export function progBindMap(progFd: number, mapFd: number): void {
  bpf('BPF_PROG_BIND_MAP', PROG_BIND_MAP, { prog_fd: progFd, map_fd: mapFd });
}
