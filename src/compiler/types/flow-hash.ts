// hash(): each word times an odd constant of its place, added up, then stirred. The products do not wait for each other, which a
// processor makes use of. The same on all machines and at all times: several balancers choose alike.

const MASK = (1n << 64n) - 1n;
/** The increment of splitmix64: 2^64 divided by the golden ratio. */
const STEP = 0x9e37_79b9_7f4a_7c15n;
export const STIR = 0xd6e8_feb8_6659_fd93n;
export const STIR_SHIFT = 32;

/** What the word at a place is multiplied by: the next of splitmix64, made odd. */
export function multiplierAt(place: number): bigint {
  let x = (STEP * BigInt(place + 1)) & MASK;
  x = ((x ^ (x >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & MASK;
  x = ((x ^ (x >> 27n)) * 0x94d0_49bb_1331_11ebn) & MASK;
  return (x ^ (x >> 31n)) | 1n;
}

/** Of words of 64 bits: what hash() gives of the same numbers. */
export function hashOf(words: readonly bigint[]): bigint {
  const sum = words.reduce(
    (total, word, place) => total + BigInt.asUintN(64, word) * multiplierAt(place),
    0n,
  );
  const shift = BigInt(STIR_SHIFT);
  let hash = sum & MASK;
  hash = ((hash ^ (hash >> shift)) * STIR) & MASK;
  return hash ^ (hash >> shift);
}
