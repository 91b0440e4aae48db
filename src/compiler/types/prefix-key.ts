// Prefixes as keys of the tries that hold a set: struct bpf_lpm_trie_key of include/uapi/linux/bpf.h, so
//
//   0        4                  12                  20
//   +--------+------------------+-------------------+
//   | u32    | IPv4: 4 bytes of address, 4 of zero  |
//   | length | IPv6: 16 bytes of address            |
//   +--------+--------------------------------------+
//
// the length in bits and host order, the address in network order, zeros behind its length. Those of IPv4 have four bytes more than
// they need, so that the u64 of the value is aligned to 8 in the kernel's nodes (24 or 40 bytes before the address).

export const PREFIX_LENGTH_SIZE = 4;
/** Bytes of a key, by family. */
export const PREFIX_KEY_SIZE = { 4: PREFIX_LENGTH_SIZE + 8, 6: PREFIX_LENGTH_SIZE + 16 } as const;
/** u64, host order: how many addresses this was the longest matching prefix of, where that is counted. */
export const PREFIX_VALUE_SIZE = 8;
