// --columns, --where, --sort, --top and --timestamp: from words to what sinks are told.
import { MAP_ORDERS } from '../compiler/language/config.js';
import type { RowOrder, Selection } from '../output/selection.js';
import type { CliConfig } from './config.js';
import { UsageError } from './config.js';

/** --sort is of maps when it names one of their orders, else of rows. */
export function rowSelection(
  o: Readonly<Record<string, unknown>>,
): Pick<CliConfig, 'mapOrder' | 'selection'> {
  const sort = o.sort as string | undefined;
  const ofMaps = MAP_ORDERS.find(order => order === sort);
  const selection: Selection = {
    columns: o.columns as string[] | undefined,
    where: o.where as string | undefined,
    sort: ofMaps === undefined && sort !== undefined ? rowOrder(sort) : undefined,
    top: o.top as number | undefined,
    timestamp: o.timestamp === true,
  };
  const isAny = Object.values(selection).some(value => value !== undefined && value !== false);
  return { mapOrder: ofMaps, selection: isAny ? selection : undefined };
}

function rowOrder(text: string): RowOrder {
  const [, column = '', direction] = /^([^:]+)(?::(asc|desc))?$/.exec(text) ?? [];
  if (column === '')
    throw new UsageError(`option '--sort' takes COLUMN, COLUMN:asc or COLUMN:desc, not '${text}'`);
  return { column, descending: direction === undefined ? undefined : direction === 'desc' };
}
