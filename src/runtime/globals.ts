// The `globals` map, shared memory with the programs: the stop word, the start time, words that the run time sets before
// attaching (cpid), the exit code, and the loss counters. Programs only ever add to the counters.
import type { GlobalsSpec, LossKind } from '../compiler/object-spec.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import { mapArray } from '../kernel/sys/memory.js';

export class Globals {
  readonly #spec: GlobalsSpec;
  readonly #view: DataView;
  readonly #probes: number;

  /** `map` must have been created with BPF_F_MMAPABLE (5.5). */
  constructor(map: LoadedMap, spec: GlobalsSpec, probes: number) {
    this.#spec = spec;
    this.#probes = probes;
    this.#view = new DataView(mapArray(map.fd, spec.size), 0, spec.size);
  }

  get stopped(): boolean {
    return this.#view.getUint32(this.#spec.stop, true) !== 0;
  }

  /** Programs that start from now on leave at once. */
  stop(): void {
    this.#view.setUint32(this.#spec.stop, 1, true);
  }

  /** Takes stop() or exit() back. */
  resume(): void {
    this.#view.setUint32(this.#spec.stop, 0, true);
  }

  /** CLOCK_BOOTTIME, ns: what `elapsed` counts from. */
  set start(ns: bigint) {
    this.#view.setBigUint64(this.#spec.start, ns, true);
  }

  /** Sets a word the programs may read; false when this object has none of that name. */
  setWord(name: string, value: bigint): boolean {
    const word = this.#spec.words.find(w => w.name === name);
    if (word === undefined) return false;
    if (word.size === 8) this.#view.setBigUint64(word.offset, value, true);
    else this.#view.setUint32(word.offset, Number(BigInt.asUintN(32, value)), true);
    return true;
  }

  /** Value of a word the programs wrote (exitCode), undefined when there is none. */
  word(name: string): bigint | undefined {
    const word = this.#spec.words.find(w => w.name === name);
    if (word === undefined) return undefined;
    return word.size === 8
      ? this.#view.getBigInt64(word.offset, true)
      : BigInt(this.#view.getInt32(word.offset, true));
  }

  /** A loss counter of one probe. */
  loss(probe: number, kind: LossKind): number {
    const index = this.#spec.lossKinds.indexOf(kind);
    if (index < 0) return 0;
    const at = this.#spec.loss + (probe * this.#spec.lossKinds.length + index) * 8;
    return Number(this.#view.getBigUint64(at, true));
  }

  /** Sum over all probes. */
  totalLoss(kind: LossKind): number {
    let total = 0;
    for (let probe = 0; probe < this.#probes; probe++) total += this.loss(probe, kind);
    return total;
  }
}
