// tc:IFACE:DIRECTION by a BPF link (tcx, 6.6), which is gone with the process. It runs after the programs that are there already,
// and before those of clsact. Canonical parts: ['tc', 'eth0', 'ingress']. Targets of mode 'filter' are for kernels without tcx.
import { AttachType } from '../../compiler/bpf/uapi.js';
import { netInterface } from '../host/interfaces.js';
import { SyscallError } from '../sys/error.js';
import { linkCreateTcx } from '../sys/link.js';
import { fdLink } from './fd-link.js';
import { AttachError, type Attacher } from './link.js';
import { attachFilter } from './tc-filter.js';

/** Link layers whose packets start with an Ethernet header: ARPHRD_ETHER, ARPHRD_LOOPBACK. */
const WITH_ETHERNET = [1, 772];

export const tc: Attacher = {
  one(target, { fd }) {
    const [, name = '', direction] = target.parts;
    const device = netInterface(name);
    if (device === undefined) throw new AttachError(target.name, `there is no interface ${name}`);
    if (!WITH_ETHERNET.includes(device.type)) {
      const message = `packets of ${name} have no Ethernet header, which the program starts from`;
      throw new AttachError(target.name, message, 'attach to the interface that carries them');
    }
    if (target.mode === 'filter')
      return attachFilter(
        {
          name: target.name,
          ifindex: device.index,
          interface: name,
          direction: direction === 'egress' ? 'egress' : 'ingress',
        },
        fd,
      );
    const type = direction === 'egress' ? AttachType.BPF_TCX_EGRESS : AttachType.BPF_TCX_INGRESS;
    try {
      return fdLink(linkCreateTcx(fd, device.index, type), `tcx link, ${direction},`);
    } catch (error) {
      if (!(error instanceof SyscallError) || error.code !== 'EPERM') throw error;
      throw new AttachError(target.name, 'attaching tc programs takes CAP_NET_ADMIN');
    }
  },
};
