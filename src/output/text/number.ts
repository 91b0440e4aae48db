// Integers as ASCII digits straight into a byte array: 32 bits as numbers, 64 bits as two halves, no strings and no BigInt.
// Every function returns the position after what it wrote; the caller has reserved the room (20 digits decimal, 16 hex,
// 22 octal).

const ZERO = 48;
const LOWER_A = 87; // 'a' - 10
const UPPER_A = 55; // 'A' - 10

/** Two digits for each of 0-99. */
const PAIRS = new Uint8Array(200);
for (let i = 0; i < 100; i++) {
  PAIRS[2 * i] = ZERO + Math.floor(i / 10);
  PAIRS[2 * i + 1] = ZERO + (i % 10);
}

/** 0 to 2^32 - 1. */
export function writeU32(to: Uint8Array, at: number, value: number): number {
  if (value <= 0x7fff_ffff) return writeU31(to, at, value | 0);
  const rest = Math.floor(value / 100);
  return writePair(to, writeU31(to, at, rest | 0), value - rest * 100);
}

/** 0 to 2^31 - 1: divisions of int32 by constants become multiplications. */
function writeU31(to: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    to[at] = ZERO + value;
    return at + 1;
  }
  if (value < 100) return writePair(to, at, value);
  const end = at + digitsOf(value);
  let p = end;
  let rest = value;
  do {
    const next = (rest / 100) | 0;
    const pair = (rest - Math.imul(next, 100)) << 1;
    rest = next;
    to[--p] = PAIRS[pair + 1]!;
    to[--p] = PAIRS[pair]!;
  } while (rest >= 100);
  if (rest >= 10) writePair(to, at, rest);
  else to[at] = ZERO + rest;
  return end;
}

function writePair(to: Uint8Array, at: number, value: number): number {
  to[at] = PAIRS[value << 1]!;
  to[at + 1] = PAIRS[(value << 1) + 1]!;
  return at + 2;
}

/** -2^31 to 2^31 - 1. */
export function writeI32(to: Uint8Array, at: number, value: number): number {
  if (value >= 0) return writeU32(to, at, value);
  to[at] = 0x2d;
  return writeU32(to, at + 1, -value);
}

/** Halves as unsigned 32-bit numbers. */
export function writeU64(to: Uint8Array, at: number, high: number, low: number): number {
  if (high === 0) return writeU32(to, at, low);
  // By 10^9, schoolbook: first digit base 2^32, then two of base 2^16, so that nothing exceeds 2^53.
  const q2 = Math.floor(high / 1e9);
  const t1 = (high - q2 * 1e9) * 65_536 + (low >>> 16);
  const q1 = Math.floor(t1 / 1e9);
  const t0 = (t1 - q1 * 1e9) * 65_536 + (low & 0xffff);
  const q0 = Math.floor(t0 / 1e9);
  const last = t0 - q0 * 1e9;
  const rest = q2 * 4_294_967_296 + q1 * 65_536 + q0; // below 1.9e10
  if (rest < 1e9) return writeNine(to, writeU32(to, at, rest), last);
  const first = Math.floor(rest / 1e9);
  return writeNine(to, writeNine(to, writeU32(to, at, first), rest - first * 1e9), last);
}

/** `high` is the upper half, signed or not; the sign is its bit 31. */
export function writeI64(to: Uint8Array, at: number, high: number, low: number): number {
  if ((high | 0) >= 0) return writeU64(to, at, high, low);
  to[at] = 0x2d;
  const negatedLow = -low >>> 0;
  return writeU64(to, at + 1, (~high + (negatedLow === 0 ? 1 : 0)) >>> 0, negatedLow);
}

/** No prefix, no leading zeros. */
export function writeHex(to: Uint8Array, at: number, high: number, low: number, upper: boolean): number {
  const letters = upper ? UPPER_A : LOWER_A;
  const digits = high === 0 ? hexDigitsOf(low) : 8 + hexDigitsOf(high);
  let rest = low;
  for (let p = digits - 1; p >= 0; p--) {
    const digit = rest & 15;
    to[at + p] = digit + (digit < 10 ? ZERO : letters);
    rest = p === digits - 8 ? high : rest >>> 4;
  }
  return at + digits;
}

/** No prefix, no leading zeros. */
export function writeOctal(to: Uint8Array, at: number, high: number, low: number): number {
  let digits = 1;
  for (let h = high, l = low; ; digits++) {
    l = ((l >>> 3) | (h << 29)) >>> 0;
    h >>>= 3;
    if (l === 0 && h === 0) break;
  }
  let h = high;
  let l = low;
  for (let p = at + digits - 1; p >= at; p--) {
    to[p] = ZERO + (l & 7);
    l = ((l >>> 3) | (h << 29)) >>> 0;
    h >>>= 3;
  }
  return at + digits;
}

function writeNine(to: Uint8Array, at: number, value: number): number {
  let rest = value | 0;
  for (let p = at + 8; p > at; p -= 2) {
    const next = (rest / 100) | 0;
    const pair = (rest - Math.imul(next, 100)) << 1;
    rest = next;
    to[p] = PAIRS[pair + 1]!;
    to[p - 1] = PAIRS[pair]!;
  }
  to[at] = ZERO + rest;
  return at + 9;
}

/** Of 100 to 2^31 - 1. */
function digitsOf(value: number): number {
  if (value < 100_000) return value < 1000 ? 3 : value < 10_000 ? 4 : 5;
  if (value < 10_000_000) return value < 1_000_000 ? 6 : 7;
  return value < 100_000_000 ? 8 : value < 1_000_000_000 ? 9 : 10;
}

function hexDigitsOf(value: number): number {
  return value === 0 ? 1 : 8 - (Math.clz32(value) >> 2);
}
