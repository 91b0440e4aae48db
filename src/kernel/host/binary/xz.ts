// The .xz container (xz-file-format.txt): stream header, blocks of LZMA2, an index that is not needed here. Checksums are not
// looked at: what is unpacked is parsed with care anyway.
import { DamagedLzma, unpackLzma2 } from './lzma.js';

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const HEADER_SIZE = 12;
const FILTER_LZMA2 = 0x21;
/** Bytes of a block's checksum, by the type in the stream header. */
const CHECK_SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
/** Symbol tables shrink to a quarter; a damaged file must fill neither memory nor time. */
const MOST_GROWTH = 32;
const LEAST_ROOM = 1 << 20;

/** Throws a DamagedLzma when it is no .xz, is damaged, or is packed with other filters. */
export function unpackXz(packed: Uint8Array): Uint8Array {
  if (MAGIC.some((byte, i) => packed[i] !== byte)) throw new DamagedLzma('no .xz');
  const check = CHECK_SIZES[packed[7]! & 15]!;
  const blocks: Uint8Array[] = [];
  const most = Math.max(LEAST_ROOM, packed.length * MOST_GROWTH);
  let total = 0;
  let at = HEADER_SIZE;
  while (at < packed.length && packed[at] !== 0) {
    const headerEnd = at + (packed[at]! + 1) * 4;
    requireLzma2(packed, at + 1);
    const { bytes, end } = unpackLzma2(packed, headerEnd, most - total);
    blocks.push(bytes);
    total += bytes.length;
    at = HEADER_SIZE + Math.ceil((end - HEADER_SIZE) / 4) * 4 + check;
  }
  return blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks);
}

/** A block header: flags, the two sizes when they are there, the filters. */
function requireLzma2(packed: Uint8Array, start: number): void {
  const flags = packed[start] ?? 0;
  let at = start + 1;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = packed[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  if ((flags & 0x40) !== 0) number();
  if ((flags & 0x80) !== 0) number();
  if ((flags & 3) !== 0 || number() !== FILTER_LZMA2) throw new DamagedLzma('packed with other filters');
}
