// The workload programs as tests see them: workload('opens') is the path of a compiled one. They are compiled on first
// use, except in a test kernel, where the tree is as the host built it and a compiler would take long.

import { execFileSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { IN_GUEST } from '../harness/guest.js';

export type WorkloadName =
  | 'busy'
  | 'calls'
  | 'database'
  | 'deeds'
  | 'execs'
  | 'family'
  | 'flood'
  | 'frames'
  | 'holds'
  | 'linked'
  | 'locks'
  | 'machine'
  | 'many'
  | 'memory'
  | 'net'
  | 'offload'
  | 'opens'
  | 'probes'
  | 'probes-bare'
  | 'probes-fixed'
  | 'probes-split'
  | 'runtimes'
  | 'shapes'
  | 'pages'
  | 'spin'
  | 'stacks'
  | 'syscalls'
  | 'tcp'
  | 'transfers'
  | 'turns'
  | 'unwrap'
  | 'writes';

// From build/test/workload/ to the root of the tree.
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
let built = IN_GUEST;

/** The absolute path of a workload program (see the head of its .c file for its arguments and what it prints). */
export function workload(name: WorkloadName): string {
  if (!built) {
    execFileSync(path.join(root, 'test/workload/build.sh'), { stdio: ['ignore', 'inherit', 'inherit'] });
    built = true;
  }
  return path.join(root, 'build/workload', name);
}

/** The same program by a name of the test file's own, up to 15 bytes, which is its comm: files of tests run side by side. */
export function workloadAs(name: WorkloadName, comm: string): string {
  const link = path.join(path.dirname(workload(name)), comm);
  try {
    symlinkSync(name, link);
  } catch (error) {
    if (!existsSync(link)) throw error;
  }
  return link;
}

/** Runs a workload program to its end and returns the last line it printed as `name=value` pairs. */
export function runWorkload(name: WorkloadName, ...args: readonly string[]): Record<string, string> {
  return parseCounts(execFileSync(workload(name), args, { encoding: 'utf8' }));
}

/** The `name=value` pairs of the last line of a workload program's output, as text. */
export function parseCounts(output: string): Record<string, string> {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  return Object.fromEntries([...line.matchAll(/(\w+)=(\S+)/g)].map(match => [match[1], match[2]]));
}
