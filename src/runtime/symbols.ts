// Names for what the kernel gives as numbers: stacks, ksym(), usym(). A stack arrives as an id; its frames lie in the map of
// its size (see compiler/lower/stack.ts). Text is as bpftrace's; names are binary strings, one character a byte.

import { LITTLE_ENDIAN } from '../compiler/types/decode.js';
import { globPattern } from '../compiler/types/glob.js';
import { stackMapName } from '../compiler/types/layout.js';
import type { StackType, Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import { CgroupPaths } from '../kernel/host/cgroup.js';
import { DiskNames } from '../kernel/host/disk.js';
import type { Kallsyms } from '../kernel/host/kallsyms.js';
import type { ProcessImage } from '../kernel/host/process-image.js';
import { UserNames } from '../kernel/host/user-names.js';
import { UserSymbols } from '../kernel/host/user-symbols.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import { ContainerNames } from './container-names.js';

/** Texts and stacks that are kept. */
const MOST_TEXTS = 4096;
const MOST_STACKS = 262_144;

export interface SymbolsOptions {
  readonly kallsyms: Pick<Kallsyms, 'lookup'>;
  /** Turns a C++ name into source form; undefined, or what gives undefined: the name stays as it is. */
  readonly demangle?: ((name: string) => string | undefined) | undefined;
  /** Stacks of the kernel begin where it was traced, not with the program that does it: as tools show them, unlike bpftrace. */
  readonly withoutTracer?: boolean | undefined;
}

export class Symbols {
  readonly #options: SymbolsOptions;
  readonly #texts = new Map<string, string>();
  /** The process of each user stack as it was when the stack was new, by id. */
  readonly #images = new Map<bigint, ProcessImage>();
  readonly #userNames = new UserNames();
  readonly #disks = new DiskNames();
  #cgroups: CgroupPaths | undefined;
  #containers: ContainerNames | undefined;
  #user: UserSymbols | undefined;
  #maps: ReadonlyMap<string, LoadedMap> | undefined;

  constructor(options: SymbolsOptions) {
    this.#options = options;
  }

  /** The session's maps; until close(). */
  open(maps: ReadonlyMap<string, LoadedMap>): void {
    this.#maps = maps;
  }

  /** What was printed once can still be named afterwards. */
  close(): void {
    this.#maps = undefined;
    this.#images.clear();
    this.#user?.close();
    this.#user = undefined;
  }

  /** Looks at a process now, while it lives. `stack` is a new key of `map`, when there is one. */
  processSeen(pid: number, map: string, stack: bigint): void {
    const frames = map === '' ? [] : addresses(this.#read(map, stack));
    const image = this.#users().see(pid, frames.map(Number));
    if (image === undefined || map === '') return;
    this.#images.set(stack, image);
    if (this.#images.size > MOST_STACKS) forgetOldest(this.#images);
  }

  /** Text of a ksym, usym, stack, user name, disk or control group; undefined for other types, and when the session is over. */
  text(type: Type, value: Value): string | undefined {
    switch (type.kind) {
      case 'ksym':
        return this.#kernelName(value as bigint, false);
      case 'usym': {
        const [address = 0n, pid = 0n] = value as readonly bigint[];
        const found = this.#users()
          .see(Number(pid), [Number(address)])
          ?.symbol(Number(address));
        return found === undefined ? hexadecimal(address) : this.#userName(found.name);
      }
      case 'username':
        return this.#userNames.name(Number(value as bigint));
      case 'disk':
        return this.#disks.name(Number(value as bigint));
      case 'cgroup_path':
        return type.container === true
          ? this.#containerNames().text(value as bigint)
          : this.#cgroupText(type.filter, value as bigint);
      case 'stack': {
        const [id = 0n, pid = 0n] = value as readonly bigint[];
        return id === 0n ? '\n' : this.#stackText(type, id, Number(pid));
      }
      default:
        return undefined;
    }
  }

  /** Looks at a control group now, while it exists. */
  cgroupSeen(id: bigint): void {
    this.#containerNames().text(id);
  }

  #containerNames(): ContainerNames {
    this.#cgroups ??= new CgroupPaths();
    this.#containers ??= new ContainerNames(this.#cgroups);
    return this.#containers;
  }

  #cgroupText(filter: string, id: bigint): string {
    this.#cgroups ??= new CgroupPaths();
    const pattern = globPattern(filter === '' ? '*' : filter);
    return this.#cgroups.text(id, name => pattern.test(name));
  }

  #stackText(type: StackType, id: bigint, pid: number): string | undefined {
    const key = `${stackMapName(type)} ${type.mode} ${id}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    if (this.#maps === undefined) return undefined;
    const frames = this.#read(stackMapName(type), id);
    const text =
      type.mode === 'build_id' ? buildIdText(frames) : this.#frameText(type, addresses(frames), id, pid);
    this.#texts.set(key, text);
    if (this.#texts.size > MOST_TEXTS) forgetOldest(this.#texts);
    return text;
  }

  #frameText(type: StackType, frames: readonly bigint[], id: bigint, pid: number): string {
    const { mode, space } = type;
    if (mode === 'raw') return lines(frames.map(frame => frame.toString(16)));
    if (space === 'kernel') {
      const named = frames.map(frame => ({ frame, name: this.#kernelName(frame, true) }));
      const names = named.map(({ name }) => name);
      return lines(
        named
          .slice(this.#options.withoutTracer ? tracerFrames(names) : 0)
          .map(({ frame, name }) =>
            mode === 'perf' ? `\t${frame.toString(16)} ${name}` : `        ${name}`,
          ),
      );
    }
    const image = this.#images.get(id) ?? this.#users().see(pid, frames.map(Number));
    return lines(
      frames.map(frame => {
        const found = image?.symbol(Number(frame));
        const name =
          found === undefined ? hexadecimal(frame) : `${this.#userName(found.name)}+${found.offset}`;
        if (mode !== 'perf') return `        ${name}`;
        return `\t${frame.toString(16)} ${name} (${found?.file ?? '[unknown]'})`;
      }),
    );
  }

  #kernelName(address: bigint, withOffset: boolean): string {
    const found = this.#options.kallsyms.lookup(address);
    if (found === undefined) return hexadecimal(address);
    return withOffset ? `${found.name}+${found.offset}` : found.name;
  }

  #userName(name: string): string {
    const shown = name.startsWith('_Z') ? (this.#options.demangle?.(name) ?? name) : name;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they would break the lines of a stack
    return shown.replace(/[\x00-\x1f]/g, '?');
  }

  /** The frames' bytes; none when the table had no room for them. */
  #read(map: string, id: bigint): DataView {
    const key = new Uint8Array(8);
    new DataView(key.buffer).setBigUint64(0, id, LITTLE_ENDIAN);
    const value = this.#maps?.get(map)?.read(key);
    if (value === undefined) return new DataView(new ArrayBuffer(0));
    const data = new DataView(value.buffer, value.byteOffset, value.byteLength);
    return new DataView(value.buffer, value.byteOffset + 8, Number(data.getBigUint64(0, LITTLE_ENDIAN)));
  }

  #users(): UserSymbols {
    this.#user ??= new UserSymbols();
    return this.#user;
  }
}

/** How many of the innermost frames are those of the program that took the stack, and of its call: not of tracepoints and kprobes. */
function tracerFrames(names: readonly string[]): number {
  if (!names[0]?.startsWith('bpf_prog_')) return 0;
  const calls = /^(?:bpf_trace_run\d|__bpf_trace_|__traceiter_|bpf_trampoline_)/;
  const traced = names.findIndex((name, i) => i > 0 && !calls.test(name));
  return traced === -1 ? names.length : traced;
}

function addresses(frames: DataView): bigint[] {
  return Array.from({ length: frames.byteLength >> 3 }, (_, i) => frames.getBigUint64(i * 8, LITTLE_ENDIAN));
}

/** struct bpf_stack_build_id: s32 status (1: valid, 2: fallback to an address), 20 bytes of id, u64 offset or address. */
function buildIdText(frames: DataView): string {
  const VALID = 1;
  const SIZE = 32;
  return lines(
    Array.from({ length: Math.floor(frames.byteLength / SIZE) }, (_, i) => {
      const at = i * SIZE;
      const word = frames.getBigUint64(at + 24, LITTLE_ENDIAN);
      if (frames.getInt32(at, LITTLE_ENDIAN) !== VALID) return hexadecimal(word);
      const id = Buffer.from(frames.buffer, frames.byteOffset + at + 4, 20).toString('hex');
      return `${id} ${hexadecimal(word)}`;
    }),
  );
}

/** Before and after each line a line end, as bpftrace has it. */
function lines(all: readonly string[]): string {
  return `\n${all.map(line => `${line}\n`).join('')}`;
}

/** As C++ streams write it: no prefix before zero. */
function hexadecimal(address: bigint): string {
  return address === 0n ? '0' : `0x${address.toString(16)}`;
}

function forgetOldest(map: Map<unknown, unknown>): void {
  const [oldest] = map.keys();
  map.delete(oldest);
}
