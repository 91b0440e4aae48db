// Lists of address ranges: .debug_ranges up to DWARF 4, .debug_rnglists since 5 (section 2.17.3 of the standard).
import { Attribute } from './constants.js';
import { Cursor, DwarfError } from './cursor.js';
import type { AddressRange, DebugInfo } from './debug-info.js';
import type { Value } from './form.js';
import type { Unit } from './unit.js';

const Kind = {
  end_of_list: 0,
  base_addressx: 1,
  startx_endx: 2,
  startx_length: 3,
  offset_pair: 4,
  base_address: 5,
  start_end: 6,
  start_length: 7,
} as const;

const MOST = 1 << 16;

/** The list that DW_AT_ranges refers to. */
export function readRanges(info: DebugInfo, unit: Unit, value: Value): readonly AddressRange[] {
  const base = info.address(unit.root, Attribute.low_pc) ?? 0;
  if (unit.header.version < 5) {
    return value.kind === 'number'
      ? oldRanges(new Cursor(info.bytes('.debug_ranges'), value.value), base)
      : [];
  }
  const lists = info.bytes('.debug_rnglists');
  if (value.kind === 'number') return newRanges(info, unit, new Cursor(lists, value.value), base);
  if (value.kind !== 'rnglistx') return [];
  const { offsetSize } = unit.header;
  const table = unit.root.values.get(Attribute.rnglists_base);
  const start = table?.kind === 'number' ? table.value : 12;
  const offset = new Cursor(lists, start + value.index * offsetSize).unsigned(offsetSize);
  return newRanges(info, unit, new Cursor(lists, start + offset), base);
}

function oldRanges(cursor: Cursor, unitBase: number): readonly AddressRange[] {
  const ranges: AddressRange[] = [];
  let base = unitBase;
  for (let count = 0; count < MOST; count++) {
    const low = cursor.u32();
    const lowHigh = cursor.u32();
    const end = cursor.u64();
    if (low === 0xffff_ffff && lowHigh === 0xffff_ffff) {
      base = end;
      continue;
    }
    const start = low + lowHigh * 2 ** 32;
    if (start === 0 && end === 0) return ranges;
    ranges.push({ start: base + start, end: base + end });
  }
  throw new DwarfError('a list of addresses without an end');
}

function newRanges(info: DebugInfo, unit: Unit, cursor: Cursor, unitBase: number): readonly AddressRange[] {
  const ranges: AddressRange[] = [];
  const { addressSize } = unit.header;
  const indexed = () => info.indexedAddress(unit, cursor.uleb());
  const add = (start: number, end: number) => void ranges.push({ start, end });
  let base = unitBase;
  for (let count = 0; count < MOST; count++) {
    const kind = cursor.u8();
    switch (kind) {
      case Kind.end_of_list:
        return ranges;
      case Kind.base_addressx:
        base = indexed();
        break;
      case Kind.base_address:
        base = cursor.unsigned(addressSize);
        break;
      case Kind.startx_endx: {
        const start = indexed();
        add(start, indexed());
        break;
      }
      case Kind.startx_length: {
        const start = indexed();
        add(start, start + cursor.uleb());
        break;
      }
      case Kind.offset_pair: {
        const start = base + cursor.uleb();
        add(start, base + cursor.uleb());
        break;
      }
      case Kind.start_end: {
        const start = cursor.unsigned(addressSize);
        add(start, cursor.unsigned(addressSize));
        break;
      }
      case Kind.start_length: {
        const start = cursor.unsigned(addressSize);
        add(start, start + cursor.uleb());
        break;
      }
      default:
        throw new DwarfError(`a range of the kind ${kind}`);
    }
  }
  throw new DwarfError('a list of addresses without an end');
}
