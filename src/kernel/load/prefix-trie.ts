// One trie of prefixes (BPF_MAP_TYPE_LPM_TRIE), made to be put into an array of maps.
import type { MapSpec } from '../../compiler/object-spec.js';
import { errno, SyscallError } from '../sys/error.js';
import { closeFd } from '../sys/fd.js';
import { mapCreate, mapUpdateElem } from '../sys/map.js';
import { type MapContents, mapReadAll, mapUpdateBatch } from '../sys/map-batch.js';

/** Owns its fd; close() twice is harmless. The kernel keeps the trie for as long as an array of maps holds it. */
export class PrefixTrie {
  readonly fd: number;
  readonly #spec: NonNullable<MapSpec['inner']>;
  #open = true;
  /** LPM tries take batches since 5.13. */
  #batches = true;

  constructor(spec: NonNullable<MapSpec['inner']>, name: string) {
    this.#spec = spec;
    this.fd = mapCreate({ ...spec, name: name.replace(/^@/, 'AT_') });
  }

  get keySize(): number {
    return this.#spec.keySize;
  }

  /** Adds keys that lie one after the other, with zeros for values. */
  add(keys: Uint8Array): void {
    const { keySize, valueSize } = this.#spec;
    const count = keys.length / keySize;
    if (this.#batches) {
      try {
        mapUpdateBatch(this.fd, keys, new Uint8Array(count * valueSize), count);
        return;
      } catch (error) {
        if (!(error instanceof SyscallError) || !NO_BATCHES.includes(error.errno)) throw error;
        this.#batches = false;
      }
    }
    const zeros = new Uint8Array(valueSize);
    for (let at = 0; at < keys.length; at += keySize)
      mapUpdateElem(this.fd, keys.subarray(at, at + keySize), zeros);
  }

  read(): MapContents {
    return mapReadAll(this.fd, this.#spec);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeFd(this.fd);
  }
}

const NO_BATCHES: readonly number[] = [errno('EINVAL'), errno('ENOTSUPP'), errno('EOPNOTSUPP')];
