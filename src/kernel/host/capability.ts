// Capabilities of this process, as /proc tells them (include/uapi/linux/capability.h).
import { readFileSync } from 'node:fs';

const NUMBERS = {
  CAP_BPF: 39, // 5.8
  CAP_PERFMON: 38, // 5.8
  CAP_SYS_ADMIN: 21,
  CAP_DAC_READ_SEARCH: 2,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_RESOURCE: 24,
  CAP_NET_ADMIN: 12,
  CAP_SYSLOG: 34,
} as const;

export type Capability = keyof typeof NUMBERS;

/** Those that matter here. */
export const CAPABILITIES = Object.keys(NUMBERS) as readonly Capability[];

/** The effective ones. */
export function capabilities(): ReadonlySet<Capability> {
  const status = readFileSync('/proc/self/status', 'latin1');
  const mask = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  return new Set(CAPABILITIES.filter(name => (mask >> BigInt(NUMBERS[name])) % 2n === 1n));
}

/** What this process lacks to load and attach programs, in words; undefined when nothing. */
export function missingPrivilege(): string | undefined {
  const held = capabilities();
  if (held.has('CAP_SYS_ADMIN')) return undefined;
  const lacking = (['CAP_BPF', 'CAP_PERFMON'] as const).filter(name => !held.has(name));
  if (lacking.length === 0) return undefined;
  const which =
    lacking.length === 2 ? 'neither CAP_SYS_ADMIN nor CAP_BPF and CAP_PERFMON' : `not ${lacking[0]}`;
  return `this process has ${which}; run it with sudo`;
}
