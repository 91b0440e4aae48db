// Types of DWARF as types of the language. Structs and unions stay references (file and offset), so that what points back to
// itself has an end; their members are made when one is asked for. All pointers are into user space.
import { bitfield } from '../../../compiler/btf/struct-fields.js';
import {
  type Field,
  integer,
  type StructType,
  type Type,
  UINT64,
  VOID,
} from '../../../compiler/types/type.js';
import { Attribute, Encoding, Tag } from './constants.js';
import { DwarfError } from './cursor.js';
import { type DebugInfo, number } from './debug-info.js';
import type { Entry } from './unit.js';

/** How many types may be nested: damaged information may go in a circle. */
const DEPTH = 32;
/** More than any real struct has. */
const MOST_FIELDS = 20_000;
/** More types than any program has: a bound for damaged lists that run into each other. */
const MOST_VISITS = 20_000_000;
const MEMBERS: ReadonlySet<number> = new Set([Tag.member, Tag.inheritance]);
const SUBRANGES: ReadonlySet<number> = new Set([Tag.subrange_type]);
const ENUMERATORS: ReadonlySet<number> = new Set([Tag.enumerator]);
const QUALIFIERS: ReadonlySet<number> = new Set([
  Tag.const_type,
  Tag.volatile_type,
  Tag.restrict_type,
  Tag.atomic_type,
  Tag.immutable_type,
  Tag.typedef,
]);
const COMPOSITES: ReadonlySet<number> = new Set([Tag.structure_type, Tag.class_type, Tag.union_type]);

export function isComposite(entry: Entry): boolean {
  return COMPOSITES.has(entry.tag);
}

/** Type names of floating-point numbers and others that BPF cannot compute with; undefined for all else. */
export function unreadable(info: DebugInfo, entry: Entry | undefined): string | undefined {
  const type = plain(info, entry);
  if (type?.tag !== Tag.base_type) return undefined;
  switch (number(type.values.get(Attribute.encoding))) {
    case Encoding.float:
    case Encoding.complex_float:
    case Encoding.imaginary_float:
    case Encoding.decimal_float:
      return info.text(type, Attribute.name) ?? 'float';
    default:
      return undefined;
  }
}

/** Without typedefs and qualifiers. */
export function plain(info: DebugInfo, entry: Entry | undefined): Entry | undefined {
  let current = entry;
  for (let i = 0; current !== undefined && i < DEPTH && QUALIFIERS.has(current.tag); i++) {
    current = info.refersTo(current, Attribute.type);
  }
  return current;
}

export class TypeReader {
  readonly #info: DebugInfo;
  /** What StructType.layout names the file by. */
  readonly #file: string;
  readonly #types = new Map<number, Type>();
  readonly #fields = new Map<number, readonly Field[]>();

  constructor(info: DebugInfo, file: string) {
    this.#info = info;
    this.#file = file;
  }

  /** Undefined (no DW_AT_type) is void. */
  typeOf(entry: Entry | undefined, depth = DEPTH): Type {
    if (entry === undefined || depth === 0) return VOID;
    const known = this.#types.get(entry.offset);
    if (known !== undefined) return known;
    const type = this.#build(entry, depth);
    this.#types.set(entry.offset, type);
    return type;
  }

  /** Type of what an entry (a parameter, a member, a pointer) is of. */
  typeIn(entry: Entry, depth = DEPTH): Type {
    return this.typeOf(this.#info.refersTo(entry, Attribute.type), depth);
  }

  /** Members of a struct or union, those of bases and of anonymous members lifted into it. */
  fields(offset: number): readonly Field[] {
    let fields = this.#fields.get(offset);
    if (fields === undefined) {
      const entry = this.#info.entry(offset);
      const list: Field[] = [];
      const visits = { left: MOST_FIELDS };
      if (entry !== undefined && isComposite(entry)) this.#collect(entry, 0, list, visits, DEPTH);
      fields = list;
      this.#fields.set(offset, fields);
    }
    return fields;
  }

  /** Bytes of a value; 0 when it is not known. */
  sizeOf(entry: Entry | undefined, depth = DEPTH): number {
    const type = plain(this.#info, entry);
    if (type === undefined || depth === 0) return 0;
    const size = number(type.values.get(Attribute.byte_size));
    if (size !== undefined) return size;
    if (type.tag === Tag.array_type) {
      const element = this.sizeOf(this.#info.refersTo(type, Attribute.type), depth - 1);
      return this.dimensions(type).reduce((product, count) => product * count, element);
    }
    return isPointer(type.tag) ? type.unit.header.addressSize : 0;
  }

  /** Of an array, outermost first; 0 where it is not told. */
  dimensions(array: Entry): number[] {
    const dimensions: number[] = [];
    for (const range of array.unit.children(array, SUBRANGES)) {
      const count = number(range.values.get(Attribute.count));
      const upper = number(range.values.get(Attribute.upper_bound));
      const elements = count ?? (upper === undefined ? 0 : upper + 1);
      dimensions.push(elements >= 0 && elements < 2 ** 31 ? elements : 0);
    }
    return dimensions;
  }

  #build(entry: Entry, depth: number): Type {
    const { tag } = entry;
    if (QUALIFIERS.has(tag)) return this.typeIn(entry, depth - 1);
    if (isPointer(tag)) return { kind: 'pointer', to: this.typeIn(entry, depth - 1), space: 'user' };
    if (isComposite(entry)) return this.#struct(entry);
    switch (tag) {
      case Tag.base_type:
        return this.#base(entry);
      case Tag.enumeration_type:
        return this.#enum(entry, depth);
      case Tag.ptr_to_member_type:
        return UINT64;
      case Tag.array_type: {
        const of = this.typeIn(entry, depth - 1);
        const dimensions = this.dimensions(entry);
        return (dimensions.length === 0 ? [0] : dimensions).reduceRight<Type>(
          (element, count) => ({ kind: 'array', of: element, count }),
          of,
        );
      }
      default:
        return VOID;
    }
  }

  /** A bool is a number here, as in bpftrace. */
  #base(entry: Entry): Type {
    const size = number(entry.values.get(Attribute.byte_size)) ?? 0;
    const encoding = number(entry.values.get(Attribute.encoding));
    if (size === 16 && unreadable(this.#info, entry) === undefined)
      return { kind: 'array', of: UINT64, count: 2 };
    if (unreadable(this.#info, entry) !== undefined || (size !== 1 && size !== 2 && size !== 4 && size !== 8))
      return { kind: 'array', of: integer(1, false), count: size };
    // Plain char is unsigned on some machines; the language has it signed, and arrays of it are text.
    const isChar = size === 1 && this.#info.text(entry, Attribute.name) === 'char';
    return integer(size, isChar || encoding === Encoding.signed || encoding === Encoding.signed_char);
  }

  #enum(entry: Entry, depth: number): Type {
    const info = this.#info;
    const underlying = this.typeIn(entry, depth - 1);
    const size = this.sizeOf(entry);
    const values: [string, string][] = [];
    let negative = false;
    for (const each of entry.unit.children(entry, ENUMERATORS)) {
      const value = each.values.get(Attribute.const_value);
      const exact = value?.kind === 'signed' ? value.value : BigInt(number(value) ?? 0);
      negative ||= exact < 0n;
      values.push([info.text(each, Attribute.name) ?? '', exact.toString()]);
    }
    const signed = underlying.kind === 'integer' ? underlying.signed && negative : negative;
    const known = size === 1 || size === 2 || size === 8 ? size : 4;
    return { ...integer(known, signed), enum: { name: info.text(entry, Attribute.name) ?? '', values } };
  }

  /** A declaration alone has no members: the definition is looked for in the same file. */
  #struct(entry: Entry): StructType {
    const info = this.#info;
    const tag = entry.tag === Tag.union_type ? 'union' : 'struct';
    const name = info.text(entry, Attribute.name) ?? '';
    const whole = entry.values.has(Attribute.declaration)
      ? (this.definition(name, tag, entry) ?? entry)
      : entry;
    const size = number(whole.values.get(Attribute.byte_size)) ?? 0;
    return { kind: 'struct', tag, name, size, layout: { from: 'dwarf', file: this.#file, id: whole.offset } };
  }

  /** A struct or union by name: in the unit of `near` first, then in all. */
  definition(name: string, tag: 'struct' | 'union', near?: Entry): Entry | undefined {
    const wanted: ReadonlySet<number> =
      tag === 'union' ? new Set([Tag.union_type]) : new Set([Tag.structure_type, Tag.class_type]);
    return this.#named(name, wanted, near);
  }

  /** A type by the name it has in C: a typedef, an enum, a base type. */
  named(name: string, near?: Entry): Entry | undefined {
    return this.#named(
      name,
      new Set([Tag.typedef, Tag.base_type, ...COMPOSITES, Tag.enumeration_type]),
      near,
    );
  }

  enumeration(name: string, near?: Entry): Entry | undefined {
    return this.#named(name, new Set([Tag.enumeration_type]), near);
  }

  #named(name: string, wanted: ReadonlySet<number>, near: Entry | undefined): Entry | undefined {
    if (name === '' || !this.#mentions(name)) return undefined;
    const info = this.#info;
    const tags = new Set([...wanted, Tag.namespace]);
    let visits = MOST_VISITS;
    const look = (parent: Entry, depth: number): Entry | undefined => {
      for (const child of parent.unit.children(parent, tags)) {
        if (visits-- <= 0) throw new DwarfError('too many types');
        if (child.tag === Tag.namespace) {
          const inside = depth > 0 ? look(child, depth - 1) : undefined;
          if (inside !== undefined) return inside;
        } else if (!child.values.has(Attribute.declaration) && info.text(child, Attribute.name) === name)
          return child;
      }
      return undefined;
    };
    const units =
      near === undefined ? info.units() : [near.unit, ...info.units().filter(u => u !== near.unit)];
    for (const unit of units) {
      const found = look(unit.root, DEPTH);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A name that no string table holds need not be looked for (short ones may stand in the entries themselves). */
  #mentions(name: string): boolean {
    if (name.length < 8) return true;
    const text = Buffer.from(`${name}\0`, 'latin1');
    return this.#info.bytes('.debug_str').includes(text) || this.#info.bytes('.debug_info').includes(text);
  }

  #collect(entry: Entry, base: number, fields: Field[], visits: { left: number }, depth: number): void {
    const info = this.#info;
    for (const member of entry.unit.children(entry, MEMBERS)) {
      if (visits.left-- <= 0 || depth === 0) return;
      // static members
      if (member.values.has(Attribute.external) || member.values.has(Attribute.declaration)) continue;
      const location = member.values.get(Attribute.data_member_location);
      if (location?.kind === 'block') continue; // a virtual base: where it lies is told at run time only
      const at = base + (number(location) ?? 0);
      const name = info.text(member, Attribute.name) ?? '';
      const type = info.refersTo(member, Attribute.type);
      const composite = plain(info, type);
      if (
        member.tag === Tag.inheritance ||
        (name === '' && composite !== undefined && isComposite(composite))
      ) {
        if (composite !== undefined) this.#collect(this.#whole(composite), at, fields, visits, depth - 1);
      } else if (name !== '') fields.push(this.#field(member, name, type, base, at));
    }
  }

  #whole(entry: Entry): Entry {
    const type = this.typeOf(entry);
    const id = type.kind === 'struct' && type.layout.from === 'dwarf' ? type.layout.id : entry.offset;
    return this.#info.entry(id) ?? entry;
  }

  #field(member: Entry, name: string, type: Entry | undefined, base: number, at: number): Field {
    const width = number(member.values.get(Attribute.bit_size));
    const floating = unreadable(this.#info, type);
    if (width !== undefined && width > 0) {
      return bitfield(name, this.typeOf(type), this.#bit(member, type, base, at, width), width);
    }
    const reader = this;
    return {
      name,
      offset: at,
      get type() {
        return reader.#readable(type);
      },
      ...(floating === undefined ? {} : { unreadable: floating }),
    };
  }

  /** Asked when the questions are long over: what cannot be read is void. */
  #readable(type: Entry | undefined): Type {
    try {
      return this.typeOf(type);
    } catch (error) {
      if (error instanceof DwarfError) return VOID;
      throw error;
    }
  }

  /** First bit of a bitfield in its struct, counted as little-endian machines do. */
  #bit(member: Entry, type: Entry | undefined, base: number, at: number, width: number): number {
    const direct = number(member.values.get(Attribute.data_bit_offset));
    if (direct !== undefined) return base * 8 + direct;
    // DWARF 2 and 3: from the highest bit of the storage unit.
    const fromTop = number(member.values.get(Attribute.bit_offset)) ?? 0;
    const unit = number(member.values.get(Attribute.byte_size)) ?? this.sizeOf(type);
    return at * 8 + (member.values.has(Attribute.bit_offset) ? unit * 8 - fromTop - width : 0);
  }
}

function isPointer(tag: number): boolean {
  return tag === Tag.pointer_type || tag === Tag.reference_type || tag === Tag.rvalue_reference_type;
}
