// Which programs are attached to the interfaces of this namespace: XDP as netlink tells it, tcx and netkit by asking for each
// interface, and filters of tc. Whether a link holds them says how they go away.
import { AttachType } from '../../../compiler/bpf/uapi.js';
import { progQuery } from '../../sys/attachment.js';
import { type NetInterface, netInterfaces } from '../interfaces.js';
import { attachedAs, type BpfLink } from './links.js';
import { tcFilters } from './tc-filters.js';

export interface NetProgram {
  readonly interface: string;
  readonly ifindex: number;
  /** "xdp", "tcx/ingress", "clsact/egress", "netkit/primary". */
  readonly hook: string;
  /** XDP: "native", "generic", "offloaded"; filters of tc: "direct", or "classifier"; else ''. */
  readonly mode: string;
  readonly programId: number;
  /** 0: none holds it. */
  readonly linkId: number;
  /** "link 12", "netlink", "attached", "filter 49152:1": the priority and handle. */
  readonly by: string;
}

const QUERIED = [
  AttachType.BPF_TCX_INGRESS,
  AttachType.BPF_TCX_EGRESS,
  AttachType.BPF_NETKIT_PRIMARY,
  AttachType.BPF_NETKIT_PEER,
];

/** In order of interface; on each in the order in which packets meet them. Throws a SyscallError. */
export function netPrograms(links: readonly BpfLink[]): NetProgram[] {
  const filters = tcFilters();
  return netInterfaces().flatMap(device => {
    const { name, index } = device;
    const own = filters.filter(({ ifindex }) => ifindex === index);
    return [
      ...xdpOf(device, links),
      ...QUERIED.flatMap(type => queried(device, type)),
      ...own.map(({ hook, direct, programId, priority, handle }) => ({
        interface: name,
        ifindex: index,
        hook,
        mode: direct ? 'direct' : 'classifier',
        programId,
        linkId: 0,
        by: `filter ${priority}:${handle}`,
      })),
    ];
  });
}

/** A link does not tell the namespace of its interface: the program has to agree too. */
function xdpOf({ name, index, xdp }: NetInterface, links: readonly BpfLink[]): NetProgram[] {
  return xdp.map(({ mode, programId }) => {
    const link = links.find(l => l.type === 'xdp' && l.ifindex === index && l.programId === programId);
    const by = link === undefined ? 'netlink' : `link ${link.id}`;
    return { interface: name, ifindex: index, hook: 'xdp', mode, programId, linkId: link?.id ?? 0, by };
  });
}

function queried({ name, index }: NetInterface, type: number): NetProgram[] {
  return progQuery(index, type).map(({ programId, linkId }) => ({
    interface: name,
    ifindex: index,
    hook: attachedAs(type),
    mode: '',
    programId,
    linkId,
    by: linkId === 0 ? 'attached' : `link ${linkId}`,
  }));
}
