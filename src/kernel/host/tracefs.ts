// tracefs: where it is mounted, which tracepoints it has, how their records lie. Mounted when absent and we may (a fresh guest).
import { readFileSync, statSync } from 'node:fs';
import type { TracepointFormat } from '../../compiler/env.js';
import { SyscallError } from '../sys/error.js';
import { errorCode, MissingError } from './missing.js';
import { mountTracefs } from './mount.js';
import { parseTracepointFormat } from './tracepoint-format.js';

/** Where it is looked for; the first is where it is mounted when absent. */
export const TRACEFS_MOUNTS = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'] as const;

export class Tracefs {
  readonly #mounts: readonly string[];
  #root: string | undefined;
  #names: readonly string[] | undefined;

  constructor(mounts: readonly string[] = TRACEFS_MOUNTS) {
    this.#mounts = mounts;
  }

  /** The mount point. Throws a MissingError that says what to do. */
  root(): string {
    this.#root ??= this.#find();
    return this.#root;
  }

  /** The mount point, when there is one that we may read. */
  readableRoot(): string | undefined {
    try {
      return this.root();
    } catch (error) {
      if (error instanceof MissingError) return undefined;
      throw error;
    }
  }

  /** One small file (0.02-0.5 ms). Undefined when there is no such tracepoint. */
  tracepoint(category: string, name: string): TracepointFormat | undefined {
    if (!isPathPart(category) || !isPathPart(name)) return undefined;
    const text = read(`${this.root()}/events/${category}/${name}/format`);
    return text === undefined ? undefined : parseTracepointFormat(category, text);
  }

  /** All `category:name`, sorted by code unit; the kernel takes milliseconds for it. */
  tracepoints(): readonly string[] {
    this.#names ??= (read(`${this.root()}/available_events`) ?? '')
      .split('\n')
      .filter(line => line !== '')
      .sort();
    return this.#names;
  }

  #find(): string {
    let denied = false;
    for (const mount of this.#mounts) {
      try {
        if (statSync(`${mount}/events`).isDirectory()) return mount;
      } catch (error) {
        if (errorCode(error) === 'EACCES') denied = true;
      }
    }
    if (denied) throw denial();
    const mount = this.#mounts[0]!;
    try {
      mountTracefs(mount);
      return mount;
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      if (error.code === 'EPERM') throw denial();
      throw new MissingError(
        `tracefs is not mounted, and mounting it on ${mount} failed: ${error.code}`,
        'is this kernel built with CONFIG_TRACING? In a container, pass -v /sys/kernel/tracing:/sys/kernel/tracing',
      );
    }
  }
}

function denial(): MissingError {
  return new MissingError(
    'tracefs may be read only by root here',
    'run it with sudo, or give the process CAP_DAC_READ_SEARCH beside CAP_BPF and CAP_PERFMON',
  );
}

/** No path that leaves the events directory. */
function isPathPart(name: string): boolean {
  return /^[\w.:-]+$/.test(name) && name !== '.' && name !== '..';
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EACCES' || code === 'EPERM') throw denial();
    throw error;
  }
}
