// The sets of prefixes of a session: loaded from their files before anything is attached, and again when a file changes or SIGUSR1
// comes. A new list is built beside the one that programs ask, which they do until it is complete (compiler/lower/set.ts); when it
// cannot be had, the old one stays.
import { readFileSync, statSync } from 'node:fs';
import type { SourceFile } from '../compiler/diagnostics/diagnostic.js';
import type { SetSpec } from '../compiler/object-spec.js';
import { PREFIX_KEY_SIZE, PREFIX_LENGTH_SIZE, PREFIX_VALUE_SIZE } from '../compiler/types/prefix-key.js';
import { UINT64 } from '../compiler/types/type.js';
import { errorCode, MissingError } from '../kernel/host/missing.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import { PrefixTrie } from '../kernel/load/prefix-trie.js';
import { mapDeleteElem } from '../kernel/sys/map.js';
import type { MapSnapshot } from '../output/sink.js';
import { ipv4Text, ipv6Text } from '../output/text/address.js';
import type { Globals } from './globals.js';
import { readPipe } from './patient-read.js';
import { type PrefixList, PrefixReader } from './prefix-list.js';
import { notPrefixes, tooMany } from './prefix-problems.js';

/** Says how far it is; false: give up. */
type Pace = (done: number, total: number) => boolean | Promise<boolean>;

export interface PrefixSetsOptions {
  readonly sets: readonly SetSpec[];
  /** The script: places of declarations are in it. */
  readonly source: SourceFile;
  /** By name of the set, with the @. */
  readonly files: ReadonlyMap<string, string>;
  readonly maps: ReadonlyMap<string, LoadedMap>;
  readonly globals: Pick<Globals, 'word' | 'setWord'>;
  /** Returns when all programs that were running have ended. */
  readonly wait: () => void;
  /** For one set. Reading is not told, of which nobody knows how much is left. */
  readonly pace: (told: boolean) => Pace;
  /** Told of each list that has taken the place of another. */
  readonly onReload: (text: string) => void;
  /** Told why a list could not take the place of another. */
  readonly onFailure: (set: string, error: unknown) => void;
}

/** Both architectures we know are little-endian. */
const LITTLE_ENDIAN = true;
/** Keys in one call of the kernel, which holds the trie's lock for each; lines read in one go. */
const BATCH = 4096;
/** ms between looks at the files. A file that has changed is read when it has not changed again until the next look. */
const LOOK = 500;
/** identity() of a pipe and its like. */
const ONCE = 'once';
const SHOWN: MapSnapshot['key'] = { kind: 'string', size: 64 };

interface Loaded {
  readonly spec: SetSpec;
  readonly path: string;
  tries: readonly PrefixTrie[];
  /** Which file was read: it may have been refused. */
  read: string;
  /** At the last look. */
  seen: string;
  /** It is to be loaded again, when its turn comes. */
  waits: boolean;
}

export class PrefixSets {
  readonly #options: PrefixSetsOptions;
  readonly #loaded: readonly Loaded[];
  /** By name of the set and text of the prefix: what tries that are gone had counted. */
  readonly #counts = new Map<string, Map<string, bigint>>();
  #turn: Promise<void> = Promise.resolve();
  #closed = false;
  #stopWatching: () => void = () => {};

  constructor(options: PrefixSetsOptions) {
    this.#options = options;
    this.#loaded = options.sets.flatMap(spec => {
      const path = options.files.get(spec.name);
      return path === undefined
        ? []
        : [{ spec, path, tries: [], read: identity(path), seen: '', waits: false }];
    });
  }

  /**
   * All of them; what is in each, in words. From now on files that change are read again, and all of them at SIGUSR1 (which would
   * else have Node listen for a debugger). Throws a PrefixFileError, or what the kernel says.
   */
  load(): Promise<string[]> {
    const loaded = this.#loadAll();
    this.#turn = loaded.then(
      () => {},
      () => {},
    );
    this.#watch();
    return loaded;
  }

  async #loadAll(): Promise<string[]> {
    const words: string[] = [];
    for (const each of this.#loaded) {
      const count = await this.#load(each);
      if (count !== undefined) words.push(`set ${each.spec.name}: ${prefixes(count)} of ${each.path}`);
    }
    return words;
  }

  #watch(): void {
    const look = () => {
      for (const each of this.#loaded) {
        const now = identity(each.path);
        if (now !== each.read && now === each.seen) this.#reload(each);
        each.seen = now;
      }
    };
    const signalled = () => {
      for (const each of this.#loaded) this.#reload(each);
    };
    this.#stopWatching();
    const timer = setInterval(look, LOOK).unref();
    process.on('SIGUSR1', signalled);
    this.#stopWatching = () => {
      clearInterval(timer);
      process.off('SIGUSR1', signalled);
    };
  }

  /** Prefixes that were met, with how often; undefined: there is no such set. */
  read(name: string): MapSnapshot | undefined {
    const spec = this.#options.sets.find(each => each.name === name);
    if (spec === undefined) return undefined;
    const counts = new Map(this.#counts.get(name));
    for (const { tries } of this.#loaded.filter(each => each.spec === spec)) addCounts(counts, tries);
    const entries = [...counts].map(([prefix, value]) => ({ key: new TextEncoder().encode(prefix), value }));
    return { name, key: SHOWN, value: UINT64, entries };
  }

  /** Programs may go on asking what the kernel holds. */
  close(): void {
    this.#closed = true;
    this.#stopWatching();
    for (const { tries } of this.#loaded) for (const trie of tries) trie.close();
  }

  /** One after the other. */
  #reload(each: Loaded): void {
    if (each.waits) return;
    each.waits = true;
    this.#turn = this.#turn.then(async () => {
      each.waits = false;
      if (this.#closed) return;
      try {
        if (each.read === ONCE || identity(each.path) === ONCE)
          throw new MissingError(`${each.path} is no file`, 'it could be read but once');
        const count = await this.#load(each);
        if (count !== undefined)
          this.#options.onReload(`${each.spec.name}: loaded ${each.path} again, ${prefixes(count)}`);
      } catch (error) {
        this.#options.onFailure(each.spec.name, error);
      }
    });
  }

  /** How many there are now; undefined: the session ended meanwhile. */
  async #load(each: Loaded): Promise<number | undefined> {
    const { spec, path } = each;
    each.read = identity(path);
    const list = await this.#readList(spec, path);
    if (list === undefined) return undefined;
    const built: Built[] = [];
    const drop = () => {
      for (const { trie } of built) trie.close();
    };
    try {
      if (await this.#build(spec, list, built)) {
        this.#turnTo(each, built);
        return list.count;
      }
      drop();
      return undefined;
    } catch (error) {
      drop();
      throw error;
    }
  }

  async #readList(spec: SetSpec, path: string): Promise<PrefixList | undefined> {
    const pace = this.#options.pace(false);
    const goesOn = async () => (await pace(0, 0)) && !this.#closed;
    const bytes = await readWhole(path, goesOn);
    if (bytes === undefined) return undefined;
    const reader = new PrefixReader(bytes);
    while (reader.read(BATCH)) if (!(await goesOn())) return undefined;
    if (reader.badCount > 0) throw notPrefixes(reader, bytes, path);
    const list = reader.list();
    if (list.count > spec.maxEntries) throw tooMany(spec, list.count, path, this.#options.source);
    return list;
  }

  /** False: the session ended meanwhile. What was made until then is among `built`. */
  async #build(spec: SetSpec, list: PrefixList, built: Built[]): Promise<boolean> {
    const families = (['v4', 'v6'] as const).flatMap(family => {
      const array = this.#options.maps.get(spec.maps[family] ?? '');
      const inner = array?.spec.inner;
      return array === undefined || inner === undefined ? [] : [{ array, inner, keys: list[family] }];
    });
    const total = families.reduce((sum, { keys, inner }) => sum + keys.length / inner.keySize, 0);
    let done = 0;
    const pace = this.#options.pace(true);
    for (const { array, inner, keys } of families) {
      const trie = new PrefixTrie(inner, array.spec.name);
      built.push({ array, trie });
      const step = BATCH * inner.keySize;
      for (let at = 0; at < keys.length; at += step) {
        const part = keys.subarray(at, at + step);
        trie.add(part);
        done += part.length / inner.keySize;
        if (!(await pace(done, total)) || this.#closed) return false;
      }
    }
    return true;
  }

  /** Programs ask the new tries from one moment on; when none asks the old ones any more these are read and let go of. */
  #turnTo(each: Loaded, built: readonly Built[]): void {
    const { globals, wait } = this.#options;
    const { name, word, counted } = each.spec;
    const before = Number(globals.word(word));
    const next = 1 - before;
    for (const { array, trie } of built) array.write(u32(next), u32(trie.fd));
    globals.setWord(word, BigInt(next));
    wait();
    const old = each.tries;
    each.tries = built.map(({ trie }) => trie);
    if (counted && old.length > 0) {
      const counts = this.#counts.get(name) ?? new Map<string, bigint>();
      addCounts(counts, old);
      this.#counts.set(name, counts);
    }
    for (const { array } of built) mapDeleteElem(array.fd, u32(before));
    for (const trie of old) trie.close();
  }
}

interface Built {
  /** The array of maps that it is put into. */
  readonly array: LoadedMap;
  readonly trie: PrefixTrie;
}

/** Undefined: the session ended meanwhile. Throws an error that names the file. */
async function readWhole(path: string, goesOn: () => Promise<boolean>): Promise<Uint8Array | undefined> {
  try {
    return isPipe(path) ? await readPipe(path, goesOn) : readFileSync(path);
  } catch (error) {
    throw Object.assign(error as Error, { path });
  }
}

function isPipe(path: string): boolean {
  return statSync(path).isFIFO();
}

/** Which file it is, and as of when; what can be read but once is always the same, as is what cannot be looked at. */
function identity(path: string): string {
  try {
    const stat = statSync(path, { bigint: true });
    return stat.isFile() ? [stat.dev, stat.ino, stat.size, stat.mtimeNs].join(' ') : ONCE;
  } catch (error) {
    return errorCode(error);
  }
}

function prefixes(count: number): string {
  return count === 1 ? '1 prefix' : `${count} prefixes`;
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
