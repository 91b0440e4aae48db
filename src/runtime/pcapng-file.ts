// Capture files that tell where a packet was seen and what became of it (pcapng).
//
//   type:32 | length:32 | body | options | length:32        each block, each option padded to 32 bits
//   section     1A2B3C4D:32 | 1:16 | 0:16 | -1:64                                       options: application
//   interface   link type:16 | 0:16 | snaplen:32                                        options: name, unit of time
//   packet      interface:32 | time:64, high word first | bytes here:32 | of the packet:32 | bytes
//                                                            options: flags, queue, verdict (u8 type, u64 value)
//
// (draft-ietf-opsawg-pcapng; epb_queue and epb_verdict: section 4.3.1 there)
import { CaptureOutput, type FilePacket, LINKTYPE_ETHERNET, type PacketFile } from './capture-file.js';

const LITTLE_ENDIAN = true;
const [SECTION, INTERFACE, PACKET] = [0x0a0d0d0a, 1, 6];
const BYTE_ORDER = 0x1a2b3c4d;
const SHB_USERAPPL = 4;
const [IF_NAME, IF_TSRESOL] = [2, 9];
const [EPB_FLAGS, EPB_QUEUE, EPB_VERDICT] = [2, 6, 7];
const NANOSECONDS = 9; // 10 to the power of -9
/** Of epb_flags: it came in, it went out. */
const [INBOUND, OUTBOUND] = [1, 2];

export interface SeenPacket extends FilePacket {
  /** Index of the network interface. */
  readonly interface: number;
  readonly queue: number;
  readonly outbound: boolean;
  readonly verdict: number;
  /** Of epb_verdict: 1 is the tc actions, 2 those of XDP. */
  readonly verdictType: number;
}

export interface PcapngOptions {
  readonly snaplen: number;
  /** Name of an interface, asked when its first packet comes; undefined: nobody knows. */
  readonly nameOf: (index: number) => string | undefined;
}

/** Bytes from the start of a packet's options to the values of each. */
const [FLAGS, QUEUE, VERDICT] = [4, 12, 20];

interface Option {
  readonly code: number;
  readonly bytes: Uint8Array;
}

/** Of each packet; their values are put into their places. */
const PACKET_OPTIONS = encodeOptions([
  { code: EPB_FLAGS, bytes: new Uint8Array(4) },
  { code: EPB_QUEUE, bytes: new Uint8Array(4) },
  { code: EPB_VERDICT, bytes: new Uint8Array(9) },
]);

/** Made anew, with its section, when it is opened. Throws the system's error. */
export class PcapngFile implements PacketFile<SeenPacket> {
  readonly #output: CaptureOutput;
  readonly #options: PcapngOptions;
  readonly #described = new Map<number, number>();

  constructor(path: string, options: PcapngOptions) {
    this.#options = options;
    this.#output = new CaptureOutput(path);
    this.#block(SECTION, 16, encodeOptions([{ code: SHB_USERAPPL, bytes: text('tsbpf') }]), (view, at) => {
      view.setUint32(at, BYTE_ORDER, LITTLE_ENDIAN);
      view.setUint16(at + 4, 1, LITTLE_ENDIAN);
      view.setBigInt64(at + 8, -1n, LITTLE_ENDIAN);
    });
  }

  append(packet: SeenPacket): void {
    const { time, bytes, length = bytes.length, queue, verdict, verdictType, outbound } = packet;
    const index = this.#interface(packet.interface);
    const padded = Math.ceil(bytes.length / 4) * 4;
    this.#block(PACKET, 20 + padded, PACKET_OPTIONS, (view, at, room) => {
      view.setUint32(at, index, LITTLE_ENDIAN);
      view.setUint32(at + 4, Number(time >> 32n), LITTLE_ENDIAN);
      view.setUint32(at + 8, Number(time & 0xffff_ffffn), LITTLE_ENDIAN);
      view.setUint32(at + 12, bytes.length, LITTLE_ENDIAN);
      view.setUint32(at + 16, length, LITTLE_ENDIAN);
      room.set(bytes, at + 20);
      const options = at + 20 + padded;
      view.setUint32(options + FLAGS, outbound ? OUTBOUND : INBOUND, LITTLE_ENDIAN);
      view.setUint32(options + QUEUE, queue, LITTLE_ENDIAN);
      view.setUint8(options + VERDICT, verdictType);
      view.setInt32(options + VERDICT + 1, verdict, LITTLE_ENDIAN);
      view.setInt32(options + VERDICT + 5, verdict >> 31, LITTLE_ENDIAN); // it may be negative: TC_ACT_UNSPEC
    });
  }

  flush(): void {
    this.#output.flush();
  }

  close(): void {
    this.#output.close();
  }

  /** Its number in this file; it is described before its first packet. */
  #interface(index: number): number {
    const known = this.#described.get(index);
    if (known !== undefined) return known;
    const number = this.#described.size;
    this.#described.set(index, number);
    const name = this.#options.nameOf(index);
    const options = [
      ...(name === undefined ? [] : [{ code: IF_NAME, bytes: text(name) }]),
      { code: IF_TSRESOL, bytes: Uint8Array.of(NANOSECONDS) },
    ];
    this.#block(INTERFACE, 8, encodeOptions(options), (view, at) => {
      view.setUint16(at, LINKTYPE_ETHERNET, LITTLE_ENDIAN);
      view.setUint32(at + 4, this.#options.snaplen, LITTLE_ENDIAN);
    });
    return number;
  }

  /** `body`: bytes of it, a multiple of 4; `fill` comes behind the options. */
  #block(
    type: number,
    body: number,
    options: Uint8Array,
    fill: (view: DataView, at: number, bytes: Uint8Array) => void,
  ): void {
    const size = 12 + body + options.length;
    this.#output.add(size, (view, at, room) => {
      view.setUint32(at, type, LITTLE_ENDIAN);
      view.setUint32(at + 4, size, LITTLE_ENDIAN);
      view.setUint32(at + size - 4, size, LITTLE_ENDIAN);
      room.set(options, at + 8 + body);
      fill(view, at + 8, room);
    });
  }
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** With the end of the options behind them. */
function encodeOptions(options: readonly Option[]): Uint8Array {
  const sizes = options.map(({ bytes }) => 4 + Math.ceil(bytes.length / 4) * 4);
  const all = new Uint8Array(sizes.reduce((sum, each) => sum + each, 4));
  const view = new DataView(all.buffer);
  let at = 0;
  for (const [i, { code, bytes }] of options.entries()) {
    view.setUint16(at, code, LITTLE_ENDIAN);
    view.setUint16(at + 2, bytes.length, LITTLE_ENDIAN);
    all.set(bytes, at + 4);
    at += sizes[i]!;
  }
  return all;
}
