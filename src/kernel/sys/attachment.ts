// What is attached to an interface beside XDP: tcx (6.6) and netkit (6.7), by BPF_PROG_QUERY.

import { field } from './attr.js';
import { tryBpf } from './bpf.js';
import { PROG_QUERY } from './bpf-layout.js';
import { errno, SyscallError } from './error.js';

export interface AttachedProgram {
  readonly programId: number;
  /** 0: it was attached without a link (BPF_PROG_ATTACH), and stays when its process ends. */
  readonly linkId: number;
}

/** BPF_MPROG_MAX, include/linux/bpf_mprog.h */
const MOST = 64;

/**
 * In the order in which they run. Empty where the kernel is too old or the interface has no such place. attachType: BPF_TCX_INGRESS,
 * BPF_TCX_EGRESS, BPF_NETKIT_PRIMARY, BPF_NETKIT_PEER. The interface is one of the calling thread's namespace. Needs CAP_NET_ADMIN
 * (EPERM).
 */
export function progQuery(ifindex: number, attachType: number): AttachedProgram[] {
  const programs = new Uint32Array(MOST);
  const links = new Uint32Array(MOST);
  const { result, attr } = tryBpf('BPF_PROG_QUERY', PROG_QUERY, {
    target_ifindex: ifindex,
    attach_type: attachType,
    prog_ids: programs,
    link_ids: links,
    count: MOST,
  });
  if (result === -errno('EPERM')) throw new SyscallError('BPF_PROG_QUERY', -result);
  if (result < 0) return [];
  return Array.from({ length: field(PROG_QUERY, attr, 'count') }, (_, i) => ({
    programId: programs[i]!,
    linkId: links[i]!,
  }));
}
