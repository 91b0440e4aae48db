// kprobe and kretprobe: a perf event of the source "kprobe" (4.17), which leaves nothing in tracefs; one link for many functions
// (5.18); a BPF trampoline where the kernel has no kprobes.
import { AttachType, ProgType } from '../../compiler/bpf/uapi.js';
import type { TargetSpec } from '../../compiler/object-spec.js';
import type { LoadedProgram } from '../load/object.js';
import { SyscallError } from '../sys/error.js';
import { perfEventType } from '../sys/feature-probes.js';
import { linkCreateKprobeMulti } from '../sys/link.js';
import { linkGetInfo } from '../sys/object.js';
import { fdLink } from './fd-link.js';
import { type AttachContext, AttachError, type AttachedTogether, type Attacher, type Link } from './link.js';
import { attachPerfEvent } from './perf-link.js';
import { tracing } from './tracing.js';

/** Bit of `config` that makes the event a return probe (/sys/bus/event_source/devices/kprobe/format/retprobe). */
const RETPROBE = 1;
const BPF_F_KPROBE_MULTI_RETURN = 1;

function attacher(returns: boolean): Attacher {
  return {
    one(target, program, context) {
      if (program.spec.type === ProgType.BPF_PROG_TYPE_TRACING) return tracing.one(target, program, context);
      if (target.mode === 'multi') return multiLink([target], program, returns);
      return probe(target, program, returns, context);
    },
    together(targets, program) {
      return targets[0]?.mode === 'multi' ? multi(targets, program, returns) : undefined;
    },
  };
}

export const kprobe = attacher(false);
export const kretprobe = attacher(true);

function probe(target: TargetSpec, { fd }: LoadedProgram, returns: boolean, context: AttachContext): Link {
  const type = perfEventType('kprobe');
  if (type === undefined) throw new AttachError(target.name, 'this kernel has no kprobes');
  const [symbol = '', offset = '0'] = (target.parts.at(-1) ?? '').split('+');
  const module = target.parts.length > 2 && target.parts[1] !== 'vmlinux' ? `${target.parts[1]}:` : '';
  const place =
    target.mode === 'address'
      ? { kprobe_addr: BigInt(symbol) }
      : { kprobe_func: `${module}${symbol}`, probe_offset: BigInt(offset) };
  const attr = { type, config: returns ? RETPROBE : 0, ...place };
  try {
    const where = { pid: -1, cpu: context.onlineCpu };
    return attachPerfEvent(fd, { target, attr, where, counts: 'perf_event.kprobe.missed' }, context);
  } catch (error) {
    if (!(error instanceof SyscallError) || error.operation !== 'perf_event_open') throw error;
    throw new AttachError(target.name, refusal(error, target, symbol, context));
  }
}

/** Why the kernel lets nobody probe there, in words. */
function refusal(error: SyscallError, target: TargetSpec, symbol: string, context: AttachContext): string {
  switch (error.code) {
    case 'EILSEQ':
      return 'that is in the middle of an instruction; try a different offset';
    case 'EADDRNOTAVAIL':
      return `several functions are called ${symbol}; name one by its address (--unsafe), from /proc/kallsyms`;
    case 'ENOENT':
      return `the kernel has no function ${symbol}${target.parts.length > 2 ? ` in ${target.parts[1]}` : ''}`;
    case 'EINVAL':
      return context.isTraceable(symbol) === false
        ? `${symbol} is marked notrace, or inlined: ftrace does not know it`
        : `the kernel does not allow a probe in ${symbol}${target.mode === 'offset' ? ' at this offset' : ''}`;
    default:
      return error.message;
  }
}

/**
 * One link for all functions. The kernel refuses all of them for one that cannot be traced, and does not say which: halves are
 * tried until it is found.
 */
function multi(targets: readonly TargetSpec[], program: LoadedProgram, returns: boolean): AttachedTogether {
  const links: Link[] = [];
  const served: TargetSpec[] = [];
  const refused: { target: TargetSpec; error: Error }[] = [];
  const attach = (part: readonly TargetSpec[]): void => {
    try {
      links.push(multiLink(part, program, returns));
      served.push(...part);
    } catch (error) {
      if (!(error instanceof SyscallError) || error.code === 'EPERM') throw error;
      if (part.length === 1) {
        const [target] = part;
        refused.push({ target: target!, error: new AttachError(target!.name, 'ftrace does not know it') });
        return;
      }
      const middle = part.length >> 1;
      attach(part.slice(0, middle));
      attach(part.slice(middle));
    }
  };
  try {
    attach(targets);
    if (served.length === 0) throw refused[0]!.error;
  } catch (error) {
    for (const link of links.reverse()) link.close();
    throw error;
  }
  return { link: joined(links, served.length), targets: served, refused };
}

function joined(links: readonly Link[], functions: number): Link {
  const [only] = links;
  if (links.length === 1 && only !== undefined) return only;
  return {
    description: `${links.length} kprobe multi links of ${functions} functions`,
    missed: () => links.reduce((sum, link) => sum + (link.missed?.() ?? 0), 0),
    close() {
      for (const link of [...links].reverse()) link.close();
    },
  };
}

/** Of a session (6.10) the program runs at the entry and the return of each function. */
function multiLink(targets: readonly TargetSpec[], { fd, spec }: LoadedProgram, returns: boolean): Link {
  const session = spec.expectedAttachType === AttachType.BPF_TRACE_KPROBE_SESSION;
  const cookies = targets.some(target => target.cookie !== undefined)
    ? BigUint64Array.from(targets, target => BigInt(target.cookie ?? 0))
    : undefined;
  const link = linkCreateKprobeMulti(fd, {
    symbols: targets.map(target => target.parts.at(-1) ?? ''),
    ...(cookies === undefined ? {} : { cookies }),
    ...(session
      ? { attachType: AttachType.BPF_TRACE_KPROBE_SESSION }
      : { flags: returns ? BPF_F_KPROBE_MULTI_RETURN : 0 }),
  });
  return {
    ...fdLink(link, `kprobe ${session ? 'session' : 'multi'} link of ${targets.length} functions,`),
    missed: () => Number(linkGetInfo(link).numbers['kprobe_multi.missed']),
  };
}
