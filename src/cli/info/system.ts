// The machine, this build, and what the process may do: read off files, nothing tried.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { release, totalmem } from 'node:os';
import type { Env } from '../../compiler/env.js';
import {
  CAPABILITIES,
  type Capability,
  capabilities,
  missingPrivilege,
} from '../../kernel/host/capability.js';
import { onlineCpus, possibleCpus } from '../../kernel/host/cpu.js';
import { kernelOption } from '../../kernel/host/kernel-option.js';
import { errorCode } from '../../kernel/host/missing.js';
import { TRACEFS_MOUNTS } from '../../kernel/host/tracefs.js';
import { VMLINUX_BTF } from '../../kernel/host/vmlinux-btf.js';
import { getRlimit, memlockLimit, raiseMemlock } from '../../kernel/sys/rlimit.js';
import { VERSION } from '../version.js';
import type { Row, Section } from './report.js';

export function systemSection(env: Env): Section {
  return {
    key: 'system',
    title: 'System',
    rows: [
      { key: 'kernel', label: 'kernel', value: `${release()} (${env.kernelVersion.join('.')})` },
      { key: 'arch', label: 'architecture', value: env.arch },
      { key: 'cpus', label: 'CPUs (online)', value: onlineCpus().length },
      { key: 'possible_cpus', label: 'CPUs (possible)', value: possibleCpus() },
      { key: 'memory_mb', label: 'memory, MB', value: Math.round(totalmem() / 2 ** 20) },
    ],
  };
}

export function buildSection(): Section {
  return {
    key: 'build',
    title: 'Build',
    rows: [
      { key: 'version', label: 'tsbpf', value: `v${VERSION}` },
      { key: 'node', label: 'Node', value: process.version },
      { key: 'v8', label: 'V8', value: process.versions.v8 },
      { key: 'llvm', label: 'LLVM', value: 'not needed' },
      { key: 'dwarf', label: 'DWARF (types of user space)', value: true },
      { key: 'systemd', label: 'systemd notification', value: true },
    ],
  };
}

const CAPABILITY_USE: Readonly<Record<Capability, string>> = {
  CAP_BPF: 'loads programs and makes maps (5.8; before, CAP_SYS_ADMIN)',
  CAP_PERFMON: 'attaches programs to the kernel (5.8; before, CAP_SYS_ADMIN)',
  CAP_SYS_ADMIN: 'does what the two above do, and more; not needed beside them',
  CAP_DAC_READ_SEARCH: 'reads tracefs, kallsyms and other users’ programs',
  CAP_SYS_PTRACE: 'looks into processes of other users: symbols, USDT',
  CAP_SYS_RESOURCE: 'raises limits on memory and open files',
  CAP_NET_ADMIN: 'attaches programs to network interfaces',
  CAP_SYSLOG: 'sees addresses of kernel symbols',
};

export function privilegeSection(): Section {
  const lacking = missingPrivilege();
  const held = capabilities();
  return {
    key: 'privilege',
    title: 'Privilege',
    rows: [
      { key: 'enough', label: 'may load and attach', value: lacking === undefined, ...advice(lacking) },
      { key: 'uid', label: 'user', value: process.geteuid?.() ?? -1 },
      ...CAPABILITIES.map(
        (name): Row => ({
          key: name.toLowerCase(),
          label: name,
          value: held.has(name),
          ...advice(held.has(name) ? undefined : CAPABILITY_USE[name]),
        }),
      ),
      { key: 'lockdown', label: 'lockdown', value: lockdown() },
      setting('unprivileged_bpf_disabled', '/proc/sys/kernel/unprivileged_bpf_disabled'),
      paranoia(),
      setting('kptr_restrict', '/proc/sys/kernel/kptr_restrict'),
    ],
  };
}

function advice(words: string | undefined): { advice?: string } {
  return words === undefined ? {} : { advice: words };
}

function lockdown(): string {
  const path = '/sys/kernel/security/lockdown';
  if (!existsSync(path)) return 'none';
  return /\[(\w+)\]/.exec(readFileSync(path, 'latin1'))?.[1] ?? 'unknown';
}

function setting(key: string, path: string): Row {
  return { key, label: key, value: read(path) ?? 'unknown' };
}

function paranoia(): Row {
  const row = setting('perf_event_paranoid', '/proc/sys/kernel/perf_event_paranoid');
  const strict = Number(row.value) > 2 && process.geteuid?.() !== 0;
  return {
    ...row,
    ...advice(strict ? 'above 2 only root may trace here; sysctl kernel.perf_event_paranoid=2' : undefined),
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return undefined;
  }
}

export function kernelSection(env: Env): Section {
  const btf = env.btf() !== undefined;
  const path = process.env.BPFTRACE_BTF ?? VMLINUX_BTF;
  return {
    key: 'kernel',
    title: 'Types, files and limits of the kernel',
    rows: [
      {
        key: 'btf',
        label: `BTF (${path})`,
        value: btf,
        ...advice(
          btf
            ? undefined
            : 'needs CONFIG_DEBUG_INFO_BTF; without it there are no struct casts, constants, ppid or curtask fields',
        ),
      },
      { key: 'module_btf', label: 'modules with BTF', value: moduleBtf() },
      tracefs(),
      mounted('bpffs', '/sys/fs/bpf', 'BPF file system (for pins)', 'mount -t bpf bpf /sys/fs/bpf'),
      jit(),
      { key: 'instruction_limit', label: 'instructions for the verifier', value: 1_000_000 },
      setting('perf_event_max_stack', '/proc/sys/kernel/perf_event_max_stack'),
      ...limits(),
    ],
  };
}

/** How many modules that are loaded tell their types. */
function moduleBtf(): number {
  try {
    return readdirSync('/sys/kernel/btf').filter(name => name !== 'vmlinux').length;
  } catch {
    return 0;
  }
}

/** Does not mount it, as a session would. */
function tracefs(): Row {
  const row = { key: 'tracefs', label: 'tracefs' };
  let found: Row = { ...row, value: 'not mounted', advice: 'mount -t tracefs nodev /sys/kernel/tracing' };
  for (const mount of TRACEFS_MOUNTS) {
    try {
      if (statSync(`${mount}/events`).isDirectory()) return { ...row, value: mount };
    } catch (error) {
      if (errorCode(error) === 'EACCES')
        found = { ...row, value: 'for root only', advice: 'run with sudo, or with CAP_DAC_READ_SEARCH' };
    }
  }
  return found;
}

function mounted(key: string, path: string, label: string, how: string): Row {
  const there = (read('/proc/self/mounts') ?? '').includes(` ${path} bpf `);
  return { key, label, value: there, ...advice(there ? undefined : how) };
}

function jit(): Row {
  const value = read('/proc/sys/net/core/bpf_jit_enable');
  const on = value !== '0';
  return {
    key: 'jit',
    label: 'machine code (JIT)',
    value: on,
    ...advice(
      on ? undefined : 'sysctl net.core.bpf_jit_enable=1: programs are interpreted now, many times slower',
    ),
  };
}

const RLIMIT_NOFILE = 7;

function limits(): Row[] {
  const files = getRlimit(RLIMIT_NOFILE).hard;
  const rows: Row[] = [{ key: 'open_files', label: 'open files (one a probe)', value: Number(files) }];
  if (raiseMemlock()) return rows;
  const kilobytes = Number((memlockLimit() ?? 0n) / 1024n);
  return [
    ...rows,
    {
      key: 'memlock_kb',
      label: 'locked memory for maps, KB',
      value: kilobytes,
      advice: 'ulimit -l unlimited as root, LimitMEMLOCK=infinity in a systemd unit',
    },
  ];
}

/** Options of the kernel's build that matter, and what they are for. */
const OPTIONS: readonly (readonly [name: string, use: string])[] = [
  ['BPF_SYSCALL', 'everything'],
  ['BPF_JIT', 'speed'],
  ['BPF_EVENTS', 'kprobes, uprobes, tracepoints'],
  ['PERF_EVENTS', 'tracepoints, profile, interval'],
  ['DEBUG_INFO_BTF', 'types of the kernel'],
  ['DEBUG_INFO_BTF_MODULES', 'types of modules'],
  ['TRACEPOINTS', 'tracepoints'],
  ['FTRACE_SYSCALLS', 'tracepoint:syscalls'],
  ['KPROBES', 'kprobe'],
  ['KPROBE_EVENTS', 'kprobe'],
  ['FUNCTION_TRACER', 'fentry, and names of traceable functions'],
  ['DYNAMIC_FTRACE_WITH_DIRECT_CALLS', 'fentry'],
  ['FPROBE', 'many kprobes at once'],
  ['UPROBES', 'uprobe and usdt'],
  ['UPROBE_EVENTS', 'uprobe and usdt'],
  ['HAVE_HW_BREAKPOINT', 'watchpoint'],
  ['CGROUP_BPF', 'programs of control groups'],
  ['XDP_SOCKETS', 'AF_XDP'],
  ['BPF_KPROBE_OVERRIDE', 'override()'],
  ['KALLSYMS', 'names of kernel functions'],
  ['KALLSYMS_ALL', 'names of kernel variables'],
];

/** Undefined where the kernel does not tell (CONFIG_IKCONFIG_PROC, /boot). */
export function configSection(): Section | undefined {
  if (kernelOption('CONFIG_BPF') === undefined) return undefined;
  const rows = OPTIONS.map(([name, use]): Row => {
    const set = kernelOption(`CONFIG_${name}`);
    const value = set === 'n' ? undefined : set;
    return {
      key: `CONFIG_${name}`,
      label: `CONFIG_${name}`,
      value: value ?? false,
      ...advice(value === undefined ? `for ${use}` : undefined),
    };
  });
  return { key: 'config', title: 'Options of the kernel’s build', rows };
}
