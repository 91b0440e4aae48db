// Constants that scripts use after #include and that BTF has not, since they are macros: include/uapi of Linux 6.12, for x86-64
// and arm64 alike. Enumerators are not here: BTF has them. It is searched for a name in a millisecond.
import { errnoNumber } from './errno.js';
import { signalNumber } from './signal.js';

/** Groups of `prefix: NAME=value ...`; values are C literals, octal ones too. */
const GROUPS: readonly string[] = [
  // linux/socket.h
  'AF_: UNSPEC=0 UNIX=1 LOCAL=1 INET=2 AX25=3 IPX=4 APPLETALK=5 BRIDGE=7 X25=9 INET6=10 NETLINK=16 ROUTE=16 PACKET=17 RDS=21 ' +
    'PPPOX=24 LLC=26 CAN=29 TIPC=30 BLUETOOTH=31 ALG=38 NFC=39 VSOCK=40 KCM=41 SMC=43 XDP=44',
  'PF_: UNSPEC=0 UNIX=1 INET=2 INET6=10 NETLINK=16 PACKET=17 VSOCK=40',
  'MSG_: OOB=1 PEEK=2 DONTROUTE=4 CTRUNC=8 TRUNC=0x20 DONTWAIT=0x40 EOR=0x80 WAITALL=0x100 NOSIGNAL=0x4000 MORE=0x8000 ' +
    'ZEROCOPY=0x4000000 FASTOPEN=0x20000000',
  'SOL_: IP=0 SOCKET=1 TCP=6 UDP=17 IPV6=41 SCTP=132 PACKET=263 NETLINK=270',
  'SOCK_: NONBLOCK=04000 CLOEXEC=02000000',
  // asm-generic/fcntl.h, the part that all have in common
  'O_: ACCMODE=03 RDONLY=0 WRONLY=01 RDWR=02 CREAT=0100 EXCL=0200 NOCTTY=0400 TRUNC=01000 APPEND=02000 NONBLOCK=04000 ' +
    'DSYNC=010000 NOATIME=01000000 CLOEXEC=02000000 SYNC=04010000 PATH=010000000',
  'AT_: FDCWD=-100 SYMLINK_NOFOLLOW=0x100 REMOVEDIR=0x200 SYMLINK_FOLLOW=0x400 EMPTY_PATH=0x1000',
  'F_: DUPFD=0 GETFD=1 SETFD=2 GETFL=3 SETFL=4 GETLK=5 SETLK=6 SETLKW=7 RDLCK=0 WRLCK=1 UNLCK=2',
  // linux/stat.h
  'S_: IFMT=0170000 IFSOCK=0140000 IFLNK=0120000 IFREG=0100000 IFBLK=060000 IFDIR=040000 IFCHR=020000 IFIFO=010000 ISUID=04000 ' +
    'ISGID=02000 ISVTX=01000 IRWXU=0700 IRUSR=0400 IWUSR=0200 IXUSR=0100 IRWXG=070 IRWXO=07',
  // asm-generic/mman-common.h, linux/mman.h
  'PROT_: NONE=0 READ=1 WRITE=2 EXEC=4',
  'MAP_: SHARED=1 PRIVATE=2 FIXED=0x10 ANONYMOUS=0x20 NORESERVE=0x4000 LOCKED=0x2000 POPULATE=0x8000 HUGETLB=0x40000',
  // linux/sched.h
  'CLONE_: VM=0x100 FS=0x200 FILES=0x400 SIGHAND=0x800 PTRACE=0x2000 VFORK=0x4000 PARENT=0x8000 THREAD=0x10000 NEWNS=0x20000 ' +
    'SYSVSEM=0x40000 SETTLS=0x80000 NEWCGROUP=0x2000000 NEWUTS=0x4000000 NEWIPC=0x8000000 NEWUSER=0x10000000 ' +
    'NEWPID=0x20000000 NEWNET=0x40000000 IO=0x80000000',
  'TASK_: RUNNING=0 INTERRUPTIBLE=1 UNINTERRUPTIBLE=2 STOPPED=4 TRACED=8',
  'SCHED_: NORMAL=0 FIFO=1 RR=2 BATCH=3 IDLE=5 DEADLINE=6',
  'PF_: EXITING=4 KTHREAD=0x200000',
  // linux/if_ether.h
  'ETH_P_: IP=0x0800 ARP=0x0806 8021Q=0x8100 IPV6=0x86DD ALL=3',
  // linux/limits.h, linux/sched.h, linux/if.h
  'none: PATH_MAX=4096 NAME_MAX=255 IFNAMSIZ=16 DNAME_INLINE_LEN=40',
];

/** Macros that newer kernels have made enumerators (5.17). */
const LATER_ENUMERATORS: ReadonlyMap<string, bigint> = new Map([['TASK_COMM_LEN', 16n]]);

let table: Map<string, bigint> | undefined;

/** Undefined: there is none of that name. */
export function headerConstant(name: string): bigint | undefined {
  return macroConstant(name) ?? LATER_ENUMERATORS.get(name);
}

/** One that is an enumerator of no kernel (a test looks): BTF need not be asked. */
export function macroConstant(name: string): bigint | undefined {
  table ??= readGroups();
  const known = table.get(name);
  if (known !== undefined) return known;
  const number = /^SIG[A-Z]+\d?$/.test(name)
    ? signalNumber(name)
    : name.startsWith('E')
      ? errnoNumber(name)
      : undefined;
  return number === undefined ? undefined : BigInt(number);
}

function readGroups(): Map<string, bigint> {
  const values = new Map<string, bigint>();
  for (const group of GROUPS) {
    const [prefix = '', words = ''] = group.split(': ', 2);
    for (const word of words.split(' ')) {
      const [name, text = '0'] = word.split('=');
      values.set(`${prefix === 'none' ? '' : prefix}${name}`, literal(text));
    }
  }
  return values;
}

function literal(text: string): bigint {
  if (text.startsWith('-')) return -BigInt(text.slice(1));
  return BigInt(/^0\d/.test(text) ? `0o${text.slice(1)}` : text);
}
