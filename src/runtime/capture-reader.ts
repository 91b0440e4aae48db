// Reads capture files: pcap in either byte order, with micro- or nanoseconds, and pcapng.
//
//   pcap     24 bytes of head, then for each packet   seconds:32 | fraction:32 | bytes here:32 | of the packet:32 | bytes
//   pcapng   blocks: type:32 | length:32 | body | length:32. Section headers tell the byte order, interface descriptions the link
//            type and the unit of time
//
// (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng)
import { LINKTYPE_ETHERNET, MAGIC_MICROSECONDS, MAGIC_NANOSECONDS } from './capture-file.js';

export interface CapturedPacket {
  /** ns since 1970; 0 when the file does not say. */
  readonly time: bigint;
  /** A view into the file's bytes. */
  readonly bytes: Uint8Array;
  /** Bytes that it had when it was captured: more than there are here when it was cut off. */
  readonly length: number;
}

/** The file is no capture, or one of another link layer; the message says which. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}

const SECTION = 0x0a0d0d0a;
const BYTE_ORDER = 0x1a2b3c4d;
const [INTERFACE, SIMPLE, ENHANCED] = [1, 3, 6];
const IF_TSRESOL = 9;
/** Bytes of a block with its head and end, without options and data; of any other 12. */
const LEAST_BLOCK: Readonly<Record<number, number>> = {
  [SECTION]: 28,
  [INTERFACE]: 20,
  [SIMPLE]: 16,
  [ENHANCED]: 32,
};

/** Packets in order. A packet that the end of the file cuts off is left out, as tcpdump does. Throws a CaptureError. */
export function* readCapture(file: Uint8Array): Generator<CapturedPacket> {
  const data = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 24) throw new CaptureError('it is too short for a capture');
  for (const little of [true, false]) {
    const magic = data.getUint32(0, little);
    if (magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS) {
      yield* readPcap(file, data, little, magic === MAGIC_NANOSECONDS ? 1n : 1000n);
      return;
    }
  }
  if (data.getUint32(0) !== SECTION) throw new CaptureError('it is neither pcap nor pcapng');
  yield* readPcapng(file, data);
}

function* readPcap(
  file: Uint8Array,
  data: DataView,
  little: boolean,
  unit: bigint,
): Generator<CapturedPacket> {
  requireEthernet(data.getUint32(20, little) & 0xffff);
  for (let at = 24; at + 16 <= file.length; ) {
    const size = data.getUint32(at + 8, little);
    const start = at + 16;
    if (start + size > file.length) return;
    const seconds = BigInt(data.getUint32(at, little));
    yield {
      time: seconds * 1_000_000_000n + BigInt(data.getUint32(at + 4, little)) * unit,
      bytes: file.subarray(start, start + size),
      length: data.getUint32(at + 12, little),
    };
    at = start + size;
  }
}

interface Described {
  readonly link: number;
  /** ns = ticks * multiply / divide */
  readonly multiply: bigint;
  readonly divide: bigint;
  readonly snaplen: number;
}

function* readPcapng(file: Uint8Array, data: DataView): Generator<CapturedPacket> {
  let little = true;
  let interfaces: Described[] = [];
  for (let at = 0; at + 12 <= file.length; ) {
    const isSection = data.getUint32(at) === SECTION;
    if (isSection) {
      little = data.getUint32(at + 8, true) === BYTE_ORDER;
      interfaces = [];
    }
    const size = data.getUint32(at + 4, little);
    const type = isSection ? SECTION : data.getUint32(at, little);
    if (size < (LEAST_BLOCK[type] ?? 12) || size % 4 !== 0)
      throw new CaptureError(`a block of ${size} bytes is no block of pcapng`);
    if (at + size > file.length) return;
    const [body, end] = [at + 8, at + size - 4];
    if (type === INTERFACE) interfaces.push(describe(data, body, end, little));
    else if (type === ENHANCED || type === SIMPLE) {
      const packet = type === ENHANCED ? enhanced(file, data, body, end, little, interfaces) : undefined;
      yield packet ?? simple(file, data, body, end, little, interfaces);
    }
    at += size;
  }
}

function describe(data: DataView, body: number, end: number, little: boolean): Described {
  let [multiply, divide] = [1000n, 1n]; // microseconds, unless it says otherwise
  for (let at = body + 8; at + 4 <= end; ) {
    const [code, size] = [data.getUint16(at, little), data.getUint16(at + 2, little)];
    if (code === 0) break;
    if (code === IF_TSRESOL && size === 1) {
      const value = data.getUint8(at + 4);
      multiply = 1_000_000_000n;
      divide = (value & 0x80 ? 2n : 10n) ** BigInt(value & 0x7f);
    }
    at += 4 + Math.ceil(size / 4) * 4;
  }
  return { link: data.getUint16(body, little), multiply, divide, snaplen: data.getUint32(body + 4, little) };
}

function enhanced(
  file: Uint8Array,
  data: DataView,
  body: number,
  end: number,
  little: boolean,
  interfaces: readonly Described[],
): CapturedPacket {
  const described = interfaces[data.getUint32(body, little)];
  if (described === undefined) throw new CaptureError('a packet is of an interface that is not described');
  requireEthernet(described.link);
  const ticks = (BigInt(data.getUint32(body + 4, little)) << 32n) | BigInt(data.getUint32(body + 8, little));
  const size = Math.min(data.getUint32(body + 12, little), end - body - 20);
  return {
    time: (ticks * described.multiply) / described.divide,
    bytes: file.subarray(body + 20, body + 20 + size),
    length: data.getUint32(body + 16, little),
  };
}

/** Of the first interface, without a time. */
function simple(
  file: Uint8Array,
  data: DataView,
  body: number,
  end: number,
  little: boolean,
  interfaces: readonly Described[],
): CapturedPacket {
  const described = interfaces[0];
  if (described === undefined) throw new CaptureError('a packet is of an interface that is not described');
  requireEthernet(described.link);
  const length = data.getUint32(body, little);
  const kept = described.snaplen === 0 ? length : Math.min(length, described.snaplen);
  const size = Math.min(kept, end - body - 4);
  return { time: 0n, bytes: file.subarray(body + 4, body + 4 + size), length };
}

function requireEthernet(link: number): void {
  if (link !== LINKTYPE_ETHERNET) {
    throw new CaptureError(
      `its packets have no Ethernet header (link type ${link}): capture on one interface, not on "any"`,
    );
  }
}
