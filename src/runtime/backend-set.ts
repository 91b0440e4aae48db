// One set of backends. Its table has two generations; a new list is written to the one that no program asks, and a word turned: each
// packet finds a backend of the old list or of the new one.
import type { BackendSetSpec } from '../compiler/object-spec.js';
import { generationBytes } from '../compiler/types/backend-table.js';
import { type Backend, parseBackends, tooManyBackends } from './backend-list.js';
import { BackendRows } from './backend-rows.js';
import type { LiveSet, SetContext } from './set-files.js';

const KEY = new Uint8Array(4);

export class BackendSet implements LiveSet {
  readonly #spec: BackendSetSpec;
  readonly #context: SetContext;
  readonly #rows: BackendRows;
  /** The array's value. */
  readonly #table: Uint8Array;

  constructor(spec: BackendSetSpec, context: SetContext) {
    this.#spec = spec;
    this.#context = context;
    this.#rows = new BackendRows(spec.maxEntries);
    this.#table = new Uint8Array(2 * generationBytes(spec.maxEntries));
  }

  async load(bytes: Uint8Array, path: string): Promise<string> {
    const backends = parseBackends(new TextDecoder().decode(bytes), path);
    if (backends.length > this.#spec.maxEntries)
      throw tooManyBackends(this.#spec, backends.length, path, this.#context.source);
    this.#turnTo(backends);
    return inWords(backends);
  }

  /** Programs read what is counted by backend_at(). */
  read(): undefined {
    return undefined;
  }

  close(): void {}

  #turnTo(backends: readonly Backend[]): void {
    const { maps, globals, wait } = this.#context;
    const { word, maps: names, maxEntries } = this.#spec;
    const table = maps.get(names.table ?? '');
    const counts = maps.get(names.counts ?? '');
    if (table === undefined || counts === undefined) return;
    for (const row of this.#rows.update(backends))
      counts.write(new Uint8Array(Uint32Array.of(row).buffer), new Uint8Array(counts.copies * counts.stride));
    const next = 1 - Number(globals.word(word));
    this.#table.set(this.#rows.bytes(), next * generationBytes(maxEntries));
    table.write(KEY, this.#table);
    globals.setWord(word, BigInt(next));
    wait();
  }
}

/** How many, and how many of them get no new flows. */
function inWords(backends: readonly Backend[]): string {
  const without = backends.filter(({ weight }) => weight === 0).length;
  const count = backends.length === 1 ? '1 backend' : `${backends.length} backends`;
  return without === 0 ? count : `${count}, ${without} of weight 0`;
}
