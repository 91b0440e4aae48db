// The order of rows by a column.
import type { Value } from '../../compiler/types/value.js';
import { compareValues } from '../map-order.js';
import { averageOf } from '../text/value-text.js';

export interface ByColumn {
  readonly column: number;
  readonly descending: boolean;
}

export function compareRows(
  a: readonly Value[],
  b: readonly Value[],
  { column, descending }: ByColumn,
): number {
  return (descending ? -1 : 1) * compareCells(a[column], b[column]);
}

/** A value that is absent comes first. */
export function compareCells(a: Value, b: Value): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (hasTotal(a) && hasTotal(b)) return compareValues(averageOf(a), averageOf(b));
  return compareValues(a, b);
}

function hasTotal(value: Value): boolean {
  return typeof value === 'object' && 'total' in value;
}
