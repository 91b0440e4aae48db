// Members of a struct or union, wherever its layout is known from: kernel types (BTF), debug information of a program, or a
// declaration in the script.
import type { BinaryTypes } from '../binary-view.js';
import type { BtfView } from '../btf/btf-view.js';
import type { Field, StructType } from './type.js';

/** Of an Env. Asked only when there is a struct. */
export interface MemberSource {
  btf(module?: string): BtfView | undefined;
  readonly userSpace?: BinaryTypes | undefined;
}

/** Undefined when they are not known here. */
export function membersOf({ layout }: StructType, source: MemberSource): readonly Field[] | undefined {
  switch (layout.from) {
    case 'fields':
      return layout.fields;
    case 'btf':
      return source.btf(layout.module)?.fields(layout.id);
    case 'dwarf':
      return source.userSpace?.fields(layout.file, layout.id);
  }
}
