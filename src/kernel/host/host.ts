// The machine as a session and the command line need it: the compiler's env, and the few facts that loading, attaching and
// printing take. Everything is found out when first asked for.
import type { BtfView } from '../../compiler/btf/btf-view.js';
import type { Env, ProcessFilters, SourceFiles } from '../../compiler/env.js';
import { type AttachContext, AttachError } from '../attach/link.js';
import type { Features } from '../sys/features.js';
import { Clock, readClock, wallClockOffset } from './clock.js';
import { onlineCpus, possibleCpus } from './cpu.js';
import { hostEnv } from './env.js';
import { Kallsyms } from './kallsyms.js';

export interface HostOptions {
  readonly params: readonly string[];
  readonly options: ReadonlyMap<string, string | true>;
  readonly targetPid: number | undefined;
  /** Whose events count besides. With `follow` events are attached to all processes. */
  readonly filters?: ProcessFilters | undefined;
  /** Environment variables that set config; default: process.env. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Features of the kernel that are not to be used (--no-feature). */
  readonly without?: readonly string[];
  /** Default: its own, tried when the first is asked for, after the limit on locked memory is raised. */
  readonly features?: Features;
  /** What #include and import find. */
  readonly files?: SourceFiles | undefined;
  /** Program of -c. */
  readonly command?: string | undefined;
  /** --debuginfo. */
  readonly debugFolders?: readonly string[];
  /** --traceable-functions. */
  readonly traceableFunctions?: string | undefined;
  /** --packets: any name of an interface is taken. */
  readonly withoutInterfaces?: boolean;
  /** --persist. */
  readonly persist?: boolean;
}

export interface Host {
  readonly env: Env;
  readonly btf: BtfView | undefined;
  moduleBtf(module: string): BtfView | undefined;
  /** Values in each entry of a per-CPU map. */
  readonly possibleCpus: number;
  readonly attach: AttachContext;
  /** ns of the clock that `nsecs` reads (CLOCK_MONOTONIC or, since 5.8, CLOCK_BOOTTIME). */
  now(): bigint;
  /** ns to add to such a reading for ns since 1970, measured now: the clock may be set meanwhile. */
  wallClockOffset(): bigint;
  /** Reads the symbols at the first look-up (40 ms). */
  readonly kallsyms: Kallsyms;
}

export function openHost(options: HostOptions): Host {
  const kallsyms = new Kallsyms();
  const env = hostEnv({ ...options, kallsyms });
  let possible: number | undefined;
  let online: readonly number[] | undefined;
  const clock = () => (env.has('ktime_get_boot_ns') ? Clock.CLOCK_BOOTTIME : Clock.CLOCK_MONOTONIC);
  return {
    env,
    get btf() {
      return env.btf();
    },
    moduleBtf: module => env.btf(module),
    get possibleCpus() {
      possible ??= possibleCpus();
      return possible;
    },
    attach: {
      tracepointId(category, name) {
        const format = env.tracepoint(category, name);
        if (format === undefined) throw new AttachError(`tracepoint:${category}:${name}`, 'it is gone');
        return format.id;
      },
      get perfLink() {
        return env.has('perf_link');
      },
      get onlineCpu() {
        return this.onlineCpus[0] ?? 0;
      },
      get onlineCpus() {
        online ??= onlineCpus();
        return online;
      },
      get inheritThread() {
        const [major, minor] = env.kernelVersion;
        return major > 5 || (major === 5 && minor >= 13);
      },
      isTraceable(name) {
        const all = env.kernelFunctions?.().traceable() ?? [];
        return all.length === 0 ? undefined : all.some(each => each.name === name);
      },
      pid: options.filters?.follow === true ? undefined : options.targetPid,
    },
    now: () => readClock(clock()),
    wallClockOffset: () => wallClockOffset(clock()),
    kallsyms,
  };
}
