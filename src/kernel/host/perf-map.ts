// /tmp/perf-PID.map: the names that a JIT gives its code, `START SIZE name` a line, numbers in hexadecimal. It grows while
// the process runs: read again when its size has changed. Where entries overlap the last one written holds.
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import type { FoundSymbol } from './elf-symbols.js';

interface Entries {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly reach: Float64Array; // the largest end so far
  readonly lines: Float64Array; // order in the file
  readonly names: readonly string[]; // by line
}

export class PerfMap {
  readonly path: string; // as the process names it
  readonly #fd: number;
  #size = -1;
  #entries: Entries | undefined;
  #open = true;

  private constructor(fd: number, path: string) {
    this.#fd = fd;
    this.path = path;
  }

  /** `name`: of the file as this process sees it. Undefined when there is none. */
  static open(name: string, path: string): PerfMap | undefined {
    try {
      const fd = openSync(name, 'r');
      if (fstatSync(fd).isFile()) return new PerfMap(fd, path);
      closeSync(fd);
    } catch {
      // No JIT, or one that keeps no map.
    }
    return undefined;
  }

  lookup(address: number): FoundSymbol | undefined {
    const entries = this.#read();
    if (entries === undefined) return undefined;
    const { starts, ends, reach, lines, names } = entries;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    let best = -1;
    for (let i = low - 1; i >= 0 && reach[i]! > address; i--) {
      if (ends[i]! > address && (best < 0 || lines[i]! > lines[best]!)) best = i;
    }
    return best < 0 ? undefined : { name: names[lines[best]!] ?? '', offset: address - (starts[best] ?? 0) };
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
  }

  #read(): Entries | undefined {
    if (!this.#open) return this.#entries;
    try {
      const { size } = fstatSync(this.#fd);
      if (size !== this.#size) {
        this.#size = size;
        this.#entries = parsePerfMap(readFileSync(`/proc/self/fd/${this.#fd}`, 'latin1'));
      }
    } catch {
      // Keep what was read.
    }
    return this.#entries;
  }
}

export function parsePerfMap(text: string): Entries {
  const found: { start: number; end: number; line: number }[] = [];
  const names: string[] = [];
  for (const match of text.matchAll(/^(?:0x)?([0-9a-f]+) (?:0x)?([0-9a-f]+) (.+)$/gim)) {
    const start = Number.parseInt(match[1]!, 16);
    const size = Number.parseInt(match[2]!, 16);
    found.push({ start, end: start + size, line: names.length });
    names.push(match[3]!);
  }
  found.sort((a, b) => a.start - b.start || a.line - b.line);
  let most = 0;
  return {
    starts: Float64Array.from(found, e => e.start),
    ends: Float64Array.from(found, e => e.end),
    reach: Float64Array.from(found, e => (most = Math.max(most, e.end))),
    lines: Float64Array.from(found, e => e.line),
    names,
  };
}
