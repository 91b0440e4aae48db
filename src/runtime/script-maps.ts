// The script's maps for those who print and clear them. A map of two generations (compiler/lower/generation.ts) is turned
// here: programs are told to write to the other one, those in flight are waited for, the idle one is read and cleared.
import { InternalError } from '../compiler/diagnostics/diagnostic.js';
import type { GenerationTurn } from '../compiler/language/effects.js';
import type { MapSpec } from '../compiler/object-spec.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import type { MapSnapshot } from '../output/sink.js';
import { zeroed } from '../output/unset-map.js';
import type { Globals } from './globals.js';
import { readMap } from './map-reader.js';

/** What one generation had collected, until the clear() that follows its print() is handled. */
interface Taken {
  readonly snapshot: MapSnapshot;
  /** Sites that have printed it: none does so twice in one run of its probe. */
  readonly printed: Set<number>;
}

export interface ScriptMapsOptions {
  readonly maps: ReadonlyMap<string, LoadedMap>;
  readonly globals: Pick<Globals, 'word' | 'setWord'>;
  /** Returns when all programs that were running have ended. */
  readonly wait: () => void;
  /** What a set of prefixes has counted; undefined: that is no set. */
  readonly set?: (name: string) => MapSnapshot | undefined;
}

export class ScriptMaps {
  readonly #options: ScriptMapsOptions;
  readonly #taken = new Map<string, Taken>();
  /** When each map was last turned, ns of CLOCK_MONOTONIC. */
  readonly #turnedAt = new Map<string, bigint>();
  /** Scalars that were zeroed and so count as set. */
  readonly #zeroed = new Set<string>();

  constructor(options: ScriptMapsOptions) {
    this.#options = options;
  }

  /** In order of name. */
  get names(): readonly string[] {
    return [...this.#options.maps.values()].flatMap(({ spec }) =>
      spec.user === undefined ? [] : [spec.name],
    );
  }

  /** The map as it is now. */
  read(name: string): MapSnapshot {
    return this.#options.set?.(name) ?? this.#snapshot(this.#current(name), name);
  }

  clear(name: string): void {
    this.#current(name).clear();
    this.#zeroed.delete(name);
  }

  zero(name: string): void {
    this.#current(name).zero(this.#spec(name).user);
  }

  /** What to print for an event of print() that a clear() follows. */
  take(name: string, { flip, site, at }: GenerationTurn): MapSnapshot {
    const turning = flip.filter(({ map }) => {
      const taken = this.#taken.get(map);
      return taken === undefined || taken.printed.has(site);
    });
    // The event may have waited while the map was turned for another: then nothing was collected between the two.
    const late = turning.filter(({ map }) => at < (this.#turnedAt.get(map) ?? 0n));
    for (const { map } of late) this.#keep(map, { ...this.read(map), entries: [] });
    this.turn(turning.filter(each => !late.includes(each)));
    const taken = this.#taken.get(name);
    if (taken === undefined) throw new InternalError(`${name} does not turn with its print()`);
    taken.printed.add(site);
    return taken.snapshot;
  }

  /** Ends a generation of each map; take() and taken() give what it had collected. */
  turn(flip: GenerationTurn['flip']): void {
    if (flip.length === 0) return;
    const { globals, wait } = this.#options;
    for (const { map } of flip) {
      const { word } = this.#twin(map);
      globals.setWord(word, globals.word(word) === 0n ? 1n : 0n);
    }
    wait();
    for (const { map, after } of flip) {
      const idle = this.#idle(map);
      const snapshot = this.#snapshot(idle, map);
      if (idle.isArray) idle.clear();
      else if (snapshot.entries.length > 0)
        this.#empty(idle, after === 'zero' ? this.#current(map) : undefined);
      if (after === 'zero' && snapshot.entries.length > 0) this.#zeroed.add(map);
      else this.#zeroed.delete(map);
      this.#keep(map, snapshot);
      this.#turnedAt.set(map, process.hrtime.bigint());
    }
  }

  /** What a turned map had collected; it is then forgotten. */
  forget(name: string): MapSnapshot | undefined {
    const taken = this.#taken.get(name);
    this.#taken.delete(name);
    return taken?.snapshot;
  }

  #keep(name: string, snapshot: MapSnapshot): void {
    this.#taken.set(name, { snapshot, printed: new Set() });
  }

  /** Deletes all keys; `heir` gets those it has not, with zeros. */
  #empty(idle: LoadedMap, heir: LoadedMap | undefined): void {
    const { count, keys } = idle.readAll(true);
    const { keySize } = idle.spec;
    for (let i = 0; i < count && heir !== undefined; i++) {
      heir.insertZero(keys.subarray(i * keySize, (i + 1) * keySize));
    }
  }

  #snapshot(map: LoadedMap, name: string): MapSnapshot {
    const snapshot = readMap(map, this.#spec(name));
    return this.#zeroed.has(name) ? zeroed(snapshot) : snapshot;
  }

  /** The one that programs write to. */
  #current(name: string): LoadedMap {
    const { twin } = this.#spec(name).user ?? {};
    if (twin === undefined) return this.#map(name);
    return this.#options.globals.word(twin.word) === 0n ? this.#map(name) : this.#map(twin.map);
  }

  #idle(name: string): LoadedMap {
    const twin = this.#twin(name);
    return this.#options.globals.word(twin.word) === 0n ? this.#map(twin.map) : this.#map(name);
  }

  #twin(name: string): { readonly map: string; readonly word: string } {
    const { twin } = this.#spec(name).user ?? {};
    if (twin === undefined) throw new InternalError(`${name} has one generation`);
    return twin;
  }

  #spec(name: string): MapSpec {
    return this.#map(name).spec;
  }

  #map(name: string): LoadedMap {
    const map = this.#options.maps.get(name);
    if (map === undefined) throw new InternalError(`no map ${name}`);
    return map;
  }
}
