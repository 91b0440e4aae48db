// Reads what capture() has written, by the drafts of the formats and nothing of ours: little-endian, whole packets.
import { existsSync, readFileSync } from 'node:fs';

export interface WrittenPacket {
  /** ns since 1970. */
  readonly time: bigint;
  readonly bytes: Buffer;
  /** Bytes that it had. */
  readonly length: number;
  /** Of pcapng: name and snaplen of the interface, and the options. */
  readonly interface?: string | undefined;
  readonly snaplen: number;
  readonly options: ReadonlyMap<number, Buffer>;
}

export function writtenPackets(path: string): WrittenPacket[] {
  return existsSync(path) ? parsePackets(readFileSync(path)) : [];
}

export function parsePackets(file: Buffer): WrittenPacket[] {
  if (file.length < 24) return [];
  return file.readUInt32LE(0) === 0x0a0d0d0a ? parsePcapng(file) : parsePcap(file);
}

/** Of nanoseconds and Ethernet. */
function parsePcap(file: Buffer): WrittenPacket[] {
  const head = [0, 4, 8, 12, 20].map(at => file.readUInt32LE(at).toString(16)).join(' ');
  if (head !== 'a1b23c4d 40002 0 0 1') throw new Error(`a strange head: ${head}`);
  const packets: WrittenPacket[] = [];
  for (let at = 24; at + 16 <= file.length; ) {
    const [seconds = 0, fraction = 0, size = 0, length = 0] = [0, 4, 8, 12].map(i =>
      file.readUInt32LE(at + i),
    );
    if (at + 16 + size > file.length) break;
    packets.push({
      time: BigInt(seconds) * 1_000_000_000n + BigInt(fraction),
      bytes: file.subarray(at + 16, at + 16 + size),
      length,
      snaplen: file.readUInt32LE(16),
      options: new Map(),
    });
    at += 16 + size;
  }
  return packets;
}

function parsePcapng(file: Buffer): WrittenPacket[] {
  const packets: WrittenPacket[] = [];
  const interfaces: { name: string | undefined; snaplen: number }[] = [];
  for (let at = 0; at + 8 <= file.length; ) {
    const [type, size] = [file.readUInt32LE(at), file.readUInt32LE(at + 4)];
    if (at + size > file.length) break;
    if (size % 4 !== 0 || file.readUInt32LE(at + size - 4) !== size) throw new Error(`a block of ${size}`);
    const block = file.subarray(at + 8, at + size - 4);
    if (type === 0x0a0d0d0a) {
      if (block.readUInt32LE(0) !== 0x1a2b3c4d || block.readUInt32LE(4) !== 1)
        throw new Error('a strange section');
      parseOptions(block.subarray(16));
    } else if (type === 1) {
      const options = parseOptions(block.subarray(8));
      if (block.readUInt16LE(0) !== 1 || options.get(9)?.toString('hex') !== '09')
        throw new Error('an interface of another link type or unit of time');
      interfaces.push({ name: options.get(2)?.toString(), snaplen: block.readUInt32LE(4) });
    } else if (type === 6) {
      const from = interfaces[block.readUInt32LE(0)]!;
      const bytes = block.subarray(20, 20 + block.readUInt32LE(12));
      packets.push({
        time: (BigInt(block.readUInt32LE(4)) << 32n) | BigInt(block.readUInt32LE(8)),
        bytes,
        length: block.readUInt32LE(16),
        interface: from.name,
        snaplen: from.snaplen,
        options: parseOptions(block.subarray(20 + padded(bytes.length))),
      });
    } else throw new Error(`a block of type ${type}`);
    at += size;
  }
  return packets;
}

/** To their end, which must be the block's. */
function parseOptions(bytes: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  let at = 0;
  for (;;) {
    const [code, size] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
    at += 4 + padded(size);
    if (code === 0) break;
    options.set(code, bytes.subarray(at - padded(size), at - padded(size) + size));
  }
  if (at !== bytes.length) throw new Error('options that do not fill their block');
  return options;
}

function padded(size: number): number {
  return (size + 3) & ~3;
}
