// What an asynchronous function may do when its event reaches user space. Declared here, beside the registry; implemented
// once, by the run time.
import type { Flip } from '../lower/generation.js';
import type { SiteSpec } from '../object-spec.js';
import type { CaptureData } from './functions/capture.js';

/**
 * One event in a batch: `bytes[offset .. offset+length)`. The view is reused: read it before returning.
 * The record starts with the u32 site id.
 */
export interface RecordView {
  readonly bytes: Uint8Array;
  readonly data: DataView; // over the same memory as bytes
  offset: number;
  length: number;
}

/** top: how many entries (0: all); div: divisor (0 or 1: none). */
export interface MapOptions {
  readonly top: number;
  readonly div: bigint;
}

/** Which maps change their generation, by which event: its site, and its time in ns of CLOCK_MONOTONIC. */
export interface GenerationTurn {
  readonly flip: Flip;
  readonly site: number;
  readonly at: bigint;
}

/** A packet of a packet probe, with what became of it. `bytes` is a view into the batch. */
export interface CapturedPacket {
  /** ns by the clock of nsecs, or since 1970: CaptureData.epoch. */
  readonly time: bigint;
  readonly bytes: Uint8Array;
  /** Bytes that it had, at least bytes.length. */
  readonly length: number;
  /** Index of the network interface. */
  readonly interface: number;
  readonly queue: number;
  /** What the program returned. */
  readonly verdict: number;
  /** The outer VLAN tag, when it is not among the bytes: its type as it lies in a packet, its 16 bits of control in host order. */
  readonly tag: { readonly type: number; readonly control: number } | undefined;
}

export interface Effects {
  /** Formats by the site's compiled writer and prints. */
  printf(site: SiteSpec, view: RecordView): void;
  /** The event of a probe without a block. */
  event(site: SiteSpec, view: RecordView): void;
  /** print(expr): site.data holds the type; a record is a row. */
  printValue(site: SiteSpec, view: RecordView): void;
  /** page(): rows of the site's probe that were printed so far belong together; site.data says how they are shown. */
  endPage(site: SiteSpec): void;
  /** print(@m): read now. */
  printMap(name: string, options: MapOptions): void;
  /** print(@m) that a clear() or zero() follows: what one generation of the map has collected. */
  printGeneration(name: string, options: MapOptions, turn: GenerationTurn): void;
  /** That clear() or zero(): false when nothing had been printed for it. */
  forgetGeneration(name: string): boolean;
  /** Values to 0, keys kept. */
  zeroMap(name: string): void;
  clearMap(name: string): void;
  /** time(): prints the wall clock by strftime format. */
  time(format: string): void;
  /** Ends the session with this exit code, after everything that came before it is printed. */
  exit(code: number): void;
  /** skboutput(): a packet for the capture file; time by the clock of nsecs. */
  packet(path: string, time: bigint, bytes: Uint8Array): void;
  /** capture(): a packet for the file that `data` names. */
  capture(data: CaptureData, packet: CapturedPacket): void;
  /** Detaches the watchpoints of an address. */
  unwatch(address: bigint): void;
  /** A process whose addresses will have to be named later: see it while it lives. `stack` is a new key of `map` ('': none). */
  processSeen(pid: number, map: string, stack: bigint): void;
  /** A control group whose container will have to be named: see it while it exists. */
  cgroupSeen(id: bigint): void;
  /** Text made in user space: join(). */
  text(kind: 'join', text: string): void;
  /** errorf(), warnf(), assert(): the site's format with the event's arguments, and its place in the source. */
  message(kind: 'errorf' | 'warnf', site: SiteSpec, view: RecordView): void;
  /** system(): runs the formatted command by the shell until it ends, and prints its output. */
  runCommand(site: SiteSpec, view: RecordView): void;
  /** cat(): prints the file whose name is formatted. */
  printFile(site: SiteSpec, view: RecordView): void;
  /** A run-time error at a place of the source (division by zero ...). */
  runtimeError(message: string, site: SiteSpec): void;
  /** A helper failed (-k); `returned` is a negative errno. */
  helperError(helper: string, returned: number, site: SiteSpec): void;
}
