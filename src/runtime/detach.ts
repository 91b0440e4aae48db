// The end of many attachments. To close a perf event or its link takes the kernel tens of milliseconds, in which it waits for
// programs that might still run (RCU). Closed by several threads, links wait together; events of tracepoints the kernel takes
// down one after the other whatever we do (perf_trace_destroy() holds event_mutex).
import { close } from 'node:fs';
import type { Link } from '../kernel/attach/link.js';
import { isTerminal } from '../output/terminal.js';

const THREADS = 32;
/** ms after which it is said what takes so long. */
const PATIENCE = 700;

/** All of them, last made first; those that cannot give up their fds are closed here. `notice`: a line for stderr. */
export async function detach(
  links: readonly Link[],
  notice: ((line: string) => void) | undefined,
): Promise<void> {
  const fds = links.toReversed().flatMap(link => {
    if (link.release !== undefined) return link.release();
    link.close();
    return [];
  });
  if (fds.length === 0) return;
  // Read by libuv when its first thread is started; nothing of ours has needed one so far.
  process.env.UV_THREADPOOL_SIZE ??= String(Math.min(THREADS, fds.length));
  const probes = links.length === 1 ? '1 probe' : `${links.length} probes`;
  const patience = setTimeout(() => {
    if (isTerminal(2)) notice?.(`Detaching ${probes} ...\n`);
  }, PATIENCE);
  try {
    await Promise.all(fds.map(closeInThread));
  } finally {
    clearTimeout(patience);
  }
}

function closeInThread(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    close(fd, error => (error == null ? resolve() : reject(error)));
  });
}
