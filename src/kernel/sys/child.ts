// A child process that is held before its exec until probes are attached (`-c CMD`), so that nothing it does
// is missed. It is forked, not spawned through Node: its pid is known, and its execve is seen by the probes.

import { accessSync, constants, statSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { delimiter, join } from 'node:path';
import { cString, cStringArray } from './attr.js';
import { check, errno, SyscallError } from './error.js';
import { closeFd } from './fd.js';
import { watchFd } from './fd-watch.js';
import { native } from './native.js';

export interface ChildExit {
  /** Exit status, or undefined when a signal ended it. */
  readonly status: number | undefined;
  /** "SIGKILL", or undefined when it exited. */
  readonly signal: string | undefined;
}

export interface HeldChild {
  readonly pid: number;
  /** The file that release() executes. */
  readonly path: string;
  /** Lets it execute its program; throws a SyscallError when execve fails (the child is gone then). Once. */
  release(): void;
  /** Settles once, when the child ends; release() not needed. Keeps the event loop alive until then. */
  readonly exited: Promise<ChildExit>;
  /** Sends a signal, unless it has ended. */
  kill(signal: NodeJS.Signals): void;
  /** Ends a child that was never released, stops watching, frees the fds. Idempotent; does not kill. */
  close(): void;
}

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
const WNOHANG = 1;
/** How it ended is not known. */
const NO_EXIT: ChildExit = { status: undefined, signal: undefined };

/**
 * Forks a child that waits. It shares stdin, stdout and stderr, has default signal dispositions and gets
 * SIGTERM when this thread dies. argv[0] is looked up in PATH; ENOENT and EACCES come from here, before
 * anything is attached. Min kernel 5.3 (pidfd_open).
 */
export function spawnHeld(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): HeldChild {
  const path = findExecutable(argv[0] ?? '', env.PATH ?? '/usr/local/bin:/usr/bin:/bin');
  const [gate, childGate] = socketPair();
  let pid: number;
  let pidFd: number;
  try {
    pid = fork(path, argv, env, childGate, gate);
    const shim = native();
    pidFd = check(shim.syscall(shim.nr.pidfd_open, pid, 0), 'pidfd_open');
  } catch (error) {
    closeFd(gate); // a child that exists sees the end of its gate and leaves
    throw error;
  } finally {
    closeFd(childGate);
  }

  let gateOpen = true;
  let watching = true;
  let settle: (exit: ChildExit) => void = () => {};
  const exited = new Promise<ChildExit>(resolve => {
    settle = resolve;
  });
  const watch = watchFd(pidFd, () => {
    const exit = reap(pid);
    if (exit === undefined) return;
    stopWatching();
    settle(exit);
  });
  watch.arm();

  function stopWatching(): void {
    if (!watching) return;
    watching = false;
    watch.close();
    closeFd(pidFd);
  }

  function closeGate(): void {
    if (gateOpen) closeFd(gate);
    gateOpen = false;
  }

  return {
    pid,
    path,
    exited,
    release() {
      if (!gateOpen) throw new Error(`child ${pid} was released before`);
      const failure = openGate(gate);
      closeGate();
      if (failure !== 0) throw new SyscallError('execve', failure, path);
    },
    kill(signal) {
      const shim = native();
      if (watching) shim.syscall(shim.nr.pidfd_send_signal, pidFd, osConstants.signals[signal], null, 0);
    },
    close() {
      const unreleased = gateOpen && watching;
      closeGate();
      if (unreleased) settle(reap(pid, 0) ?? NO_EXIT); // the end of the gate makes it leave at once
      stopWatching();
    },
  };
}

/** Writes the byte that the child waits for; the errno that execve then gave, or 0. */
function openGate(gate: number): number {
  const shim = native();
  const failure = new Int32Array(1);
  // MSG_NOSIGNAL through sendto: the child may have been killed, and SIGPIPE is not always ignored.
  const MSG_NOSIGNAL = 0x4000;
  const sent = shim.syscall(shim.nr.sendto, gate, new Uint8Array(1), 1, MSG_NOSIGNAL, null, 0);
  if (sent === -errno('EPIPE')) return 0;
  check(sent, 'sendto');
  // Reads the end of the stream once exec has closed the child's side.
  while (shim.syscall(shim.nr.read, gate, failure, 4) === -errno('EINTR'));
  return failure[0] ?? 0;
}

function fork(
  path: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  gate: number,
  parentGate: number,
): number {
  const args = cStringArray(argv);
  const variables = cStringArray(Object.entries(env).map(([name, value]) => `${name}=${value ?? ''}`));
  const pid = native().forkHeld(
    cString(path),
    BigUint64Array.of(...args.pointers, 0n),
    BigUint64Array.of(...variables.pointers, 0n),
    gate,
    parentGate,
    osConstants.signals.SIGTERM,
  );
  stringsInUse = [args, variables];
  stringsInUse = undefined;
  return check(pid, 'fork');
}

/** Holds the strings behind argv and envp until the fork is over. */
export let stringsInUse: unknown;

/** The exit of a child that has ended, taken from the kernel; undefined while it runs. */
function reap(pid: number, options = WNOHANG): ChildExit | undefined {
  const shim = native();
  const wait = new Int32Array(1);
  const result = shim.syscall(shim.nr.wait4, pid, wait, options, null);
  if (result === 0) return undefined;
  if (result < 0) return NO_EXIT; // ECHILD: reaped by someone else
  const [word = 0] = wait;
  const signal = word & 0x7f;
  if (signal === 0) return { status: (word >> 8) & 0xff, signal: undefined };
  const names = Object.entries(osConstants.signals);
  return {
    status: undefined,
    signal: names.find(([, number]) => number === signal)?.[0] ?? `signal ${signal}`,
  };
}

function socketPair(): [number, number] {
  const shim = native();
  const fds = new Int32Array(2);
  check(shim.syscall(shim.nr.socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 'socketpair');
  return [fds[0] ?? -1, fds[1] ?? -1];
}

/** As execvp(3): names with a slash as they are, others in the folders of PATH. */
function findExecutable(name: string, searchPath: string): string {
  const candidates = name.includes('/')
    ? [name]
    : searchPath.split(delimiter).map(folder => join(folder || '.', name));
  let refused = false;
  for (const candidate of name === '' ? [] : candidates) {
    try {
      if (!statSync(candidate).isFile()) continue;
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch (error) {
      refused ||= (error as NodeJS.ErrnoException).code === 'EACCES';
    }
  }
  throw new SyscallError('execve', errno(refused ? 'EACCES' : 'ENOENT'), name);
}
