// C definitions of a script: how the compilers of x86-64 and arm64 Linux lay them out.
import type {
  CConstant,
  CType,
  Definition,
  MemberDeclaration,
  Program,
  TypeName,
} from '../../../src/compiler/syntax/ast.js';
import { calculate } from './arithmetic.js';
import {
  BOOL,
  integerOf,
  Refused,
  type SourceField,
  type SourceInteger,
  type SourcePointer,
  type SourceStruct,
  type SourceType,
  sizeInMemory,
} from './type.js';

type StructDefinition = Extract<Definition, { kind: 'struct-definition' }>;

export class Definitions {
  readonly #structs = new Map<string, StructDefinition>();
  readonly #enums = new Map<string, SourceInteger>();
  readonly #typedefs = new Map<string, CType>();
  readonly #laidOut = new Map<string, SourceStruct>();
  readonly #alignments = new Map<SourceType, number>();
  readonly enumerators = new Map<string, { readonly value: bigint; readonly type: SourceInteger }>();

  constructor(program: Program) {
    for (const definition of program.definitions) this.#collect(definition);
  }

  #collect(definition: Definition): void {
    switch (definition.kind) {
      case 'struct-definition':
        if (definition.name !== '') this.#structs.set(`${definition.tag} ${definition.name}`, definition);
        for (const { type } of definition.members) this.#collectBase(type.base);
        return;
      case 'typedef':
        this.#typedefs.set(definition.name, definition.type);
        this.#collectBase(definition.type.base);
        return;
      case 'enum-definition': {
        let next = 0n;
        const enumerators = definition.enumerators.map(({ name, value }) => {
          const own = value === undefined ? next : this.#constant(value);
          next = own + 1n;
          return { name, value: own };
        });
        const wide = enumerators.some(({ value }) => value > 0xffff_ffffn || value < -0x8000_0000n);
        const signed = enumerators.some(({ value }) => value < 0n);
        const type = { ...integerOf(wide ? 64 : 32, signed), enum: definition.name };
        this.#enums.set(definition.name, type);
        for (const { name, value } of enumerators) this.enumerators.set(name, { value, type });
      }
    }
  }

  #collectBase(base: CType['base']): void {
    if (base.kind === 'c-type') this.#collectBase(base.base);
    else if (base.kind !== 'named' && base.kind !== 'function') this.#collect(base);
  }

  #constant(node: CConstant): bigint {
    switch (node.kind) {
      case 'number':
        return node.value;
      case 'name':
        return this.enumerators.get(node.name)?.value ?? refuse(node.name);
      case 'sizeof':
        return BigInt(sizeInMemory(this.#member(node.type)));
      case 'unary':
        return node.operator === '-' ? -this.#constant(node.operand) : refuse(node.operator);
      case 'binary':
        return calculate(node.operator, this.#constant(node.left), this.#constant(node.right));
      default:
        return refuse(node.kind);
    }
  }

  #count(node: CConstant | undefined): number {
    return node === undefined ? 0 : Number(this.#constant(node));
  }

  /** A type as the language writes it: in casts, declarations, sizeof. */
  named(node: TypeName): SourceType {
    let type: SourceType;
    if (node.name === 'string' && node.tag === undefined) {
      if (node.dimensions[0] === undefined) throw new Refused('string without a size');
      return { kind: 'string', size: node.dimensions[0] };
    }
    if (node.pointers > 0) {
      let to: SourcePointer['to'] = () => this.#base(node.tag, node.name);
      if (node.tag === undefined && node.name === 'void') to = { kind: 'void' };
      type = { kind: 'pointer', to, space: 'kernel' };
      for (let i = 1; i < node.pointers; i++) type = { kind: 'pointer', to: type, space: 'kernel' };
    } else type = this.#base(node.tag, node.name);
    for (const count of [...node.dimensions].reverse()) type = { kind: 'array', of: type, count: count ?? 0 };
    return type;
  }

  #base(tag: string | undefined, name: string): SourceType {
    if (tag === 'struct' || tag === 'union') return this.#struct(`${tag} ${name}`);
    if (tag === 'enum') return this.#enums.get(name) ?? refuse(`enum ${name}`);
    const typedef = this.#typedefs.get(name);
    if (typedef !== undefined) return this.#member(typedef);
    return plainType(name) ?? refuse(`type ${name}`);
  }

  #struct(key: string): SourceStruct {
    const known = this.#laidOut.get(key);
    if (known !== undefined) return known;
    const made = this.#layOut(this.#structs.get(key) ?? refuse(key), key);
    this.#laidOut.set(key, made);
    return made;
  }

  /** The type of a member by itself. */
  #member({ base, pointers, dimensions }: CType): SourceType {
    let type: SourceType;
    const by = () => this.#inner(base);
    if (pointers > 0) {
      const isVoid = base.kind === 'named' && base.tag === undefined && base.name === 'void';
      type = { kind: 'pointer', to: isVoid ? { kind: 'void' } : by, space: 'kernel' };
      for (let i = 1; i < pointers; i++) type = { kind: 'pointer', to: type, space: 'kernel' };
    } else type = by();
    for (const dimension of [...dimensions].reverse()) {
      const count = this.#count(dimension);
      const align = this.#alignOf(type);
      // Members that are arrays of char are text.
      const isText = type.kind === 'integer' && type.bits === 8 && type.signed && dimensions.length === 1;
      type = isText ? { kind: 'string', size: count } : { kind: 'array', of: type, count };
      this.#alignments.set(type, align);
    }
    return type;
  }

  #inner(base: CType['base']): SourceType {
    if (base.kind === 'named') return this.#base(base.tag, base.name);
    if (base.kind === 'struct-definition') {
      return base.name === '' ? this.#layOut(base, '') : this.#struct(`${base.tag} ${base.name}`);
    }
    if (base.kind === 'enum-definition') return this.#enums.get(base.name) ?? refuse('enum');
    if (base.kind === 'c-type') return this.#member(base);
    return refuse(base.kind);
  }

  #alignOf(type: SourceType): number {
    const known = this.#alignments.get(type);
    if (known !== undefined) return known;
    if (type.kind === 'struct') return type.align;
    if (type.kind === 'array') return this.#alignOf(type.of);
    return type.kind === 'string' ? 1 : sizeInMemory(type);
  }

  #layOut({ tag, members, packed, align }: StructDefinition, name: string): SourceStruct {
    const fields: SourceField[] = [];
    let bit = 0; // where the next member may start
    let most = 1;
    let end = 0;
    for (const member of members) {
      if (tag === 'union') bit = 0;
      const type = this.#member(member.type);
      const tight = packed || member.packed;
      const own = Math.max(tight ? 1 : this.#alignOf(type), this.#count(member.align));
      const width = member.bits && this.#count(member.bits);
      if (width === undefined) {
        most = Math.max(most, own);
        const offset = roundUp(Math.ceil(bit / 8), own);
        this.#place(fields, member, type, offset);
        bit = (offset + sizeInMemory(type)) * 8;
      } else if (width === 0) {
        bit = roundUp(bit, sizeInMemory(type) * 8);
      } else {
        const unit = sizeInMemory(type) * 8;
        const straddles = Math.floor(bit / unit) !== Math.floor((bit + width - 1) / unit);
        if (straddles && !tight) bit = roundUp(bit, unit);
        if (member.name !== '') {
          fields.push({ name: member.name, type, offset: 0, bits: { at: bit, width } });
          most = Math.max(most, own);
        }
        bit += width;
      }
      end = Math.max(end, bit);
    }
    most = Math.max(most, this.#count(align));
    return { kind: 'struct', name, size: roundUp(Math.ceil(end / 8), most), align: most, fields };
  }

  /** Members of an anonymous struct or union are members of the one around it. */
  #place(fields: SourceField[], { name }: MemberDeclaration, type: SourceType, offset: number): void {
    if (name !== '') fields.push({ name, type, offset });
    else if (type.kind === 'struct') {
      for (const field of type.fields) {
        const bits = field.bits && { ...field.bits, at: field.bits.at + offset * 8 };
        fields.push({ ...field, offset: field.offset + offset, ...(bits && { bits }) });
      }
    }
  }
}

function refuse(what: string): never {
  throw new Refused(`no ${what}`);
}

function roundUp(n: number, unit: number): number {
  return Math.ceil(n / unit) * unit;
}

const SIZES: Readonly<Record<string, 8 | 16 | 32 | 64>> = { char: 8, short: 16, int: 32, long: 64 };

/** The language's own names, C's, and those of fixed width. */
function plainType(name: string): SourceType | undefined {
  if (name === 'bool' || name === '_Bool') return BOOL;
  const fixed = /^(?:(?<u>u?)int(?<bits>8|16|32|64)(?:_t)?|(?:__)?(?<letter>[us])(?<short>8|16|32|64))$/.exec(
    name,
  )?.groups;
  if (fixed !== undefined) {
    const bits = Number(fixed.bits ?? fixed.short) as SourceInteger['bits'];
    return integerOf(bits, fixed.bits === undefined ? fixed.letter === 's' : fixed.u === '');
  }
  const words = name.split(' ');
  const unsigned = words.includes('unsigned');
  const main = words.filter(word => word !== 'unsigned' && word !== 'signed');
  const size = main.find(word => word !== 'int') ?? (unsigned || main.length > 0 ? 'int' : undefined);
  const bits = size === undefined ? undefined : SIZES[size];
  return bits === undefined ? undefined : integerOf(bits, !unsigned);
}

/** Reads a bitfield out of the struct's bytes. */
export function readBits(bytes: Uint8Array, { type, bits }: SourceField): bigint {
  let value = 0n;
  for (let i = bits!.width - 1; i >= 0; i--) {
    const at = bits!.at + i;
    value = (value << 1n) | BigInt((bytes[at >> 3]! >> (at & 7)) & 1);
  }
  const signed = type.kind === 'integer' && type.signed;
  return signed ? BigInt.asIntN(bits!.width, value) : value;
}
