// Why tests of kprobes and of fentry are left out. Debian's kernels have both: in a test kernel such a test is never left out.
import { openHost } from '../../src/kernel/host/host.js';
import { IN_GUEST } from './guest.js';

const { env } = openHost({ params: [], options: new Map(), targetPid: undefined });

export const noKprobes: string | undefined =
  IN_GUEST || env.has('kprobe') ? undefined : 'this kernel has no kprobes';
export const noFentry: string | undefined =
  IN_GUEST || env.has('fentry') ? undefined : 'this kernel lets nothing be traced by fentry';
