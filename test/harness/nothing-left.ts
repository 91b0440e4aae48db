// In a test kernel nobody else traces: after each test there is nothing in the kernel that was not there before it.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { closeFd } from '../../src/kernel/sys/fd.js';
import {
  linkGetNextId,
  mapGetFdById,
  mapGetInfo,
  mapGetNextId,
  progGetFdById,
  progGetInfo,
  progGetNextId,
} from '../../src/kernel/sys/object.js';
import { objectsOf } from './left-behind.js';

/** What perf events and RCU may take, ms. */
const PATIENCE = 20_000;

/** Memory of maps is unmapped when it is collected (sys/memory.ts). */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const WALKS = { prog: progGetNextId, map: mapGetNextId, link: linkGetNextId };

/** Programs, maps and links by id, and the probes of tracefs. */
export function inKernel(): Set<string> {
  const found = new Set<string>();
  for (const [kind, next] of Object.entries(WALKS))
    for (let id = next(0); id !== undefined; id = next(id)) found.add(`${kind} ${id}`);
  for (const events of ['kprobe_events', 'uprobe_events'])
    for (const line of eventsOf(events)) found.add(`${events}: ${line}`);
  return found;
}

function eventsOf(file: string): string[] {
  try {
    return readFileSync(`/sys/kernel/tracing/${file}`, 'latin1')
      .split('\n')
      .filter(line => line !== '');
  } catch {
    return []; // a kernel without such probes
  }
}

/** What is there now, was not `before` and does not go in `patience` ms; what this process holds for its next tests aside. */
export async function leftSince(before: ReadonlySet<string>, patience: number = PATIENCE): Promise<string[]> {
  for (const end = Date.now() + patience; ; await sleep(50)) {
    const own = new Set(objectsOf(process.pid));
    const left = [...inKernel()].filter(object => !before.has(object) && !own.has(object));
    if (left.length === 0) return [];
    collect();
    if (Date.now() > end) return left.map(described);
  }
}

const OBJECTS = {
  prog: { open: progGetFdById, info: progGetInfo },
  map: { open: mapGetFdById, info: mapGetInfo },
};

/** Programs and maps with their names, while they are there. */
function described(object: string): string {
  const [kind, id] = object.split(' ');
  if (kind !== 'prog' && kind !== 'map') return object;
  try {
    const fd = OBJECTS[kind].open(Number(id));
    try {
      const { name, numbers } = OBJECTS[kind].info(fd);
      return `${object} ${name} of type ${numbers.type}`;
    } finally {
      closeFd(fd);
    }
  } catch {
    return object; // gone just now
  }
}
