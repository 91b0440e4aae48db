// Types of BTF as C declarations without a name, for people: `const struct iovec *`, `char[16]`.
import type { BtfBlob } from './blob.js';
import { BtfKind } from './kind.js';

const DEPTH = 16;

export function declarationOf(blob: BtfBlob, id: number, depth = DEPTH): string {
  if (id === 0 || depth === 0) return 'void';
  const target = () => declarationOf(blob, blob.sizeOrType(id), depth - 1);
  switch (blob.kind(id)) {
    case BtfKind.BTF_KIND_STRUCT:
      return `struct ${blob.name(id)}`.trim();
    case BtfKind.BTF_KIND_UNION:
      return `union ${blob.name(id)}`.trim();
    case BtfKind.BTF_KIND_FWD:
      return `${blob.flag(id) ? 'union' : 'struct'} ${blob.name(id)}`;
    case BtfKind.BTF_KIND_ENUM:
    case BtfKind.BTF_KIND_ENUM64:
      return `enum ${blob.name(id)}`.trim();
    case BtfKind.BTF_KIND_PTR:
      return pointer(target());
    case BtfKind.BTF_KIND_CONST:
      return qualified('const', target());
    case BtfKind.BTF_KIND_VOLATILE:
      return qualified('volatile', target());
    case BtfKind.BTF_KIND_RESTRICT:
    case BtfKind.BTF_KIND_TYPE_TAG:
      return target();
    case BtfKind.BTF_KIND_ARRAY:
      return `${declarationOf(blob, blob.word(id, 0), depth - 1)}[${blob.word(id, 2)}]`;
    case BtfKind.BTF_KIND_FUNC_PROTO: {
      const params: string[] = [];
      for (let i = 0; i < blob.vlen(id); i++)
        params.push(declarationOf(blob, blob.word(id, i * 2 + 1), depth - 1));
      return `${target()} (${params.join(', ')})`;
    }
    default:
      return blob.name(id);
  }
}

/** `T *`, `T **`, and `R (*)(A, B)` of a function. */
function pointer(target: string): string {
  const proto = /^(.*?) \((.*)\)$/.exec(target);
  if (proto !== null && !target.includes('(*)')) return `${proto[1]} (*)(${proto[2]})`;
  return target.endsWith('*') ? `${target}*` : `${target} *`;
}

/** A qualifier of a pointer stands behind it. */
function qualified(qualifier: string, target: string): string {
  return target.endsWith('*') ? `${target} ${qualifier}` : `${qualifier} ${target}`;
}
