// DWARF debug information of one file: from an address to the function that starts there, from a name to a type. Everything is
// found on demand: units by .debug_aranges where there is one, else by what their first entries say.
import type { ElfFile, SectionBytes } from '../elf.js';
import { type Abbreviations, readAbbreviations } from './abbreviations.js';
import { Attribute, Tag } from './constants.js';
import { Cursor, DwarfError } from './cursor.js';
import type { Value } from './form.js';
import { readRanges } from './ranges.js';
import { type Entry, initialLength, readUnitHeader, Unit } from './unit.js';

const FUNCTION_PARENTS: ReadonlySet<number> = new Set([Tag.subprogram, Tag.namespace, Tag.module]);
const MOST_UNITS = 1 << 20;
/** More functions than any program has: a bound for damaged lists that run into each other. */
const MOST_VISITS = 20_000_000;
/** How many references an entry may hang on. */
const MOST_HOPS = 64;

export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

export class DebugInfo {
  readonly #elf: ElfFile;
  readonly #info: SectionBytes;
  readonly #sections = new Map<string, Buffer>();
  readonly #abbreviations = new Map<number, Abbreviations>();
  #units: Unit[] | undefined;
  #signatures: Map<bigint, { readonly unit: Unit; readonly offset: number }> | undefined;
  #arranged: { readonly range: AddressRange; readonly unit: number }[] | undefined;

  private constructor(elf: ElfFile, info: SectionBytes) {
    this.#elf = elf;
    this.#info = info;
  }

  /** Undefined when the file holds none. Reads nothing yet. */
  static of(elf: ElfFile): DebugInfo | undefined {
    const info = elf.section('.debug_info');
    return info === undefined || info.size === 0 ? undefined : new DebugInfo(elf, info);
  }

  /** The function that starts at a linked address. Throws a DwarfError when the information is damaged. */
  functionAt(address: number): Entry | undefined {
    for (const unit of this.#unitsAround(address)) {
      const { root } = unit;
      if (root.values.has(Attribute.dwo_name) || root.values.has(Attribute.GNU_dwo_name)) {
        throw new DwarfError('most of it is in other files (.dwo), which are not read');
      }
      const found = this.#functionIn(root, address);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Every unit, in order. */
  units(): readonly Unit[] {
    if (this.#units === undefined) {
      this.#units = [];
      let at = 0;
      while (at < this.#info.size && this.#units.length < MOST_UNITS) {
        const header = readUnitHeader(this.#info, at);
        if (header === undefined) break;
        this.#units.push(new Unit(header, this.#info, offset => this.#abbreviationsAt(offset)));
        at = header.end;
      }
    }
    return this.#units;
  }

  /** An entry by its offset in .debug_info. */
  entry(offset: number): Entry | undefined {
    return this.#unitOf(offset)?.entry(offset);
  }

  /** The entry that an attribute refers to; undefined: none, or one of another file. */
  refersTo(entry: Entry, attribute: number): Entry | undefined {
    const found = this.#referred(entry, attribute);
    // What stands for a type in a unit of its own.
    const isStub = found?.values.has(Attribute.signature) === true && attribute !== Attribute.signature;
    return isStub ? (this.#referred(found, Attribute.signature) ?? found) : found;
  }

  #referred(entry: Entry, attribute: number): Entry | undefined {
    const value = entry.values.get(attribute);
    if (value === undefined) return undefined;
    switch (value.kind) {
      case 'ref':
        return entry.unit.entry(entry.unit.header.offset + value.offset);
      case 'ref_addr':
        return this.entry(value.offset);
      case 'ref_sig8': {
        const found = this.#typeUnit(value.signature);
        return found?.unit.entry(found.offset);
      }
      default:
        return undefined;
    }
  }

  /** An attribute of an entry, or of the declaration that it completes. */
  integrated(entry: Entry, attribute: number): { readonly entry: Entry; readonly value: Value } | undefined {
    let current: Entry | undefined = entry;
    for (let hop = 0; current !== undefined && hop < MOST_HOPS; hop++) {
      const value = current.values.get(attribute);
      if (value !== undefined) return { entry: current, value };
      current =
        this.refersTo(current, Attribute.abstract_origin) ?? this.refersTo(current, Attribute.specification);
    }
    return undefined;
  }

  /** Text of an attribute; undefined when there is none. */
  text(entry: Entry, attribute: number): string | undefined {
    return this.textOf(entry.unit, entry.values.get(attribute));
  }

  textOf(unit: Unit, value: Value | undefined): string | undefined {
    switch (value?.kind) {
      case 'text':
        return value.value;
      case 'strp':
        return this.#textAt('.debug_str', value.offset);
      case 'line_strp':
        return this.#textAt('.debug_line_str', value.offset);
      case 'strx': {
        const { offsetSize } = unit.header;
        const base = number(unit.root.values.get(Attribute.str_offsets_base)) ?? 8;
        const cursor = new Cursor(this.bytes('.debug_str_offsets'), base + value.index * offsetSize);
        return this.#textAt('.debug_str', cursor.unsigned(offsetSize));
      }
      default:
        return undefined;
    }
  }

  /** Contents of a section, empty when there is none. */
  bytes(name: string): Buffer {
    let bytes = this.#sections.get(name);
    if (bytes === undefined) {
      const section = this.#elf.section(name);
      bytes = section === undefined ? Buffer.alloc(0) : section.read(0, section.size);
      this.#sections.set(name, bytes);
    }
    return bytes;
  }

  /** Linked address that an attribute gives. */
  address(entry: Entry, attribute: number): number | undefined {
    const value = entry.values.get(attribute);
    if (value?.kind === 'addrx') return this.indexedAddress(entry.unit, value.index);
    return number(value);
  }

  /** An address of .debug_addr, by its index there. */
  indexedAddress(unit: Unit, index: number): number {
    const base = number(unit.root.values.get(Attribute.addr_base)) ?? 8;
    const { addressSize } = unit.header;
    return new Cursor(this.bytes('.debug_addr'), base + index * addressSize).unsigned(addressSize);
  }

  /** Where an entry's code lies. */
  ranges(entry: Entry): readonly AddressRange[] {
    const low = this.address(entry, Attribute.low_pc);
    const high = entry.values.get(Attribute.high_pc);
    if (low !== undefined && high !== undefined) {
      // An address (DWARF 2 and 3 knew no other form), or a length.
      const isAddress = high.kind === 'addrx' || entry.unit.header.version < 4;
      const value = isAddress ? this.address(entry, Attribute.high_pc) : number(high);
      if (value !== undefined) return [{ start: low, end: isAddress ? value : low + value }];
    }
    const ranges = entry.values.get(Attribute.ranges);
    return ranges === undefined ? [] : readRanges(this, entry.unit, ranges);
  }

  #functionIn(parent: Entry, address: number, visits = { left: MOST_VISITS }, depth = 0): Entry | undefined {
    for (const child of parent.unit.children(parent, FUNCTION_PARENTS)) {
      if (visits.left-- <= 0 || depth > MOST_HOPS) throw new DwarfError('too many functions');
      if (child.tag !== Tag.subprogram) {
        const found = this.#functionIn(child, address, visits, depth + 1);
        if (found !== undefined) return found;
      } else if (this.#startsAt(child, address)) return child;
    }
    return undefined;
  }

  #startsAt(entry: Entry, address: number): boolean {
    const low = this.address(entry, Attribute.low_pc);
    if (low !== undefined) return low === address;
    return entry.values.has(Attribute.ranges) && this.ranges(entry)[0]?.start === address;
  }

  /** Units whose code holds the address. */
  *#unitsAround(address: number): Iterable<Unit> {
    const listed = new Set<number>();
    for (const { range, unit } of this.#aranges()) {
      listed.add(unit);
      if (address < range.start || address >= range.end) continue;
      const found = this.#unitBefore(unit);
      if (found?.header.offset === unit) yield found;
    }
    for (const unit of this.units()) {
      if (listed.has(unit.header.offset) || unit.header.signature !== undefined) continue;
      if (this.ranges(unit.root).some(({ start, end }) => address >= start && address < end)) yield unit;
    }
  }

  /** .debug_aranges: u16 version, offset of the unit, sizes of an address and of a segment; pairs of start and length. */
  #aranges(): { readonly range: AddressRange; readonly unit: number }[] {
    if (this.#arranged !== undefined) return this.#arranged;
    const all: { range: AddressRange; unit: number }[] = [];
    const cursor = new Cursor(this.bytes('.debug_aranges'));
    while (!cursor.ended) {
      const set = cursor.at;
      const { length, offsetSize } = initialLength(cursor);
      const end = cursor.at + length;
      cursor.skip(2);
      const unit = cursor.unsigned(offsetSize);
      const addressSize = cursor.u8();
      const segment = cursor.u8();
      if (addressSize !== 8 || segment !== 0) throw new DwarfError('addresses of an unknown form');
      const tuple = addressSize * 2;
      cursor.at = set + Math.ceil((cursor.at - set) / tuple) * tuple;
      while (cursor.at + tuple <= end) {
        const start = cursor.u64();
        const size = cursor.u64();
        if (size > 0) all.push({ range: { start, end: start + size }, unit });
      }
      if (end <= set) throw new DwarfError('a table of addresses that goes back');
      cursor.at = end;
    }
    this.#arranged = all;
    return all;
  }

  #unitOf(offset: number): Unit | undefined {
    const unit = this.#unitBefore(offset);
    return unit?.holds(offset) ? unit : undefined;
  }

  #unitBefore(offset: number): Unit | undefined {
    const units = this.units();
    let low = 0;
    let high = units.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (units[middle]!.header.offset <= offset) low = middle + 1;
      else high = middle;
    }
    return units[low - 1];
  }

  #typeUnit(signature: bigint): { readonly unit: Unit; readonly offset: number } | undefined {
    if (this.#signatures === undefined) {
      this.#signatures = new Map();
      for (const unit of this.units()) {
        const { signature: own, type } = unit.header;
        if (own !== undefined && type !== undefined) this.#signatures.set(own, { unit, offset: type });
      }
    }
    return this.#signatures.get(signature);
  }

  #abbreviationsAt(offset: number): Abbreviations {
    let table = this.#abbreviations.get(offset);
    if (table === undefined) {
      table = readAbbreviations(new Cursor(this.bytes('.debug_abbrev'), offset));
      this.#abbreviations.set(offset, table);
    }
    return table;
  }

  #textAt(section: string, offset: number): string {
    return new Cursor(this.bytes(section), offset).text();
  }
}

/** A value as a number, where it is one. */
export function number(value: Value | undefined): number | undefined {
  if (value?.kind === 'number') return value.value;
  return value?.kind === 'signed' ? Number(value.value) : undefined;
}
