// A map of the script or of ours once it exists: its fd and the few reads and writes that user space makes.
import { ARRAY_MAPS, PER_CPU_MAPS } from '../../compiler/bpf/map-type.js';
import type { MapSpec } from '../../compiler/object-spec.js';
import { setFlagOffset } from '../../compiler/types/layout.js';
import { closeFd } from '../sys/fd.js';
import { mapCreate, mapDeleteElem, mapInsertElem, mapLookupElem, mapUpdateElem } from '../sys/map.js';
import { type MapContents, mapReadAll } from '../sys/map-batch.js';

/** fd of a map, the caller's. The kernel is shown what maps in a map are like, by one that is gone again. */
function createMap(spec: MapSpec): number {
  const name = spec.name.replace(/^@/, spec.name === '@' ? 'AT' : 'AT_');
  if (spec.inner === undefined) return mapCreate({ ...spec, name });
  const like = mapCreate(spec.inner);
  try {
    return mapCreate({ ...spec, name, innerMapFd: like });
  } finally {
    closeFd(like);
  }
}

/** Owns its fd; close() twice is harmless. */
export class LoadedMap {
  readonly spec: MapSpec;
  readonly fd: number;
  /** Bytes of one CPU's value: rounded up to 8 in per-CPU maps. */
  readonly stride: number;
  /** 1, or the number of possible CPUs. */
  readonly copies: number;
  #open = true;

  constructor(spec: MapSpec, possibleCpus: number) {
    this.spec = spec;
    const perCpu = PER_CPU_MAPS.includes(spec.type);
    this.stride = perCpu ? Math.ceil(spec.valueSize / 8) * 8 : spec.valueSize;
    this.copies = perCpu ? possibleCpus : 1;
    this.fd = createMap(spec);
    if (spec.initial === undefined) return;
    try {
      this.write(new Uint8Array(4), Uint8Array.from(spec.initial));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get isArray(): boolean {
    return ARRAY_MAPS.includes(this.spec.type);
  }

  /** All elements; values are `copies * stride` bytes each. */
  readAll(clear = false): MapContents {
    if (!this.isArray) {
      return mapReadAll(this.fd, {
        keySize: this.spec.keySize,
        valueSize: this.copies * this.stride,
        maxEntries: this.spec.maxEntries,
        clear,
      });
    }
    const value = this.read(new Uint8Array(4)) ?? new Uint8Array(this.copies * this.stride);
    return { count: 1, keys: new Uint8Array(4), values: value };
  }

  /** Value at a key, undefined when absent. */
  read(key: Uint8Array): Uint8Array | undefined {
    const value = new Uint8Array(this.copies * this.stride);
    return mapLookupElem(this.fd, key, value) ? value : undefined;
  }

  write(key: Uint8Array, value: Uint8Array): void {
    mapUpdateElem(this.fd, key, value);
  }

  /** Deletes every element; array elements become zero. */
  clear(): void {
    if (this.isArray) {
      this.write(new Uint8Array(4), new Uint8Array(this.copies * this.stride));
      return;
    }
    const { count, keys } = this.readAll();
    const { keySize } = this.spec;
    for (let i = 0; i < count; i++) mapDeleteElem(this.fd, keys.subarray(i * keySize, (i + 1) * keySize));
  }

  /** Inserts a key with zeros on every CPU unless it is there. */
  insertZero(key: Uint8Array): void {
    mapInsertElem(this.fd, key, new Uint8Array(this.copies * this.stride));
  }

  /** Sets every value to zero; keys stay, and a scalar that was set counts as set. `user`: its types. */
  zero(user: MapSpec['user'] = this.spec.user): void {
    const { count, keys, values } = this.readAll();
    const { keySize } = this.spec;
    if (this.isArray && user !== undefined) {
      for (let copy = 0; copy < this.copies; copy++) {
        const start = copy * this.stride;
        values.fill(0, start, start + setFlagOffset(user.value));
      }
      this.write(keys, values);
      return;
    }
    const zeros = new Uint8Array(this.copies * this.stride);
    for (let i = 0; i < count; i++) this.write(keys.subarray(i * keySize, (i + 1) * keySize), zeros);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeFd(this.fd);
  }
}
