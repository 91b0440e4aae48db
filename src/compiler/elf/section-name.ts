// The section of a program, by which loaders know its type and what to attach it to (libbpf's section_defs).
import { AttachType, ProgType } from '../bpf/uapi.js';
import type { ProbeTypeName, ProgramSpec, TargetSpec } from '../object-spec.js';

/** BPF_F_SLEEPABLE, include/uapi/linux/bpf.h. */
const SLEEPABLE = 1 << 4;

export interface ServedTarget {
  readonly type: ProbeTypeName;
  readonly target: TargetSpec;
}

/** `served`: what the program is attached to; with one target the section names it, so that a loader can attach it too. */
export function sectionName(program: ProgramSpec, served: readonly ServedTarget[]): string {
  const only = served.length === 1 ? served[0]!.target.parts.slice(1) : [];
  const suffix = (parts: readonly string[]) => (parts.length === 0 ? '' : `/${parts.join('/')}`);
  const sleepable = ((program.flags ?? 0) & SLEEPABLE) === 0 ? '' : '.s';
  const traced = program.attachTo?.name ?? '';
  switch (program.type) {
    case ProgType.BPF_PROG_TYPE_TRACEPOINT:
      return `tracepoint${suffix(only)}`;
    case ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT: {
      const event = served[0]?.type === 'rawtracepoint' ? only.slice(-1) : [];
      return `raw_tp${suffix(event)}`;
    }
    case ProgType.BPF_PROG_TYPE_PERF_EVENT:
      return 'perf_event';
    case ProgType.BPF_PROG_TYPE_KPROBE:
      return `${kprobe(program, served[0]?.type ?? '')}${sleepable}${suffix(functionOf(only))}`;
    case ProgType.BPF_PROG_TYPE_TRACING:
      return tracing(program.expectedAttachType, sleepable, traced);
    case ProgType.BPF_PROG_TYPE_XDP:
      return 'xdp';
    case ProgType.BPF_PROG_TYPE_SCHED_CLS:
      if (program.expectedAttachType === AttachType.BPF_TCX_INGRESS) return 'tcx/ingress';
      return program.expectedAttachType === AttachType.BPF_TCX_EGRESS ? 'tcx/egress' : 'tc';
    default:
      return program.name;
  }
}

/** 'uprobe', 'kretprobe.multi', ... */
function kprobe(program: ProgramSpec, type: string): string {
  const kind = /^[ku](ret)?probe$/.test(type) ? type : type === 'usdt' ? 'uprobe' : 'kprobe';
  switch (program.expectedAttachType) {
    case AttachType.BPF_TRACE_KPROBE_MULTI:
    case AttachType.BPF_TRACE_UPROBE_MULTI:
      return `${kind}.multi`;
    case AttachType.BPF_TRACE_KPROBE_SESSION:
      return 'kprobe.session';
    case AttachType.BPF_TRACE_UPROBE_SESSION:
      return 'uprobe.session';
    default:
      return kind;
  }
}

/** `kprobe:module:f` is known by the function alone; `uprobe:PATH:f` as PATH:f. */
function functionOf(parts: readonly string[]): readonly string[] {
  const [path, name] = parts;
  if (path?.startsWith('/') && name !== undefined) return [`${path.slice(1)}:${name}`];
  return parts.slice(-1);
}

function tracing(attachType: number | undefined, sleepable: string, traced: string): string {
  switch (attachType) {
    case AttachType.BPF_TRACE_FENTRY:
      return `fentry${sleepable}/${traced}`;
    case AttachType.BPF_TRACE_FEXIT:
      return `fexit${sleepable}/${traced}`;
    case AttachType.BPF_MODIFY_RETURN:
      return `fmod_ret${sleepable}/${traced}`;
    case AttachType.BPF_TRACE_ITER:
      return `iter${sleepable}/${traced}`;
    default:
      return `tp_btf/${traced.replace(/^btf_trace_/, '')}`;
  }
}
