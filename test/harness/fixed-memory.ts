// Memory of this process at an address of our choice, for programs that read user memory: a memory file that is mapped twice,
// there for them and elsewhere for us to write.
import { closeFd } from '../../src/kernel/sys/fd.js';
import { native } from '../../src/kernel/sys/native.js';

/** mmap is no call of the product's. */
const MMAP: Readonly<Record<string, number>> = { x64: 9, arm64: 222 };

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_POPULATE = 0x8000; // reads of it from the kernel may not wait for a page
const MAP_FIXED_NOREPLACE = 0x10_0000;

/** `size`: whole pages. The mapping at `address` lasts as long as the process. */
export function mapAt(address: bigint, size: number): Uint8Array {
  const shim = native();
  const fd = check(
    shim.syscall(shim.nr.memfd_create, new TextEncoder().encode('traced\0'), 0),
    'memfd_create',
  );
  try {
    check(shim.syscall(shim.nr.write, fd, new Uint8Array(size), size), 'write');
    const flags = MAP_SHARED | MAP_POPULATE | MAP_FIXED_NOREPLACE;
    const number = MMAP[process.arch];
    if (number === undefined) throw new Error(`no number of mmap for ${process.arch}`);
    check(shim.syscall(number, address, size, PROT_READ | PROT_WRITE, flags, fd, 0), 'mmap');
    const ours = shim.mmap(fd, size, 0, PROT_READ | PROT_WRITE, MAP_SHARED);
    if (typeof ours === 'number') throw new Error(`mmap: ${ours}`);
    return new Uint8Array(ours);
  } finally {
    closeFd(fd);
  }
}

function check(result: number, call: string): number {
  if (result < 0) throw new Error(`${call}: ${result}`);
  return result;
}
