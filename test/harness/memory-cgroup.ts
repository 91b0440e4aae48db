// A control group with little memory, of either version: what runs in it makes the kernel reclaim memory, or kill.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroup2Root } from '../../src/kernel/host/cgroup.js';
import { ranAs } from './tool-output.js';

interface Place {
  readonly root: string;
  readonly limit: string;
  /** Memory and swap together, or swap. */
  readonly swap: string;
}

function place(): Place | undefined {
  const first = {
    root: '/sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    swap: 'memory.memsw.limit_in_bytes',
  };
  if (existsSync(join(first.root, first.limit))) return first;
  const root = cgroup2Root();
  if (root === undefined) return undefined;
  const controllers = join(root, 'cgroup.subtree_control');
  if (!existsSync(controllers) || !readFileSync(controllers, 'utf8').includes('memory')) return undefined;
  return { root, limit: 'memory.max', swap: 'memory.swap.max' };
}

export const NO_MEMORY_CGROUP = place() === undefined ? 'needs control groups of memory' : undefined;

/** Runs a program in a group that may have so many bytes; its process id. */
export async function ranWithin(bytes: number, program: string, ...args: readonly string[]): Promise<number> {
  const { root, limit, swap } = place()!;
  const folder = join(root, `tsbpf-test-${process.pid}`);
  mkdirSync(folder);
  try {
    writeFileSync(join(folder, limit), String(bytes));
    if (existsSync(join(folder, swap)))
      writeFileSync(join(folder, swap), swap === 'memory.swap.max' ? '0' : String(bytes));
    const words = [program, ...args].map(word => `'${word}'`).join(' ');
    return await ranAs('sh', '-c', `echo $$ >'${folder}/cgroup.procs'; exec ${words}`);
  } finally {
    await removed(folder);
  }
}

/** Its last process may be on its way out. */
async function removed(folder: string): Promise<void> {
  for (let tries = 250; tries > 0; tries--) {
    try {
      return rmdirSync(folder);
    } catch {
      await sleep(20);
    }
  }
  rmdirSync(folder);
}
