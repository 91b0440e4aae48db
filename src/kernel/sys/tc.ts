// Filters of tc that are BPF programs (cls_bpf), and the queueing discipline that holds them on the way in and out, clsact
// (include/uapi/linux/pkt_sched.h, pkt_cls.h; 4.5). All throw a SyscallError.
import { LITTLE_ENDIAN } from './attr.js';
import { attribute, NetlinkFlag, netlinkRequest } from './netlink.js';

const RTM = { NEWQDISC: 36, DELQDISC: 37, NEWTFILTER: 44, DELTFILTER: 45 } as const;
const { NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL } = NetlinkFlag;
/** struct tcmsg: u8 family, 3 bytes of padding, s32 ifindex, u32 handle, u32 parent, u32 info. */
const TCMSG = 20;
const TCA = { KIND: 1, OPTIONS: 2 } as const;
const TCA_BPF = { FD: 6, NAME: 7, FLAGS: 8 } as const;
const TCA_BPF_FLAG_ACT_DIRECT = 1;
const TC_H_CLSACT = 0xffff_fff1;
const CLSACT_HANDLE = 0xffff_0000;
const PARENT = { ingress: 0xffff_fff2, egress: 0xffff_fff3 } as const;
/** ETH_P_ALL, in network order. */
const ALL_PROTOCOLS = 0x0300;

export type Direction = keyof typeof PARENT;

export interface FilterPlace {
  readonly ifindex: number;
  readonly direction: Direction;
  /** 1 to 65535; the lowest comes first. */
  readonly priority: number;
  readonly handle: number;
}

/** EEXIST: it has one, or "ingress", which takes its place. */
export function clsactAdd(ifindex: number): void {
  const body = message({ ifindex, handle: CLSACT_HANDLE, parent: TC_H_CLSACT, info: 0 }, kind('clsact'));
  request(RTM.NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, body, 'RTM_NEWQDISC');
}

/** With all filters in it. */
export function clsactDelete(ifindex: number): void {
  const body = message({ ifindex, handle: CLSACT_HANDLE, parent: TC_H_CLSACT, info: 0 });
  request(RTM.DELQDISC, 0, body, 'RTM_DELQDISC');
}

/** Its return value is the verdict. `name`: at most 255 bytes. EEXIST: there is a filter at this place. */
export function bpfFilterAdd(place: FilterPlace, programFd: number, name: string): void {
  const options = concat(
    attribute(TCA_BPF.FD, programFd),
    attribute(TCA_BPF.NAME, cString(name)),
    attribute(TCA_BPF.FLAGS, TCA_BPF_FLAG_ACT_DIRECT),
  );
  const body = message(headOf(place), concat(kind('bpf'), attribute(TCA.OPTIONS, options)));
  request(RTM.NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, body, 'RTM_NEWTFILTER');
}

export function bpfFilterDelete(place: FilterPlace): void {
  request(RTM.DELTFILTER, 0, message(headOf(place), kind('bpf')), 'RTM_DELTFILTER');
}

interface Head {
  readonly ifindex: number;
  readonly handle: number;
  readonly parent: number;
  readonly info: number;
}

function headOf({ ifindex, direction, priority, handle }: FilterPlace): Head {
  return { ifindex, handle, parent: PARENT[direction], info: ((priority << 16) | ALL_PROTOCOLS) >>> 0 };
}

function request(type: number, flags: number, body: Uint8Array, what: string): void {
  netlinkRequest({ type, flags: flags | NLM_F_ACK, body }, what);
}

function message(
  { ifindex, handle, parent, info }: Head,
  attributes: Uint8Array = new Uint8Array(),
): Uint8Array {
  const head = new Uint8Array(TCMSG);
  const view = new DataView(head.buffer);
  view.setInt32(4, ifindex, LITTLE_ENDIAN);
  view.setUint32(8, handle, LITTLE_ENDIAN);
  view.setUint32(12, parent, LITTLE_ENDIAN);
  view.setUint32(16, info, LITTLE_ENDIAN);
  return concat(head, attributes);
}

function kind(name: string): Uint8Array {
  return attribute(TCA.KIND, cString(name));
}

function cString(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
