// Memory of the interpreter: regions far apart in a 64-bit space, so that every access outside of one is found. Stack regions
// remember which bytes were written, since the kernel refuses to read others (before 6.3, and to helpers always).

/** A program did what the verifier would refuse or what would crash. */
export class VmFault extends Error {
  override readonly name = 'VmFault';
}

export type RegionKind = 'stack' | 'ctx' | 'packet' | 'map value' | 'key' | 'record' | 'kernel' | 'user';

export interface Region {
  readonly kind: RegionKind;
  readonly base: bigint;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly writable: boolean;
  /** Stack: 1 for each byte that was written. */
  readonly written?: Uint8Array;
  /** False once a record is submitted or a frame has returned. */
  live: boolean;
}

export interface Place {
  readonly region: Region;
  readonly offset: number;
}

/** Regions of ours lie 4 GiB apart: those that stay from here on, those of one run (frames, context, keys) from there. */
const LASTING = 0xffff_c900_0000_0000n;
const PASSING = 0xffff_d900_0000_0000n;
const STRIDE = 32n;
/** User addresses end here on both architectures (47 or 48 bits). */
const USER_END = 1n << 48n;
/** The first page is mapped by nobody. */
const NULL_PAGE = 0x1_0000n;
const KERNEL_START = 0xffff_0000_0000_0000n;

export class VmMemory {
  readonly #lasting: Region[] = [];
  #passing: Region[] = [];
  readonly #given: Region[] = [];

  /** A region at an address of our choice. `bytes` is shared, not copied. */
  add(kind: RegionKind, bytes: Uint8Array, writable: boolean): Region {
    const passing = kind === 'stack' || kind === 'ctx' || kind === 'key' || kind === 'packet';
    const list = passing ? this.#passing : this.#lasting;
    const base = (passing ? PASSING : LASTING) + (BigInt(list.length) << STRIDE);
    const made = region(kind, base, bytes, writable);
    list.push(made);
    return made;
  }

  /** Forgets frames, contexts and keys. */
  endRun(): void {
    this.#passing = [];
  }

  /** Memory of the traced system at a given address: read by probe reads and BTF-typed loads, never written. */
  addAt(address: bigint, bytes: Uint8Array): void {
    this.#given.push(region(address < USER_END ? 'user' : 'kernel', address, bytes, false));
  }

  /** The region that holds all `size` bytes, or undefined. */
  find(address: bigint, size: number): Place | undefined {
    const own = this.#own(address);
    for (const each of own === undefined ? this.#given : [own]) {
      const offset = Number(address - each.base);
      if (address >= each.base && offset + size <= each.bytes.length) return { region: each, offset };
    }
    return undefined;
  }

  /** For the program's own loads, stores and helper buffers: faults say why. */
  access(address: bigint, size: number, intent: 'read' | 'write', aligned: boolean): Place {
    const place = this.find(address, size);
    const what = `${intent} of ${size} bytes at 0x${address.toString(16)}`;
    if (place === undefined) {
      throw new VmFault(address < NULL_PAGE ? `${what}: null pointer` : `${what}: out of bounds`);
    }
    const { region: where, offset } = place;
    if (!where.live) throw new VmFault(`${what}: ${where.kind} is gone`);
    if (where.kind === 'kernel' || where.kind === 'user')
      throw new VmFault(`${what}: not the program's memory`);
    if (intent === 'write' && !where.writable) throw new VmFault(`${what}: ${where.kind} is read-only`);
    if (aligned && offset % size !== 0 && (where.kind === 'stack' || where.kind === 'ctx')) {
      throw new VmFault(`${what}: misaligned ${where.kind} access at offset ${offset}`);
    }
    if (where.written === undefined) return place;
    if (intent === 'write') where.written.fill(1, offset, offset + size);
    else if (where.written.subarray(offset, offset + size).includes(0)) {
      throw new VmFault(`${what}: uninitialised stack at ${offset - where.bytes.length}`);
    }
    return place;
  }

  /** What a BTF-typed load may touch: kernel memory, where a fault gives 0. */
  isProbeable(address: bigint, nullToo: boolean): boolean {
    if (address < NULL_PAGE) return nullToo;
    if (address < KERNEL_START || this.#own(address) !== undefined) return false;
    const place = this.find(address, 1);
    return place === undefined || place.region.kind === 'kernel';
  }

  /** Copies `size` bytes or gives undefined: the probe_read helpers. Kernel addresses include the program's own memory. */
  probe(address: bigint, size: number, space: 'kernel' | 'user'): Uint8Array | undefined {
    if (size === 0) return new Uint8Array(0);
    const place = this.find(address, size);
    if (place === undefined || !place.region.live) return undefined;
    if ((place.region.kind === 'user') !== (space === 'user')) return undefined;
    return place.region.bytes.slice(place.offset, place.offset + size);
  }

  /** The region of ours in whose 4 GiB the address lies, whether within its bytes or not. */
  #own(address: bigint): Region | undefined {
    const passing = address >= PASSING;
    const index = (address - (passing ? PASSING : LASTING)) >> STRIDE;
    return index < 0n || index > 0xffff_ffffn
      ? undefined
      : (passing ? this.#passing : this.#lasting)[Number(index)];
  }
}

function region(kind: RegionKind, base: bigint, bytes: Uint8Array, writable: boolean): Region {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const common = { kind, base, bytes, view, writable, live: true };
  return kind === 'stack' ? { ...common, written: new Uint8Array(bytes.length) } : common;
}

export function loadUnsigned(place: Place, size: number): bigint {
  const { view } = place.region;
  switch (size) {
    case 1:
      return BigInt(view.getUint8(place.offset));
    case 2:
      return BigInt(view.getUint16(place.offset, true));
    case 4:
      return BigInt(view.getUint32(place.offset, true));
    default:
      return view.getBigUint64(place.offset, true);
  }
}

export function storeBytes(place: Place, size: number, value: bigint): void {
  const { view } = place.region;
  if (size === 1) view.setUint8(place.offset, Number(value & 0xffn));
  else if (size === 2) view.setUint16(place.offset, Number(value & 0xffffn), true);
  else if (size === 4) view.setUint32(place.offset, Number(value & 0xffff_ffffn), true);
  else view.setBigUint64(place.offset, BigInt.asUintN(64, value), true);
}
