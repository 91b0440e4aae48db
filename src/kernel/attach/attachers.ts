// Probe type -> how it attaches. A new probe type does not compile until it is named here. All targets of an alternative are
// attached, or none: what was attached before a failure is closed again.
import type { ProbeAlternative, ProbeTypeName, TargetSpec } from '../../compiler/object-spec.js';
import type { LoadedProgram } from '../load/object.js';
import { SyscallError } from '../sys/error.js';
import { interval } from './interval.js';
import { iter } from './iter.js';
import { kprobe, kretprobe } from './kprobe.js';
import {
  type AttachContext,
  AttachError,
  type AttachedProbeType,
  type Attacher,
  type Attachment,
} from './link.js';
import { rawTracepoint } from './raw-tracepoint.js';
import { sampling } from './sampling.js';
import { tc } from './tc.js';
import { tracepoint } from './tracepoint.js';
import { tracing } from './tracing.js';
import { uprobe, uretprobe, usdt } from './user-probe.js';
import { watchpoint } from './watchpoint.js';
import { xdp } from './xdp.js';

export const ATTACHERS: Readonly<Record<AttachedProbeType, Attacher>> = {
  tracepoint,
  interval,
  profile: sampling,
  software: sampling,
  hardware: sampling,
  watchpoint,
  iter,
  rawtracepoint: rawTracepoint,
  kprobe,
  kretprobe,
  fentry: tracing,
  fexit: tracing,
  uprobe,
  uretprobe,
  usdt,
  xdp,
  tc,
};

export interface AttachOptions {
  readonly context: AttachContext;
  readonly program: (index: number) => LoadedProgram;
  /** Between attachments: shows progress, lets signals in. False: the session has ended meanwhile. */
  readonly pace: (done: number, total: number) => boolean | Promise<boolean>;
  /** A target that cannot be attached: true goes on without it. */
  readonly skip: (target: TargetSpec, error: Error) => boolean;
}

/** Attachments in order; none of them when the session ended meanwhile. */
export async function attachAlternative(
  { type, targets }: ProbeAlternative,
  options: AttachOptions,
): Promise<readonly Attachment[]> {
  const own = targets.filter(target => target.attachedBy === undefined);
  const attacher = (ATTACHERS as Partial<Record<ProbeTypeName, Attacher>>)[type];
  if (attacher === undefined) return []; // the session runs it itself
  const attachments: Attachment[] = [];
  const close = () => {
    for (const { link } of attachments.splice(0).reverse()) link.close();
  };
  let done = 0;
  let last: Error | undefined;
  try {
    for (const [index, group] of byProgram(own)) {
      const program = options.program(index);
      const together = group.length > 1 ? attacher.together?.(group, program, options.context) : undefined;
      if (together !== undefined) {
        attachments.push(together);
        done += group.length;
        for (const { target, error } of together.refused) {
          if (!options.skip(target, error)) throw named(target, error, done, own.length);
        }
        continue;
      }
      for (const target of group) {
        try {
          attachments.push({ link: attacher.one(target, program, options.context), targets: [target] });
        } catch (error) {
          if (!(error instanceof SyscallError || error instanceof AttachError)) throw error;
          if (!options.skip(target, error)) throw named(target, error, attachments.length, own.length);
          last = error;
        }
        done++;
        const goOn = options.pace(done, own.length);
        if (goOn !== true && !(await goOn)) {
          close();
          return [];
        }
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  if (attachments.length === 0 && last !== undefined) throw last;
  return attachments;
}

/** Of many targets: which it was, and how far it got. */
function named(target: TargetSpec, error: Error, before: number, total: number): Error {
  if (total === 1) return error;
  const reason = error.message.replace(`cannot attach ${target.name}: `, '');
  const rest = before === 0 ? '' : `; the ${before} attached before it are detached again`;
  const hint = error instanceof AttachError ? error.hint : undefined;
  return new AttachError(target.name, `${reason} (of ${total} targets${rest})`, hint);
}

function byProgram(targets: readonly TargetSpec[]): Map<number, TargetSpec[]> {
  const groups = new Map<number, TargetSpec[]>();
  for (const target of targets) {
    const group = groups.get(target.program);
    if (group === undefined) groups.set(target.program, [target]);
    else group.push(target);
  }
  return groups;
}
