// Values of attributes. Reading gives a number or text where there is one; what only refers to something (an index into another
// table, an entry elsewhere) is given as that, and looked up by those who want it.
import { Form } from './constants.js';
import { type Cursor, DwarfError } from './cursor.js';

/** What the size of values depends on. */
export interface Encoding {
  readonly version: number;
  readonly addressSize: number;
  readonly offsetSize: 4 | 8;
}

export type Value =
  | { readonly kind: 'number'; readonly value: number } // also addresses, offsets and flags
  | { readonly kind: 'signed'; readonly value: bigint }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'block'; readonly value: Buffer }
  | { readonly kind: 'strp' | 'line_strp'; readonly offset: number }
  | { readonly kind: 'strx' | 'addrx' | 'rnglistx'; readonly index: number }
  | { readonly kind: 'ref'; readonly offset: number } // from the start of the unit
  | { readonly kind: 'ref_addr'; readonly offset: number } // in .debug_info
  | { readonly kind: 'ref_sig8'; readonly signature: bigint }
  | { readonly kind: 'elsewhere' }; // in a supplementary file

const number = (value: number): Value => ({ kind: 'number', value });

export function readForm(
  cursor: Cursor,
  form: number,
  constant: bigint | undefined,
  encoding: Encoding,
): Value {
  switch (form) {
    case Form.addr:
      return number(cursor.unsigned(encoding.addressSize));
    case Form.data1:
    case Form.flag:
      return number(cursor.u8());
    case Form.data2:
      return number(cursor.u16());
    case Form.data4:
      return number(cursor.u32());
    case Form.data8:
      return { kind: 'signed', value: cursor.i64() };
    case Form.udata:
      return number(cursor.uleb());
    case Form.sdata:
      return { kind: 'signed', value: cursor.sleb() };
    case Form.implicit_const:
      return { kind: 'signed', value: constant ?? 0n };
    case Form.flag_present:
      return number(1);
    case Form.sec_offset:
    case Form.loclistx:
      return number(form === Form.sec_offset ? cursor.unsigned(encoding.offsetSize) : cursor.uleb());
    case Form.string:
      return { kind: 'text', value: cursor.text() };
    case Form.strp:
      return { kind: 'strp', offset: cursor.unsigned(encoding.offsetSize) };
    case Form.line_strp:
      return { kind: 'line_strp', offset: cursor.unsigned(encoding.offsetSize) };
    case Form.strx:
    case Form.GNU_str_index:
      return { kind: 'strx', index: cursor.uleb() };
    case Form.strx1:
      return { kind: 'strx', index: cursor.u8() };
    case Form.strx2:
      return { kind: 'strx', index: cursor.u16() };
    case Form.strx3:
      return { kind: 'strx', index: cursor.u24() };
    case Form.strx4:
      return { kind: 'strx', index: cursor.u32() };
    case Form.addrx:
    case Form.GNU_addr_index:
      return { kind: 'addrx', index: cursor.uleb() };
    case Form.addrx1:
      return { kind: 'addrx', index: cursor.u8() };
    case Form.addrx2:
      return { kind: 'addrx', index: cursor.u16() };
    case Form.addrx3:
      return { kind: 'addrx', index: cursor.u24() };
    case Form.addrx4:
      return { kind: 'addrx', index: cursor.u32() };
    case Form.rnglistx:
      return { kind: 'rnglistx', index: cursor.uleb() };
    case Form.ref1:
      return { kind: 'ref', offset: cursor.u8() };
    case Form.ref2:
      return { kind: 'ref', offset: cursor.u16() };
    case Form.ref4:
      return { kind: 'ref', offset: cursor.u32() };
    case Form.ref8:
      return { kind: 'ref', offset: cursor.u64() };
    case Form.ref_udata:
      return { kind: 'ref', offset: cursor.uleb() };
    case Form.ref_addr:
      return { kind: 'ref_addr', offset: cursor.unsigned(refAddrSize(encoding)) };
    case Form.ref_sig8:
      return { kind: 'ref_sig8', signature: cursor.i64() };
    case Form.block1:
      return { kind: 'block', value: cursor.bytes(cursor.u8()) };
    case Form.block2:
      return { kind: 'block', value: cursor.bytes(cursor.u16()) };
    case Form.block4:
      return { kind: 'block', value: cursor.bytes(cursor.u32()) };
    case Form.block:
    case Form.exprloc:
      return { kind: 'block', value: cursor.bytes(cursor.uleb()) };
    case Form.indirect: {
      const actual = cursor.uleb();
      if (actual === Form.indirect || actual === Form.implicit_const)
        throw new DwarfError('a form of a form');
      return readForm(cursor, actual, undefined, encoding);
    }
    default:
      skipForm(cursor, form, encoding);
      return { kind: 'elsewhere' };
  }
}

/** DWARF 2 had them as long as an address. */
function refAddrSize({ version, addressSize, offsetSize }: Encoding): number {
  return version <= 2 ? addressSize : offsetSize;
}

/** Moves on without making anything: most values are not wanted. */
export function skipForm(cursor: Cursor, form: number, encoding: Encoding): void {
  const fixed = fixedSize(form, encoding);
  if (fixed !== undefined) {
    cursor.skip(fixed);
    return;
  }
  switch (form) {
    case Form.string:
      cursor.skipText();
      return;
    case Form.block1:
      cursor.skip(cursor.u8());
      return;
    case Form.block2:
      cursor.skip(cursor.u16());
      return;
    case Form.block4:
      cursor.skip(cursor.u32());
      return;
    case Form.block:
    case Form.exprloc:
      cursor.skip(cursor.uleb());
      return;
    case Form.indirect:
      readForm(cursor, Form.indirect, undefined, encoding);
      return;
    default:
      cursor.uleb();
  }
}

/** Bytes of a value; undefined when it tells by itself. Throws at a form that is not known: nothing after it could be read. */
export function fixedSize(form: number, encoding: Encoding): number | undefined {
  switch (form) {
    case Form.flag_present:
    case Form.implicit_const:
      return 0;
    case Form.data1:
    case Form.flag:
    case Form.ref1:
    case Form.strx1:
    case Form.addrx1:
      return 1;
    case Form.data2:
    case Form.ref2:
    case Form.strx2:
    case Form.addrx2:
      return 2;
    case Form.strx3:
    case Form.addrx3:
      return 3;
    case Form.data4:
    case Form.ref4:
    case Form.strx4:
    case Form.addrx4:
    case Form.ref_sup4:
      return 4;
    case Form.data8:
    case Form.ref8:
    case Form.ref_sig8:
    case Form.ref_sup8:
      return 8;
    case Form.data16:
      return 16;
    case Form.addr:
      return encoding.addressSize;
    case Form.strp:
    case Form.line_strp:
    case Form.sec_offset:
    case Form.strp_sup:
    case Form.GNU_ref_alt:
    case Form.GNU_strp_alt:
      return encoding.offsetSize;
    case Form.ref_addr:
      return refAddrSize(encoding);
    case Form.string:
    case Form.block:
    case Form.block1:
    case Form.block2:
    case Form.block4:
    case Form.exprloc:
    case Form.indirect:
    case Form.sdata:
    case Form.udata:
    case Form.ref_udata:
    case Form.strx:
    case Form.addrx:
    case Form.loclistx:
    case Form.rnglistx:
    case Form.GNU_addr_index:
    case Form.GNU_str_index:
      return undefined;
    default:
      throw new DwarfError(`values of the form 0x${form.toString(16)}`);
  }
}
