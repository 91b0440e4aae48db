// Mappings of kernel memory as ArrayBuffers. The ArrayBuffer owns its mapping, which goes when it is
// collected: unmapping under a living view would be a SIGSEGV.

import { check } from './error.js';
import { native } from './native.js';

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;

/**
 * A file's first `length` bytes, read-only: *writing to it is a SIGSEGV*. /sys/kernel/btf/vmlinux can be
 * mapped since 6.16 (ENODEV before: read it). The fd may be closed afterwards.
 */
export function mapFile(fd: number, length: number): ArrayBuffer {
  return mapped(native().mmap(fd, length, 0, PROT_READ, MAP_PRIVATE));
}

/**
 * The values of an array map made with BPF_F_MMAPABLE (5.5), shared with the programs: element i at i times
 * value_size rounded up to 8. `length`: bytes, rounded up to pages by the kernel.
 */
export function mapArray(mapFd: number, length: number): ArrayBuffer {
  return mapped(native().mmap(mapFd, length, 0, PROT_READ | PROT_WRITE, MAP_SHARED));
}

function mapped(result: ArrayBuffer | number): ArrayBuffer {
  if (typeof result !== 'number') return result;
  check(result, 'mmap');
  throw new TypeError('mmap gave neither memory nor an error');
}
