// Block devices: their names by number, and their numbers by name, from sysfs.
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** dev_t of the kernel: MINORBITS of include/linux/kdev_t.h. */
const MINOR_BITS = 20;

export class DiskNames {
  readonly #names = new Map<number, string>();

  /** 'vda'; 'major:minor' of a device that is not there (any more), '-' of none. */
  name(device: number): string {
    let name = this.#names.get(device);
    if (name === undefined) {
      name = nameOf(device);
      this.#names.set(device, name);
    }
    return name;
  }
}

function nameOf(device: number): string {
  if (device === 0) return '-';
  const numbers = `${device >>> MINOR_BITS}:${device & ((1 << MINOR_BITS) - 1)}`;
  try {
    // /sys/dev/block/254:0 -> ../../devices/.../block/vda; some names have a ! for a /
    return basename(readlinkSync(`/sys/dev/block/${numbers}`)).replaceAll('!', '/');
  } catch {
    return numbers;
  }
}

/** dev_t of a disk or a partition, with or without /dev/; undefined: there is none of this name. */
export function diskNumber(name: string): bigint | undefined {
  const file = name.replace(/^\/dev\//, '').replaceAll('/', '!');
  if (file === '' || file.startsWith('.')) return undefined;
  try {
    const [major = '', minor = ''] = readFileSync(`/sys/class/block/${file}/dev`, 'latin1').trim().split(':');
    return (BigInt(major) << BigInt(MINOR_BITS)) | BigInt(minor);
  } catch {
    return undefined;
  }
}
