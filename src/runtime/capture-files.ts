// The capture files that a script names, of skboutput() and capture(): each made at the start, before anything is attached.
import type { CapturedPacket } from '../compiler/language/effects.js';
import { type CaptureData, captureFormat } from '../compiler/language/functions/capture.js';
import type { PacketData } from '../compiler/language/functions/packet.js';
import type { SiteSpec } from '../compiler/object-spec.js';
import { netInterfaces } from '../kernel/host/interfaces.js';
import { CaptureFile, LINKTYPE_ETHERNET, type PacketFile } from './capture-file.js';
import { PcapngFile, type PcapngOptions, type SeenPacket } from './pcapng-file.js';

interface Captured {
  readonly file: PacketFile<SeenPacket>;
  appended: number;
  /** Of those, what is in the file. */
  packets: number;
}

export class CaptureFiles {
  /** Of skboutput(). */
  readonly #raw = new Map<string, PacketFile>();
  readonly #captured = new Map<string, Captured>();
  readonly #epochOffset: () => bigint;

  /** `epochOffset`: ns to add to a packet's time for ns since 1970. Throws the system's error when one cannot be made. */
  constructor(sites: readonly SiteSpec[], epochOffset: () => bigint) {
    this.#epochOffset = epochOffset;
    try {
      for (const { entry, data } of sites) {
        if (entry === 'packet') this.#openRaw((data as PacketData).path);
        else if (entry === 'capture') this.#open(data as CaptureData, sites);
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Packets that capture() has written, by file. */
  get captured(): readonly { readonly path: string; readonly packets: number }[] {
    return [...this.#captured].map(([path, { packets }]) => ({ path, packets }));
  }

  appendRaw(path: string, time: bigint, bytes: Uint8Array): void {
    this.#raw.get(path)?.append({ time: time + this.#epochOffset(), bytes });
  }

  append({ path, epoch, verdictType, outbound, snaplen }: CaptureData, packet: CapturedPacket): void {
    const captured = this.#captured.get(path);
    if (captured === undefined) return;
    const time = epoch ? packet.time : packet.time + this.#epochOffset();
    captured.file.append({ ...withTag(packet, snaplen), time, verdictType, outbound });
    captured.appended++;
  }

  /** Throws the first failure, when all have been written that can be. */
  flush(): void {
    const written = [...this.#captured.values()].map(captured => () => {
      captured.file.flush();
      captured.packets = captured.appended;
    });
    all([...this.#raw.values()].map(file => () => file.flush()).concat(written));
  }

  /** Idempotent; throws as flush() does. */
  close(): void {
    const files = [...this.#raw.values(), ...[...this.#captured.values()].map(({ file }) => file)];
    all(files.map(file => () => file.close()));
  }

  #openRaw(path: string): void {
    if (!this.#raw.has(path)) this.#raw.set(path, new CaptureFile(path));
  }

  #open({ path, epoch }: CaptureData, sites: readonly SiteSpec[]): void {
    if (this.#captured.has(path)) return;
    const own = sites
      .filter(({ entry, data }) => entry === 'capture' && (data as CaptureData).path === path)
      .map(({ data }) => (data as CaptureData).snaplen);
    const snaplen = Math.max(...own);
    // The interface of a trial is not the one that the packets came from.
    const nameOf = (index: number) => (epoch ? undefined : nameOfInterface(index));
    this.#captured.set(path, { file: openCapture(path, { snaplen, nameOf }), appended: 0, packets: 0 });
  }
}

/** Of Ethernet frames and nanoseconds, in the format that the name tells: pcap unless it is pcapng. Throws the system's error. */
export function openCapture(path: string, options: PcapngOptions): PacketFile<SeenPacket> {
  if (captureFormat(path) === 'pcapng') return new PcapngFile(path, options);
  return new CaptureFile(path, { link: LINKTYPE_ETHERNET, nanoseconds: true, snaplen: options.snaplen });
}

function all(acts: readonly (() => void)[]): void {
  const failures = acts.flatMap(act => {
    try {
      act();
      return [];
    } catch (error) {
      return [error];
    }
  });
  if (failures.length > 0) throw failures[0];
}

/** Where an outer VLAN tag lies in a packet, and how long it is. */
const [TAG_AT, TAG_SIZE] = [12, 4];

/** With the tag that the kernel has taken out, as it came or will be sent; no more bytes of it than were wanted. */
export function withTag(packet: CapturedPacket, snaplen: number): CapturedPacket {
  const { tag, bytes, length } = packet;
  if (tag === undefined) return packet;
  const whole = { ...packet, length: length + TAG_SIZE };
  if (bytes.length < TAG_AT) return whole;
  const most = bytes.length < length ? bytes.length : snaplen;
  const all = new Uint8Array(bytes.length + TAG_SIZE);
  const view = new DataView(all.buffer);
  all.set(bytes.subarray(0, TAG_AT));
  view.setUint16(TAG_AT, tag.type, true);
  view.setUint16(TAG_AT + 2, tag.control);
  all.set(bytes.subarray(TAG_AT), TAG_AT + TAG_SIZE);
  return { ...whole, bytes: all.subarray(0, most) };
}

function nameOfInterface(index: number): string | undefined {
  return netInterfaces().find(each => each.index === index)?.name;
}
