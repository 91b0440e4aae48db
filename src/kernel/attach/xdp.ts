// xdp:IFACE by a BPF link (5.9): the program is gone with the process, however that ends, and one that is there already stays.
// Canonical parts: ['xdp', 'eth0']; the mode is the target's, native before generic when it has none.
import { type NetInterface, netInterface } from '../host/interfaces.js';
import { findHolders } from '../host/objects/holders.js';
import { SyscallError } from '../sys/error.js';
import { closeFd } from '../sys/fd.js';
import { linkCreateXdp } from '../sys/link.js';
import { progGetFdById, progGetInfo } from '../sys/object.js';
import { fdLink } from './fd-link.js';
import { AttachError, type Attacher, type Link } from './link.js';

export type XdpMode = 'native' | 'generic';

export interface XdpLink extends Link {
  readonly mode: XdpMode;
}

/** XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE (include/uapi/linux/if_link.h). */
const FLAGS: Readonly<Record<XdpMode, number>> = { native: 4, generic: 2 };

export const xdp: Attacher = {
  one(target, { fd }) {
    return attachXdp(fd, target.parts[1] ?? '', target.mode as XdpMode | undefined, target.name);
  },
};

/** `fd` stays the caller's; without a mode native comes before generic. Throws an AttachError, which names the target. */
export function attachXdp(fd: number, name: string, mode: XdpMode | undefined, target: string): XdpLink {
  const device = netInterface(name);
  if (device === undefined) throw new AttachError(target, `there is no interface ${name}`);
  if (device.xdp.length > 0) throw new AttachError(target, occupied(device));
  if (mode === 'generic') return attach(fd, device, 'generic', target);
  try {
    return attach(fd, device, 'native', target);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    if (mode === 'native') {
      const hint = 'unless native mode is asked for, it falls back to generic mode';
      throw new AttachError(target, `no native XDP there: ${reasonOf(error)}; ${hint}`);
    }
    const notice = `attached in generic mode, which is slower: ${reasonOf(error)}`;
    return { ...attach(fd, device, 'generic', target), notice };
  }
}

/** A mode that does not work here is a SyscallError, anything else an AttachError. */
function attach(fd: number, device: NetInterface, mode: XdpMode, target: string): XdpLink {
  try {
    return { ...fdLink(linkCreateXdp(fd, device.index, FLAGS[mode]), `XDP link, ${mode} mode,`), mode };
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    if (error.code === 'EPERM') throw new AttachError(target, 'attaching XDP programs takes CAP_NET_ADMIN');
    const now = netInterface(device.name);
    if (now === undefined) throw new AttachError(target, `the interface ${device.name} is gone`);
    if (now.xdp.length > 0) throw new AttachError(target, occupied(now));
    throw error;
  }
}

/** "eth0 has the XDP program 12 (xdp_filter) in native mode, of xdp-filter (pid 99); it stays" */
function occupied({ name, xdp }: NetInterface): string {
  const holders = findHolders();
  const programs = xdp.map(({ mode, programId }) => {
    const owners = holders.program(programId).map(({ comm, pid }) => `${comm} (pid ${pid})`);
    const of = owners.length === 0 ? 'which no process holds' : `of ${owners.join(', ')}`;
    return `program ${programId}${programName(programId)} in ${mode} mode, ${of}`;
  });
  return `${name} has an XDP program already, which is not replaced: ${programs.join('; ')}`;
}

function programName(id: number): string {
  try {
    const fd = progGetFdById(id);
    const { name } = progGetInfo(fd);
    closeFd(fd);
    return name === '' ? '' : ` (${name})`;
  } catch {
    return ''; // gone meanwhile
  }
}

/** Why a driver takes no program. */
function reasonOf(error: SyscallError): string {
  switch (error.code) {
    case 'EOPNOTSUPP':
      return 'the driver has no native XDP, or not with the present settings (EOPNOTSUPP)';
    case 'ERANGE':
    case 'EINVAL':
      return `the driver refuses it (${error.code}: often the MTU is too large, or LRO is on)`;
    default:
      return `the driver refuses it (${error.code})`;
  }
}
