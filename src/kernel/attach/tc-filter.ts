// tc:IFACE:DIRECTION by a filter of clsact (--persist), for kernels without tcx. Such a filter stays when its maker is killed. So its
// name says whose it is, "tsbpf:PID NAMESPACE:PID:START[:clsact]", by which the next one on the interface finds those whose makers
// are gone, and takes them away; ":clsact" says that the discipline is ours as well, which goes with the last of our filters.
import { readlinkSync } from 'node:fs';
import { clsactPriorities, filterPlaces, type TcFilter, tcFilters } from '../host/objects/tc-filters.js';
import { processStat } from '../host/process-stat.js';
import { SyscallError } from '../sys/error.js';
import { bpfFilterAdd, bpfFilterDelete, clsactAdd, clsactDelete, type Direction } from '../sys/tc.js';
import { AttachError, type Link } from './link.js';

/** Where tc puts filters that it is not told of any place for. Those of others stay where they are, and ours comes behind. */
const PRIORITY = 0xc000;
const MOST_PRIORITY = 0xffff;
const HANDLE = 1;

interface Maker {
  readonly namespace: string;
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly start: number;
  readonly madeClsact: boolean;
}

export interface FilterTarget {
  /** As written, for messages. */
  readonly name: string;
  readonly ifindex: number;
  readonly interface: string;
  readonly direction: Direction;
}

/** The fd stays the caller's. Throws a SyscallError or AttachError. */
export function attachFilter(target: FilterTarget, programFd: number): Link {
  const { ifindex, direction, name } = target;
  const removed = removeStale(ifindex);
  const made = makeClsact(target);
  const there = filtersOf(ifindex);
  const madeClsact = made || there.some(filter => makerOf(filter)?.madeClsact === true);
  const taken = clsactPriorities(ifindex, `clsact/${direction}`);
  const priority = Math.max(PRIORITY, ...taken.map(each => each + 1));
  try {
    if (priority > MOST_PRIORITY) throw new AttachError(name, 'other filters have the last place there is');
    bpfFilterAdd(
      { ifindex, direction, priority, handle: HANDLE },
      programFd,
      nameOf({ ...self(), madeClsact }),
    );
  } catch (error) {
    if (made) removeClsact(ifindex);
    throw error;
  }
  const own = filtersOf(ifindex).find(each => isAt(each, direction, priority));
  let open = true;
  const remove = removal(target, priority);
  return {
    description: `filter ${priority}:${HANDLE} of clsact, ${direction}`,
    notice: [
      ...removed.map(({ pid }) => `a filter that tsbpf (pid ${pid}) has left here is removed`),
      `this is a filter of tc, which stays when the tracer is killed: then ${remove}${madeClsact ? ` (and tc qdisc del dev ${target.interface} clsact)` : ''}`,
    ].join('; '),
    close() {
      if (!open) return;
      open = false;
      quietly(() => {
        // Somebody may have put another in its place.
        const now = filtersOf(ifindex).find(each => isAt(each, direction, priority));
        if (now !== undefined && now.programId === own?.programId)
          bpfFilterDelete({ ifindex, direction, priority, handle: HANDLE });
        if (madeClsact) removeClsact(ifindex);
      });
    },
  };
}

function removal({ interface: device, direction }: FilterTarget, priority: number): string {
  return `tc filter del dev ${device} ${direction} pref ${priority}`;
}

/** True: it was not there before. */
function makeClsact({ ifindex, name, interface: device }: FilterTarget): boolean {
  try {
    clsactAdd(ifindex);
    return true;
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    if (error.code === 'EPERM') throw new AttachError(name, 'attaching tc programs takes CAP_NET_ADMIN');
    if (error.code === 'ENOENT' || error.code === 'EOPNOTSUPP')
      throw new AttachError(name, 'the kernel has no clsact (CONFIG_NET_SCH_INGRESS; modprobe sch_ingress)');
    if (error.code !== 'EEXIST') throw error;
  }
  if (!filterPlaces(ifindex).some(({ hook }) => hook.startsWith('clsact/')))
    throw new AttachError(
      name,
      `${device} has a queueing discipline "ingress" of somebody else, which takes the place of clsact`,
      `it stays; tc qdisc show dev ${device} tells more`,
    );
  return false;
}

/** Whoever has the last of our filters takes the discipline that one of ours has made. */
function removeClsact(ifindex: number): void {
  const left = ['clsact/ingress', 'clsact/egress'].flatMap(hook => clsactPriorities(ifindex, hook));
  if (left.length === 0) quietly(() => clsactDelete(ifindex));
}

function removeStale(ifindex: number): Maker[] {
  const stale: Maker[] = [];
  for (const filter of filtersOf(ifindex)) {
    const maker = makerOf(filter);
    if (maker === undefined || maker.namespace !== namespace() || isAlive(maker)) continue;
    const { priority, handle, hook } = filter;
    bpfFilterDelete({
      ifindex,
      direction: hook === 'clsact/egress' ? 'egress' : 'ingress',
      priority,
      handle,
    });
    stale.push(maker);
  }
  if (stale.some(({ madeClsact }) => madeClsact)) removeClsact(ifindex);
  return stale;
}

function filtersOf(ifindex: number): TcFilter[] {
  return tcFilters(ifindex).filter(({ hook }) => hook.startsWith('clsact/'));
}

function isAt({ hook, priority, handle }: TcFilter, direction: Direction, wanted: number): boolean {
  return hook === `clsact/${direction}` && priority === wanted && handle === HANDLE;
}

function isAlive({ pid, start }: Maker): boolean {
  return processStat(pid)?.start === start;
}

function self(): Omit<Maker, 'madeClsact'> {
  const { pid } = process;
  return { namespace: namespace(), pid, start: processStat(pid)?.start ?? 0 };
}

/** Process ids mean something in their namespace only: "4026531836". */
function namespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
}

function nameOf({ namespace, pid, start, madeClsact }: Maker): string {
  return `tsbpf:${namespace}:${pid}:${start}${madeClsact ? ':clsact' : ''}`;
}

function makerOf({ name }: TcFilter): Maker | undefined {
  const match = /^tsbpf:(\d+):(\d+):(\d+)(:clsact)?$/.exec(name);
  if (match === null) return undefined;
  const [, namespace = '', pid, start, clsact] = match;
  return { namespace, pid: Number(pid), start: Number(start), madeClsact: clsact !== undefined };
}

/** What is gone already need not be removed: the interface, the filter. */
function quietly(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
  }
}
