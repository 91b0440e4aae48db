// What tracepoint, interval and profile have in common: a perf event and a program on it. Prefers a BPF link (5.15), which
// carries the cookie; older kernels take the program by ioctl, and the event's fd is then the attachment.
import type { TargetSpec } from '../../compiler/object-spec.js';
import { closeFd } from '../sys/fd.js';
import { linkCreatePerfEvent } from '../sys/link.js';
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
  readonly where: PerfEventTarget;
  /** Its name, for errors, and its cookie. */
  readonly target: Pick<TargetSpec, 'name' | 'cookie'>;
}

export function attachPerfEvent(programFd: number, options: PerfLinkOptions, context: AttachContext): Link {
  const eventFd = perfEventOpen(options.attr, options.where, options.target.name);
  let linkFd: number | undefined;
  try {
    if (context.perfLink) {
      const { cookie } = options.target;
      linkFd = linkCreatePerfEvent(programFd, eventFd, cookie === undefined ? undefined : BigInt(cookie));
    } else {
      perfEventSetBpf(eventFd, programFd);
      perfEventEnable(eventFd);
    }
  } catch (error) {
    closeFd(eventFd);
    throw error;
  }
  let open = true;
  return {
    description: `perf event fd ${eventFd}${linkFd === undefined ? '' : `, link fd ${linkFd}`}`,
    close() {
      if (!open) return;
      open = false;
      if (linkFd !== undefined) closeFd(linkFd);
      closeFd(eventFd);
    },
  };
}
