// Addresses of processes -> symbols, also of processes that have gone, if they were seen while they lived. What a process
// has mapped is read when one of its addresses first arrives, and again when one arrives that was not mapped then, or when it
// runs another program.
import { ElfCache } from './elf-cache.js';
import { exeOf, ProcessImage } from './process-image.js';
import { Vdso } from './vdso.js';

/** Processes whose mappings are kept, the least recently seen go first. */
const MOST_PROCESSES = 1024;

export class UserSymbols {
  readonly #cache = new ElfCache();
  readonly #vdso = new Vdso();
  readonly #images = new Map<number, ProcessImage>();

  /** The process as it is now, or was last seen; undefined when it never was. Stays valid for these addresses. */
  see(pid: number, addresses: readonly number[]): ProcessImage | undefined {
    const known = this.#images.get(pid);
    let image = known;
    if (known === undefined || isStale(known, addresses))
      image = ProcessImage.read(pid, this.#cache, this.#vdso) ?? known;
    if (image === undefined) return undefined;
    this.#images.delete(pid);
    this.#images.set(pid, image);
    if (this.#images.size > MOST_PROCESSES) this.#forgetOldest();
    for (const address of addresses) image.prepare(address);
    return image;
  }

  close(): void {
    for (const image of this.#images.values()) image.close();
    this.#images.clear();
    this.#cache.close();
  }

  #forgetOldest(): void {
    const [oldest] = this.#images.keys();
    if (oldest !== undefined) this.#images.delete(oldest);
  }
}

function isStale(image: ProcessImage, addresses: readonly number[]): boolean {
  if (addresses.some(address => !image.covers(address))) return true;
  const exe = exeOf(image.pid);
  return exe !== undefined && exe !== image.exe;
}
