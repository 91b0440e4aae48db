// uprobe, uretprobe and usdt. Where the kernel has it (6.6), the places of a file are attached by one link; else each by a perf
// event of the uprobe unit. Either is gone with the process that made it, and USDT semaphores are then as before: the kernel
// counts them up and down in every process that has the file mapped, now and later.

import type { UserProbeData } from '../../compiler/language/probes/user-target.js';
import type { TargetSpec } from '../../compiler/object-spec.js';
import type { LoadedProgram } from '../load/object.js';
import { SyscallError } from '../sys/error.js';
import { perfEventType } from '../sys/feature-probes.js';
import { linkCreateUprobeMulti } from '../sys/link.js';
import { fdLink } from './fd-link.js';
import { type AttachContext, AttachError, type Attacher, type Link } from './link.js';
import { attachPerfEvent } from './perf-link.js';

const BPF_F_UPROBE_MULTI_RETURN = 1;
/** `config` of the uprobe unit: /sys/bus/event_source/devices/uprobe/format/{retprobe,ref_ctr_offset}. */
const RETURN = 1n;
const SEMAPHORE_SHIFT = 32n;

function attacher(returns: boolean): Attacher {
  return {
    one: (target, program, context) =>
      target.mode === 'multi'
        ? attachPlaces([target], program, context, returns)
        : attachPlace(target, program, context, returns),
    together(targets, program, context) {
      if (targets[0]?.mode !== 'multi') return undefined;
      try {
        return { link: attachFiles(targets, program, context, returns), targets, refused: [] };
      } catch (error) {
        // One after the other, to learn which it was.
        if (error instanceof SyscallError || error instanceof AttachError) return undefined;
        throw error;
      }
    },
  };
}

export const uprobe = attacher(false);
export const uretprobe = attacher(true);
export const usdt = attacher(false);

function placeOf({ data }: TargetSpec): UserProbeData {
  return data as UserProbeData;
}

/** A link for each file. */
function attachFiles(
  targets: readonly TargetSpec[],
  program: LoadedProgram,
  context: AttachContext,
  returns: boolean,
): Link {
  const files = new Map<string, TargetSpec[]>();
  for (const target of targets) {
    const { path } = placeOf(target);
    const places = files.get(path);
    if (places === undefined) files.set(path, [target]);
    else places.push(target);
  }
  const links: Link[] = [];
  const close = () => {
    for (const link of links.splice(0).reverse()) link.close();
  };
  try {
    for (const places of files.values()) links.push(attachPlaces(places, program, context, returns));
  } catch (error) {
    close();
    throw error;
  }
  const [first] = links;
  return { description: `${first?.description}${links.length > 1 ? `, ... (${links.length})` : ''}`, close };
}

/** Places of one file. */
function attachPlaces(
  targets: readonly TargetSpec[],
  program: LoadedProgram,
  context: AttachContext,
  returns: boolean,
): Link {
  const places = targets.map(placeOf);
  const words = (values: readonly (number | bigint)[]) => BigUint64Array.from(values, BigInt);
  const cookies = targets.map(target => BigInt(target.cookie ?? 0));
  const semaphores = places.map(place => place.semaphore ?? 0);
  const fd = explained(targets[0]!, () =>
    linkCreateUprobeMulti(program.fd, {
      path: places[0]!.path,
      offsets: words(places.map(place => place.offset)),
      ...(cookies.some(cookie => cookie !== 0n) ? { cookies: words(cookies) } : {}),
      ...(semaphores.some(offset => offset !== 0) ? { refCtrOffsets: words(semaphores) } : {}),
      flags: returns ? BPF_F_UPROBE_MULTI_RETURN : 0,
      pid: context.pid ?? context.child ?? 0,
    }),
  );
  return fdLink(fd, 'uprobe multi link');
}

function attachPlace(
  target: TargetSpec,
  program: LoadedProgram,
  context: AttachContext,
  returns: boolean,
): Link {
  const { path, offset, semaphore = 0 } = placeOf(target);
  const pid = context.pid ?? context.child;
  const type = perfEventType('uprobe');
  if (type === undefined) {
    throw new AttachError(target.name, 'this kernel has no uprobes (CONFIG_UPROBE_EVENTS is not set)');
  }
  return explained(target, () =>
    attachPerfEvent(
      program.fd,
      {
        target,
        attr: {
          type,
          config: (BigInt(semaphore) << SEMAPHORE_SHIFT) | (returns ? RETURN : 0n),
          uprobe_path: path,
          probe_offset: offset,
        },
        where: pid === undefined ? { pid: -1, cpu: context.onlineCpu } : { pid, cpu: -1 },
      },
      context,
    ),
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file is gone',
  ESRCH: 'the process has ended',
  EINVAL: 'the kernel cannot put a breakpoint there',
  EIO: 'the kernel cannot put a breakpoint there',
  EOPNOTSUPP: 'the kernel cannot trace the instruction there',
  ENOTSUPP: 'the kernel cannot trace the instruction there',
};

function explained<T>(target: TargetSpec, attach: () => T): T {
  try {
    return attach();
  } catch (error) {
    const reason = error instanceof SyscallError ? REASONS[error.code] : undefined;
    if (reason === undefined) throw error;
    throw new AttachError(target.name, `${reason} (${(error as SyscallError).message})`);
  }
}
