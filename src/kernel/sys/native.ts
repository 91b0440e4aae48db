// The door to the native shim (../shim/shim.c), and the seam for tests: everything in sys/ goes through
// native(), which a test replaces with setNative(). Functions return their result or -errno. The addon is
// loaded on first use, so that compiling a script on a machine without it works.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BlobWalks } from '../../compiler/btf/blob.js';

/** A machine word for a system call: numbers and bigints by value, memory by its address. */
export type Word = number | bigint | ArrayBufferView | ArrayBuffer | null;

declare const ring: unique symbol;
declare const watch: unique symbol;
/** A mapped ring buffer, or one CPU's perf buffer. Opaque. */
export type RingHandle = { readonly [ring]: true };
/** An fd watched on Node's event loop. Opaque. */
export type WatchHandle = { readonly [watch]: true };

/** What shim.c exports. `number` results are -errno when negative. */
export interface Native {
  /** System call numbers of this architecture, by name. */
  readonly nr: Readonly<Record<SyscallName, number>>;
  /** Up to six words. Memory must stay referenced until the call returns. */
  syscall(nr: number, ...words: Word[]): number;
  /** Address of the memory; valid while the view is referenced. */
  ptr(memory: ArrayBufferView | ArrayBuffer): bigint;
  /** The ArrayBuffer owns the mapping and unmaps when collected. Writing without PROT_WRITE is a SIGSEGV. */
  mmap(fd: number, length: number, offset: number, prot: number, flags: number): ArrayBuffer | number;
  /** A file's bytes as Latin-1, mapped: the string owns the mapping. The fd stays the caller's. For the launcher (bin/tsbpf). */
  mapText(fd: number, length: number): string | number;
  /** size: max_entries of the map, bytes. The fd stays the caller's. */
  rbOpen(fd: number, size: number): RingHandle | number;
  /** Copies whole committed records with their 8-byte headers; bytes copied; -EMSGSIZE if the next does not fit. */
  rbDrain(handle: RingHandle, dst: Uint8Array): number;
  /** Bytes between consumer and producer. */
  rbPending(handle: RingHandle): number;
  /** fd: a perf event; pages: a power of two. */
  pbOpen(fd: number, pages: number): RingHandle | number;
  /** Copies whole records of every type with their perf_event_header. */
  pbDrain(handle: RingHandle, dst: Uint8Array): number;
  ringClose(handle: RingHandle): number;
  /** BlobWalks.starts of compiler/btf/blob.ts; 0: the arrays do not fit. */
  readonly btfStarts: BlobWalks['starts'];
  /** Starts disarmed. The callback gets 0 or -errno. -EEXIST: another armed watch has the fd. */
  poll(fd: number, callback: (status: number) => void): WatchHandle | number;
  pollArm(handle: WatchHandle): number;
  pollDisarm(handle: WatchHandle): number;
  /** Before close(fd), since the number is reused at once. */
  pollClose(handle: WatchHandle): number;
  /** Forks a child that waits for a byte on gate and then executes path; see shim.c. */
  forkHeld(
    path: Uint8Array,
    argv: BigUint64Array,
    envp: BigUint64Array,
    gate: number,
    parentGate: number,
    deathSignal: number,
  ): number;
}

export type SyscallName =
  | 'bpf'
  | 'perf_event_open'
  | 'ioctl'
  | 'close'
  | 'prlimit64'
  | 'pidfd_open'
  | 'pidfd_send_signal'
  | 'wait4'
  | 'fcntl'
  | 'write'
  | 'read'
  | 'prctl'
  | 'membarrier'
  | 'memfd_create'
  | 'socket'
  | 'socketpair'
  | 'bind'
  | 'sendto'
  | 'recvfrom'
  | 'setns'
  | 'unshare'
  | 'sched_setaffinity';

/** The native part is absent or does not load here. The message says what to do. */
export class NativeMissingError extends Error {
  override readonly name = 'NativeMissingError';
}

let current: Native | undefined;

export function native(): Native {
  current ??= loadNative();
  return current;
}

/** Replaces the shim (a test's fake) and returns what puts the former one back. */
export function setNative(replacement: Native): () => void {
  const former = current;
  current = replacement;
  return () => {
    current = former;
  };
}

/**
 * prebuilds/linux-<arch>[-musl]/tsbpf.node in the package that holds this file, found by walking up: the
 * depth differs between the bundle, the compiled tree and the sources.
 */
function loadNative(): Native {
  const failures: string[] = [];
  let folder = dirname(import.meta.filename);
  while (true) {
    for (const libc of ['', '-musl']) {
      const path = join(folder, 'prebuilds', `linux-${process.arch}${libc}`, 'tsbpf.node');
      if (!existsSync(path)) continue;
      try {
        const addon = { exports: {} as Native };
        process.dlopen(addon, path); // a sixth of what require() takes
        return addon.exports;
      } catch (error) {
        failures.push(`${path}: ${(error as Error).message}`);
      }
    }
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  throw new NativeMissingError(
    failures.length > 0
      ? `the native part of tsbpf does not load here:\n  ${failures.join('\n  ')}\nRebuild it: npm rebuild tsbpf`
      : `tsbpf has no native part for linux-${process.arch}. Build it: npm rebuild tsbpf ` +
          '(needs a C compiler: apt install gcc libc6-dev)',
  );
}
