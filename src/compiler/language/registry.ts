// Every word of the language, as explicit tables, and the look-ups over them. A new builtin, function or probe type is one
// entry in its file and one line here.
import { args } from './builtins/args.js';
import * as clock from './builtins/clock.js';
import { configRecord } from './builtins/config.js';
import * as context from './builtins/context.js';
import * as identity from './builtins/identity.js';
import * as probeBuiltins from './builtins/probe.js';
import * as task from './builtins/task.js';
import * as traced from './builtins/traced.js';
import type { BuiltinEntry, FunctionEntry } from './entry.js';
import { bswap, macaddr, ntohl, ntohs, pton } from './functions/address.js';
import { avg, count, max, min, stats, sum } from './functions/aggregation.js';
import { backend, backendAt } from './functions/backend.js';
import { buf, join } from './functions/buffer.js';
import { capture } from './functions/capture.js';
import { cgroupSeen } from './functions/cgroup-seen.js';
import { exit, unwatch } from './functions/control.js';
import { assertFunction, debugf, errorf, fail, staticAssert, warnf } from './functions/diagnostic.js';
import { disk, diskName } from './functions/disk.js';
import { enumName } from './functions/enum-name.js';
import { event } from './functions/event.js';
import { find } from './functions/find.js';
import { flagBits, flagNames } from './functions/flags.js';
import { hash } from './functions/hash.js';
import { helperError } from './functions/helper-error.js';
import { hist, lhist } from './functions/histogram.js';
import { deleteKey, hasKey, len } from './functions/map.js';
import { matches } from './functions/matches.js';
import * as meta from './functions/meta.js';
import {
  capabilitySymbolFunction,
  errnoSymbolFunction,
  signalName,
  signalSymbolFunction,
  strerror,
  syscallName,
} from './functions/name.js';
import { ntop } from './functions/network.js';
import { expression, getopt } from './functions/option.js';
import { clear, print, printf, zero } from './functions/output.js';
import { override } from './functions/override.js';
import { packet, skboutput } from './functions/packet.js';
import { page } from './functions/page.js';
import { path } from './functions/path.js';
import { payloadAddress, payloadAt } from './functions/payload.js';
import { pcap } from './functions/pcap.js';
import { percpuKaddr } from './functions/percpu.js';
import { containerOf, kptr, uptr } from './functions/pointer.js';
import { processSeen } from './functions/process-seen.js';
import { ratelimit } from './functions/ratelimit.js';
import { redirect, redirectCpu } from './functions/redirect.js';
import { reg } from './functions/register.js';
import { popVlan, pushIp, pushIp6, pushVlan } from './functions/reshape.js';
import { runtimeError } from './functions/runtime-error.js';
import { memcmp, strConcat, strcap, strcontains, strlen, strncmp, strstr } from './functions/search.js';
import { socketCookie } from './functions/socket-cookie.js';
import { kstack, kstackFunction, ustack, ustackFunction } from './functions/stack.js';
import { str } from './functions/string.js';
import { swap } from './functions/swap.js';
import { kaddr, ksym, usym } from './functions/symbol.js';
import { cat, cgroupid, cgroupPath, signal, signalThread, system } from './functions/system.js';
import * as relatives from './functions/task.js';
import { nsecsFunction, strftime, time } from './functions/time.js';
import { tseries } from './functions/time-series.js';
import { uaddr } from './functions/user-address.js';
import { writeUser } from './functions/write-user.js';
import type { ProbeTypeEntry } from './probe-type.js';
import { hardware, software } from './probes/counter.js';
import { fentry, fexit } from './probes/fentry.js';
import { iter } from './probes/iter.js';
import { kprobe, kretprobe } from './probes/kprobe.js';
import { rawtracepoint } from './probes/raw-tracepoint.js';
import { begin, bench, end, self, test } from './probes/session.js';
import { tc } from './probes/tc.js';
import { interval, profile } from './probes/timer.js';
import { tracepoint } from './probes/tracepoint.js';
import { uprobe, uretprobe } from './probes/uprobe.js';
import { usdt } from './probes/usdt.js';
import { watchpoint } from './probes/watchpoint.js';
import { xdp } from './probes/xdp.js';

export const BUILTINS: readonly BuiltinEntry[] = [
  task.pid,
  task.tid,
  task.uid,
  task.gid,
  task.comm,
  task.curtask,
  task.ppid,
  task.pcomm,
  task.cpid,
  task.hasCpid,
  identity.username,
  identity.cgroup,
  identity.container,
  identity.tracedProcess,
  identity.leaderTid,
  identity.leaderComm,
  clock.nsecs,
  clock.elapsed,
  clock.cpu,
  clock.ncpus,
  clock.rand,
  context.numaid,
  context.jiffies,
  context.usermode,
  context.probetype,
  probeBuiltins.probe,
  args,
  traced.argN,
  traced.retval,
  traced.func,
  traced.ctx,
  configRecord,
  kstack,
  ustack,
];

export const FUNCTIONS: readonly FunctionEntry[] = [
  count,
  sum,
  avg,
  min,
  max,
  stats,
  hist,
  lhist,
  tseries,
  printf,
  print,
  page,
  clear,
  zero,
  deleteKey,
  hasKey,
  find,
  len,
  exit,
  unwatch,
  time,
  strftime,
  str,
  strncmp,
  strcontains,
  strstr,
  strlen,
  strcap,
  strConcat,
  memcmp,
  buf,
  join,
  strerror,
  signalName,
  errnoSymbolFunction,
  signalSymbolFunction,
  capabilitySymbolFunction,
  flagNames,
  flagBits,
  enumName,
  syscallName,
  ntop,
  pton,
  macaddr,
  bswap,
  ntohs,
  ntohl,
  system,
  cat,
  signal,
  signalThread,
  cgroupid,
  cgroupPath,
  disk,
  diskName,
  skboutput,
  capture,
  errorf,
  warnf,
  debugf,
  assertFunction,
  staticAssert,
  fail,
  path,
  percpuKaddr,
  socketCookie,
  writeUser,
  relatives.pidFunction,
  relatives.tracedFunction,
  relatives.tidFunction,
  relatives.commFunction,
  relatives.ppidFunction,
  relatives.pcommFunction,
  relatives.leaderTidFunction,
  relatives.leaderCommFunction,
  meta.isPtr,
  meta.isArray,
  meta.isInteger,
  meta.isUnsignedInteger,
  meta.isStr,
  meta.isLiteral,
  meta.isErr,
  meta.assertStr,
  meta.defaultStrLength,
  meta.kfuncExist,
  meta.fieldExist,
  meta.kfuncAllowedFunction,
  kptr,
  uptr,
  containerOf,
  getopt,
  expression,
  nsecsFunction,
  kstackFunction,
  ustackFunction,
  ksym,
  usym,
  uaddr,
  kaddr,
  reg,
  override,
  redirect,
  redirectCpu,
  pcap,
  ratelimit,
  swap,
  pushVlan,
  popVlan,
  pushIp,
  pushIp6,
  hash,
  payloadAt,
  payloadAddress,
  backend,
  backendAt,
];

export const PROBE_TYPES: readonly ProbeTypeEntry[] = [
  begin,
  end,
  tracepoint,
  rawtracepoint,
  kprobe,
  kretprobe,
  fentry,
  fexit,
  uprobe,
  uretprobe,
  usdt,
  interval,
  profile,
  software,
  hardware,
  watchpoint,
  iter,
  self,
  test,
  bench,
  xdp,
  tc,
];

/** Entries that handle events of lowering's own; their names cannot be written in a script. */
const INTERNAL: readonly FunctionEntry[] = [
  helperError,
  packet,
  runtimeError,
  processSeen,
  cgroupSeen,
  event,
  matches,
];

const builtins = byName(BUILTINS);
const functions = byName([...FUNCTIONS, ...INTERNAL]);
const probeTypes = byName(PROBE_TYPES);

export function findBuiltin(name: string): BuiltinEntry | undefined {
  return builtins.get(name) ?? traced.argumentBuiltin(name);
}

/** By the name in the source, or by SiteSpec.entry. */
export function findFunction(name: string): FunctionEntry | undefined {
  return functions.get(name);
}

export function findProbeType(name: string): ProbeTypeEntry | undefined {
  return probeTypes.get(name);
}

/** Its programs decide about packets. */
export function isPacketProbe(name: string): boolean {
  return findProbeType(name)?.packet !== undefined;
}

/** 'xdp:INTERFACE..., tc:INTERFACE:...', for hints. */
export const PACKET_USAGES: string = PROBE_TYPES.filter(({ packet }) => packet !== undefined)
  .map(({ usage }) => usage)
  .join(', ');

/** Names and aliases, for suggestions and completion. */
export const BUILTIN_NAMES: readonly string[] = [...builtins.keys()];
export const FUNCTION_NAMES: readonly string[] = [...byName(FUNCTIONS).keys()];
export const PROBE_TYPE_NAMES: readonly string[] = [...probeTypes.keys()];

function byName<Entry extends { readonly name: string; readonly aliases?: readonly string[] }>(
  entries: readonly Entry[],
): ReadonlyMap<string, Entry> {
  const table = new Map<string, Entry>();
  for (const entry of entries)
    for (const name of [entry.name, ...(entry.aliases ?? [])]) table.set(name, entry);
  return table;
}
