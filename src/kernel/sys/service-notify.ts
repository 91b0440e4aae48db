// The service manager's protocol (sd_notify(3)): a datagram to the socket that NOTIFY_SOCKET names. Node has no datagram
// sockets of AF_UNIX, so these are the two system calls.
import { closeFd } from './fd.js';
import { native } from './native.js';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
/** Bytes of struct sockaddr_un (include/uapi/linux/un.h): u16 family, path. */
const ADDRESS_SIZE = 110;

/** 'READY=1\nSTATUS=...' to the manager; false when there is none or it does not listen: no reason to fail. */
export function notifyService(state: string, socket = process.env.NOTIFY_SOCKET): boolean {
  if (socket === undefined || !/^[/@]./.test(socket)) return false;
  const path = new TextEncoder().encode(socket);
  if (path.length > ADDRESS_SIZE - 2) return false;
  const address = new Uint8Array(2 + path.length);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(path, 2);
  if (socket.startsWith('@')) address[2] = 0; // the abstract namespace
  const shim = native();
  const fd = shim.syscall(shim.nr.socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const message = new TextEncoder().encode(state);
  const sent = shim.syscall(
    shim.nr.sendto,
    fd,
    message,
    message.length,
    MSG_NOSIGNAL,
    address,
    address.length,
  );
  closeFd(fd);
  return sent === message.length;
}
