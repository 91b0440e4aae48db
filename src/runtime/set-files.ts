// The sets of a session: loaded from their files before anything is attached, and again when a file changes or SIGUSR1 comes. When
// a new list cannot be had, the old one stays.
import { readFileSync, statSync } from 'node:fs';
import type { SourceFile } from '../compiler/diagnostics/diagnostic.js';
import type { SetSpec } from '../compiler/object-spec.js';
import { errorCode, MissingError } from '../kernel/host/missing.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import type { MapSnapshot } from '../output/sink.js';
import { BackendSet } from './backend-set.js';
import type { Globals } from './globals.js';
import { readPipe } from './patient-read.js';
import { PrefixSet } from './prefix-set.js';

/** Says how far it is; false: give up. */
type Pace = (done: number, total: number) => boolean | Promise<boolean>;

/** What lists of a set are loaded with. */
export interface SetContext {
  /** The script: places of declarations are in it. */
  readonly source: SourceFile;
  readonly maps: ReadonlyMap<string, LoadedMap>;
  readonly globals: Pick<Globals, 'word' | 'setWord'>;
  /** Returns when all programs that were running have ended. */
  readonly wait: () => void;
  /** For one set. Reading is not told, of which nobody knows how much is left. */
  readonly pace: (told: boolean) => Pace;
}

export interface SetFilesOptions extends SetContext {
  readonly sets: readonly SetSpec[];
  /** By name of the set, with the @. */
  readonly files: ReadonlyMap<string, string>;
  /** Told of each list that has taken the place of another. */
  readonly onReload: (text: string) => void;
  /** Told why a list could not take the place of another. */
  readonly onFailure: (set: string, error: unknown) => void;
}

/** A set of one kind. */
export interface LiveSet {
  /** Has a list take the place of the one before; what there is now, in words. Undefined: the session ended meanwhile. */
  load(bytes: Uint8Array, path: string): Promise<string | undefined>;
  /** What is counted of it, where print() tells that. */
  read(): MapSnapshot | undefined;
  /** Programs may go on asking what the kernel holds. */
  close(): void;
}

/** ms between looks at the files. A file that has changed is read when it has not changed again until the next look. */
const LOOK = 500;
/** identity() of a pipe and its like. */
const ONCE = 'once';

interface Loaded {
  readonly name: string;
  readonly set: LiveSet;
  readonly path: string;
  /** Which file was read: it may have been refused. */
  read: string;
  /** At the last look. */
  seen: string;
  /** It is to be loaded again, when its turn comes. */
  waits: boolean;
}

export class SetFiles {
  readonly #options: SetFilesOptions;
  readonly #sets: ReadonlyMap<string, LiveSet>;
  readonly #loaded: readonly Loaded[];
  #turn: Promise<void> = Promise.resolve();
  #closed = false;
  #stopWatching: () => void = () => {};

  constructor(options: SetFilesOptions) {
    this.#options = options;
    const { sets, files, source, maps, globals, wait } = options;
    const pace = (told: boolean): Pace => {
      const given = options.pace(told);
      return async (done, total) => (await given(done, total)) && !this.#closed;
    };
    const context: SetContext = { source, maps, globals, wait, pace };
    this.#sets = new Map(
      sets.map(spec => [
        spec.name,
        spec.type === 'backends' ? new BackendSet(spec, context) : new PrefixSet(spec, context),
      ]),
    );
    this.#loaded = [...this.#sets].flatMap(([name, set]) => {
      const path = files.get(name);
      return path === undefined ? [] : [{ name, set, path, read: identity(path), seen: '', waits: false }];
    });
  }

  /**
   * All of them; what is in each, in words. From now on files that change are read again, and all of them at SIGUSR1 (which would
   * else have Node listen for a debugger). Throws a SetFileError, or what the kernel says.
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
      const what = await this.#load(each);
      if (what !== undefined) words.push(`set ${each.name}: ${what} of ${each.path}`);
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

  /** What print() tells of a set; undefined: there is no such set. */
  read(name: string): MapSnapshot | undefined {
    return this.#sets.get(name)?.read();
  }

  /** Programs may go on asking what the kernel holds. */
  close(): void {
    this.#closed = true;
    this.#stopWatching();
    for (const set of this.#sets.values()) set.close();
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
        const what = await this.#load(each);
        if (what !== undefined) this.#options.onReload(`${each.name}: loaded ${each.path} again, ${what}`);
      } catch (error) {
        this.#options.onFailure(each.name, error);
      }
    });
  }

  /** What there is now; undefined: the session ended meanwhile. */
  async #load(each: Loaded): Promise<string | undefined> {
    const { set, path } = each;
    each.read = identity(path);
    const pace = this.#options.pace(false);
    const bytes = await readWhole(path, async () => (await pace(0, 0)) && !this.#closed);
    return bytes === undefined ? undefined : set.load(bytes, path);
  }
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
