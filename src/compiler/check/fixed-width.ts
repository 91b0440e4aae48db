// Integer types by the names that C code gives them, which need no BTF; LP64.
import { integer, type Type } from '../types/type.js';

const OTHER: Readonly<Record<string, Type>> = {
  size_t: integer(8, false),
  ssize_t: integer(8, true),
  uintptr_t: integer(8, false),
  intptr_t: integer(8, true),
  ptrdiff_t: integer(8, true),
};

const NAME =
  /^(?:__)?(?:(?:(?<letter>[us])|(?<order>[bl]e))(?<bits>8|16|32|64)|(?<u>u?)int(?<width>8|16|32|64)_t)$/;

/** `u8`, `__s32`, `__be16`, `uint64_t`, `size_t`. */
export function fixedWidth(name: string): Type | undefined {
  const groups = NAME.exec(name)?.groups;
  if (groups === undefined) return Object.hasOwn(OTHER, name) ? OTHER[name] : undefined;
  const size = Number(groups.bits ?? groups.width) / 8;
  const signed = groups.width === undefined ? groups.letter === 's' : groups.u === '';
  return integer(size as 1 | 2 | 4 | 8, signed);
}
