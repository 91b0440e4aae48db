// Flags of page allocations by name, for %gr: combinations that have a name first, from the largest down, then what is left flag
// by flag, then what has no name as a number. Names and values: include/linux/gfp_types.h of Linux 6.10 and later, in the order of
// include/trace/events/mmflags.h; __GFP_MOVABLE and __GFP_RECLAIMABLE stay numbers, as in bpftrace.

const COMBINATIONS: readonly (readonly [name: string, bits: bigint])[] = [
  ['GFP_TRANSHUGE', 0x21c24can],
  ['GFP_TRANSHUGE_LIGHT', 0x21c20can],
  ['GFP_HIGHUSER_MOVABLE', 0x2100ccan],
  ['GFP_HIGHUSER', 0x100cc2n],
  ['GFP_USER', 0x100cc0n],
  ['GFP_KERNEL_ACCOUNT', 0x400cc0n],
  ['GFP_KERNEL', 0xcc0n],
  ['GFP_NOFS', 0xc40n],
  ['GFP_ATOMIC', 0x820n],
  ['GFP_NOIO', 0xc00n],
  ['GFP_NOWAIT', 0x2800n],
  ['GFP_DMA', 0x1n],
  ['GFP_DMA32', 0x4n],
];

/** By number of the bit. */
const FLAGS: Readonly<Record<number, string>> = {
  1: '__GFP_HIGHMEM',
  5: '__GFP_HIGH',
  6: '__GFP_IO',
  7: '__GFP_FS',
  8: '__GFP_ZERO',
  10: '__GFP_DIRECT_RECLAIM',
  11: '__GFP_KSWAPD_RECLAIM',
  12: '__GFP_WRITE',
  13: '__GFP_NOWARN',
  14: '__GFP_RETRY_MAYFAIL',
  15: '__GFP_NOFAIL',
  16: '__GFP_NORETRY',
  17: '__GFP_MEMALLOC',
  18: '__GFP_COMP',
  19: '__GFP_NOMEMALLOC',
  20: '__GFP_HARDWALL',
  21: '__GFP_THISNODE',
  22: '__GFP_ACCOUNT',
  23: '__GFP_ZEROTAGS',
  24: '__GFP_SKIP_ZERO',
  25: '__GFP_SKIP_KASAN',
  26: '__GFP_NO_OBJ_EXT',
};

/** `flags` as 64 bits: GFP_KERNEL|__GFP_ZERO; 0 when there are none. */
export function gfpFlagsText(flags: bigint): string {
  if (flags === 0n) return '0';
  const words: string[] = [];
  let left = flags;
  for (const [name, bits] of COMBINATIONS) {
    if ((left & bits) !== bits) continue;
    words.push(name);
    left &= ~bits;
  }
  for (const [bit, name] of Object.entries(FLAGS)) {
    const flag = 1n << BigInt(bit);
    if ((left & flag) === 0n) continue;
    words.push(name);
    left &= ~flag;
  }
  if (left !== 0n) words.push(`0x${left.toString(16)}`);
  return words.join('|');
}
