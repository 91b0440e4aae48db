// Network interfaces of this process's namespace, with what is attached to them: RTM_GETLINK (include/uapi/linux/if_link.h).
// /sys/class/net would tell of the namespace it was mounted in.
import { cString, fromCString, LITTLE_ENDIAN } from '../sys/attr.js';
import { SyscallError } from '../sys/error.js';
import { attribute, NetlinkFlag, netlinkRequest, readAttributes } from '../sys/netlink.js';

export interface NetInterface {
  readonly name: string;
  readonly index: number;
  /** Bytes, without the link header. */
  readonly mtu: number;
  /** Hardware address: 6 bytes on Ethernet. */
  readonly address: Uint8Array;
  /** ARPHRD_*: 1 is Ethernet, 772 the loopback. */
  readonly type: number;
  readonly up: boolean;
  /** XDP programs by mode. */
  readonly xdp: readonly { readonly mode: 'native' | 'generic' | 'offloaded'; readonly programId: number }[];
}

const RTM_GETLINK = 18;
const IFLA = { ADDRESS: 1, IFNAME: 3, MTU: 4, EXT_MASK: 29, XDP: 43 } as const;
const IFLA_XDP = { DRV_PROG_ID: 5, SKB_PROG_ID: 6, HW_PROG_ID: 7, PROG_ID: 4, ATTACHED: 2 } as const;
/** struct ifinfomsg: u8 family, u8, u16 type, s32 index, u32 flags, u32 change. */
const IFINFO = 16;
const IFF_UP = 1;

/** One interface; undefined when there is none of that name. Throws a SyscallError. */
export function netInterface(name: string): NetInterface | undefined {
  const wanted = attribute(IFLA.IFNAME, cString(name));
  const body = new Uint8Array(IFINFO + wanted.length);
  body.set(wanted, IFINFO);
  try {
    const request = { type: RTM_GETLINK, flags: NetlinkFlag.NLM_F_ACK, body };
    return netlinkRequest(request, 'RTM_GETLINK').map(parseInterface)[0];
  } catch (error) {
    if (error instanceof SyscallError && (error.code === 'ENODEV' || error.code === 'ERANGE'))
      return undefined;
    throw error;
  }
}

/** In order of index. Throws a SyscallError. */
export function netInterfaces(): NetInterface[] {
  const answers = netlinkRequest(
    { type: RTM_GETLINK, flags: NetlinkFlag.NLM_F_DUMP, body: new Uint8Array(IFINFO) },
    'RTM_GETLINK',
  );
  return answers.map(parseInterface).sort((a, b) => a.index - b.index);
}

/** From the body of an RTM_NEWLINK. */
export function parseInterface(body: Uint8Array): NetInterface {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const attributes = readAttributes(body.subarray(IFINFO));
  return {
    name: fromCString(attributes.get(IFLA.IFNAME) ?? new Uint8Array()),
    index: view.getInt32(4, LITTLE_ENDIAN),
    mtu: number(attributes.get(IFLA.MTU)),
    address: Uint8Array.from(attributes.get(IFLA.ADDRESS) ?? []),
    type: view.getUint16(2, LITTLE_ENDIAN),
    up: (view.getUint32(8, LITTLE_ENDIAN) & IFF_UP) !== 0,
    xdp: xdpPrograms(attributes.get(IFLA.XDP)),
  };
}

const MODES = [
  ['native', IFLA_XDP.DRV_PROG_ID],
  ['generic', IFLA_XDP.SKB_PROG_ID],
  ['offloaded', IFLA_XDP.HW_PROG_ID],
] as const;

function xdpPrograms(nested: Uint8Array | undefined): NetInterface['xdp'] {
  if (nested === undefined) return [];
  const attributes = readAttributes(nested);
  return MODES.flatMap(([mode, attribute]) => {
    const programId = number(attributes.get(attribute));
    return programId === 0 ? [] : [{ mode, programId }];
  });
}

function number(bytes: Uint8Array | undefined): number {
  if (bytes === undefined || bytes.length < 4) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, LITTLE_ENDIAN);
}
