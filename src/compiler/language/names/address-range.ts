// Addresses, prefixes and ranges of them as text: "10.0.0.1", "10.0.0.0/8", "fd00::/8", "10.0.0.1-10.0.0.9",
// "02:00:00:00:00:01". Scripts and files of sets are written with them.
import { parseAddress } from './address.js';

export type AddressFamily = 4 | 6 | 'mac';

/** From `first` to `last`, both included; bytes in network order. */
export interface AddressRange {
  readonly family: AddressFamily;
  readonly first: Uint8Array;
  readonly last: Uint8Array;
}

export interface Prefix {
  readonly family: AddressFamily;
  /** Bits behind the length are zero. */
  readonly bytes: Uint8Array;
  readonly length: number; // bits
}

/** An address without anything behind it. */
export function parseSingle(
  text: string,
): (Pick<AddressRange, 'family'> & { bytes: Uint8Array }) | undefined {
  const mac = parseMac(text);
  if (mac !== undefined) return { family: 'mac', bytes: mac };
  const bytes = parseAddress(text);
  return bytes === undefined ? undefined : { family: bytes.length === 4 ? 4 : 6, bytes };
}

/** An address is a prefix of its full length; bits behind the length are cleared. */
export function parsePrefix(text: string): Prefix | undefined {
  const [, address = '', digits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const single = parseSingle(address);
  if (single === undefined) return undefined;
  const most = single.bytes.length * 8;
  const length = digits === undefined ? most : Number(digits);
  if (length > most) return undefined;
  return { family: single.family, bytes: single.bytes.map((byte, i) => byte & maskAt(i, length)), length };
}

/** An address, a prefix, or two addresses with a hyphen between them, the lower one first. */
export function parseRange(text: string): AddressRange | undefined {
  const prefix = parsePrefix(text);
  if (prefix !== undefined) return rangeOf(prefix);
  const [, low = '', high = ''] = /^([^-]+)-([^-]+)$/.exec(text) ?? [];
  const first = parseSingle(low);
  const last = parseSingle(high);
  if (first === undefined || last === undefined || first.family !== last.family) return undefined;
  if (compareBytes(first.bytes, last.bytes) > 0) return undefined;
  return { family: first.family, first: first.bytes, last: last.bytes };
}

export function rangeOf({ family, bytes, length }: Prefix): AddressRange {
  return { family, first: bytes, last: bytes.map((byte, i) => byte | (~maskAt(i, length) & 0xff)) };
}

/** Bits that all addresses of the range have in common, when it is a prefix. */
export function prefixLength({ first, last }: AddressRange): number | undefined {
  let length = 0;
  while (length < first.length * 8 && bitAt(first, length) === bitAt(last, length)) length++;
  for (let i = length; i < first.length * 8; i++) {
    if (bitAt(first, i) !== 0 || bitAt(last, i) !== 1) return undefined;
  }
  return length;
}

/** The bits of byte `index` that a prefix of that length covers. */
export function maskAt(index: number, length: number): number {
  const bits = Math.max(0, Math.min(8, length - index * 8));
  return (0xff << (8 - bits)) & 0xff;
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}

function bitAt(bytes: Uint8Array, index: number): number {
  return ((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1;
}

function parseMac(text: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$|^[0-9a-fA-F]{2}(-[0-9a-fA-F]{2}){5}$/.test(text)) {
    return undefined;
  }
  return Uint8Array.from(text.split(/[:-]/), part => Number.parseInt(part, 16));
}
