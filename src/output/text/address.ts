// Network addresses as text, as inet_ntop(3) writes them.

import { AF_INET, AF_INET6 } from '../../compiler/types/type.js';

/**
 * 20 bytes as stored: u32 family (host order), then the address in network order; an unknown family is an empty text. Of a known
 * one the address alone.
 */
export function inetText(bytes: Uint8Array, known?: 4 | 6): string {
  if (known !== undefined) return known === 4 ? ipv4Text(bytes, 0) : ipv6Text(bytes, 0);
  const family = (bytes[0] ?? 0) || (bytes[3] ?? 0);
  if (family === AF_INET) return ipv4Text(bytes, 4);
  return family === AF_INET6 ? ipv6Text(bytes, 4) : '';
}

export function ipv4Text(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** RFC 5952, with mapped and compatible IPv4 addresses dotted. */
export function ipv6Text(bytes: Uint8Array, at: number): string {
  const groups = Array.from(
    { length: 8 },
    (_, i) => ((bytes[at + 2 * i] ?? 0) << 8) | (bytes[at + 2 * i + 1] ?? 0),
  );
  const { start, length } = longestZeros(groups);
  const dotted = start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff));
  const texts = groups.slice(0, dotted ? 6 : 8).map(group => group.toString(16));
  if (dotted) texts.push(ipv4Text(bytes, at + 12));
  if (length === 0) return texts.join(':');
  return `${texts.slice(0, start).join(':')}::${texts.slice(start + length).join(':')}`;
}

/** Six bytes, as 00:11:22:AA:BB:CC. */
export function macText(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).toUpperCase().padStart(2, '0')).join(':');
}

/** The first longest run of two zero groups or more. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length && length > 1) best = { start, length };
    start += length;
  }
  return best;
}
