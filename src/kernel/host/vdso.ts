// The vdso: code that the kernel maps into every process, an ELF image without a file. All processes of the same word size
// have the same one, so it is read from our own memory.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { ElfFile } from './elf.js';
import type { FoundSymbol } from './elf-symbols.js';

export class Vdso {
  #elf: ElfFile | undefined;
  #tried = false;

  /** `offset`: bytes from where it is mapped. */
  symbol(offset: number): FoundSymbol | undefined {
    if (!this.#tried) {
      this.#tried = true;
      this.#elf = readOwn();
    }
    const address = this.#elf?.addressOf(offset);
    return address === undefined ? undefined : this.#elf?.symbols().lookup(address);
  }
}

function readOwn(): ElfFile | undefined {
  const range = /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m.exec(readFileSync('/proc/self/maps', 'latin1'));
  if (range === null) return undefined;
  const start = Number.parseInt(range[1]!, 16);
  const image = Buffer.alloc(Number.parseInt(range[2]!, 16) - start);
  const memory = openSync('/proc/self/mem', 'r');
  try {
    readSync(memory, image, 0, image.length, start);
  } catch {
    return undefined;
  } finally {
    closeSync(memory);
  }
  return ElfFile.open({ read: (at, length) => image.subarray(at, at + length) });
}
