// Kernel variables and functions that programs use, as externs: loaders look them up in the running kernel's BTF and compare
// types by their kinds, so these are copied from the BTF at hand, members left out.

import type { BtfBlob } from '../btf/blob.js';
import type { BlobWriter } from '../btf/blob-writer.js';
import { BtfKind } from '../btf/kind.js';
import { isModifier } from '../btf/modifier.js';

/** As deep as libbpf compares (bpf_core_types_are_compat). */
const DEPTH = 32;

/** Id in `into` of a type of the same shape; 0 (void) where there is none. */
export function copyShape(from: BtfBlob, id: number, into: BlobWriter, depth = DEPTH): number {
  if (id === 0 || depth === 0) return 0;
  const kind = from.kind(id);
  const inner = (other: number) => copyShape(from, other, into, depth - 1);
  if (isModifier(from, id)) return inner(from.sizeOrType(id));
  switch (kind) {
    case BtfKind.BTF_KIND_INT: {
      const word = from.word(id, 0);
      return into.int(from.name(id), from.sizeOrType(id), (word >>> 24) & 0xf);
    }
    case BtfKind.BTF_KIND_PTR:
      return into.pointer(inner(from.sizeOrType(id)));
    case BtfKind.BTF_KIND_ARRAY: {
      const index = into.int('__ARRAY_SIZE_TYPE__', 4, 0);
      return into.array(inner(from.word(id, 0)), index, from.word(id, 2));
    }
    case BtfKind.BTF_KIND_STRUCT:
    case BtfKind.BTF_KIND_UNION:
    case BtfKind.BTF_KIND_ENUM:
    case BtfKind.BTF_KIND_ENUM64:
    case BtfKind.BTF_KIND_FWD:
      return into.empty(kind, from.name(id), from.sizeOrType(id));
    case BtfKind.BTF_KIND_FUNC_PROTO: {
      const types = Array.from({ length: from.vlen(id) }, (_, i) => inner(from.word(id, 2 * i + 1)));
      return into.signature(inner(from.sizeOrType(id)), types);
    }
    default:
      return 0;
  }
}
