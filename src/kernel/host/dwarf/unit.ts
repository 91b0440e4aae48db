// A unit of .debug_info (what one compilation made) and the entries in it. An entry is known by its offset in .debug_info;
// a unit's bytes are read when the first entry of it is.
import type { SectionBytes } from '../elf.js';
import type { Abbreviation, Abbreviations } from './abbreviations.js';
import { Attribute, UnitType } from './constants.js';
import { Cursor, DwarfError } from './cursor.js';
import { type Encoding, fixedSize, readForm, skipForm, type Value } from './form.js';

/** A debugging entry with its attributes. */
export interface Entry {
  readonly unit: Unit;
  readonly offset: number; // in .debug_info
  readonly tag: number; // DW_TAG_*
  /** Where its children begin; undefined when it has none. */
  readonly children: number | undefined;
  readonly values: ReadonlyMap<number, Value>; // by DW_AT_*
}

export interface UnitHeader extends Encoding {
  readonly offset: number; // of the header, in .debug_info
  readonly end: number;
  readonly first: number; // offset of the first entry
  readonly abbreviations: number; // offset in .debug_abbrev
  /** Of a type unit: its signature, and where the type's entry is. */
  readonly signature?: bigint;
  readonly type?: number;
}

/** Bytes that the longest header has. */
const MOST_HEADER = 44;
/** Sizes a damaged file may claim. */
const MOST_UNIT = 1 << 30;

/** The header at an offset; undefined at the end of the section. */
export function readUnitHeader(info: SectionBytes, offset: number): UnitHeader | undefined {
  const cursor = new Cursor(info.read(offset, MOST_HEADER));
  if (cursor.size < 12) return undefined;
  const { length, offsetSize } = initialLength(cursor);
  const end = offset + cursor.at + length;
  const version = cursor.u16();
  if (version < 2 || version > 5) throw new DwarfError(`DWARF version ${version}`);
  if (length === 0 || length > MOST_UNIT || end > info.size) throw new DwarfError('a unit that is too long');
  const unitType = version >= 5 ? cursor.u8() : UnitType.compile;
  let abbreviations: number;
  let addressSize: number;
  if (version >= 5) {
    addressSize = cursor.u8();
    abbreviations = cursor.unsigned(offsetSize);
  } else {
    abbreviations = cursor.unsigned(offsetSize);
    addressSize = cursor.u8();
  }
  if (addressSize !== 4 && addressSize !== 8) throw new DwarfError(`addresses of ${addressSize} bytes`);
  let signature: bigint | undefined;
  let type: number | undefined;
  if (unitType === UnitType.type || unitType === UnitType.split_type) {
    signature = cursor.i64();
    type = offset + cursor.unsigned(offsetSize);
  } else if (unitType === UnitType.skeleton || unitType === UnitType.split_compile) cursor.skip(8);
  const own = signature === undefined || type === undefined ? {} : { signature, type };
  return { offset, end, first: offset + cursor.at, version, addressSize, offsetSize, abbreviations, ...own };
}

/** `unit_length`: 0xffffffff announces the 64-bit form. */
export function initialLength(cursor: Cursor): { readonly length: number; readonly offsetSize: 4 | 8 } {
  const length = cursor.u32();
  if (length === 0xffff_ffff) return { length: cursor.u64(), offsetSize: 8 };
  if (length >= 0xffff_fff0) throw new DwarfError('a reserved length');
  return { length, offsetSize: 4 };
}

export class Unit {
  readonly header: UnitHeader;
  readonly #info: SectionBytes;
  readonly #abbreviationsAt: (offset: number) => Abbreviations;
  #bytes: Buffer | undefined;
  #abbreviations: Abbreviations | undefined;
  #root: Entry | undefined;

  constructor(header: UnitHeader, info: SectionBytes, abbreviationsAt: (offset: number) => Abbreviations) {
    this.header = header;
    this.#info = info;
    this.#abbreviationsAt = abbreviationsAt;
  }

  get root(): Entry {
    this.#root ??= this.entry(this.header.first);
    if (this.#root === undefined) throw new DwarfError('a unit without entries');
    return this.#root;
  }

  holds(offset: number): boolean {
    return offset >= this.header.first && offset < this.header.end;
  }

  /** Undefined for the null entry that closes a list of children. */
  entry(offset: number): Entry | undefined {
    const cursor = this.#cursor(offset);
    const shape = this.#shape(cursor);
    if (shape === undefined) return undefined;
    const values = new Map<number, Value>();
    for (const { attribute, form, constant } of shape.attributes) {
      const value = readForm(cursor, form, constant, this.header);
      if (!values.has(attribute)) values.set(attribute, value);
    }
    const children = shape.hasChildren ? this.header.offset + cursor.at : undefined;
    return { unit: this, offset, tag: shape.tag, children, values };
  }

  /** Entries directly below; those whose tag is not `wanted` are passed over. */
  *children(entry: Entry, wanted?: ReadonlySet<number>): Iterable<Entry> {
    if (entry.children === undefined) return;
    let at = entry.children;
    while (at < this.header.end) {
      const cursor = this.#cursor(at);
      const shape = this.#shape(cursor);
      if (shape === undefined) return;
      if (wanted === undefined || wanted.has(shape.tag)) {
        const child = this.entry(at);
        if (child !== undefined) yield child;
      }
      this.#pass(cursor, shape);
      at = this.header.offset + cursor.at;
    }
  }

  /** Moves behind an entry and all below it. */
  #pass(cursor: Cursor, shape: Abbreviation): void {
    let depth = 0;
    let current: Abbreviation | undefined = shape;
    do {
      if (current === undefined) depth--;
      else {
        const sibling = this.#attributes(cursor, current);
        if (current.hasChildren && sibling !== undefined && sibling > cursor.at) cursor.at = sibling;
        else if (current.hasChildren) depth++;
      }
      if (depth > 0) current = this.#shape(cursor);
    } while (depth > 0);
  }

  /** Passes an entry's values; gives where its sibling is, from the start of the unit, when it says so. */
  #attributes(cursor: Cursor, { attributes }: Abbreviation): number | undefined {
    let sibling: number | undefined;
    for (const { attribute, form, constant } of attributes) {
      if (attribute === Attribute.sibling) {
        const value = readForm(cursor, form, constant, this.header);
        if (value.kind === 'ref') sibling = value.offset;
        continue;
      }
      const size = fixedSize(form, this.header);
      if (size === undefined) skipForm(cursor, form, this.header);
      else cursor.skip(size);
    }
    return sibling;
  }

  #shape(cursor: Cursor): Abbreviation | undefined {
    const code = cursor.uleb();
    if (code === 0) return undefined;
    this.#abbreviations ??= this.#abbreviationsAt(this.header.abbreviations);
    const shape = this.#abbreviations.get(code);
    if (shape === undefined) throw new DwarfError(`an entry of no known shape (${code})`);
    return shape;
  }

  /** Positions count from the start of the unit. */
  #cursor(offset: number): Cursor {
    const { offset: start, end } = this.header;
    this.#bytes ??= this.#info.read(start, end - start);
    if (!this.holds(offset)) throw new DwarfError('an entry outside of its unit');
    return new Cursor(this.#bytes, offset - start);
  }
}
