// Packets are in network order, registers are not.

/** A number of 16 bits as it lies in the packet. */
export function swapped(value: number): number {
  return ((value & 0xff) << 8) | (value >> 8);
}
