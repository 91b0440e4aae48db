// Rows of what is no event: fields that say what they show of a row, made into the records that every sink prints.
import type { RecordType, Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import { type Column, columnOf } from './table/column.js';

export interface RowField<Row> {
  /** Its suffix names the unit, as in scripts. */
  readonly name: string;
  /** A number, text, or nothing to tell. */
  readonly of: (row: Row) => bigint | string | undefined;
  /** Of numbers 'right'; else text. */
  readonly align?: 'right';
  /** Characters that it usually takes, for tables whose rows come one after the other. */
  readonly typical?: number;
  /** Columns of the terminal from which a live table shows it at first; default: always. */
  readonly from?: number;
}

/** `none`: stands for text that there is not: '-' in tables, '' in what programs read. */
export function recordOf<Row>(
  fields: readonly RowField<Row>[],
  rows: readonly Row[],
  none: string,
): { readonly type: RecordType; readonly values: readonly (readonly Value[])[] } {
  const values = rows.map(row => valuesOf(fields, row, none));
  const types = fields.map(({ name, align }, i) => ({
    name,
    type: align === 'right' ? NUMBER : text(Math.max(0, ...values.map(v => (v[i] as Uint8Array).length))),
  }));
  return { type: { kind: 'record', fields: types }, values };
}

/** Of a live table. */
export function columnsOf<Row>(fields: readonly RowField<Row>[]): Column[] {
  return fields.map(({ name, align, typical }) => {
    const column = columnOf(name, align === 'right' ? NUMBER : text(MOST_TEXT));
    return { ...column, typical: typical ?? 0 };
  });
}

export function valuesOf<Row>(fields: readonly RowField<Row>[], row: Row, none: string): readonly Value[] {
  return fields.map(({ of, align }) => {
    const value = of(row);
    if (align === 'right') return value as bigint | undefined;
    return Buffer.from(value === undefined || value === '' ? none : String(value), 'utf8');
  });
}

/** Signed, of any size; one byte of it, since its size says how wide a column begins. */
const NUMBER: Type = { kind: 'integer', size: 1, signed: true };
const MOST_TEXT = 1023;

/** Just so large that no text fills it, which would be taken for one that was cut. */
function text(longest: number): Type {
  return { kind: 'string', size: longest + 1 };
}
