// Error numbers: their names, and what they mean in the words of include/uapi/asm-generic/errno.h (and errno-base.h).
import { numbered } from './numbered.js';

/** Without the E. */
const NAMES =
  '1: PERM NOENT SRCH INTR IO NXIO 2BIG NOEXEC BADF CHILD AGAIN NOMEM ACCES FAULT NOTBLK BUSY EXIST XDEV NODEV ' +
  'NOTDIR ISDIR INVAL NFILE MFILE NOTTY TXTBSY FBIG NOSPC SPIPE ROFS MLINK PIPE DOM RANGE DEADLK NAMETOOLONG NOLCK ' +
  'NOSYS NOTEMPTY LOOP 42: NOMSG IDRM CHRNG L2NSYNC L3HLT L3RST LNRNG UNATCH NOCSI L2HLT BADE BADR XFULL NOANO ' +
  'BADRQC BADSLT 59: BFONT NOSTR NODATA TIME NOSR NONET NOPKG REMOTE NOLINK ADV SRMNT COMM PROTO MULTIHOP DOTDOT ' +
  'BADMSG OVERFLOW NOTUNIQ BADFD REMCHG LIBACC LIBBAD LIBSCN LIBMAX LIBEXEC ILSEQ RESTART STRPIPE USERS NOTSOCK ' +
  'DESTADDRREQ MSGSIZE PROTOTYPE NOPROTOOPT PROTONOSUPPORT SOCKTNOSUPPORT OPNOTSUPP PFNOSUPPORT AFNOSUPPORT ' +
  'ADDRINUSE ADDRNOTAVAIL NETDOWN NETUNREACH NETRESET CONNABORTED CONNRESET NOBUFS ISCONN NOTCONN SHUTDOWN ' +
  'TOOMANYREFS TIMEDOUT CONNREFUSED HOSTDOWN HOSTUNREACH ALREADY INPROGRESS STALE UCLEAN NOTNAM NAVAIL ISNAM ' +
  'REMOTEIO DQUOT NOMEDIUM MEDIUMTYPE CANCELED NOKEY KEYEXPIRED KEYREVOKED KEYREJECTED OWNERDEAD NOTRECOVERABLE ' +
  'RFKILL HWPOISON';

const TEXTS =
  '0:|Success|Operation not permitted|No such file or directory|No such process|Interrupted system call|' +
  'I/O error|No such device or address|Argument list too long|Exec format error|Bad file number|' +
  'No child processes|Try again (operation would block)|Out of memory|Permission denied|Bad address|Block device required|' +
  'Device or resource busy|File exists|Cross-device link|No such device|Not a directory|Is a directory|' +
  'Invalid argument|File table overflow|Too many open files|Not a typewriter|Text file busy|File too large|' +
  'No space left on device|Illegal seek|Read-only file system|Too many links|Broken pipe|' +
  'Math argument out of domain of func|Math result not representable|Resource deadlock would occur|' +
  'File name too long|No record locks available|Invalid system call number|Directory not empty|' +
  'Too many symbolic links encountered|42:|No message of desired type|Identifier removed|' +
  'Channel number out of range|Level 2 not synchronized|Level 3 halted|Level 3 reset|' +
  'Link number out of range|Protocol driver not attached|No CSI structure available|Level 2 halted|' +
  'Invalid exchange|Invalid request descriptor|Exchange full|No anode|Invalid request code|Invalid slot|' +
  '59:|Bad font file format|Device not a stream|No data available|Timer expired|Out of streams resources|' +
  'Machine is not on the network|Package not installed|Object is remote|Link has been severed|' +
  'Advertise error|Srmount error|Communication error on send|Protocol error|Multihop attempted|' +
  'RFS specific error|Not a data message|Value too large for defined data type|Name not unique on network|' +
  'File descriptor in bad state|Remote address changed|Can not access a needed shared library|' +
  'Accessing a corrupted shared library|.lib section in a.out corrupted|' +
  'Attempting to link in too many shared libraries|Cannot exec a shared library directly|' +
  'Illegal byte sequence|Interrupted system call should be restarted|Streams pipe error|Too many users|' +
  'Socket operation on non-socket|Destination address required|Message too long|' +
  'Protocol wrong type for socket|Protocol not available|Protocol not supported|Socket type not supported|' +
  'Operation not supported on transport endpoint|Protocol family not supported|' +
  'Address family not supported by protocol|Address already in use|Cannot assign requested address|' +
  'Network is down|Network is unreachable|Network dropped connection because of reset|' +
  'Software caused connection abort|Connection reset by peer|No buffer space available|' +
  'Transport endpoint is already connected|Transport endpoint is not connected|' +
  'Cannot send after transport endpoint shutdown|Too many references: cannot splice|Connection timed out|' +
  'Connection refused|Host is down|No route to host|Operation already in progress|' +
  'Operation now in progress|Stale file handle|Structure needs cleaning|Not a XENIX named type file|' +
  'No XENIX semaphores available|Is a named type file|Remote I/O error|Quota exceeded|No medium found|' +
  'Wrong medium type|Operation Canceled|Required key not available|Key has expired|Key has been revoked|' +
  'Key was rejected by service|Owner died|State not recoverable|Operation not possible due to RF-kill|' +
  'Memory page has hardware error';

const texts = numbered(TEXTS, '|');

const names = numbered(NAMES);
const SYNONYMS: Readonly<Record<string, number>> = { EWOULDBLOCK: 11, EDEADLOCK: 35, ENOTSUP: 95 };

export const LAST_ERRNO = 133;

/** 'ENOENT' of 2; undefined: there is no such error. */
export function errnoSymbol(number: number): string | undefined {
  const name = names().get(number);
  return name === undefined ? undefined : `E${name}`;
}

/** By name, with the E. */
export function errnoNumber(symbol: string): number | undefined {
  for (const [number, name] of names()) if (`E${name}` === symbol) return number;
  return SYNONYMS[symbol];
}

/** 'No such file or directory' of 2; undefined: there is no such error. */
export function errnoText(number: number): string | undefined {
  return texts().get(number);
}
