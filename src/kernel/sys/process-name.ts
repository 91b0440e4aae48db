// The name that ps, top and tracers (our own included) see for this process.

import { readdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * Names every thread of this process, in bytes cut to 15 by the kernel: V8's and libuv's threads would
 * otherwise show as "node" in a trace. Threads that come later inherit the name of their creator.
 */
export function setProcessName(name: string): void {
  const comm = basename(name);
  for (const thread of readdirSync('/proc/self/task')) {
    try {
      writeFileSync(`/proc/self/task/${thread}/comm`, comm);
    } catch {
      // The thread ended meanwhile, or /proc is read-only: the name is a courtesy.
    }
  }
}
