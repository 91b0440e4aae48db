// CPU lists of sysfs ("0-3,8"). Per-CPU maps have a value for each possible CPU, not only for those online.
import { readFileSync } from 'node:fs';

const FOLDER = '/sys/devices/system/cpu';

/** '0-2,5' -> [0, 1, 2, 5]. */
export function parseCpuList(text: string): number[] {
  const cpus: number[] = [];
  for (const part of text.trim().split(',')) {
    const [first, last] = part.split('-').map(Number);
    if (part === '' || first === undefined || Number.isNaN(first)) continue;
    for (let cpu = first; cpu <= (last ?? first); cpu++) cpus.push(cpu);
  }
  return cpus;
}

/** Ids of the CPUs that run. */
export function onlineCpus(): number[] {
  return parseCpuList(readFileSync(`${FOLDER}/online`, 'latin1'));
}

/** Values in each entry of a per-CPU map: one more than the highest possible id. */
export function possibleCpus(): number {
  return Math.max(...parseCpuList(readFileSync(`${FOLDER}/possible`, 'latin1'))) + 1;
}
