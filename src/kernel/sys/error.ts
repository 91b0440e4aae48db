// Failures of system calls as typed errors. errno names come from Node's table, plus the few that only the
// kernel uses and lets out of BPF.

import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** Not in any user-space errno.h, yet returned by bpf(2) and perf_event_open(2) (include/linux/errno.h). */
const KERNEL_ERRNO = { ENOTSUPP: 524 } as const;

type ErrnoName = keyof typeof constants.errno | keyof typeof KERNEL_ERRNO;

/** errno by name, as a positive number: `errno('ENOENT')` is 2. */
export function errno(name: ErrnoName): number {
  return name in KERNEL_ERRNO ? KERNEL_ERRNO.ENOTSUPP : constants.errno[name as keyof typeof constants.errno];
}

/** Second names of numbers that have a better known one. */
const ALIASES = new Set(['EWOULDBLOCK', 'ENOTSUP', 'EDEADLOCK']);

/** The name of a positive errno ("ENOENT"), or "errno 599". */
export function errnoName(number: number): string {
  const names: Readonly<Record<string, number>> = { ...constants.errno, ...KERNEL_ERRNO };
  return Object.keys(names).find(name => names[name] === number && !ALIASES.has(name)) ?? `errno ${number}`;
}

/** In words. libuv's table speaks of sockets where BPF has none. */
function errnoMeaning(number: number, code: string): string {
  if (code === 'EOPNOTSUPP' || code === 'ENOTSUPP') return 'not supported by this kernel';
  return getSystemErrorMap().get(-number)?.[1] ?? 'unknown error';
}

/** A system call or bpf(2) command refused. `operation` is its UAPI name; `errno` is positive. */
export class SyscallError extends Error {
  override readonly name: string = 'SyscallError';
  readonly operation: string;
  readonly errno: number;
  /** "EPERM". */
  readonly code: string;
  /** What it was applied to, for people: a map's name, a path. */
  readonly detail: string | undefined;

  constructor(operation: string, errno: number, detail?: string) {
    const code = errnoName(errno);
    const meaning = errnoMeaning(errno, code);
    super(`${operation}${detail === undefined ? '' : ` (${detail})`}: ${code}: ${meaning}`);
    this.operation = operation;
    this.errno = errno;
    this.code = code;
    this.detail = detail;
  }
}

/** The verifier, or the BTF loader, refused and said why. `log` is its whole log. */
export class VerifierError extends SyscallError {
  override readonly name = 'VerifierError';
  readonly log: string;

  constructor(operation: string, errno: number, log: string, detail?: string) {
    super(operation, errno, detail);
    this.log = log;
    this.message = `${this.message}: ${verdict(log)}`;
  }
}

/** The result, or a thrown SyscallError when it is -errno. */
export function check(result: number, operation: string, detail?: string): number {
  if (result < 0) throw new SyscallError(operation, -result, detail);
  return result;
}

/** The line that says why: the last that is no statistic ("processed 12 insns ..."). */
function verdict(log: string): string {
  const lines = log.split('\n').filter(line => line.trim() !== '');
  return (
    lines.findLast(line => !/^(processed \d+ insns|verification time|stack depth)/.test(line)) ?? 'no log'
  );
}
