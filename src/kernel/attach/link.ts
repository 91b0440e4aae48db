// A live attachment: whatever it holds is gone after close(), and with the process, however that ends.
import type { ProbeTypeName, TargetSpec } from '../../compiler/object-spec.js';
import type { LoadedProgram } from '../load/object.js';

/** Owns its fds; close() twice is harmless. */
export interface Link {
  /** For -v: 'perf event 12, link 13'. */
  readonly description: string;
  /** What the user should know of how it was attached: a sentence. */
  readonly notice?: string | undefined;
  /** Events so far that never reached the program, by the kernel's own count (kprobes, 6.7); absent: it keeps none. */
  missed?(): number;
  /** Iterators: an fd, the caller's; reading it runs the program. */
  open?(): number;
  /** Iterators: where the link is pinned. It stays when all is closed. */
  readonly pin?: string;
  /** Gives up its fds, which the caller then closes, in any order; close() has nothing left to do. */
  release?(): readonly number[];
  close(): void;
}

/** A link, and the targets that it serves. */
export interface Attachment {
  readonly link: Link;
  readonly targets: readonly TargetSpec[];
}

/** Some of many targets cannot be attached: those that were, and why the others were not. */
export interface AttachedTogether extends Attachment {
  readonly refused: readonly { readonly target: TargetSpec; readonly error: Error }[];
}

/** What attachers may ask of the host. */
export interface AttachContext {
  /** Number of a tracepoint (tracefs events/CATEGORY/NAME/id). */
  tracepointId(category: string, name: string): number;
  /** The kernel has BPF links of perf events (5.15); without, the older ioctl is used. */
  readonly perfLink: boolean;
  /** A CPU that is online, for events that need just one. */
  readonly onlineCpu: number;
  /** All that are. */
  readonly onlineCpus: readonly number[];
  /** Perf events can be inherited by threads alone (5.13). */
  readonly inheritThread: boolean;
  /** Whether ftrace knows a function of the kernel; undefined: nobody can tell. Slow: for explaining a failure. */
  isTraceable(name: string): boolean | undefined;
  /** -p: for probe types that attach to the process only. */
  readonly pid: number | undefined;
  /** -c: the command's process. */
  readonly child?: number | undefined;
}

/** The same host, with a command; what is found out when it is asked for stays so. */
export function withChild(context: AttachContext, child: number | undefined): AttachContext {
  return Object.create(context, { child: { value: child } });
}

/** How one probe type attaches programs, whose fds stay the caller's. Both throw a SyscallError or AttachError. */
export interface Attacher {
  /** To one target. */
  one(target: TargetSpec, program: LoadedProgram, context: AttachContext): Link;
  /** To the targets of the program by one link; undefined: this program is attached to one after the other. */
  together?(
    targets: readonly TargetSpec[],
    program: LoadedProgram,
    context: AttachContext,
  ): AttachedTogether | undefined;
}

/** The environment does not let this target be attached; the message says what is missing and what to do. */
export class AttachError extends Error {
  override readonly name = 'AttachError';
  readonly target: string;
  /** What to do about it. */
  readonly hint: string | undefined;
  constructor(target: string, message: string, hint?: string) {
    super(`cannot attach ${target}: ${message}`);
    this.target = target;
    this.hint = hint;
  }
}

/** Probe types whose programs the session runs itself; all others are attached. */
export type SessionProbeType = 'begin' | 'end' | 'self' | 'test' | 'bench';
export type AttachedProbeType = Exclude<ProbeTypeName, SessionProbeType>;
