// Sizes and alignment of values as we store them: in map keys, map values, tuples and events.
// Integers, booleans and pointers take 8 bytes wherever they are stored (narrowed on read), so that a key typed by
// its first use also holds wider ones; strings and raw structs take their own size; padding is always zero.
// Top-level fields of an event record (printf arguments) are the exception: see compactSizeOf.
import { InternalError } from '../diagnostics/diagnostic.js';
import { histogramBuckets, linearBuckets } from './histogram.js';
import { intervalSize } from './time-series.js';
import type { StackType, Type } from './type.js';

/** Bytes that a stored value of this type takes. */
export function sizeOf(type: Type): number {
  switch (type.kind) {
    case 'void':
      return 0;
    case 'integer':
    case 'bool':
    case 'pointer':
    case 'ksym':
    case 'username':
    case 'disk':
    case 'cgroup_path':
      return 8;
    case 'string':
      return type.size;
    case 'buffer':
      return 4 + type.size;
    case 'array':
      return type.count * rawSizeOf(type.of);
    case 'struct':
      return type.size;
    case 'tuple':
      return membersSize(type.elements);
    case 'record':
      return membersSize(type.fields.map(f => f.type));
    case 'inet':
      return type.family === 4 ? 4 : type.family === 6 ? 16 : 20;
    case 'mac':
      return 6;
    case 'timestamp':
    case 'usym': // u64 address, u64 pid
      return type.kind === 'usym' ? 16 : 8;
    case 'stack': // u64 stack id, u64 pid
      return 16;
    case 'count':
    case 'sum':
      return 8;
    case 'min': // i64 value, u64 "is set"
    case 'max':
    case 'avg': // i64 total, u64 count
    case 'stats':
      return 16;
    case 'hist':
      return 8 * histogramBuckets(type.bits);
    case 'lhist':
      return 8 * linearBuckets(type);
    case 'tseries':
      return type.count * intervalSize(type);
    case 'error':
      throw new InternalError('size of an erroneous type');
  }
}

/** Alignment in bytes of a stored value: 8 wherever a 64-bit word may be inside. */
export function alignOf(type: Type): number {
  switch (type.kind) {
    case 'string':
    case 'mac':
      return 1;
    case 'inet':
    case 'buffer':
      return 4;
    default:
      return 8;
  }
}

/** Offsets of tuple (or record) members, in order, and the total size, a multiple of the largest alignment. */
export function memberOffsets(types: readonly Type[]): { offsets: number[]; size: number } {
  const offsets: number[] = [];
  let at = 0;
  let most = 1;
  for (const type of types) {
    const align = alignOf(type);
    most = Math.max(most, align);
    at = alignUp(at, align);
    offsets.push(at);
    at += sizeOf(type);
  }
  return { offsets, size: alignUp(at, most) };
}

function membersSize(types: readonly Type[]): number {
  return memberOffsets(types).size;
}

/** Bytes in the memory of the traced system (C layout): what loads from structs and arrays use. */
export function rawSizeOf(type: Type): number {
  if (type.kind === 'integer') return type.size;
  if (type.kind === 'bool') return 1;
  if (type.kind === 'array') return type.count * rawSizeOf(type.of);
  return sizeOf(type);
}

/** What `sizeof` tells of a type: members of tuples and records lie as in C, and what we store otherwise is as large as in bpftrace. */
export function declaredSizeOf(type: Type): number {
  switch (type.kind) {
    case 'tuple':
      return declaredMembers(type.elements).size;
    case 'record':
      return declaredMembers(type.fields.map(field => field.type)).size;
    case 'inet':
      return 24;
    case 'stack':
      return 8 * (type.depth + (type.space === 'user' ? 2 : 1));
    case 'timestamp':
    case 'cgroup_path':
      return 16;
    case 'avg':
    case 'stats':
    case 'min':
    case 'max':
    case 'hist':
    case 'lhist':
      return 8;
    default:
      return rawSizeOf(type);
  }
}

function declaredMembers(types: readonly Type[]): { readonly size: number; readonly align: number } {
  let at = 0;
  let most = 1;
  for (const type of types) {
    const align = declaredAlign(type);
    at = alignUp(at, align) + declaredSizeOf(type);
    most = Math.max(most, align);
  }
  return { size: alignUp(at, most), align: most };
}

function declaredAlign(type: Type): number {
  if (type.kind === 'tuple') return declaredMembers(type.elements).align;
  if (type.kind === 'record') return declaredMembers(type.fields.map(field => field.type)).align;
  return type.kind === 'integer' || type.kind === 'bool' ? rawSizeOf(type) : alignOf(type);
}

/** Bytes of a top-level event field: integers keep their own width there, to keep records small. */
export function compactSizeOf(type: Type): number {
  return type.kind === 'integer' || type.kind === 'bool' ? rawSizeOf(type) : sizeOf(type);
}

/** Alignment of a top-level event field. */
export function compactAlignOf(type: Type): number {
  return type.kind === 'integer' || type.kind === 'bool' ? rawSizeOf(type) : alignOf(type);
}

/** Bytes of one frame in the kernel's answer: an address, or struct bpf_stack_build_id (include/uapi/linux/bpf.h). */
export function frameSize(mode: StackType['mode']): number {
  return mode === 'build_id' ? 32 : 8;
}

/**
 * Our own map, u64 id -> u64 bytes in use, then the frames; one map for each size, since values of a map are of one size. Stacks
 * of the kernel and of programs have each their own: where interrupts are off, an empty map has memory for one such value at once.
 */
export function stackMapName(type: StackType): string {
  return `stacks${type.depth * frameSize(type.mode)}_${type.space}`;
}

export function alignUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

/**
 * A map without a key is an array of one element, which exists from the start: behind its value lies a u64 that is not 0
 * once a program has set it. Offset of that word in bytes.
 */
export function setFlagOffset(type: Type): number {
  return alignUp(Math.max(8, sizeOf(type)), 8);
}
