// Capture files (pcap), as tcpdump and Wireshark read them.
//
//   magic:32 | 2:16 | 4:16 | 0:32 | 0:32 | snaplen:32 | link type:32      then for each packet
//   seconds:32 | micro- or nanoseconds:32 | bytes here:32 | bytes of the packet:32 | bytes
//
// (draft-ietf-opsawg-pcap; link types: https://www.tcpdump.org/linktypes.html)
import { openByteOutput } from '../output/byte-output.js';
import type { ByteOutput } from '../output/sink.js';

export const MAGIC_MICROSECONDS = 0xa1b2c3d4;
export const MAGIC_NANOSECONDS = 0xa1b23c4d;
/** IPv4 or IPv6 without a link header. */
export const LINKTYPE_RAW = 101;
export const LINKTYPE_ETHERNET = 1;
const SNAPLEN = 65_535;
const LITTLE_ENDIAN = true;
/** Bytes that are kept before they are written. */
const BLOCK = 256 << 10;

/** A packet as it is written. */
export interface FilePacket {
  /** ns since 1970. */
  readonly time: bigint;
  readonly bytes: Uint8Array;
  /** Bytes that it had; default: as many as there are. */
  readonly length?: number;
}

/** Packets, then flush() or close(): until then they may be kept back. Both throw a WriteError or a BrokenPipe. */
export interface PacketFile<Packet extends FilePacket = FilePacket> {
  append(packet: Packet): void;
  flush(): void;
  /** Idempotent. */
  close(): void;
}

/** What is written next, put together in one block of memory. */
export class CaptureOutput {
  readonly #output: ByteOutput & { close(): void };
  #bytes = new Uint8Array(BLOCK);
  #view = new DataView(this.#bytes.buffer);
  #used = 0;
  #failure: Error | undefined;
  #open = true;

  /** "-" is standard output. Made anew; throws the system's error. */
  constructor(path: string) {
    this.#output = openByteOutput({ path: path === '-' ? undefined : path });
  }

  /** Room for so many bytes, zeros: written by `fill`, at the offset that it is told. Does nothing when writing has failed. */
  add(size: number, fill: (view: DataView, at: number, bytes: Uint8Array) => void): void {
    if (this.#used + size > this.#bytes.length) this.#write();
    if (this.#failure !== undefined) return;
    if (size > this.#bytes.length) {
      this.#bytes = new Uint8Array(size);
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#bytes.fill(0, this.#used, this.#used + size);
    fill(this.#view, this.#used, this.#bytes);
    this.#used += size;
  }

  flush(): void {
    this.#write();
    if (this.#failure !== undefined) throw this.#failure;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.flush();
    } finally {
      this.#output.close();
    }
  }

  #write(): void {
    const bytes = this.#bytes.subarray(0, this.#used);
    this.#used = 0;
    if (bytes.length === 0 || this.#failure !== undefined) return;
    try {
      this.#output.write(bytes);
    } catch (error) {
      this.#failure = error as Error;
    }
  }
}

export interface CaptureOptions {
  /** Default: raw IP packets. */
  readonly link?: number;
  /** Times are of nanoseconds. */
  readonly nanoseconds?: boolean;
  /** Bytes that a packet has here at most. */
  readonly snaplen?: number;
}

/** Made anew, with its head, when it is opened. Throws the system's error. */
export class CaptureFile implements PacketFile {
  readonly #output: CaptureOutput;
  readonly #unit: bigint; // ns

  constructor(path: string, options: CaptureOptions = {}) {
    const { link = LINKTYPE_RAW, nanoseconds = false, snaplen = SNAPLEN } = options;
    this.#unit = nanoseconds ? 1n : 1000n;
    this.#output = new CaptureOutput(path);
    this.#output.add(24, (view, at) => {
      view.setUint32(at, nanoseconds ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS, LITTLE_ENDIAN);
      view.setUint16(at + 4, 2, LITTLE_ENDIAN);
      view.setUint16(at + 6, 4, LITTLE_ENDIAN);
      view.setUint32(at + 16, snaplen, LITTLE_ENDIAN);
      view.setUint32(at + 20, link, LITTLE_ENDIAN);
    });
  }

  append({ time, bytes, length = bytes.length }: FilePacket): void {
    this.#output.add(16 + bytes.length, (view, at, room) => {
      view.setUint32(at, Number(time / 1_000_000_000n), LITTLE_ENDIAN);
      view.setUint32(at + 4, Number((time % 1_000_000_000n) / this.#unit), LITTLE_ENDIAN);
      view.setUint32(at + 8, bytes.length, LITTLE_ENDIAN);
      view.setUint32(at + 12, length, LITTLE_ENDIAN);
      room.set(bytes, at + 16);
    });
  }

  flush(): void {
    this.#output.flush();
  }

  close(): void {
    this.#output.close();
  }
}
