// What a packet header is: where it is found, what must be there of it, its fields. Headers are data (headers.ts); checker,
// lowering, manual and completion read them from there.
import { INET4, INET6, type IntegerType, integer, MAC, type Type } from '../../types/type.js';

/** Where a header stands in a packet. */
export type HeaderPlace =
  /** The frame's first byte. */
  | { readonly in: 'frame' }
  /** The nth VLAN tag behind the Ethernet header, from 0. */
  | { readonly in: 'tag'; readonly index: number }
  /** Behind the link headers, for one of these Ethernet types. */
  | { readonly in: 'link'; readonly type: number }
  /** Behind the IP headers, for this protocol; `family`: of this version of IP only. */
  | { readonly in: 'network'; readonly protocol: number; readonly family?: 'ip' | 'ip6' };

export interface HeaderField {
  readonly name: string;
  /** Bits from the start of the header, most significant first, as the RFCs count them. */
  readonly offset: number;
  readonly width: number; // bits
  readonly kind: 'number' | 'mac' | 'ip' | 'ip6';
  readonly doc: string;
  /** Other headers are found by it: once it is assigned, they are looked for anew. */
  readonly steers?: true;
  /** It tells of the packet's form; not to be assigned. */
  readonly fixed?: true;
  /** The header's own checksum. */
  readonly checksum?: true;
  /** Transports whose checksum covers it by their pseudo header, by name: once more, if it is a field of theirs. */
  readonly pseudo?: readonly string[];
}

export interface HeaderEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly doc: string;
  readonly place: HeaderPlace;
  /** Bytes that must lie inside the packet for the header to be present. */
  readonly size: number;
  readonly fields: readonly HeaderField[];
}

/** A field's type in the language. */
export function headerFieldType({ kind, width }: HeaderField): Type {
  switch (kind) {
    case 'mac':
      return MAC;
    case 'ip':
      return INET4;
    case 'ip6':
      return INET6;
    case 'number':
      return numberType(width);
  }
}

/** The smallest unsigned integer of so many bits. */
export function numberType(width: number): IntegerType {
  return integer(width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8, false);
}
