// Abbreviations: the shapes that debugging entries share. An entry is a code, then the values of its shape's attributes.
import { Form } from './constants.js';
import { type Cursor, DwarfError } from './cursor.js';

export interface AttributeShape {
  readonly attribute: number; // DW_AT_*
  readonly form: number; // DW_FORM_*
  readonly constant: bigint | undefined; // of DW_FORM_implicit_const
}

export interface Abbreviation {
  readonly tag: number; // DW_TAG_*
  readonly hasChildren: boolean;
  readonly attributes: readonly AttributeShape[];
}

export type Abbreviations = ReadonlyMap<number, Abbreviation>;

const MOST = 1 << 20;

/** The table that begins at the cursor. */
export function readAbbreviations(cursor: Cursor): Abbreviations {
  const table = new Map<number, Abbreviation>();
  for (let count = 0; count < MOST; count++) {
    const code = cursor.uleb();
    if (code === 0) return table;
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    const attributes: AttributeShape[] = [];
    while (true) {
      const attribute = cursor.uleb();
      const form = cursor.uleb();
      const constant = form === Form.implicit_const ? cursor.sleb() : undefined;
      if (attribute === 0 && form === 0) break;
      attributes.push({ attribute, form, constant });
    }
    table.set(code, { tag, hasChildren, attributes });
  }
  throw new DwarfError('abbreviations without an end');
}
