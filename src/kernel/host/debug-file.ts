// Debug information and symbols that were split off a file: found by build id, else by the name in .gnu_debuglink, in the places
// where gdb and elfutils look.
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { crc32 } from './crc32.js';
import { ElfFile, type ElfSource } from './elf.js';

const DEBUG_ROOT = '/usr/lib/debug';

export interface DebugFileOptions {
  /** Of the stripped file, as its process names it. */
  readonly path: string;
  /** Prefixes of absolute paths, tried in order: '' for ours, '/proc/PID/root'. */
  readonly roots: readonly string[];
  /** Further folders (--debuginfo), absolute or relative to that of the file; with a + in front the CRC-32 is checked too. */
  readonly folders?: readonly string[];
  /** What it is wanted for. */
  readonly accept: (debug: ElfFile) => boolean;
}

/** The fd becomes the caller's. */
export function openDebugFile(
  elf: ElfFile,
  { path: filePath, roots, folders = [], accept }: DebugFileOptions,
): { readonly elf: ElfFile; readonly fd: number } | undefined {
  const id = elf.buildId();
  const link = elf.debugLink();
  const folder = dirname(filePath);
  const sameId = (debug: ElfFile) => debug.buildId() === id;
  const sameSum = (_: ElfFile, fd: number) => link !== undefined && crc32(fileSource(fd)) === link.crc;
  const fits = (debug: ElfFile, fd: number) =>
    id !== undefined && debug.buildId() !== undefined ? sameId(debug) : sameSum(debug, fd);
  const attempt = (name: string, ok: (debug: ElfFile, fd: number) => boolean) => openIf(name, accept, ok);
  const byId =
    id !== undefined && id.length > 2 ? `.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug` : undefined;

  for (const given of folders) {
    const strict = given.startsWith('+');
    const place = resolve(folder, strict ? given.slice(1) : given);
    const names = [byId, link?.name, link && join(folder, link.name), `${basename(filePath)}.debug`];
    for (const name of names) {
      if (name === undefined) continue;
      const found = attempt(
        join(place, name),
        (debug, fd) => fits(debug, fd) && (!strict || sameSum(debug, fd)),
      );
      if (found !== undefined) return found;
    }
  }
  for (const root of byId === undefined ? [] : roots) {
    const found = attempt(`${root}${DEBUG_ROOT}/${byId}`, sameId);
    if (found !== undefined) return found;
  }
  if (link === undefined) return undefined;
  for (const root of roots) {
    for (const place of [folder, `${folder}/.debug`, DEBUG_ROOT + folder]) {
      const found = attempt(`${root}${place}/${link.name}`, fits);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function openIf(
  name: string,
  accept: (debug: ElfFile) => boolean,
  fits: (debug: ElfFile, fd: number) => boolean,
): { readonly elf: ElfFile; readonly fd: number } | undefined {
  if (!existsSync(name)) return undefined;
  const fd = openFile(name);
  if (fd === undefined) return undefined;
  const elf = ElfFile.open(fileSource(fd));
  if (elf !== undefined && accept(elf) && fits(elf, fd)) return { elf, fd };
  closeSync(fd);
  return undefined;
}

/** A regular file; anything else could block or do something when it is opened. */
export function openFile(name: string): number | undefined {
  try {
    const fd = openSync(name, 'r');
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
  } catch {
    // Not there, or not for us.
  }
  return undefined;
}

export function fileSource(fd: number): ElfSource {
  return {
    read(at, length) {
      if (!Number.isSafeInteger(at) || length <= 0) return Buffer.alloc(0);
      const size = fstatSync(fd).size;
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - at)));
      let got = 0;
      while (got < bytes.length) {
        const n = readSync(fd, bytes, got, bytes.length - got, at + got);
        if (n === 0) break;
        got += n;
      }
      return bytes.subarray(0, got);
    },
  };
}
