// Maps of the interpreter: array, hash and LRU, per CPU or not, and the ring buffer. Results are the kernel's: 0 or -errno.
import { MapType, UpdateFlag } from '../../src/compiler/bpf/uapi.js';
import type { MapSpec } from '../../src/compiler/object-spec.js';
import { type Region, VmFault, type VmMemory } from './vm-memory.js';

const ENOENT = -2n;
const E2BIG = -7n;
const EEXIST = -17n;
const EINVAL = -22n;

interface Entry {
  readonly key: Uint8Array;
  /** One for each CPU, or a single one. */
  readonly values: readonly Region[];
}

const PER_CPU: readonly number[] = [
  MapType.BPF_MAP_TYPE_PERCPU_ARRAY,
  MapType.BPF_MAP_TYPE_PERCPU_HASH,
  MapType.BPF_MAP_TYPE_LRU_PERCPU_HASH,
];
const ARRAYS: readonly number[] = [MapType.BPF_MAP_TYPE_ARRAY, MapType.BPF_MAP_TYPE_PERCPU_ARRAY];
const LRU: readonly number[] = [MapType.BPF_MAP_TYPE_LRU_HASH, MapType.BPF_MAP_TYPE_LRU_PERCPU_HASH];
const HASHES: readonly number[] = [
  MapType.BPF_MAP_TYPE_HASH,
  MapType.BPF_MAP_TYPE_PERCPU_HASH,
  MapType.BPF_MAP_TYPE_LPM_TRIE,
  ...LRU,
];

export class VmMap {
  readonly spec: MapSpec;
  readonly #memory: VmMemory;
  readonly #cpus: number;
  /** By the key's bytes as text; in order of use for LRU maps. */
  readonly #entries = new Map<string, Entry>();
  /** Of an array of maps: their addresses, by index. */
  readonly held = new Map<number, bigint>();

  constructor(spec: MapSpec, memory: VmMemory, cpus: number) {
    this.spec = spec;
    this.#memory = memory;
    this.#cpus = PER_CPU.includes(spec.type) ? cpus : 1;
    if (spec.type === MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS) return;
    if (!ARRAYS.includes(spec.type) && !HASHES.includes(spec.type)) {
      if (spec.type !== MapType.BPF_MAP_TYPE_RINGBUF)
        throw new VmFault(`map type ${spec.type} of ${spec.name}`);
      return;
    }
    if (!ARRAYS.includes(spec.type)) return;
    if (spec.keySize !== 4) throw new VmFault(`array ${spec.name} with keys of ${spec.keySize} bytes`);
    for (let index = 0; index < spec.maxEntries; index++) {
      const entry = this.#insert(new Uint8Array(Uint32Array.of(index).buffer));
      if (index === 0 && spec.initial !== undefined) entry.values[0]!.bytes.set(spec.initial);
    }
  }

  /** Address of the value on a CPU, or 0. */
  lookup(key: Uint8Array, cpu: number): bigint {
    if (this.spec.type === MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS) return this.held.get(firstWord(key)) ?? 0n;
    return this.entry(key)?.values[this.#cpus === 1 ? 0 : cpu]?.base ?? 0n;
  }

  entry(key: Uint8Array): Entry | undefined {
    if (this.spec.type === MapType.BPF_MAP_TYPE_LPM_TRIE) return this.#longestMatch(key);
    const name = key.join();
    const found = this.#entries.get(name);
    if (found !== undefined && LRU.includes(this.spec.type)) {
      this.#entries.delete(name);
      this.#entries.set(name, found);
    }
    return found;
  }

  entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  /** From a program: sets the value of its CPU; those of others start as zero. */
  update(key: Uint8Array, value: Uint8Array, flags: bigint, cpu: number): bigint {
    if (flags > 2n) return EINVAL;
    const isTrie = this.spec.type === MapType.BPF_MAP_TYPE_LPM_TRIE;
    let entry = isTrie ? this.#entries.get(key.join()) : this.entry(key);
    if (entry !== undefined && flags === BigInt(UpdateFlag.BPF_NOEXIST)) return EEXIST;
    if (entry === undefined) {
      if (ARRAYS.includes(this.spec.type)) return E2BIG;
      if (flags === BigInt(UpdateFlag.BPF_EXIST)) return ENOENT;
      if (this.#entries.size >= this.spec.maxEntries) {
        if (!LRU.includes(this.spec.type)) return E2BIG;
        this.#entries.delete(this.#entries.keys().next().value!);
      }
      entry = this.#insert(key.slice());
    }
    entry.values[this.#cpus === 1 ? 0 : cpu]!.bytes.set(value);
    return 0n;
  }

  /** The memory stays readable, as it does in the kernel until the program has ended. */
  delete(key: Uint8Array): bigint {
    if (ARRAYS.includes(this.spec.type)) return EINVAL;
    return this.#entries.delete(key.join()) ? 0n : ENOENT;
  }

  /** Of the prefixes that the key's bits begin with, none longer than the key's, the longest. */
  #longestMatch(key: Uint8Array): Entry | undefined {
    let best: Entry | undefined;
    for (const entry of this.#entries.values()) {
      const length = firstWord(entry.key);
      const fits = length <= firstWord(key) && bitsOf(key).startsWith(bitsOf(entry.key).slice(0, length));
      if (fits && (best === undefined || length > firstWord(best.key))) best = entry;
    }
    return best;
  }

  #insert(key: Uint8Array): Entry {
    const values: Region[] = [];
    for (let cpu = 0; cpu < this.#cpus; cpu++) {
      values.push(this.#memory.add('map value', new Uint8Array(this.spec.valueSize), true));
    }
    const entry = { key, values };
    this.#entries.set(key.join(), entry);
    return entry;
  }
}

/** An index; the length of a prefix in bits, before its address (struct bpf_lpm_trie_key). */
function firstWord(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset).getUint32(0, true);
}

function bitsOf(key: Uint8Array): string {
  return Array.from(key.subarray(4), byte => byte.toString(2).padStart(8, '0')).join('');
}

interface Record {
  readonly region: Region;
  state: 'busy' | 'submitted' | 'discarded';
}

/** A record takes its size rounded up to 8, and 8 of header; the kernel keeps one byte of the ring free. */
export class VmRing {
  readonly #memory: VmMemory;
  readonly #size: number;
  readonly #records: Record[] = [];

  constructor(spec: MapSpec, memory: VmMemory) {
    this.#memory = memory;
    this.#size = spec.maxEntries;
  }

  /** Address of the new record, or 0 when the ring is full. */
  reserve(size: number): bigint {
    const used = this.pending();
    if (used + space(size) > this.#size - 1) return 0n;
    const region = this.#memory.add('record', new Uint8Array(size), true);
    this.#records.push({ region, state: 'busy' });
    return region.base;
  }

  commit(address: bigint, state: 'submitted' | 'discarded'): void {
    const record = this.#records.find(each => each.region.base === address && each.state === 'busy');
    if (record === undefined) throw new VmFault(`no reserved record at 0x${address.toString(16)}`);
    record.state = state;
    record.region.live = false;
  }

  /** A record of this ring starts at the address. */
  holds(address: bigint): boolean {
    return this.#records.some(each => each.region.base === address);
  }

  /** Bytes between consumer and producer. */
  pending(): number {
    return this.#records.reduce((sum, each) => sum + space(each.region.bytes.length), 0);
  }

  get size(): number {
    return this.#size;
  }

  hasBusy(): boolean {
    return this.#records.some(each => each.state === 'busy');
  }

  /** Consumes what is committed, in order of reservation. */
  drain(): Uint8Array[] {
    const busy = this.#records.findIndex(each => each.state === 'busy');
    const ready = this.#records.splice(0, busy < 0 ? this.#records.length : busy);
    return ready.filter(each => each.state === 'submitted').map(each => each.region.bytes.slice());
  }
}

function space(size: number): number {
  return size + 7 - ((size + 7) % 8) + 8;
}
