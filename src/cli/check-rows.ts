// Columns that the command line names against those that the program prints. Loaded only when it names some.
import { didYouMean } from '../compiler/diagnostics/suggest.js';
import type { ObjectSpec } from '../compiler/object-spec.js';
import { printedRow } from '../compiler/types/printed-row.js';
import { EventRows } from '../output/event-rows.js';
import { mapRows } from '../output/map-rows.js';
import { columnIndex, type Selection } from '../output/selection.js';
import { type Column, rowShape } from '../output/table/column.js';
import { comparedColumns, incompleteTerm } from '../output/table/row-filter.js';
import { UsageError } from './config.js';

/** Throws a UsageError when one is not there. */
export function checkRows(selection: Selection, spec: ObjectSpec): void {
  const incomplete = incompleteTerm(selection.where ?? '');
  if (incomplete !== undefined)
    throw new UsageError(
      `--where: '${incomplete}' lacks a side; a comparison is column>value, as in 'pid>100'`,
    );
  const columns = printedColumns(spec, selection);
  const named: readonly (readonly [option: string, name: string])[] = [
    ...(selection.columns ?? []).map(name => ['--columns', name] as const),
    ...(selection.sort === undefined ? [] : [['--sort', selection.sort.column] as const]),
    ...comparedColumns(selection.where ?? '').map(name => ['--where', name] as const),
  ];
  for (const [option, name] of named) {
    if (columnIndex(columns, name) !== -1) continue;
    const heads = [...new Set(columns.map(({ head }) => head.toLowerCase()))];
    if (heads.length === 0)
      throw new UsageError(
        `${option}: this program prints no rows: they are what print() makes of records and of maps`,
      );
    const hint = didYouMean(name, heads) ?? `there are ${heads.join(', ')}`;
    throw new UsageError(`${option}: there is no column '${name}'; ${hint}`);
  }
}

/** Of everything that is a row. */
function printedColumns(spec: ObjectSpec, { timestamp }: Selection): Column[] {
  const records = [...spec.sites.flatMap(site => printedRow(site) ?? []), new EventRows(spec.sites).type];
  const maps = spec.maps.flatMap(({ name, user }) =>
    user === undefined ? [] : mapRows({ name, ...user, entries: [] }, { top: 0, div: 1n }).columns,
  );
  const printed = [...records.flatMap(type => rowShape(type).columns), ...maps];
  return timestamp && records.some(({ kind }) => kind === 'record')
    ? [{ ...rowShape({ kind: 'string', size: 9 }).columns[0]!, name: 'time', head: 'TIME' }, ...printed]
    : printed;
}
