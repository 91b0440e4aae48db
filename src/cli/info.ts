// --info: what this kernel and this process offer, found out by trying, and what to do about what is missing.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { release } from 'node:os';
import type { Env, FeatureName } from '../compiler/env.js';
import { possibleCpus } from '../kernel/host/cpu.js';
import { missingPrivilege, openHost } from '../kernel/host/host.js';
import { errorCode } from '../kernel/host/missing.js';
import { TRACEFS_MOUNTS } from '../kernel/host/tracefs.js';
import { VMLINUX_BTF } from '../kernel/host/vmlinux-btf.js';
import { memlockLimit, raiseMemlock } from '../kernel/sys/rlimit.js';
import { sayOut } from './standard-error.js';
import { VERSION } from './version.js';

const FEATURES: readonly (readonly [FeatureName, string, string])[] = [
  ['ringbuf', 'ring buffer', 'needs Linux 5.8'],
  ['perf_link', 'links of perf events, cookies', 'needs Linux 5.15; older attach without a link'],
  ['atomic_fetch', 'fetching atomics', 'needs Linux 5.12; x = @n++ may repeat a value without'],
  ['for_each_map_elem', 'bpf_for_each_map_elem', 'needs Linux 5.13; len(@map) is refused without'],
  ['loop', 'bpf_loop', 'needs Linux 5.17; loops are unrolled without'],
  ['lookup_percpu_elem', 'reads of other CPUs’ values', 'needs Linux 5.19'],
  ['get_current_task_btf', 'typed current task', 'needs Linux 5.11'],
  ['signed_division', 'signed division (CPU v4)', 'needs Linux 6.6; expanded without'],
  ['kprobe', 'kprobes', 'needs CONFIG_KPROBES; tracepoints and raw tracepoints still work'],
  ['fentry', 'fentry and fexit', 'needs BPF trampolines and BTF; tracepoints still work'],
];

/** Prints to stdout; 0 when programs can be loaded here, else 1. */
export function info(): number {
  const line = (name: string, value: string) => sayOut(`  ${name.padEnd(30)}${value}\n`);
  const section = (name: string) => sayOut(`${name}\n`);
  const lacking = missingPrivilege();
  const { env } = openHost({ params: [], options: new Map(), targetPid: undefined });
  section('System');
  line('tsbpf', `v${VERSION}, Node ${process.version}`);
  line('kernel', `${release()} (${env.kernelVersion.join('.')}), ${env.arch}`);
  line('CPUs (possible)', String(possibleCpus()));
  line('privilege', lacking ?? 'yes');
  line('lockdown', lockdown());
  if (!raiseMemlock()) line('locked memory', `${(memlockLimit() ?? 0n) / 1024n} KB for maps (ulimit -l)`);
  section('Types and probes');
  line(`BTF (${process.env.BPFTRACE_BTF ?? VMLINUX_BTF})`, btf(env));
  line('tracefs', tracefs());
  if (lacking !== undefined) {
    section(`Features of the kernel cannot be tried: ${lacking}.`);
    return 1;
  }
  section('Features');
  for (const [feature, name, otherwise] of FEATURES)
    line(name, env.has(feature) ? 'yes' : `no: ${otherwise}`);
  return 0;
}

function lockdown(): string {
  const path = '/sys/kernel/security/lockdown';
  if (!existsSync(path)) return 'none';
  return /\[(\w+)\]/.exec(readFileSync(path, 'latin1'))?.[1] ?? 'unknown';
}

function btf(env: Env): string {
  if (env.btf() !== undefined) return 'yes';
  return 'no: needs CONFIG_DEBUG_INFO_BTF; without it there are no struct casts, constants, ppid or curtask fields';
}

/** Does not mount it, as a session would. */
function tracefs(): string {
  let answer = 'not mounted: mount -t tracefs nodev /sys/kernel/tracing';
  for (const mount of TRACEFS_MOUNTS) {
    try {
      if (statSync(`${mount}/events`).isDirectory()) return mount;
    } catch (error) {
      if (errorCode(error) === 'EACCES') answer = 'for root only: run with sudo, or with CAP_DAC_READ_SEARCH';
    }
  }
  return answer;
}
