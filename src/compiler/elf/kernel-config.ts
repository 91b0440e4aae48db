// `__kconfig` externs of an object: the release of the running kernel and the options that it was built with, laid out as one value
// that programs read like any other constant.
import type { BtfBlob } from '../btf/blob.js';
import { sizeOfType } from '../btf/c-text.js';
import { BtfInt, BtfKind } from '../btf/kind.js';
import { resolved } from '../btf/modifier.js';
import { sectionVariables } from '../btf/sections.js';
import { ObjectError } from './object-error.js';

export interface KernelConfig {
  readonly release: readonly number[];
  /** 'y', 'm', 'n', a number, or a text in quotes; undefined: it is not known how the kernel was built. */
  option(name: string): string | undefined;
}

export interface ConfigData {
  readonly bytes: Uint8Array;
  /** By name: bytes into it. */
  readonly offsets: ReadonlyMap<string, number>;
}

export const CONFIG_SECTION = '.kconfig';

/** `mayMiss`: it is weak, and zero where the kernel has nothing. Throws an ObjectError. */
export function configData(
  blob: BtfBlob,
  kernel: KernelConfig,
  used: ReadonlySet<string>,
  mayMiss: (name: string) => boolean,
): ConfigData {
  const parts: number[] = [];
  const offsets = new Map<string, number>();
  for (const { id } of sectionVariables(blob, CONFIG_SECTION)) {
    const name = blob.name(id);
    if (!used.has(name)) continue;
    const type = resolved(blob, blob.sizeOrType(id));
    const bytes = bytesOf(name, blob, type, kernel, mayMiss(name));
    while (parts.length % alignmentOf(bytes.length) !== 0) parts.push(0);
    offsets.set(name, parts.length);
    parts.push(...bytes);
  }
  return { bytes: Uint8Array.from(parts), offsets };
}

function alignmentOf(size: number): number {
  return [8, 4, 2].find(each => size % each === 0) ?? 1;
}

/** Longest that the kernel's own texts are. */
const MOST_BYTES = 4096;
const LINUX_KERNEL_VERSION = 'LINUX_KERNEL_VERSION';

function bytesOf(
  name: string,
  blob: BtfBlob,
  type: number,
  { release, option }: KernelConfig,
  mayMiss: boolean,
): Uint8Array {
  const size = sizeOfType(blob, type);
  const kind = blob.kind(type);
  if (size === 0 || size > MOST_BYTES) throw unknownType(name);
  const [major = 0, minor = 0, patch = 0] = release;
  if (name === LINUX_KERNEL_VERSION) return number((major << 16) | (minor << 8) | Math.min(patch, 255), size);
  const text = /^CONFIG_\w+$/.test(name) ? option(name) : 'n';
  if (text === undefined && !mayMiss) {
    throw new ObjectError(
      `it asks for ${name}, and nothing tells how this kernel was built`,
      'this needs /proc/config.gz (CONFIG_IKCONFIG_PROC) or the file config-RELEASE in /boot.',
    );
  }
  const encoding = kind === BtfKind.BTF_KIND_INT ? blob.word(type, 0) >>> 24 : 0;
  const tristate = ['n', 'y', 'm'].indexOf(text ?? 'n');
  const isText = kind === BtfKind.BTF_KIND_ARRAY;
  const isSwitch = kind === BtfKind.BTF_KIND_ENUM || (encoding & BtfInt.BTF_INT_BOOL) !== 0;
  if (tristate >= 0 && isSwitch) return number(tristate, size);
  if (tristate >= 0 && size === 1 && kind === BtfKind.BTF_KIND_INT)
    return Uint8Array.of((text ?? 'n').charCodeAt(0));
  if ((text ?? 'n') === 'n') {
    if (mayMiss) return new Uint8Array(size);
    throw new ObjectError(
      `it asks for ${name}, which this kernel was built without`,
      'declared __weak, it is zero then.',
    );
  }
  if (isText && text!.startsWith('"')) {
    const bytes = new Uint8Array(size);
    bytes.set(new TextEncoder().encode(text!.slice(1, -1)).subarray(0, size - 1));
    return bytes;
  }
  if (kind === BtfKind.BTF_KIND_INT && /^-?\d+$|^0x[0-9a-f]+$/i.test(text!))
    return number(BigInt(text!), size);
  throw unknownType(name);
}

function number(value: number | bigint, size: number): Uint8Array {
  let rest = BigInt.asUintN(8 * size, BigInt(value));
  return Uint8Array.from({ length: size }, () => {
    const byte = Number(rest & 0xffn);
    rest >>= 8n;
    return byte;
  });
}

function unknownType(name: string): ObjectError {
  return new ObjectError(
    `it asks for ${name} as a type that the option does not have`,
    'options are bool, char, enum libbpf_tristate, integers, or arrays of char.',
  );
}
