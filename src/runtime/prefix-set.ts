// One set of prefixes (compiler/lower/set.ts). A new list is built beside the one that programs ask, which they do until it is
// complete; when it cannot be had, the old one stays.
import type { PrefixSetSpec } from '../compiler/object-spec.js';
import { PREFIX_KEY_SIZE, PREFIX_LENGTH_SIZE, PREFIX_VALUE_SIZE } from '../compiler/types/prefix-key.js';
import { UINT64 } from '../compiler/types/type.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import { PrefixTrie } from '../kernel/load/prefix-trie.js';
import { mapDeleteElem } from '../kernel/sys/map.js';
import type { MapSnapshot } from '../output/sink.js';
import { ipv4Text, ipv6Text } from '../output/text/address.js';
import { type PrefixList, PrefixReader } from './prefix-list.js';
import { notPrefixes, tooMany } from './prefix-problems.js';
import type { LiveSet, SetContext } from './set-files.js';

/** Both architectures we know are little-endian. */
const LITTLE_ENDIAN = true;
/** Keys in one call of the kernel, which holds the trie's lock for each; lines read in one go. */
const BATCH = 4096;
const SHOWN: MapSnapshot['key'] = { kind: 'string', size: 64 };

export class PrefixSet implements LiveSet {
  readonly #spec: PrefixSetSpec;
  readonly #context: SetContext;
  #tries: readonly PrefixTrie[] = [];
  /** By text of the prefix: what tries that are gone had counted. */
  readonly #counts = new Map<string, bigint>();

  constructor(spec: PrefixSetSpec, context: SetContext) {
    this.#spec = spec;
    this.#context = context;
  }

  async load(bytes: Uint8Array, path: string): Promise<string | undefined> {
    const list = await this.#readList(bytes, path);
    if (list === undefined) return undefined;
    const built: Built[] = [];
    const drop = () => {
      for (const { trie } of built) trie.close();
    };
    try {
      if (await this.#build(list, built)) {
        this.#turnTo(built);
        return list.count === 1 ? '1 prefix' : `${list.count} prefixes`;
      }
      drop();
      return undefined;
    } catch (error) {
      drop();
      throw error;
    }
  }

  /** Prefixes that were met, with how often. */
  read(): MapSnapshot {
    const counts = new Map(this.#counts);
    addCounts(counts, this.#tries);
    const entries = [...counts].map(([prefix, value]) => ({ key: new TextEncoder().encode(prefix), value }));
    return { name: this.#spec.name, key: SHOWN, value: UINT64, entries };
  }

  close(): void {
    for (const trie of this.#tries) trie.close();
  }

  async #readList(bytes: Uint8Array, path: string): Promise<PrefixList | undefined> {
    const goesOn = this.#context.pace(false);
    const reader = new PrefixReader(bytes);
    while (reader.read(BATCH)) if (!(await goesOn(0, 0))) return undefined;
    if (reader.badCount > 0) throw notPrefixes(reader, bytes, path);
    const list = reader.list();
    if (list.count > this.#spec.maxEntries) throw tooMany(this.#spec, list.count, path, this.#context.source);
    return list;
  }

  /** False: the session ended meanwhile. What was made until then is among `built`. */
  async #build(list: PrefixList, built: Built[]): Promise<boolean> {
    const families = (['v4', 'v6'] as const).flatMap(family => {
      const array = this.#context.maps.get(this.#spec.maps[family] ?? '');
      const inner = array?.spec.inner;
      return array === undefined || inner === undefined ? [] : [{ array, inner, keys: list[family] }];
    });
    const total = families.reduce((sum, { keys, inner }) => sum + keys.length / inner.keySize, 0);
    let done = 0;
    const goesOn = this.#context.pace(true);
    for (const { array, inner, keys } of families) {
      const trie = new PrefixTrie(inner, array.spec.name);
      built.push({ array, trie });
      const step = BATCH * inner.keySize;
      for (let at = 0; at < keys.length; at += step) {
        const part = keys.subarray(at, at + step);
        trie.add(part);
        done += part.length / inner.keySize;
        if (!(await goesOn(done, total))) return false;
      }
    }
    return true;
  }

  /** Programs ask the new tries from one moment on; when none asks the old ones any more these are read and let go of. */
  #turnTo(built: readonly Built[]): void {
    const { globals, wait } = this.#context;
    const { word, counted } = this.#spec;
    const before = Number(globals.word(word));
    const next = 1 - before;
    for (const { array, trie } of built) array.write(u32(next), u32(trie.fd));
    globals.setWord(word, BigInt(next));
    wait();
    const old = this.#tries;
    this.#tries = built.map(({ trie }) => trie);
    if (counted) addCounts(this.#counts, old);
    for (const { array } of built) mapDeleteElem(array.fd, u32(before));
    for (const trie of old) trie.close();
  }
}

interface Built {
  /** The array of maps that it is put into. */
  readonly array: LoadedMap;
  readonly trie: PrefixTrie;
}

function u32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

/** Adds what tries have counted, by the text of each prefix. */
function addCounts(counts: Map<string, bigint>, tries: readonly PrefixTrie[]): void {
  for (const trie of tries) {
    const { keySize } = trie;
    const { count, keys, values } = trie.read();
    const data = new DataView(values.buffer, values.byteOffset, values.byteLength);
    for (let i = 0; i < count; i++) {
      const value = data.getBigUint64(i * PREFIX_VALUE_SIZE, LITTLE_ENDIAN);
      if (value === 0n) continue;
      const prefix = prefixText(keys.subarray(i * keySize, (i + 1) * keySize));
      counts.set(prefix, (counts.get(prefix) ?? 0n) + value);
    }
  }
}

/** Of a key: 10.0.0.0/8, or the address alone when it is all of it. */
function prefixText(key: Uint8Array): string {
  const length = new DataView(key.buffer, key.byteOffset).getUint32(0, LITTLE_ENDIAN);
  const is4 = key.length === PREFIX_KEY_SIZE[4];
  const address = is4 ? ipv4Text(key, PREFIX_LENGTH_SIZE) : ipv6Text(key, PREFIX_LENGTH_SIZE);
  return length === (is4 ? 32 : 128) ? address : `${address}/${length}`;
}
