// Files that processes have mapped, opened while they can be (a container's file system, a deleted file) and read only when
// an address in them has to be named. One per device and inode: as long as it is open the inode is not given to another.
import { closeSync } from 'node:fs';
import { fileSource, openDebugFile, openFile } from './debug-file.js';
import { ElfFile } from './elf.js';
import type { FoundSymbol } from './elf-symbols.js';

/** Open at a time; RLIMIT_NOFILE is 1024 in many places. */
const MOST_OPEN = 256;

/** A mapped file: `symbol` takes an offset in the file. */
export class MappedFile {
  readonly #path: string;
  readonly #root: string;
  #fd: number | undefined;
  #elf: ElfFile | undefined;
  #debug: ElfFile | undefined;
  #debugFd: number | undefined;
  #loaded = false;

  /** Takes the fd over. `root`: where the process's `/` is, '' for ours. */
  constructor(fd: number, filePath: string, root: string) {
    this.#fd = fd;
    this.#path = filePath;
    this.#root = root;
  }

  symbol(fileOffset: number): FoundSymbol | undefined {
    const elf = this.#load();
    const address = elf?.addressOf(fileOffset);
    if (elf === undefined || address === undefined) return undefined;
    return (this.#debug ?? elf).symbols().lookup(address) ?? elf.symbols().lookup(address);
  }

  /** The file itself, for those who look for names in it. */
  get elf(): ElfFile | undefined {
    return this.#load();
  }

  /** Reads the symbols first, so that what was asked for can be named later. */
  close(): void {
    if (this.#fd === undefined) return;
    this.#load()?.symbols();
    this.#debug?.symbols();
    closeSync(this.#fd);
    if (this.#debugFd !== undefined) closeSync(this.#debugFd);
    this.#fd = undefined;
    this.#debugFd = undefined;
  }

  /** Without reading anything more: at the end. */
  drop(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    if (this.#debugFd !== undefined) closeSync(this.#debugFd);
    this.#fd = undefined;
    this.#debugFd = undefined;
  }

  #load(): ElfFile | undefined {
    if (this.#loaded || this.#fd === undefined) return this.#elf;
    this.#loaded = true;
    this.#elf = ElfFile.open(fileSource(this.#fd));
    if (this.#elf !== undefined && !this.#elf.hasSymtab) this.#openDebug(this.#elf);
    return this.#elf;
  }

  #openDebug(elf: ElfFile): void {
    const found = openDebugFile(elf, {
      path: this.#path,
      roots: this.#root === '' ? [''] : [this.#root, ''],
      accept: debug => debug.hasSymtab,
    });
    this.#debug = found?.elf;
    this.#debugFd = found?.fd;
  }
}

/** The files of all processes, by 'device:inode'; the least recently used are closed. */
export class ElfCache {
  readonly #files = new Map<string, MappedFile>();

  /** `candidates`: names it can be opened by now, the best first. Undefined when none can. */
  file(key: string, candidates: readonly string[], filePath: string, root: string): MappedFile | undefined {
    const known = this.#files.get(key);
    if (known !== undefined) {
      this.#files.delete(key);
      this.#files.set(key, known);
      return known;
    }
    for (const name of candidates) {
      const fd = openFile(name);
      if (fd === undefined) continue;
      const file = new MappedFile(fd, filePath, root);
      this.#files.set(key, file);
      if (this.#files.size > MOST_OPEN) this.#closeOldest();
      return file;
    }
    return undefined;
  }

  close(): void {
    for (const file of this.#files.values()) file.drop();
    this.#files.clear();
  }

  #closeOldest(): void {
    const [oldest] = this.#files;
    if (oldest === undefined) return;
    this.#files.delete(oldest[0]);
    oldest[1].close();
  }
}
