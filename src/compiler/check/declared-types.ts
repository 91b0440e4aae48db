// The C types that a script and its headers define: names to types, laid out as the compilers of x86-64 and arm64 Linux do. What
// no definition names comes from the kernel (BTF), at last from headers of the system. A struct may point to itself, so what
// pointers point to is looked up when asked.
import { baseType } from '../btf/reader.js';
import { bitfield } from '../btf/struct-fields.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggest.js';
import type { Env } from '../env.js';
import { headerConstant, macroConstant } from '../language/names/header-constant.js';
import type {
  CConstant,
  CType,
  Definition,
  EnumDefinition,
  MemberDeclaration,
  StructDefinition,
} from '../syntax/ast.js';
import { definitionText } from '../syntax/definition-text.js';
import type { SystemHeaders } from '../syntax/preprocess/system-headers.js';
import { alignUp, rawSizeOf } from '../types/layout.js';
import { membersOf } from '../types/members.js';
import { type Field, type IntegerType, integer, type StructType, type Type, VOID } from '../types/type.js';
import { type ConstantNames, calculateConstant } from './c-constant.js';
import { fixedWidth } from './fixed-width.js';

/** The way out where no name of a type is near. */
export const DECLARE = 'declare it before the probes, or #include the header that does';

const LARGEST = 1 << 30;

type Tag = 'struct' | 'union' | 'enum' | undefined;

export class DeclaredTypes {
  readonly #env: Env;
  readonly #diagnostics: Diagnostics;
  readonly #definitions = new Map<string, Definition>(); // 'struct a', 'enum b', 'c' of a typedef
  readonly #types = new Map<Definition, Type | undefined>(); // undefined: being laid out
  readonly #alignOf = new WeakMap<Type, number>();
  readonly #enumerators = new Map<string, { readonly value: bigint; readonly type: Type }>();
  readonly #headers: SystemHeaders | undefined;
  readonly #headerValues = new Map<string, bigint | Uint8Array | undefined>(); // undefined: none, or being calculated
  readonly #names: ConstantNames = {
    valueOf: name => this.#constant(name),
    typeOf: type => this.#member(type),
    sizeOf: rawSizeOf,
  };

  /** Mistakes in the definitions are reported here and now. */
  constructor(
    definitions: readonly Definition[],
    env: Env,
    headers: SystemHeaders | undefined,
    diagnostics: Diagnostics,
  ) {
    this.#env = env;
    this.#headers = headers;
    this.#diagnostics = diagnostics;
    for (const definition of definitions) this.#collect(definition);
    for (const definition of [...this.#definitions.values()]) this.#typeOf(definition);
  }

  /** `struct a`, `union b`, `enum c`, or the name of a typedef. */
  find(tag: Tag, name: string): Type | undefined {
    const definition = this.#definitions.get(tag === undefined ? name : `${tag} ${name}`);
    return definition === undefined ? undefined : this.#typeOf(definition);
  }

  /** A type that neither the script nor the kernel knows, from the headers that the script names. */
  findInHeaders(tag: Tag, name: string): Type | undefined {
    for (const definition of this.#headers?.definition(tag, name) ?? []) this.#collect(definition);
    return this.find(tag, name);
  }

  enumerator(name: string): { readonly value: bigint; readonly type: Type } | undefined {
    return this.#enumerators.get(name);
  }

  /** A macro (a number or text) or an enumerator of a header of the system. */
  headerValue(name: string): bigint | Uint8Array | undefined {
    if (this.#headers === undefined) return undefined;
    if (!this.#headerValues.has(name)) {
      this.#headerValues.set(name, undefined);
      const found = this.#headers.constant(name);
      if (found === undefined) {
        for (const definition of this.#headers.enumOf(name)) this.#collect(definition);
        this.#headerValues.set(name, this.#enumerators.get(name)?.value);
      } else {
        const value =
          found.kind === 'text' ? found.bytes : calculateConstant(found.value, this.#names, () => {});
        this.#headerValues.set(name, value);
      }
    }
    return this.#headerValues.get(name);
  }

  #constant(name: string): bigint | undefined {
    const known =
      this.#enumerators.get(name)?.value ??
      macroConstant(name) ??
      this.#env.btf()?.enumerator(name)?.value ??
      headerConstant(name) ??
      this.headerValue(name);
    return typeof known === 'bigint' ? known : undefined;
  }

  /** Reported when it has no value. */
  #calculate(constant: CConstant): bigint | undefined {
    return calculateConstant(constant, this.#names, ({ at, message }) => {
      this.#diagnostics.error('c-constant', at.span, message);
    });
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
      else if (definitionText(first) !== definitionText(definition)) {
        this.#diagnostics.error('type-redefined', definition.span, `${key} is defined twice`, {
          notes: [{ span: first.span, message: 'here' }],
        });
      }
    }
    if (definition.kind === 'struct-definition') {
      for (const { type } of definition.members) this.#collectWithin(type);
    } else if (definition.kind === 'typedef') this.#collectWithin(definition.type);
    else this.#types.set(definition, this.#enum(definition));
  }

  #collectWithin({ base }: CType): void {
    if (base.kind === 'c-type') this.#collectWithin(base);
    else if (base.kind !== 'named' && base.kind !== 'function') this.#collect(base);
  }

  #enum({ name, enumerators }: EnumDefinition): IntegerType {
    const values: [string, bigint][] = [];
    let next = 0n;
    for (const { name: constant, value } of enumerators) {
      const given = value === undefined ? next : (this.#calculate(value) ?? next);
      values.push([constant, given]);
      // What stands behind it may use it; its type is known at the end.
      this.#enumerators.set(constant, { value: given, type: integer(8, true) });
      next = given + 1n;
    }
    const type = enumType(name, values);
    for (const [constant, value] of values) this.#enumerators.set(constant, { value, type });
    return type;
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
          : this.#enum(definition);
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
    for (const dimension of [...node.dimensions].reverse()) {
      const count = dimension === undefined ? 0 : this.#count(dimension);
      const align = this.#alignment(type);
      type = { kind: 'array', of: type, count };
      this.#alignOf.set(type, align);
    }
    return type;
  }

  #count(dimension: CConstant): number {
    const count = this.#calculate(dimension) ?? 1n;
    if (count >= 0n && count <= MOST_ELEMENTS) return Number(count);
    this.#diagnostics.error(
      'array-too-large',
      dimension.span,
      `an array of ${count} elements is not possible`,
    );
    return 0;
  }

  /** Unknown structs may be pointed to. */
  #named({ base, span }: CType, pointed: boolean): Type {
    if (base.kind === 'function') return VOID;
    if (base.kind === 'c-type') return this.#member(base);
    if (base.kind !== 'named') return this.#typeOf(base);
    const { tag, name } = base;
    const declared = this.find(tag, name);
    if (declared !== undefined) return declared;
    const words = tag === undefined ? name.split(' ') : [];
    const known = tag === undefined ? (fixedWidth(name) ?? baseType(words) ?? WIDE[name]) : undefined;
    const full = tag === undefined ? name : `${tag} ${name}`;
    const type = known ?? this.#env.btf()?.typeByName(full) ?? this.findInHeaders(tag, name);
    if (type !== undefined && (pointed || type.kind !== 'void')) return type;
    if (pointed && tag !== undefined) {
      return { kind: 'struct', tag: tag === 'union' ? tag : 'struct', name, size: 0, layout: NO_FIELDS };
    }
    const names = tag === 'enum' || tag === undefined ? [] : this.names(tag);
    const hint = didYouMean(name, names);
    this.#diagnostics.error('unknown-type', span, `there is no type ${full}`, { hint: hint ?? DECLARE });
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
      const natural = Math.max(tight ? 1 : this.#alignment(type), this.#align(member.align));
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
    most = Math.max(most, this.#align(definition.align));
    let size = alignUp(Math.ceil(end / 8), most);
    if (size > LARGEST) {
      this.#diagnostics.error('type-size', definition.span, `${keyOf(definition)} takes ${size} bytes`);
      size = 0;
    }
    const type: StructType = { kind: 'struct', tag, name, size, layout: { from: 'fields', fields } };
    this.#alignOf.set(type, most);
    return type;
  }

  /** Bytes that aligned() asks for, 0 without it. */
  #align(asked: CConstant | undefined): number {
    const align = asked === undefined ? 0n : (this.#calculate(asked) ?? 0n);
    if (align >= 0n && align <= 4096n && (align & (align - 1n)) === 0n) return Number(align);
    this.#diagnostics.error('c-constant', asked!.span, `an alignment of ${align} bytes is not possible`);
    return 0;
  }

  /** Places a bitfield; the bit behind it. */
  #bits(member: MemberDeclaration, type: Type, bit: number, tight: boolean, fields: Field[]): number {
    const width = member.bits === undefined ? 0 : Number(this.#calculate(member.bits) ?? 1n);
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
        return Object.values(WIDE).includes(type) ? Math.min(16, rawSizeOf(type)) : this.#alignment(type.of);
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

/** Numbers of C that the language has not: bytes. */
const WIDE: Readonly<Record<string, Type>> = {
  float: { kind: 'array', of: integer(1, false), count: 4 },
  double: { kind: 'array', of: integer(1, false), count: 8 },
  'long double': { kind: 'array', of: integer(1, false), count: 16 },
  __int128: { kind: 'array', of: integer(1, false), count: 16 },
  'unsigned __int128': { kind: 'array', of: integer(1, false), count: 16 },
};
const MOST_ELEMENTS = 0x7fff_ffffn;

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

function enumType(name: string, enumerators: readonly (readonly [string, bigint])[]): IntegerType {
  const negative = enumerators.some(([, value]) => value < 0n);
  const wide = enumerators.some(([, value]) => value > 0xffff_ffffn || value < -0x8000_0000n);
  return {
    ...integer(wide ? 8 : 4, negative),
    enum: { name, values: enumerators.map(([constant, value]) => [constant, value.toString()] as const) },
  };
}
