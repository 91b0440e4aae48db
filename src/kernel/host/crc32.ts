// CRC-32 as .gnu_debuglink has it (IEEE 802.3, reflected). Node has one only from 20.15 on.
import type { ElfSource } from './elf.js';

const makeTable = () =>
  Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb8_8320 : 0);
    return value >>> 0;
  });

const CHUNK = 1 << 20;

/** Of everything the source holds. */
export function crc32(source: ElfSource): number {
  const table = makeTable();
  let crc = 0xffff_ffff;
  for (let at = 0; ; at += CHUNK) {
    const bytes = source.read(at, CHUNK);
    for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff]!;
    if (bytes.length < CHUNK) return ~crc >>> 0;
  }
}
