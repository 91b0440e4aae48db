// Kernel objects by id, by path and by fd: walking the ids of programs, maps, links and BTF blobs, pinning,
// and what the kernel tells about an object.

import {
  type FieldPlace,
  type FieldValues,
  field,
  fromCString,
  type Layout,
  pack,
  readInteger,
} from './attr.js';
import { bpf, type CommandName, tryBpf } from './bpf.js';
import { GET_ID, INFO_BY_FD, OBJ } from './bpf-layout.js';
import { errno, SyscallError } from './error.js';
import { BTF_INFO, LINK_INFO, MAP_INFO, PROG_INFO } from './info-layout.js';

/** The smallest id above `after` (0 to start), or undefined at the end. Needs CAP_SYS_ADMIN. */
export const progGetNextId = (after: number): number | undefined => nextId('BPF_PROG_GET_NEXT_ID', after);
export const mapGetNextId = (after: number): number | undefined => nextId('BPF_MAP_GET_NEXT_ID', after);
export const btfGetNextId = (after: number): number | undefined => nextId('BPF_BTF_GET_NEXT_ID', after);
export const linkGetNextId = (after: number): number | undefined => nextId('BPF_LINK_GET_NEXT_ID', after);

/** An fd of the object, the caller's; ENOENT when it is gone. */
export const progGetFdById = (id: number): number => fdById('BPF_PROG_GET_FD_BY_ID', id);
export const mapGetFdById = (id: number): number => fdById('BPF_MAP_GET_FD_BY_ID', id);
export const btfGetFdById = (id: number): number => fdById('BPF_BTF_GET_FD_BY_ID', id);
export const linkGetFdById = (id: number): number => fdById('BPF_LINK_GET_FD_BY_ID', id);

/** BPF_OBJ_PIN: a name in a bpffs, which keeps the object alive. */
export function objPin(fd: number, path: string): void {
  bpf('BPF_OBJ_PIN', OBJ, { pathname: path, bpf_fd: fd }, path);
}

/** BPF_OBJ_GET -> fd, the caller's. */
export function objGet(path: string): number {
  return bpf('BPF_OBJ_GET', OBJ, { pathname: path }, path).result;
}

/** The integers of an info struct by their UAPI names; 0 where the kernel is too old to know. */
export interface ObjectInfo<Field extends string> {
  readonly numbers: Readonly<Record<Exclude<Field, 'name' | 'tag'>, bigint>>;
  /** Programs and maps: up to 15 characters; else ''. */
  readonly name: string;
  /** Programs: hexadecimal, 16 digits; else ''. */
  readonly tag: string;
}

export type ProgInfo = ObjectInfo<keyof typeof PROG_INFO.fields>;
export type MapInfo = ObjectInfo<keyof typeof MAP_INFO.fields>;
export type LinkInfo = ObjectInfo<keyof typeof LINK_INFO.fields>;
export type BtfInfo = ObjectInfo<keyof typeof BTF_INFO.fields>;

/** BPF_OBJ_GET_INFO_BY_FD. run_cnt and run_time_ns count only while enableStats() is open. */
export const progGetInfo = (fd: number): ProgInfo => objectInfo(fd, PROG_INFO);
export const mapGetInfo = (fd: number): MapInfo => objectInfo(fd, MAP_INFO);
export const linkGetInfo = (fd: number): LinkInfo => objectInfo(fd, LINK_INFO);

/** A string that belongs to a link: `text` and `size` are its fields of struct bpf_link_info. '' when the kernel does not tell. */
export function linkGetText(
  fd: number,
  text: keyof typeof LINK_INFO.fields,
  size: keyof typeof LINK_INFO.fields,
): string {
  const room = new Uint8Array(LONGEST_TEXT);
  try {
    objectInfo(fd, LINK_INFO, { [text]: room, [size]: room.length });
  } catch (error) {
    if (error instanceof SyscallError) return ''; // 5.10 knows few kinds of links
    throw error;
  }
  return fromCString(room);
}

/** A path (PATH_MAX); names are shorter. */
const LONGEST_TEXT = 4096;

/** As above; `data` (btf_size bytes, from a first call without it) receives the BTF blob. Names: 5.11. */
export function btfGetInfo(fd: number, data?: Uint8Array): BtfInfo {
  const name = new Uint8Array(64);
  const request = { btf: data, btf_size: data?.byteLength };
  try {
    return objectInfo(fd, BTF_INFO, { ...request, name, name_len: name.length }, name);
  } catch (error) {
    // An older kernel refuses to be asked for what it does not know.
    if (!(error instanceof SyscallError && error.code === 'E2BIG')) throw error;
    return objectInfo(fd, BTF_INFO, request);
  }
}

/**
 * The ids of the maps that a program uses. Two calls: the number first. A program that changes meanwhile
 * cannot: maps are fixed at load, save for BPF_PROG_BIND_MAP.
 */
export function progGetMapIds(fd: number): readonly number[] {
  const count = Number(progGetInfo(fd).numbers.nr_map_ids);
  if (count === 0) return [];
  const ids = new Uint32Array(count);
  objectInfo(fd, PROG_INFO, { nr_map_ids: count, map_ids: ids });
  return Array.from(ids);
}

/** struct bpf_func_info of each function of a program with BTF: pairs of instruction offset and BTF type id (u32). */
export function progGetFuncInfo(fd: number): Uint32Array {
  const { nr_func_info: count, func_info_rec_size: size } = progGetInfo(fd).numbers;
  if (count === 0n || size < 8n) return new Uint32Array(0);
  const records = new Uint8Array(Number(count * size));
  objectInfo(fd, PROG_INFO, {
    nr_func_info: Number(count),
    func_info_rec_size: Number(size),
    func_info: records,
  });
  const words = new Uint32Array(records.buffer);
  const step = Number(size) / 4;
  return Uint32Array.from({ length: Number(count) * 2 }, (_, i) => words[(i >> 1) * step + (i & 1)]!);
}

/** struct bpf_line_info of a program with BTF. */
export interface LineInfo {
  /** Slot of its first instruction. */
  readonly slot: number;
  /** Offsets in the strings of its BTF. */
  readonly file: number;
  readonly text: number;
  /** From 1; 0 when it is not known. */
  readonly line: number;
  readonly column: number;
}

/** In order of slot; empty without BTF. */
export function progGetLineInfo(fd: number): LineInfo[] {
  const { nr_line_info: count, line_info_rec_size: size } = progGetInfo(fd).numbers;
  if (count === 0n || size < 16n) return [];
  const records = new Uint8Array(Number(count * size));
  objectInfo(fd, PROG_INFO, {
    nr_line_info: Number(count),
    line_info_rec_size: Number(size),
    line_info: records,
  });
  const words = new Uint32Array(records.buffer);
  return Array.from({ length: Number(count) }, (_, i) => {
    const [slot = 0, file = 0, text = 0, place = 0] = words.subarray((i * Number(size)) / 4);
    return { slot, file, text, line: place >>> 10, column: place & 0x3ff };
  });
}

/** The instructions after the verifier's rewriting (struct bpf_insn, 8 bytes each), as `bpftool prog dump xlated`. */
export function progGetXlated(fd: number): Uint8Array {
  const insns = new Uint8Array(Number(progGetInfo(fd).numbers.xlated_prog_len));
  objectInfo(fd, PROG_INFO, { xlated_prog_len: insns.byteLength, xlated_prog_insns: insns });
  return insns;
}

function objectInfo<Field extends string>(
  fd: number,
  layout: Layout<Field>,
  request?: FieldValues<Field>,
  nameBuffer?: Uint8Array,
): ObjectInfo<Field> {
  const info = pack(layout, request ?? ({} as FieldValues<Field>)); // the kernel reads from it where it may copy arrays to
  const { attr } = bpf('BPF_OBJ_GET_INFO_BY_FD', INFO_BY_FD, {
    bpf_fd: fd,
    info_len: info.bytes.byteLength,
    info: info.bytes,
  });
  const bytes = info.bytes.subarray(0, field(INFO_BY_FD, attr, 'info_len'));
  const numbers = {} as Record<Field, bigint>;
  for (const key in layout.fields) numbers[key] = readInteger(bytes, layout.fields[key]);
  const places: Layout['fields'] = layout.fields;
  return {
    numbers,
    name: fromCString(nameBuffer ?? bytesAt(bytes, places.name)),
    tag: Buffer.from(bytesAt(bytes, places.tag)).toString('hex'),
  };
}

function bytesAt(bytes: Uint8Array, place: FieldPlace | undefined): Uint8Array {
  return place === undefined ? new Uint8Array(0) : bytes.subarray(place[0], place[0] + place[1]);
}

function nextId(command: CommandName, after: number): number | undefined {
  const { result, attr } = tryBpf(command, GET_ID, { start_id: after });
  if (result === -errno('ENOENT')) return undefined;
  if (result < 0) throw new SyscallError(command, -result);
  return field(GET_ID, attr, 'next_id');
}

function fdById(command: CommandName, id: number): number {
  return bpf(command, GET_ID, { start_id: id }, `id ${id}`).result;
}
