// Keys of hash maps hold at most 512 bytes before Linux 5.11 (htab_map_alloc_check, kernel/bpf/hashtab.c). There, strings in
// a key are stored cut, evenly, until it fits: a path of str()'s default size can then be a key on any kernel.
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import type { Env } from '../env.js';
import { sizeOf } from '../types/layout.js';
import type { Type } from '../types/type.js';
import type { MapState } from './inference.js';

/** Bytes. */
const OLD_LIMIT = 512;

/** Most bytes of a key on this kernel. */
export function keyLimit({ kernelVersion: [major, minor] }: Env): number {
  return major > 5 || (major === 5 && minor >= 11) ? Number.POSITIVE_INFINITY : OLD_LIMIT;
}

/** The key's type with its strings cut to fit, if that helps; else as it is. */
export function fitKey(type: Type, limit: number): Type {
  if (limit === Number.POSITIVE_INFINITY || !isKnown(type) || sizeOf(type) <= limit) return type;
  for (let most = limit; most > 0; most -= 8) {
    const fitted = withStrings(type, most);
    if (sizeOf(fitted) <= limit) return fitted;
  }
  return type;
}

/** Says what fitKey() did, or could not do. */
export function reportKeySizes(maps: Iterable<MapState>, limit: number, diagnostics: Diagnostics): void {
  if (limit === Number.POSITIVE_INFINITY) return;
  for (const { name, key, first } of maps) {
    if (key.type === undefined || !isKnown(key.type) || sizeOf(key.type) <= limit) continue;
    const fitted = fitKey(key.type, limit);
    const span = key.span ?? first;
    const rule = `before Linux 5.11 a key holds at most ${limit} bytes`;
    if (sizeOf(fitted) > limit) {
      diagnostics.error('key-size', span, `a key of ${name} takes ${sizeOf(fitted)} bytes; ${rule}`);
    } else {
      diagnostics.warn(
        'key-size',
        span,
        `strings in keys of ${name} are cut to ${longest(fitted)} bytes: ${rule}`,
        {
          hint: 'str(x, 128) reads at most 128 bytes, and says so itself',
        },
      );
    }
  }
}

function withStrings(type: Type, most: number): Type {
  switch (type.kind) {
    case 'string':
      return type.size <= most ? type : { ...type, size: most };
    case 'tuple':
      return { kind: 'tuple', elements: type.elements.map(e => withStrings(e, most)) };
    case 'record':
      return { kind: 'record', fields: type.fields.map(f => ({ ...f, type: withStrings(f.type, most) })) };
    default:
      return type;
  }
}

function longest(type: Type): number {
  return Math.max(0, ...membersOf(type).map(longest), type.kind === 'string' ? type.size : 0);
}

function isKnown(type: Type): boolean {
  return type.kind !== 'error' && membersOf(type).every(isKnown);
}

function membersOf(type: Type): readonly Type[] {
  if (type.kind === 'tuple') return type.elements;
  return type.kind === 'record' ? type.fields.map(f => f.type) : [];
}
