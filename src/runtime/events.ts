// The event source that an object's programs send to: the ring, or the perf buffers.
import { InternalError } from '../compiler/diagnostics/diagnostic.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import type { Deliver, EventSource } from './event-source.js';
import type { Globals } from './globals.js';
import { openPerfSource } from './perf-source.js';
import { openRingSource } from './ring-source.js';

/** size: bytes of the ring, or of each CPU's perf buffer. */
export function openEventSource(
  maps: ReadonlyMap<string, LoadedMap>,
  size: number,
  globals: Globals,
  deliver: Deliver,
): EventSource {
  const fdOf = (name: string): number => {
    const map = maps.get(name);
    if (map === undefined) throw new InternalError(`events, and no map ${name}`);
    return map.fd;
  };
  if (!maps.has('perf')) return openRingSource(fdOf('ring'), size, deliver);
  return openPerfSource({
    perf: fdOf('perf'),
    doorbell: fdOf('doorbell'),
    size,
    deliver,
    setSleeps: count => void globals.setWord('sleeps', BigInt(count)),
  });
}
