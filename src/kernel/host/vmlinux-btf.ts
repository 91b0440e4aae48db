// The running kernel's BTF as a lazy view: mapped where the kernel allows it (6.16), else read (1-4 ms).
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import type { BtfReader } from '../../compiler/btf/reader.js';
import { readBtf } from '../../compiler/btf/reader.js';
import { mapFile } from '../sys/memory.js';

export const VMLINUX_BTF = '/sys/kernel/btf/vmlinux';

/** Undefined when the kernel has none (CONFIG_DEBUG_INFO_BTF) or the file holds no raw BTF. */
export function openVmlinuxBtf(path = VMLINUX_BTF): BtfReader | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    return readBtf(contents(fd), search);
  } finally {
    closeSync(fd);
  }
}

/** The mapping lives as long as the view of it; sysfs refuses MAP_SHARED, and older kernels any mapping. */
function contents(fd: number): Uint8Array {
  const { size } = fstatSync(fd);
  try {
    return new Uint8Array(mapFile(fd, size)).subarray(0, size);
  } catch {
    return readFileSync(fd);
  }
}

function search(haystack: Uint8Array, needle: Uint8Array, from: number): number {
  return Buffer.prototype.indexOf.call(haystack, needle, from);
}
