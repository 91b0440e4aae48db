// The running kernel's BTF, and its modules', as lazy views: mapped where the kernel allows it (6.16), else read (1-4 ms).
import { closeSync, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { type BlobWalks, findStarts } from '../../compiler/btf/blob.js';
import type { BtfReader } from '../../compiler/btf/reader.js';
import { readBtf, readModuleBtf } from '../../compiler/btf/reader.js';
import { mapFile } from '../sys/memory.js';
import { NativeMissingError, native } from '../sys/native.js';

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
    return readBtf(contents(fd), HOST_WALKS);
  } finally {
    closeSync(fd);
  }
}

/** Modules whose BTF can be read, sorted. */
export function btfModules(): readonly string[] {
  try {
    return readdirSync('/sys/kernel/btf')
      .filter(name => name !== 'vmlinux')
      .sort();
  } catch {
    return [];
  }
}

/** Undefined when there is no such module, or it has no BTF (before 5.11, or built without). */
export function openModuleBtf(base: BtfReader, module: string): BtfReader | undefined {
  if (!/^\w+$/.test(module)) return undefined;
  try {
    return readModuleBtf(base, readFileSync(`/sys/kernel/btf/${module}`), module, HOST_WALKS);
  } catch {
    return undefined;
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

/** Native ones. */
export const HOST_WALKS: BlobWalks = {
  search: (haystack, needle, from) => Buffer.prototype.indexOf.call(haystack, needle, from),
  starts(...given) {
    try {
      return native().btfStarts(...given);
    } catch (error) {
      if (!(error instanceof NativeMissingError)) throw error;
      return findStarts(...given); // scripts compile without it
    }
  },
};
