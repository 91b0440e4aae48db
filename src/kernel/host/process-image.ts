// What a process has mapped as code at one moment (/proc/PID/maps), kept after it has gone: an address -> file and offset in
// it -> symbol. Files are opened when an address in them is first met, read when it is named.
import { readFileSync, readlinkSync } from 'node:fs';
import type { ElfCache, MappedFile } from './elf-cache.js';
import type { FoundSymbol } from './elf-symbols.js';
import { PerfMap } from './perf-map.js';
import type { Vdso } from './vdso.js';

export interface UserSymbol extends FoundSymbol {
  /** The file it is of, as the process names it. */
  readonly file: string;
}

interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly offset: number; // of start, in the file
  readonly key: string; // device:inode
  readonly path: string; // '', '[vdso]' or absolute
}

export class ProcessImage {
  readonly pid: number;
  /** Link text of /proc/PID/exe: another after an execve. */
  readonly exe: string;
  readonly #mappings: readonly Mapping[]; // executable ones, ascending
  readonly #files = new Map<string, MappedFile | undefined>();
  readonly #cache: ElfCache;
  readonly #vdso: Vdso;
  #perfMap: PerfMap | undefined;
  #perfMapTried = false;

  private constructor(pid: number, exe: string, mappings: readonly Mapping[], cache: ElfCache, vdso: Vdso) {
    this.pid = pid;
    this.exe = exe;
    this.#mappings = mappings;
    this.#cache = cache;
    this.#vdso = vdso;
  }

  /** Undefined when the process is gone, is a kernel thread, or may not be looked at. */
  static read(pid: number, cache: ElfCache, vdso: Vdso): ProcessImage | undefined {
    try {
      const mappings = parseMaps(readFileSync(`/proc/${pid}/maps`, 'latin1'));
      if (mappings.length === 0) return undefined;
      return new ProcessImage(pid, exeOf(pid) ?? '', mappings, cache, vdso);
    } catch {
      return undefined;
    }
  }

  /** Whether it had code there. */
  covers(address: number): boolean {
    return this.#at(address) !== undefined;
  }

  /** Opens what naming the address will take, now that the process lives. */
  prepare(address: number): void {
    const mapping = this.#at(address);
    if (mapping === undefined) return;
    if (mapping.path.startsWith('/')) this.#file(mapping);
    else if (mapping.path !== '[vdso]') this.#jit();
  }

  symbol(address: number): UserSymbol | undefined {
    const mapping = this.#at(address);
    if (mapping === undefined) return undefined;
    if (mapping.path === '[vdso]') {
      const found = this.#vdso.symbol(address - mapping.start);
      return found && { ...found, file: '[vdso]' };
    }
    if (mapping.path.startsWith('/') && !isJitMemory(mapping.path)) {
      const found = this.#file(mapping)?.symbol(address - mapping.start + mapping.offset);
      return found && { ...found, file: mapping.path };
    }
    const map = this.#jit();
    const found = map?.lookup(address);
    return found && map && { ...found, file: map.path };
  }

  close(): void {
    this.#perfMap?.close();
  }

  #at(address: number): Mapping | undefined {
    let low = 0;
    let high = this.#mappings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#mappings[middle]!.start <= address) low = middle + 1;
      else high = middle;
    }
    const mapping = this.#mappings[low - 1];
    return mapping !== undefined && address < mapping.end ? mapping : undefined;
  }

  #file(mapping: Mapping): MappedFile | undefined {
    if (!this.#files.has(mapping.key)) {
      const { key, path } = mapping;
      const root = `/proc/${this.pid}/root`;
      const range = `${mapping.start.toString(16)}-${mapping.end.toString(16)}`;
      const candidates = [`/proc/${this.pid}/map_files/${range}`, root + path, path];
      this.#files.set(key, this.#cache.file(key, candidates, path.replace(/ \(deleted\)$/, ''), root));
    }
    return this.#files.get(mapping.key);
  }

  #jit(): PerfMap | undefined {
    if (!this.#perfMapTried) {
      this.#perfMapTried = true;
      const path = `/tmp/perf-${innermostPid(this.pid)}.map`;
      this.#perfMap = PerfMap.open(`/proc/${this.pid}/root${path}`, path) ?? PerfMap.open(path, path);
    }
    return this.#perfMap;
  }
}

/** What the process runs now; undefined when it is gone. */
export function exeOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

/** Its pid as itself and its JIT know it. */
function innermostPid(pid: number): number {
  try {
    const pids = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]?.split(/\s+/);
    return Number(pids?.at(-1) ?? pid);
  } catch {
    return pid;
  }
}

/** Memory that has a name but no symbols: JITs write their code there. */
function isJitMemory(path: string): boolean {
  return /^\/(memfd:|dev\/zero|anon_hugepage|SYSV)/.test(path);
}

/** `start-end perms offset dev inode path`; only what is executable. */
export function parseMaps(text: string): Mapping[] {
  const mappings: Mapping[] = [];
  for (const match of text.matchAll(/^([0-9a-f]+)-([0-9a-f]+) ..x. ([0-9a-f]+) (\S+) (\d+) *(.*)$/gm)) {
    const [, start = '', end = '', offset = '', device = '', inode = '', path = ''] = match;
    mappings.push({
      start: Number.parseInt(start, 16),
      end: Number.parseInt(end, 16),
      offset: Number.parseInt(offset, 16),
      key: `${device}:${inode}`,
      // The kernel writes \012 for a line end in a name.
      path: path.replace(/\\012/g, '\n'),
    });
  }
  return mappings;
}
