// How a sheet is shown before a key is pressed, as the command line asks for it.
import { chosenColumns, NO_SELECTION, orderOf, type RowOrder, type Selection } from '../selection.js';
import { NEW_VIEW, type TableView } from './model.js';
import { isText, type Sheet } from './sheet.js';

/** `sort`: unless it asks for another. */
export function firstView(sheet: Sheet, selection: Selection = NO_SELECTION, sort?: RowOrder): TableView {
  if (isText(sheet)) return NEW_VIEW;
  const chosen = chosenColumns(sheet.columns, selection);
  return {
    ...NEW_VIEW,
    filter: selection.where ?? '',
    sort: orderOf(sheet.columns, { sort: selection.sort ?? sort }),
    hidden: new Set(sheet.columns.map((_, i) => i).filter(i => !chosen.includes(i))),
  };
}
