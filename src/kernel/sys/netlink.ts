// rtnetlink: one request, the messages that answer it (struct nlmsghdr, include/uapi/linux/netlink.h). Attributes are
// u16 length, u16 type, bytes, padded to 4 (struct nlattr). Everything is in the namespace of the calling thread.

import { LITTLE_ENDIAN } from './attr.js';
import { check, errno, SyscallError } from './error.js';
import { closeFd } from './fd.js';
import { native } from './native.js';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_ROUTE = 0;

export const NetlinkFlag = {
  NLM_F_REQUEST: 1,
  NLM_F_ACK: 4,
  NLM_F_DUMP: 0x300,
  NLM_F_EXCL: 0x200,
  NLM_F_CREATE: 0x400,
} as const;

const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const HEADER = 16;
const NLA_TYPE_MASK = 0x3fff; // without NLA_F_NESTED and NLA_F_NET_BYTEORDER

export interface NetlinkRequest {
  /** RTM_*. */
  readonly type: number;
  /** NLM_F_* beside NLM_F_REQUEST. */
  readonly flags: number;
  /** The message behind its header: its own struct, then attributes. */
  readonly body: Uint8Array;
}

/** What a dump or a request with an acknowledgement answers: bodies of messages, without their headers. Throws a SyscallError. */
export function netlinkRequest({ type, flags, body }: NetlinkRequest, what: string): Uint8Array[] {
  const shim = native();
  const { socket, sendto, recvfrom } = shim.nr;
  const fd = check(
    shim.syscall(socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE),
    'socket',
    'netlink',
  );
  try {
    const message = new Uint8Array(HEADER + body.length);
    const view = new DataView(message.buffer);
    view.setUint32(0, message.length, LITTLE_ENDIAN);
    view.setUint16(4, type, LITTLE_ENDIAN);
    view.setUint16(6, flags | NetlinkFlag.NLM_F_REQUEST, LITTLE_ENDIAN);
    message.set(body, HEADER);
    check(shim.syscall(sendto, fd, message, message.length, 0, null, 0), what);
    const answers: Uint8Array[] = [];
    const buffer = new Uint8Array(1 << 16);
    for (;;) {
      const length = shim.syscall(recvfrom, fd, buffer, buffer.length, 0, null, null);
      if (length === -errno('EINTR')) continue;
      const done = readMessages(buffer.subarray(0, check(length, what)), answers, what);
      if (done) return answers;
    }
  } finally {
    closeFd(fd);
  }
}

/** Takes the messages of one datagram; true when the answer is complete. */
export function readMessages(datagram: Uint8Array, answers: Uint8Array[], what: string): boolean {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  for (let at = 0; at + HEADER <= datagram.length; ) {
    const length = view.getUint32(at, LITTLE_ENDIAN);
    if (length < HEADER || at + length > datagram.length) break;
    const type = view.getUint16(at + 4, LITTLE_ENDIAN);
    if (type === NLMSG_DONE) return true;
    if (type === NLMSG_ERROR) {
      const error = length >= HEADER + 4 ? view.getInt32(at + HEADER, LITTLE_ENDIAN) : 0;
      if (error !== 0) throw new SyscallError(what, -error);
      return true;
    }
    answers.push(datagram.slice(at + HEADER, at + length));
    at += (length + 3) & ~3;
  }
  return false;
}

/** Attributes by type; the last of equal ones. Ends at the first that does not fit. */
export function readAttributes(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<number, Uint8Array>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = view.getUint16(at, LITTLE_ENDIAN);
    if (length < 4 || at + length > bytes.length) break;
    const type = view.getUint16(at + 2, LITTLE_ENDIAN) & NLA_TYPE_MASK;
    found.set(type, bytes.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return found;
}

/** One attribute, padded. Numbers are u32. */
export function attribute(type: number, value: Uint8Array | number): Uint8Array {
  const content = typeof value === 'number' ? word(value) : value;
  const bytes = new Uint8Array((4 + content.length + 3) & ~3);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 4 + content.length, LITTLE_ENDIAN);
  view.setUint16(2, type, LITTLE_ENDIAN);
  bytes.set(content, 4);
  return bytes;
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, LITTLE_ENDIAN);
  return bytes;
}
