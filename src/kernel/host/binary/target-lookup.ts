// Targets of probes of user space, as people write them -> files: a path, a path with wildcards, the name of a program or of a
// library, `*`. With -p names mean what they mean to that process, which may live in a container.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { globPattern, hasWildcard } from '../../../compiler/types/glob.js';
import { findLibrary, type Library, readLibraryCache } from './library-cache.js';
import { mappedFiles, mountNamespace } from './mapped-files.js';

export interface LookupOptions {
  readonly arch: 'x86_64' | 'aarch64';
  readonly pid: number | undefined;
  /** Program of -c, which `*` means before it runs. */
  readonly command: string | undefined;
  /** The search path for programs. */
  readonly searchPath: string;
}

const MOST_MATCHES = 10_000;

export class TargetLookup {
  readonly #options: LookupOptions;
  /** Prefix of absolute paths: '/proc/PID/root' where the process has other mounts than we. */
  readonly root: string;
  #libraries: readonly Library[] | undefined;

  constructor(options: LookupOptions) {
    this.#options = options;
    const { pid } = options;
    const elsewhere = pid !== undefined && mountNamespace(String(pid)) !== mountNamespace('self');
    this.root = elsewhere ? `/proc/${pid}/root` : '';
  }

  resolve(target: string): readonly string[] {
    if (target === '') return [];
    if (target === '*') return this.#everything();
    if (hasWildcard(target)) return this.#glob(target);
    if (target.includes('/')) return this.#existing(this.#rooted(target));
    const found = this.#program(target) ?? findLibrary(this.#cache(), target)?.path;
    return found === undefined ? [] : this.#existing(this.#rooted(found));
  }

  /** Names beside the target, or all that it could have been. */
  alternatives(target: string): readonly string[] {
    if (hasWildcard(target)) return [];
    if (target.includes('/')) {
      const folder = dirname(target);
      const prefix = target.slice(0, target.lastIndexOf('/') + 1);
      return entriesOf(this.#rooted(folder)).map(name => prefix + name);
    }
    const programs = this.#folders().flatMap(entriesOf);
    const libraries = this.#cache().flatMap(({ name }) => [name, name.replace(/\.so\b.*$/, '')]);
    return [...new Set([...programs, ...libraries])];
  }

  #everything(): readonly string[] {
    const { pid, command } = this.#options;
    if (pid === undefined && command !== undefined) return this.resolve(command);
    return mappedFiles(pid);
  }

  /** The name as a file here comes first, then the search path. */
  #program(name: string): string | undefined {
    if (isFile(name)) return `./${name}`;
    return this.#folders()
      .map(folder => `${folder}/${name}`)
      .find(file => isFile(this.#rooted(file)));
  }

  #folders(): readonly string[] {
    return this.#options.searchPath.split(':').filter(folder => folder.startsWith('/'));
  }

  #cache(): readonly Library[] {
    if (this.#libraries === undefined) {
      let bytes = Buffer.alloc(0);
      try {
        bytes = readFileSync(`${this.root}/etc/ld.so.cache`);
      } catch {
        // A system without one (musl, a bare container).
      }
      this.#libraries = readLibraryCache(bytes, this.#options.arch);
    }
    return this.#libraries;
  }

  #existing(file: string): readonly string[] {
    return existsSync(file) ? [file] : [];
  }

  #rooted(file: string): string {
    return file.startsWith('/') && !file.startsWith(`${this.root}/`) ? this.root + file : file;
  }

  /** Files whose path matches, `*` not across `/`. A pattern without `/` is looked for in the search path. */
  #glob(pattern: string): readonly string[] {
    if (!pattern.includes('/')) return this.#folders().flatMap(folder => this.#glob(`${folder}/${pattern}`));
    const parts = this.#rooted(pattern).split('/');
    let found = [parts[0] === '' ? '/' : ''];
    for (const [i, part] of parts.entries()) {
      if (i === 0 && part === '') continue;
      const last = i === parts.length - 1;
      found = found.flatMap(before => {
        if (!hasWildcard(part)) return [join(before, part)];
        const matching = globPattern(part);
        return entriesOf(before === '' ? '.' : before)
          .filter(name => matching.test(name) && (!name.startsWith('.') || part.startsWith('.')))
          .map(name => join(before, name));
      });
      if (found.length > MOST_MATCHES) found.length = MOST_MATCHES;
      found = found.filter(last ? isFile : existsSync);
    }
    return found.sort();
  }
}

function join(before: string, name: string): string {
  return before === '' || before.endsWith('/') ? before + name : `${before}/${name}`;
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
