// mount(2) for the one file system that we need and a fresh machine may lack.
import { check } from '../sys/error.js';
import { native } from '../sys/native.js';

const SYS_MOUNT: Readonly<Record<string, number>> = { x64: 165, arm64: 40 };

/** Mounts tracefs on an existing directory; it stays. Throws a SyscallError (EPERM: not root; ENODEV: no tracefs). */
export function mountTracefs(directory: string): void {
  const number = SYS_MOUNT[process.arch];
  if (number === undefined) return;
  const name = cString('tracefs');
  check(native().syscall(number, name, cString(directory), name, 0, null), 'mount', directory);
}

function cString(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}
