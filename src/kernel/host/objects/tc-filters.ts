// BPF programs in filters of tc (cls_bpf): RTM_GETQDISC, then RTM_GETTFILTER of each queueing discipline that can hold some
// (include/uapi/linux/pkt_sched.h, pkt_cls.h). clsact has an ingress and an egress side.
import { fromCString, LITTLE_ENDIAN } from '../../sys/attr.js';
import { SyscallError } from '../../sys/error.js';
import { NetlinkFlag, netlinkRequest, readAttributes } from '../../sys/netlink.js';

export interface TcFilter {
  readonly ifindex: number;
  /** "clsact/ingress", "clsact/egress", "ingress", or "htb" and the like. */
  readonly hook: string;
  readonly programId: number;
  readonly priority: number;
  readonly handle: number;
  /** Its return value is the verdict; otherwise it names a class. */
  readonly direct: boolean;
  /** As its maker called it. */
  readonly name: string;
}

const RTM_GETQDISC = 38;
const RTM_GETTFILTER = 46;
/** struct tcmsg: u8 family, 3 bytes of padding, s32 ifindex, u32 handle, u32 parent, u32 info. */
const TCMSG = 20;
const TCA = { KIND: 1, OPTIONS: 2 } as const;
const TCA_BPF = { NAME: 7, FLAGS: 8, ID: 11 } as const;
const TCA_BPF_FLAG_ACT_DIRECT = 1;

const CLSACT_INGRESS = 0xffff_fff2;
const CLSACT_EGRESS = 0xffff_fff3;
const INGRESS = 0xffff_0000;

/** Of an interface, or all of this namespace. Throws a SyscallError. */
export function tcFilters(ifindex?: number): TcFilter[] {
  return filterPlaces(ifindex).flatMap(place =>
    filtersAt(place.ifindex, place.parent)
      .map(body => parseFilter(body, place))
      .filter(filter => filter !== undefined),
  );
}

/** Priorities of all filters on the way in or out of an interface, of any kind; ascending. Throws a SyscallError. */
export function clsactPriorities(ifindex: number, hook: string): number[] {
  const place = filterPlaces(ifindex).find(each => each.hook === hook);
  if (place === undefined) return [];
  const priorities = filtersAt(ifindex, place.parent).map(body => priorityOf(body));
  return [...new Set(priorities)].sort((a, b) => a - b);
}

/** Where an interface, or any, may have filters. Throws a SyscallError. */
export function filterPlaces(ifindex?: number): Place[] {
  const places = dump(RTM_GETQDISC, 'RTM_GETQDISC', ifindex ?? 0, 0).flatMap(placesOf);
  return ifindex === undefined ? places : places.filter(place => place.ifindex === ifindex);
}

interface Place {
  readonly ifindex: number;
  readonly parent: number;
  readonly hook: string;
}

/** From the body of an RTM_NEWQDISC: where filters may be. */
export function placesOf(body: Uint8Array): Place[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (body.length < TCMSG) return [];
  const ifindex = view.getInt32(4, LITTLE_ENDIAN);
  const handle = view.getUint32(8, LITTLE_ENDIAN);
  const kind = fromCString(readAttributes(body.subarray(TCMSG)).get(TCA.KIND) ?? new Uint8Array());
  if (kind === 'clsact') {
    return [
      { ifindex, parent: CLSACT_INGRESS, hook: 'clsact/ingress' },
      { ifindex, parent: CLSACT_EGRESS, hook: 'clsact/egress' },
    ];
  }
  if (kind === 'ingress') return [{ ifindex, parent: INGRESS, hook: kind }];
  return handle === 0 ? [] : [{ ifindex, parent: handle, hook: kind }];
}

/** From the body of an RTM_NEWTFILTER; undefined: it is no BPF filter, or the head of a chain. */
export function parseFilter(
  body: Uint8Array,
  { ifindex, hook }: Pick<Place, 'ifindex' | 'hook'>,
): TcFilter | undefined {
  if (body.length < TCMSG) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const attributes = readAttributes(body.subarray(TCMSG));
  if (fromCString(attributes.get(TCA.KIND) ?? new Uint8Array()) !== 'bpf') return undefined;
  const options = readAttributes(attributes.get(TCA.OPTIONS) ?? new Uint8Array());
  const programId = number(options.get(TCA_BPF.ID));
  if (programId === 0) return undefined;
  return {
    ifindex, // the answer has another number where several interfaces share the filters
    hook,
    programId,
    priority: priorityOf(body),
    handle: view.getUint32(8, LITTLE_ENDIAN),
    direct: (number(options.get(TCA_BPF.FLAGS)) & TCA_BPF_FLAG_ACT_DIRECT) !== 0,
    name: fromCString(options.get(TCA_BPF.NAME) ?? new Uint8Array()),
  };
}

function priorityOf(body: Uint8Array): number {
  return new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(16, LITTLE_ENDIAN) >>> 16;
}

/** A discipline that takes no filters answers with an error. */
function filtersAt(ifindex: number, parent: number): Uint8Array[] {
  try {
    return dump(RTM_GETTFILTER, 'RTM_GETTFILTER', ifindex, parent);
  } catch (error) {
    if (error instanceof SyscallError && error.code !== 'EPERM') return [];
    throw error;
  }
}

function dump(type: number, name: string, ifindex: number, parent: number): Uint8Array[] {
  const body = new Uint8Array(TCMSG);
  const view = new DataView(body.buffer);
  view.setInt32(4, ifindex, LITTLE_ENDIAN);
  view.setUint32(12, parent, LITTLE_ENDIAN);
  return netlinkRequest({ type, flags: NetlinkFlag.NLM_F_DUMP, body }, name);
}

function number(bytes: Uint8Array | undefined): number {
  if (bytes === undefined || bytes.length < 4) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, LITTLE_ENDIAN);
}
