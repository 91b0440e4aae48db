// Capture files (pcap), as tcpdump and Wireshark read them.
//
//   magic:32 | 2:16 | 4:16 | 0:32 | 0:32 | snaplen:32 | link type:32      then for each packet
//   seconds:32 | micro- or nanoseconds:32 | bytes here:32 | bytes of the packet:32 | bytes
//
// (draft-ietf-opsawg-pcap; link types: https://www.tcpdump.org/linktypes.html)
import { closeSync, openSync, writeSync } from 'node:fs';
import type { PacketData } from '../compiler/language/functions/packet.js';
import type { SiteSpec } from '../compiler/object-spec.js';

export const MAGIC_MICROSECONDS = 0xa1b2c3d4;
export const MAGIC_NANOSECONDS = 0xa1b23c4d;
/** IPv4 or IPv6 without a link header. */
const LINKTYPE_RAW = 101;
export const LINKTYPE_ETHERNET = 1;
const SNAPLEN = 65_535;
const LITTLE_ENDIAN = true;

export interface CaptureOptions {
  /** Default: raw IP packets. */
  readonly link?: number;
  /** Times are of nanoseconds. */
  readonly nanoseconds?: boolean;
}

/** Made anew, with its head, when it is opened. Throws the system's error. */
export class CaptureFile {
  readonly #fd: number;
  readonly #unit: bigint; // ns
  #open = true;

  constructor(path: string, { link = LINKTYPE_RAW, nanoseconds = false }: CaptureOptions = {}) {
    this.#unit = nanoseconds ? 1n : 1000n;
    this.#fd = openSync(path, 'w', 0o644);
    const head = new DataView(new ArrayBuffer(24));
    head.setUint32(0, nanoseconds ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS, LITTLE_ENDIAN);
    head.setUint16(4, 2, LITTLE_ENDIAN);
    head.setUint16(6, 4, LITTLE_ENDIAN);
    head.setUint32(16, SNAPLEN, LITTLE_ENDIAN);
    head.setUint32(20, link, LITTLE_ENDIAN);
    this.#write(new Uint8Array(head.buffer));
  }

  /** time: ns since 1970. */
  append(time: bigint, bytes: Uint8Array): void {
    const record = new Uint8Array(16 + bytes.length);
    const head = new DataView(record.buffer);
    head.setUint32(0, Number(time / 1_000_000_000n), LITTLE_ENDIAN);
    head.setUint32(4, Number((time % 1_000_000_000n) / this.#unit), LITTLE_ENDIAN);
    head.setUint32(8, bytes.length, LITTLE_ENDIAN);
    head.setUint32(12, bytes.length, LITTLE_ENDIAN);
    record.set(bytes, 16);
    this.#write(record);
  }

  close(): void {
    if (this.#open) closeSync(this.#fd);
    this.#open = false;
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
  }
}

/** Those that a script names, each opened at the start. */
export class CaptureFiles {
  readonly #files = new Map<string, CaptureFile>();
  readonly #epochOffset: () => bigint;

  /** `epochOffset`: ns to add to a packet's time for ns since 1970. Throws when one cannot be made. */
  constructor(sites: readonly SiteSpec[], epochOffset: () => bigint) {
    this.#epochOffset = epochOffset;
    try {
      for (const { entry, data } of sites) {
        if (entry !== 'packet') continue;
        const { path } = data as PacketData;
        if (!this.#files.has(path)) this.#files.set(path, new CaptureFile(path));
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  append(path: string, time: bigint, bytes: Uint8Array): void {
    this.#files.get(path)?.append(time + this.#epochOffset(), bytes);
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
  }
}
