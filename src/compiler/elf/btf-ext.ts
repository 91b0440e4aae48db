// .BTF.ext: what a compiler tells of instructions, by section (struct btf_ext_header of libbpf's btf.h): types of functions, source
// lines, and places to be fitted to the running kernel's types (struct bpf_core_relo, include/uapi/linux/bpf.h).
//
//   header | { record size:32  { section name:32  count:32  records }* }  three times
import { viewOf } from './elf-reader.js';

/** Offsets are bytes into the section. */
export interface FunctionType {
  readonly offset: number;
  readonly type: number;
}

export interface LinePlace {
  readonly offset: number;
  /** Offsets in the strings of its BTF. */
  readonly file: number;
  readonly text: number;
  /** line << 10 | column, each from 1. */
  readonly lineColumn: number;
}

export interface CoreRelocation {
  readonly offset: number;
  /** Of the object's own BTF. */
  readonly type: number;
  /** "0:1:2": which element, which member, which member of it. */
  readonly access: string;
  /** enum bpf_core_relo_kind. */
  readonly kind: number;
}

/** By name of section. */
export interface ExtendedBtf {
  readonly functions: ReadonlyMap<string, readonly FunctionType[]>;
  readonly lines: ReadonlyMap<string, readonly LinePlace[]>;
  readonly relocations: ReadonlyMap<string, readonly CoreRelocation[]>;
}

const MAGIC = 0xeb9f;

export const NOT_EXTENDED: ExtendedBtf = { functions: new Map(), lines: new Map(), relocations: new Map() };

/** `string`: text at an offset of the BTF's strings. Undefined when it is malformed. */
export function readExtendedBtf(
  bytes: Uint8Array,
  string: (offset: number) => string,
): ExtendedBtf | undefined {
  if (bytes.length < 24) return undefined;
  const view = viewOf(bytes);
  if (view.getUint16(0, true) !== MAGIC) return undefined;
  const header = view.getUint32(4, true);
  const word = (at: number) => view.getUint32(at, true);
  const part = <Entry>(at: number, least: number, entry: (at: number) => Entry) => {
    const start = header + word(at);
    return at + 8 > header
      ? new Map<string, Entry[]>()
      : records(view, start, start + word(at + 4), least, string, entry);
  };
  const functions = part(8, 8, at => ({ offset: word(at), type: word(at + 4) }));
  const lines = part(16, 16, at => ({
    offset: word(at),
    file: word(at + 4),
    text: word(at + 8),
    lineColumn: word(at + 12),
  }));
  const relocations =
    header < 32 || bytes.length < 32
      ? new Map<string, CoreRelocation[]>()
      : part(24, 16, at => ({
          offset: word(at),
          type: word(at + 4),
          access: string(word(at + 8)),
          kind: word(at + 12),
        }));
  if (functions === undefined || lines === undefined || relocations === undefined) return undefined;
  return { functions, lines, relocations };
}

function records<Entry>(
  view: DataView,
  start: number,
  end: number,
  least: number,
  string: (offset: number) => string,
  entry: (at: number) => Entry,
): Map<string, Entry[]> | undefined {
  const found = new Map<string, Entry[]>();
  if (start === end) return found;
  if (start + 4 > end || end > view.byteLength) return undefined;
  const size = view.getUint32(start, true);
  if (size < least) return undefined;
  for (let at = start + 4; at < end; ) {
    if (at + 8 > end) return undefined;
    const section = string(view.getUint32(at, true));
    const count = view.getUint32(at + 4, true);
    at += 8;
    if (at + count * size > end) return undefined;
    const entries = Array.from({ length: count }, (_, i) => entry(at + i * size));
    found.set(section, [...(found.get(section) ?? []), ...entries]);
    at += count * size;
  }
  return found;
}
