// The process id namespace that we are in.
import { statSync } from 'node:fs';

/** PROC_PID_INIT_INO, include/linux/proc_ns.h. */
const INITIAL = 0xefff_fffcn;

/** Device and inode of /proc/self/ns/pid; undefined in the initial namespace, and without /proc. */
export function pidNamespace(): { readonly device: bigint; readonly inode: bigint } | undefined {
  try {
    const { dev, ino } = statSync('/proc/self/ns/pid', { bigint: true });
    return ino === INITIAL ? undefined : { device: dev, inode: ino };
  } catch {
    return undefined;
  }
}
