// The C types that a script defines: names to types, laid out as the compilers of x86-64 and arm64 Linux do. What a definition
// does not name comes from the kernel (BTF). A struct may point to itself, so what pointers point to is looked up when asked.
import { baseType } from '../btf/reader.js';
import { bitfield } from '../btf/struct-fields.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggest.js';
import type { Env } from '../env.js';
import type {
  CType,
  Definition,
  EnumDefinition,
  MemberDeclaration,
  StructDefinition,
} from '../syntax/ast.js';
import { alignUp, rawSizeOf } from '../types/layout.js';
import { membersOf } from '../types/members.js';
import { type Field, type IntegerType, integer, type StructType, type Type, VOID } from '../types/type.js';
import { fixedWidth } from './fixed-width.js';

const LARGEST = 1 << 30;

export class DeclaredTypes {
  readonly #env: Env;
  readonly #diagnostics: Diagnostics;
  readonly #definitions = new Map<string, Definition>(); // 'struct a', 'enum b', 'c' of a typedef
  readonly #types = new Map<Definition, Type | undefined>(); // undefined: being laid out
  readonly #alignOf = new WeakMap<Type, number>();
  readonly #enumerators = new Map<string, { readonly value: bigint; readonly type: Type }>();

  /** Mistakes in the definitions are reported here and now. */
  constructor(definitions: readonly Definition[], env: Env, diagnostics: Diagnostics) {
    this.#env = env;
    this.#diagnostics = diagnostics;
    for (const definition of definitions) this.#collect(definition);
    for (const definition of this.#definitions.values()) this.#typeOf(definition);
  }

  /** `struct a`, `union b`, `enum c`, or the name of a typedef. */
  find(tag: 'struct' | 'union' | 'enum' | undefined, name: string): Type | undefined {
    const definition = this.#definitions.get(tag === undefined ? name : `${tag} ${name}`);
    return definition === undefined ? undefined : this.#typeOf(definition);
  }

  enumerator(name: string): { readonly value: bigint; readonly type: Type } | undefined {
    return this.#enumerators.get(name);
  }

  names(tag: 'struct' | 'union'): string[] {
    const names = [...this.#definitions.keys()].filter(key => key.startsWith(`${tag} `));
    return names.map(key => key.slice(tag.length + 1));
  }

  #collect(definition: Definition): void {
    const { name } = definition;
    if (name !== '') {
      const key = keyOf(definition);
      const first = this.#definitions.get(key);
      if (first === undefined) this.#definitions.set(key, definition);
      else {
        this.#diagnostics.error('type-redefined', definition.span, `${key} is defined twice`, {
          notes: [{ span: first.span, message: 'here' }],
        });
      }
    }
    if (definition.kind === 'struct-definition') {
      for (const { type } of definition.members) if (type.base.kind !== 'named') this.#collect(type.base);
    } else if (definition.kind === 'typedef') {
      if (definition.type.base.kind !== 'named') this.#collect(definition.type.base);
    } else {
      const type = enumType(definition);
      this.#types.set(definition, type);
      for (const { name: constant, value } of definition.enumerators) {
        this.#enumerators.set(constant, { value, type });
      }
    }
  }

  #typeOf(definition: Definition): Type {
    const known = this.#types.get(definition);
    if (known !== undefined) return known;
    if (this.#types.has(definition)) {
      const message = `${keyOf(definition)} holds itself, so it has no size`;
      this.#diagnostics.error('endless-type', definition.span, message, {
        hint: 'a pointer to it is possible: struct a *next;',
      });
      return VOID;
    }
    this.#types.set(definition, undefined);
    const type =
      definition.kind === 'struct-definition'
        ? this.#layOut(definition)
        : definition.kind === 'typedef'
          ? this.#member(definition.type)
          : enumType(definition);
    this.#types.set(definition, type);
    return type;
  }

  /** A type as written, by value. */
  #member(node: CType): Type {
    let type: Type;
    if (node.pointers > 0) {
      let target = () => this.#named(node, true);
      for (let i = 1; i < node.pointers; i++) {
        const inner = pointerTo(target);
        target = () => inner;
      }
      type = pointerTo(target);
    } else type = this.#named(node, false);
    for (const count of [...node.dimensions].reverse()) {
      const align = this.#alignment(type);
      type = { kind: 'array', of: type, count };
      this.#alignOf.set(type, align);
    }
    return type;
  }

  /** Unknown structs may be pointed to. */
  #named({ base, span }: CType, pointed: boolean): Type {
    if (base.kind !== 'named') return this.#typeOf(base);
    const { tag, name } = base;
    const declared = this.find(tag, name);
    if (declared !== undefined) return declared;
    const words = tag === undefined ? name.split(' ') : [];
    const known = tag === undefined ? (fixedWidth(name) ?? baseType(words)) : undefined;
    const full = tag === undefined ? name : `${tag} ${name}`;
    const type = known ?? this.#env.btf()?.typeByName(full);
    if (type !== undefined && (pointed || type.kind !== 'void')) return type;
    if (pointed && tag !== undefined) {
      return { kind: 'struct', tag: tag === 'union' ? tag : 'struct', name, size: 0, layout: NO_FIELDS };
    }
    const names = tag === 'enum' || tag === undefined ? [] : this.names(tag);
    const hint = didYouMean(name, names);
    this.#diagnostics.error('unknown-type', span, `there is no type ${full}`, {
      ...(hint === undefined ? {} : { hint }),
    });
    return integer(4, true);
  }

  #layOut(definition: StructDefinition): StructType {
    const { tag, name, members, packed } = definition;
    const fields: Field[] = [];
    let bit = 0; // of the next member
    let most = 1;
    let end = 0; // bits
    for (const member of members) {
      if (tag === 'union') bit = 0;
      const type = this.#member(member.type);
      const tight = packed || member.packed;
      const natural = Math.max(tight ? 1 : this.#alignment(type), member.align);
      if (member.bits !== undefined) {
        bit = this.#bits(member, type, bit, tight, fields);
        if (member.name !== '') most = Math.max(most, natural);
      } else {
        most = Math.max(most, natural);
        const at = alignUp(Math.ceil(bit / 8), natural);
        place(fields, member, type, at);
        bit = (at + rawSizeOf(type)) * 8;
      }
      end = Math.max(end, bit);
    }
    most = Math.max(most, definition.align);
    let size = alignUp(Math.ceil(end / 8), most);
    if (size > LARGEST) {
      this.#diagnostics.error('type-size', definition.span, `${keyOf(definition)} takes ${size} bytes`);
      size = 0;
    }
    const type: StructType = { kind: 'struct', tag, name, size, layout: { from: 'fields', fields } };
    this.#alignOf.set(type, most);
    return type;
  }

  /** Places a bitfield; the bit behind it. */
  #bits(member: MemberDeclaration, type: Type, bit: number, tight: boolean, fields: Field[]): number {
    const width = member.bits ?? 0;
    const unit = rawSizeOf(type) * 8;
    if (type.kind === 'struct' && width === 0) return bit; // only defined here
    if (width < 0 || width > unit || (type.kind !== 'integer' && type.kind !== 'bool')) {
      this.#diagnostics.error('bitfield', member.span, `${width} bits do not fit into this type`);
      return bit;
    }
    if (width === 0) return alignUp(bit, unit);
    const crosses = Math.floor(bit / unit) !== Math.floor((bit + width - 1) / unit);
    const at = crosses && !tight ? alignUp(bit, unit) : bit;
    if (member.name !== '') fields.push(bitfield(member.name, type, at, width));
    return at + width;
  }

  /** Bytes; of a kernel's struct what its members need. */
  #alignment(type: Type): number {
    const known = this.#alignOf.get(type);
    if (known !== undefined) return known;
    switch (type.kind) {
      case 'integer':
        return type.size;
      case 'pointer':
        return 8;
      case 'array':
        return this.#alignment(type.of);
      case 'struct': {
        let most = 1;
        for (const field of membersOf(type, this.#env) ?? [])
          most = Math.max(most, this.#alignment(field.type));
        while (type.size % most !== 0) most /= 2; // packed
        this.#alignOf.set(type, most);
        return most;
      }
      default:
        return 1;
    }
  }
}

const NO_FIELDS = { from: 'fields', fields: [] } as const;

function keyOf(definition: Definition): string {
  if (definition.kind === 'typedef') return definition.name;
  const tag = definition.kind === 'enum-definition' ? 'enum' : definition.tag;
  return definition.name === '' ? `this ${tag}` : `${tag} ${definition.name}`;
}

/** The members of an anonymous struct or union belong to the one around it. */
function place(fields: Field[], { name }: MemberDeclaration, type: Type, offset: number): void {
  if (name !== '') fields.push({ name, type, offset });
  else if (type.kind === 'struct' && type.layout.from === 'fields') {
    for (const field of type.layout.fields) fields.push({ ...field, offset: field.offset + offset });
  }
}

function pointerTo(target: () => Type): Type {
  return {
    kind: 'pointer',
    get to() {
      return target();
    },
    space: 'kernel',
  };
}

function enumType({ name, enumerators }: EnumDefinition): IntegerType {
  const values = enumerators.map(e => e.value);
  const negative = values.some(value => value < 0n);
  const wide = values.some(value => value > 0xffff_ffffn || value < -0x8000_0000n);
  return {
    ...integer(wide ? 8 : 4, negative),
    enum: { name, values: enumerators.map(e => [e.name, e.value.toString()] as const) },
  };
}
