// What tracepoint, interval, profile and others have in common: perf events and a program on them. Prefers BPF links (5.15),
// which carry the cookie; older kernels take the program by ioctl, and the event's fd is then the attachment.
import type { TargetSpec } from '../../compiler/object-spec.js';
import { SyscallError } from '../sys/error.js';
import { closeFd } from '../sys/fd.js';
import { linkCreatePerfEvent } from '../sys/link.js';
import { linkGetInfo } from '../sys/object.js';
import {
  type PerfEventAttr,
  type PerfEventTarget,
  perfEventEnable,
  perfEventOpen,
  perfEventSetBpf,
} from '../sys/perf-event.js';
import type { AttachContext, Link } from './link.js';

export interface PerfLinkOptions {
  readonly attr: PerfEventAttr;
  /** Its name, for errors, and its cookie. */
  readonly target: Pick<TargetSpec, 'name' | 'cookie'>;
  /** The field of the links' info that counts what they missed. */
  readonly counts?: 'perf_event.kprobe.missed';
}

export function attachPerfEvent(
  programFd: number,
  options: PerfLinkOptions & { readonly where: PerfEventTarget },
  context: AttachContext,
): Link {
  return attachPerfEvents(programFd, { ...options, places: [options.where] }, context);
}

/**
 * An event at each place, which all start together when everything is attached. Places that are gone by now (a CPU that went
 * offline, a thread that ended) are left out, as long as one is there.
 */
export function attachPerfEvents(
  programFd: number,
  { attr, target, counts, places }: PerfLinkOptions & { readonly places: readonly PerfEventTarget[] },
  context: AttachContext,
): Link {
  const together = places.length > 1;
  const events: number[] = [];
  const links: number[] = [];
  const release = () => [...links.splice(0), ...events.splice(0)];
  const close = () => {
    for (const fd of release()) closeFd(fd);
  };
  let last: unknown;
  try {
    for (const place of places) {
      try {
        events.push(perfEventOpen({ ...attr, disabled: together }, place, target.name));
      } catch (error) {
        if (!isGone(error, place)) throw error;
        last = error;
      }
    }
    if (events.length === 0) throw last ?? new Error('no place to attach to');
    for (const event of events) {
      if (context.perfLink) {
        const cookie = target.cookie === undefined ? undefined : BigInt(target.cookie);
        links.push(linkCreatePerfEvent(programFd, event, cookie));
      } else perfEventSetBpf(event, programFd);
    }
    if (together || !context.perfLink) for (const event of events) perfEventEnable(event);
  } catch (error) {
    close();
    throw error;
  }
  const description = describe(events, links);
  if (counts === undefined || links.length === 0) return { description, release, close };
  const missed = () => links.reduce((sum, link) => sum + Number(linkGetInfo(link).numbers[counts]), 0);
  return { description, missed, release, close };
}

function isGone(error: unknown, { pid }: PerfEventTarget): boolean {
  return error instanceof SyscallError && error.code === (pid === -1 ? 'ENODEV' : 'ESRCH');
}

function describe(events: readonly number[], links: readonly number[]): string {
  const fds = (list: readonly number[], what: string) =>
    list.length === 1 ? `${what} fd ${list[0]}` : `${list.length} ${what}s, fd ${list[0]} to ${list.at(-1)}`;
  return fds(events, 'perf event') + (links.length === 0 ? '' : `, ${fds(links, 'link')}`);
}
