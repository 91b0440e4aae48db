// Tests that need the real kernel: they run one after another, and where they cannot run their title says
// why. Also counts open fds, so that a test can show that it leaks none.

import { readdirSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { ProgType } from '../../src/compiler/bpf/uapi.js';
import { closeFd } from '../../src/kernel/sys/fd.js';
import { progLoad } from '../../src/kernel/sys/program.js';
import { raiseMemlock } from '../../src/kernel/sys/rlimit.js';
import { IN_GUEST } from './guest.js';
import { inKernel, leftSince } from './nothing-left.js';

/** mov r0, 0; exit */
export const RETURN_0: Uint8Array = Uint8Array.of(0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);

/** What keeps this process from loading tracing programs, or undefined. */
export function whyNoBpf(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  try {
    raiseMemlock();
    closeFd(progLoad({ type: ProgType.BPF_PROG_TYPE_TRACEPOINT, insns: RETURN_0 }).fd);
    return undefined;
  } catch (error) {
    return `needs CAP_BPF and CAP_PERFMON: ${(error as Error).message}`;
  }
}

let reason: string | undefined | null = null;

/** `missing`: what else it needs and does not find. */
export function kernelTest(
  title: string,
  body: (t: ExecutionContext) => void | Promise<void>,
  missing?: string | undefined,
): void {
  if (reason === null) reason = whyNoBpf();
  const why = reason ?? missing;
  if (why === undefined) test.serial(title, IN_GUEST ? cleanly(body) : body);
  else test.serial.skip(`${title} (skipped: ${why})`, body);
}

/** The test, and nothing in the kernel after it that was not there before. */
function cleanly(body: (t: ExecutionContext) => void | Promise<void>) {
  return async (t: ExecutionContext) => {
    const before = inKernel();
    await body(t);
    t.deepEqual(await leftSince(before), []);
  };
}

/** Why a test of what no kernel changes is left out in an emulated one, where each run of bin/tsbpf takes seconds. */
export const ON_HOST = IN_GUEST ? 'the same on every kernel: slow here' : undefined;

export function openFds(): number {
  return readdirSync('/proc/self/fd').length;
}
