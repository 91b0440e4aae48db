// BPF links: which program is attached where, as far as the kernel tells (5.8; perf events since 5.15, their names 6.6).
import { AttachType, constantName, LinkType } from '../../../compiler/bpf/uapi.js';
import { SyscallError } from '../../sys/error.js';
import { closeFd } from '../../sys/fd.js';
import { type LinkInfo, linkGetFdById, linkGetInfo, linkGetNextId, linkGetText } from '../../sys/object.js';

export interface BpfLink {
  readonly id: number;
  /** "xdp", "perf_event". */
  readonly type: string;
  readonly programId: number;
  /** Where it is attached: "tracepoint:sched:sched_switch", "xdp of interface 3", as far as the link itself tells. */
  readonly target: string;
  /** Of xdp, tcx and netkit, in the namespace of the interface; 0 once that is gone. */
  readonly ifindex: number | undefined;
  readonly info: LinkInfo['numbers'];
}

/** Sorted by id. Needs CAP_SYS_ADMIN. */
export function allLinks(): BpfLink[] {
  const links: BpfLink[] = [];
  for (let id = linkGetNextId(0); id !== undefined; id = linkGetNextId(id)) {
    let fd: number;
    try {
      fd = linkGetFdById(id);
    } catch (error) {
      // Gone meanwhile, or not quite made yet (EAGAIN).
      if (error instanceof SyscallError && (error.code === 'ENOENT' || error.code === 'EAGAIN')) continue;
      throw error;
    }
    try {
      links.push(linkOf(fd));
    } finally {
      closeFd(fd);
    }
  }
  return links;
}

function linkOf(fd: number): BpfLink {
  const { numbers } = linkGetInfo(fd);
  const type = constantName(LinkType, Number(numbers.type)).replace('BPF_LINK_TYPE_', '').toLowerCase();
  return {
    id: Number(numbers.id),
    type,
    programId: Number(numbers.prog_id),
    target: targetOf(fd, Number(numbers.type), numbers),
    ifindex: ['xdp', 'tcx', 'netkit'].includes(type) ? Number(numbers['xdp.ifindex']) : undefined,
    info: numbers,
  };
}

/** enum bpf_perf_event_type, include/uapi/linux/bpf.h (6.6). */
const PERF_EVENT: readonly string[] = [
  '',
  'uprobe',
  'uretprobe',
  'kprobe',
  'kretprobe',
  'tracepoint',
  'perf event',
];

const ATTACHED_AS: ReadonlyMap<number, string> = new Map([
  [AttachType.BPF_TRACE_RAW_TP, 'tp_btf'],
  [AttachType.BPF_TRACE_FENTRY, 'fentry'],
  [AttachType.BPF_TRACE_FEXIT, 'fexit'],
  [AttachType.BPF_MODIFY_RETURN, 'fmod_ret'],
  [AttachType.BPF_LSM_MAC, 'lsm'],
  [AttachType.BPF_TCX_INGRESS, 'tcx/ingress'],
  [AttachType.BPF_TCX_EGRESS, 'tcx/egress'],
  [AttachType.BPF_NETKIT_PRIMARY, 'netkit/primary'],
  [AttachType.BPF_NETKIT_PEER, 'netkit/peer'],
]);

/** "fentry", "tcx/ingress"; the number when it has no name here. */
export function attachedAs(attachType: number): string {
  return ATTACHED_AS.get(attachType) ?? `attach type ${attachType}`;
}

function targetOf(fd: number, type: number, n: LinkInfo['numbers']): string {
  switch (type) {
    case LinkType.BPF_LINK_TYPE_RAW_TRACEPOINT:
      return `rawtracepoint:${linkGetText(fd, 'raw_tracepoint.tp_name', 'raw_tracepoint.tp_name_len')}`;
    case LinkType.BPF_LINK_TYPE_TRACING:
      return attachedAs(Number(n['tracing.attach_type']));
    case LinkType.BPF_LINK_TYPE_CGROUP:
      return `cgroup ${n['cgroup.cgroup_id']}`;
    case LinkType.BPF_LINK_TYPE_ITER:
      return `iter:${linkGetText(fd, 'iter.target_name', 'iter.target_name_len')}`;
    case LinkType.BPF_LINK_TYPE_NETNS:
      return `network namespace ${n['netns.netns_ino']}`;
    case LinkType.BPF_LINK_TYPE_XDP:
      return `xdp of ${device(n['xdp.ifindex'])}`;
    case LinkType.BPF_LINK_TYPE_TCX:
    case LinkType.BPF_LINK_TYPE_NETKIT:
      return `${attachedAs(Number(n['tcx.attach_type']))} of ${device(n['tcx.ifindex'])}`;
    case LinkType.BPF_LINK_TYPE_PERF_EVENT:
      return perfTarget(fd, n);
    case LinkType.BPF_LINK_TYPE_KPROBE_MULTI:
      return `kprobe of ${n['kprobe_multi.count']} functions`;
    case LinkType.BPF_LINK_TYPE_UPROBE_MULTI: {
      const path = linkGetText(fd, 'uprobe_multi.path', 'uprobe_multi.path_size');
      return `uprobe of ${n['uprobe_multi.count']} places in ${path === '' ? 'a file' : path}`;
    }
    case LinkType.BPF_LINK_TYPE_STRUCT_OPS:
      return `struct_ops of map ${n['struct_ops.map_id']}`;
    case LinkType.BPF_LINK_TYPE_NETFILTER: {
      const priority = BigInt.asIntN(32, n['netfilter.priority']);
      return `netfilter family ${n['netfilter.pf']} hook ${n['netfilter.hooknum']} priority ${priority}`;
    }
    case LinkType.BPF_LINK_TYPE_SOCKMAP:
      return `sockmap ${n['sockmap.map_id']}`;
    default:
      return '';
  }
}

function device(ifindex: bigint): string {
  return ifindex === 0n ? 'an interface that is gone' : `interface ${ifindex}`;
}

function perfTarget(fd: number, n: LinkInfo['numbers']): string {
  const kind = PERF_EVENT[Number(n['perf_event.type'])] ?? '';
  if (kind === '') return 'perf event';
  if (kind === 'perf event')
    return `perf event ${n['perf_event.event.type']}:${n['perf_event.event.config']}`;
  const name = linkGetText(fd, 'perf_event.kprobe.func_name', 'perf_event.kprobe.name_len');
  const offset = n['perf_event.uprobe.offset'];
  if (kind === 'tracepoint') return `tracepoint:${name}`;
  if (kind.startsWith('u')) return `${kind}:${name}:0x${offset.toString(16)}`;
  return `${kind}:${name === '' ? `0x${n['perf_event.kprobe.addr'].toString(16)}` : name}${offset === 0n ? '' : `+${offset}`}`;
}
