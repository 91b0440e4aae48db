// Capabilities: include/uapi/linux/capability.h (up to 5.9).
import { numbered } from './numbered.js';

const NAMES =
  '0: CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE ' +
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE';

export const LAST_CAPABILITY = 40;

const names = numbered(NAMES);

/** 'CAP_SYS_ADMIN' of 21; undefined: no capability has that number. */
export function capabilitySymbol(number: number): string | undefined {
  const name = names().get(number);
  return name === undefined ? undefined : `CAP_${name}`;
}
