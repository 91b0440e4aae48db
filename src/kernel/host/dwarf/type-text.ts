// Types as -lv shows them: C, with what is pointed to in front: `const char*`, `struct point**`, `int[4]`.
import { Attribute, Tag } from './constants.js';
import type { DebugInfo } from './debug-info.js';
import type { TypeReader } from './type-reader.js';
import type { Entry } from './unit.js';

const DEPTH = 32;

export function typeText(
  info: DebugInfo,
  types: TypeReader,
  entry: Entry | undefined,
  depth = DEPTH,
): string {
  if (entry === undefined) return 'void';
  if (depth === 0) return '...';
  const name = info.text(entry, Attribute.name);
  const inner = () => typeText(info, types, info.refersTo(entry, Attribute.type), depth - 1);
  switch (entry.tag) {
    case Tag.pointer_type:
      return `${inner()}*`;
    case Tag.reference_type:
      return `${inner()}&`;
    case Tag.rvalue_reference_type:
      return `${inner()}&&`;
    case Tag.const_type:
      return qualified('const', inner());
    case Tag.volatile_type:
      return qualified('volatile', inner());
    case Tag.restrict_type:
    case Tag.atomic_type:
    case Tag.immutable_type:
      return inner();
    case Tag.array_type:
      return `${inner()}${types
        .dimensions(entry)
        .map(count => `[${count || ''}]`)
        .join('')}`;
    case Tag.structure_type:
    case Tag.class_type:
      return `struct ${name ?? '<anonymous>'}`;
    case Tag.union_type:
      return `union ${name ?? '<anonymous>'}`;
    case Tag.enumeration_type:
      return `enum ${name ?? '<anonymous>'}`;
    case Tag.subroutine_type:
      return '<function>';
    default:
      return name ?? '<unknown type>';
  }
}

/** A pointer's own qualifier stands behind it. */
function qualified(word: string, text: string): string {
  return text.endsWith('*') ? `${text} ${word}` : `${word} ${text}`;
}
