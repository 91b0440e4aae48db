// CO-RE: a place in a program that depends on a type of the kernel's -> its value on this one, found by names in both BTFs. The
// kinds are enum bpf_core_relo_kind (include/uapi/linux/bpf.h); `struct task_struct___old` means task_struct.
import type { BtfBlob } from '../btf/blob.js';
import { sizeOfType } from '../btf/c-text.js';
import { BtfInt, BtfKind } from '../btf/kind.js';
import { resolved } from '../btf/modifier.js';
import type { CoreRelocation } from './btf-ext.js';
import { damaged } from './object-error.js';

const Kind = {
  FIELD_BYTE_OFFSET: 0,
  FIELD_BYTE_SIZE: 1,
  FIELD_EXISTS: 2,
  FIELD_SIGNED: 3,
  FIELD_LSHIFT_U64: 4,
  FIELD_RSHIFT_U64: 5,
  TYPE_ID_LOCAL: 6,
  TYPE_ID_TARGET: 7,
  TYPE_EXISTS: 8,
  TYPE_SIZE: 9,
  ENUMVAL_EXISTS: 10,
  ENUMVAL_VALUE: 11,
  TYPE_MATCHES: 12,
} as const;

/** Numbers of members and elements, from the root on. */
const ACCESS = /^\d{1,9}(:\d{1,9})*$/;

export interface CoreValue {
  /** Undefined: this kernel has nothing of the kind, and code that asks for it must not be reached. */
  readonly value: bigint | undefined;
  /** Bytes of a field that is loaded or stored there, as compiled and on this kernel; undefined: it cannot be in its size here. */
  readonly sizes?: readonly [compiled: number, here: number | undefined];
  /** 'field pid of struct task_struct'. */
  readonly what: string;
}

export type CoreValues = (relocation: CoreRelocation) => CoreValue;

/** `own`: types of the object. */
export function coreValues(own: BtfBlob, kernel: BtfBlob): CoreValues {
  const known = new Map<string, readonly number[]>();
  const candidatesOf = (name: string, kind: number) => {
    const key = `${kind} ${name}`;
    const found = known.get(key) ?? sameNamed(kernel, name, kind);
    known.set(key, found);
    return found;
  };
  return relocation => coreValue(relocation, own, kernel, candidatesOf);
}

function coreValue(
  { type, access, kind }: CoreRelocation,
  own: BtfBlob,
  kernel: BtfBlob,
  candidatesOf: (name: string, kind: number) => readonly number[],
): CoreValue {
  if (!ACCESS.test(access))
    throw damaged(`a relocation says where a field is in a way that means nothing: ${access}`);
  const path = access.split(':').map(Number);
  const root = resolved(own, type);
  const name = plainName(own.name(type) || own.name(root));
  const typed = { what: `${kindName(own, root)}${name}` };
  if (kind === Kind.TYPE_ID_LOCAL) return { ...typed, value: BigInt(type) };
  const candidates = candidatesOf(name, own.kind(type));
  switch (kind) {
    case Kind.TYPE_EXISTS:
    case Kind.TYPE_MATCHES: // by name and kind; members are not compared
      return { ...typed, value: candidates.length > 0 ? 1n : 0n };
    case Kind.TYPE_ID_TARGET:
      return { ...typed, value: candidates[0] === undefined ? undefined : BigInt(candidates[0]) };
    case Kind.TYPE_SIZE:
      return {
        ...typed,
        value: candidates[0] === undefined ? undefined : BigInt(sizeOfType(kernel, candidates[0])),
      };
    case Kind.ENUMVAL_EXISTS:
    case Kind.ENUMVAL_VALUE: {
      const wanted = plainName(enumerators(own, root)[path[0] ?? 0]?.name ?? '');
      const all = candidates.flatMap(id => enumerators(kernel, resolved(kernel, id)));
      const found = all.find(each => plainName(each.name) === wanted);
      const value =
        kind === Kind.ENUMVAL_EXISTS
          ? found === undefined
            ? 0n
            : 1n
          : found && BigInt.asUintN(64, found.value);
      return { what: `${wanted} of ${typed.what}`, value };
    }
    default:
      return fieldValue(kind, own, root, path, typed.what, kernel, candidates);
  }
}

function fieldValue(
  kind: number,
  own: BtfBlob,
  root: number,
  path: readonly number[],
  what: string,
  kernel: BtfBlob,
  candidates: readonly number[],
): CoreValue {
  const steps = stepsOf(own, root, path);
  if (steps === undefined) return { what, value: undefined };
  const words = steps.names.filter(step => typeof step === 'string' && step !== '');
  const told = { what: words.length === 0 ? what : `field ${words.join('.')} of ${what}` };
  for (const candidate of candidates) {
    const found = walk(kernel, resolved(kernel, candidate), steps);
    if (found === undefined || !compatible(own, steps.place.type, kernel, found.type)) continue;
    const here = bytesOf(kernel, found);
    const compiled = bytesOf(own, steps.place);
    const fits =
      compiled.size === here.size || (isUnsigned(own, steps.place.type) && isUnsigned(kernel, found.type));
    const sizes = [compiled.size, fits ? here.size : undefined] as const;
    switch (kind) {
      case Kind.FIELD_BYTE_OFFSET:
        return { ...told, value: BigInt(here.offset), sizes };
      case Kind.FIELD_BYTE_SIZE:
        return { ...told, value: BigInt(here.size) };
      case Kind.FIELD_EXISTS:
        return { ...told, value: 1n };
      case Kind.FIELD_SIGNED:
        return { ...told, value: isSigned(kernel, found.type) ? 1n : 0n };
      case Kind.FIELD_LSHIFT_U64:
        return { ...told, value: BigInt(64 - (found.offset + here.bits - here.offset * 8)) };
      case Kind.FIELD_RSHIFT_U64:
        return { ...told, value: BigInt(64 - here.bits) };
      default:
        return { ...told, value: undefined };
    }
  }
  return { ...told, value: kind === Kind.FIELD_EXISTS ? 0n : undefined };
}

/** Where a field is: bits from the start, and bits of a bitfield, else 0. */
interface Place {
  readonly type: number;
  readonly offset: number;
  readonly width: number;
}

/** The way to a field: names of members ('' of those without a name, which the other side need not have), indices of elements. */
interface Steps {
  readonly first: number;
  readonly names: readonly (string | number)[];
  readonly place: Place;
}

function stepsOf(blob: BtfBlob, root: number, [first = 0, ...path]: readonly number[]): Steps | undefined {
  const names: (string | number)[] = [];
  let place: Place = { type: root, offset: first * 8 * sizeOfType(blob, root), width: 0 };
  for (const index of path) {
    const type = resolved(blob, place.type);
    if (isStruct(blob, type)) {
      const member = memberAt(blob, type, index);
      if (member === undefined) return undefined;
      names.push(member.name);
      place = { type: member.type, offset: place.offset + member.offset, width: member.width };
    } else if (blob.kind(type) === BtfKind.BTF_KIND_ARRAY) {
      names.push(index);
      place = element(blob, type, index, place.offset);
    } else return undefined;
  }
  return { first, names, place };
}

function walk(blob: BtfBlob, root: number, { first, names }: Steps): Place | undefined {
  let place: Place = { type: root, offset: first * 8 * sizeOfType(blob, root), width: 0 };
  for (const step of names) {
    if (step === '') continue;
    const type = resolved(blob, place.type);
    if (typeof step === 'number') {
      if (blob.kind(type) !== BtfKind.BTF_KIND_ARRAY) return undefined;
      const count = blob.word(type, 2);
      if (count > 0 && step >= count) return undefined;
      place = element(blob, type, step, place.offset);
      continue;
    }
    const member = isStruct(blob, type) ? memberNamed(blob, type, step) : undefined;
    if (member === undefined) return undefined;
    place = { type: member.type, offset: place.offset + member.offset, width: member.width };
  }
  return place;
}

interface Member extends Place {
  readonly name: string;
}

function memberAt(blob: BtfBlob, struct: number, index: number): Member | undefined {
  if (index >= blob.vlen(struct)) return undefined;
  const word = blob.word(struct, 3 * index + 2);
  const [offset, width] = blob.flag(struct) ? [word & 0xffffff, word >>> 24] : [word, 0];
  return {
    name: blob.string(blob.word(struct, 3 * index)),
    type: blob.word(struct, 3 * index + 1),
    offset,
    width,
  };
}

const DEPTH = 16;

/** Also of structs and unions in it that have no name. */
function memberNamed(blob: BtfBlob, struct: number, name: string, depth = DEPTH): Member | undefined {
  for (let i = 0; i < blob.vlen(struct); i++) {
    const member = memberAt(blob, struct, i)!;
    if (member.name === name) return member;
    const inner = resolved(blob, member.type);
    if (member.name !== '' || !isStruct(blob, inner) || depth === 0) continue;
    const found = memberNamed(blob, inner, name, depth - 1);
    if (found !== undefined) return { ...found, offset: found.offset + member.offset };
  }
  return undefined;
}

function element(blob: BtfBlob, array: number, index: number, offset: number): Place {
  const type = blob.word(array, 0);
  return { type, offset: offset + index * 8 * sizeOfType(blob, type), width: 0 };
}

/** Bytes that are loaded to read a field, as libbpf chooses them for bitfields. */
function bytesOf(blob: BtfBlob, { type, offset, width }: Place) {
  let size = sizeOfType(blob, type);
  if (width === 0) return { offset: offset >>> 3, size, bits: size * 8 };
  const start = () => Math.floor(offset / 8 / Math.max(1, size)) * size;
  while (size < 8 && offset + width - start() * 8 > size * 8) size *= 2;
  return { offset: start(), size, bits: width };
}

/** May a program that was compiled for the one field read the other? */
function compatible(own: BtfBlob, a: number, kernel: BtfBlob, b: number, depth = DEPTH): boolean {
  const [left, right] = [resolved(own, a), resolved(kernel, b)];
  if (isStruct(own, left) && isStruct(kernel, right)) return true;
  const [kind, other] = [shapeOf(own, left), shapeOf(kernel, right)];
  if (kind !== other) return false;
  if (kind !== BtfKind.BTF_KIND_ARRAY || depth === 0) return true;
  return compatible(own, own.word(left, 0), kernel, kernel.word(right, 0), depth - 1);
}

/** Enumerations of any width are one. */
function shapeOf(blob: BtfBlob, id: number): number {
  return blob.kind(id) === BtfKind.BTF_KIND_ENUM64 ? BtfKind.BTF_KIND_ENUM : blob.kind(id);
}

function isStruct(blob: BtfBlob, id: number): boolean {
  const kind = blob.kind(id);
  return kind === BtfKind.BTF_KIND_STRUCT || kind === BtfKind.BTF_KIND_UNION;
}

function isSigned(blob: BtfBlob, type: number): boolean {
  const id = resolved(blob, type);
  if (shapeOf(blob, id) === BtfKind.BTF_KIND_ENUM) return blob.flag(id);
  return blob.kind(id) === BtfKind.BTF_KIND_INT && ((blob.word(id, 0) >>> 24) & BtfInt.BTF_INT_SIGNED) !== 0;
}

/** An integer that a load extends with zeros. */
function isUnsigned(blob: BtfBlob, type: number): boolean {
  return blob.kind(resolved(blob, type)) === BtfKind.BTF_KIND_INT && !isSigned(blob, type);
}

function enumerators(blob: BtfBlob, id: number): { readonly name: string; readonly value: bigint }[] {
  const wide = blob.kind(id) === BtfKind.BTF_KIND_ENUM64;
  if (!wide && blob.kind(id) !== BtfKind.BTF_KIND_ENUM) return [];
  const step = wide ? 3 : 2;
  return Array.from({ length: blob.vlen(id) }, (_, i) => {
    const low = blob.word(id, i * step + 1);
    const value = wide ? (BigInt(blob.word(id, i * step + 2)) << 32n) | BigInt(low) : BigInt(low | 0);
    return { name: blob.string(blob.word(id, i * step)), value };
  });
}

/** Ids of the kernel's types of a name: of the same kind, forward declarations left out. */
function sameNamed(kernel: BtfBlob, name: string, kind: number): number[] {
  const offset = kernel.nameOffset(name);
  if (offset < 0) return [];
  const enums = [BtfKind.BTF_KIND_ENUM, BtfKind.BTF_KIND_ENUM64] as readonly number[];
  const mask = (enums.includes(kind) ? enums : [kind]).reduce((bits, each) => bits | (1 << each), 0);
  const found: number[] = [];
  for (let id = kernel.find(offset, mask); id !== 0; id = kernel.find(offset, mask, id)) found.push(id);
  return found;
}

function plainName(name: string): string {
  return name.replace(/(.)___.*$/, '$1');
}

function kindName(blob: BtfBlob, id: number): string {
  switch (blob.kind(id)) {
    case BtfKind.BTF_KIND_STRUCT:
      return 'struct ';
    case BtfKind.BTF_KIND_UNION:
      return 'union ';
    case BtfKind.BTF_KIND_ENUM:
    case BtfKind.BTF_KIND_ENUM64:
      return 'enum ';
    default:
      return '';
  }
}
