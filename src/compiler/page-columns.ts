// The column that page() sorts by must be one of the rows that its probe prints.
import type { Diagnostics } from './diagnostics/diagnostic.js';
import { didYouMean } from './diagnostics/suggest.js';
import type { PageData } from './language/functions/page.js';
import type { SiteSpec } from './object-spec.js';
import { printedRow } from './types/printed-row.js';

export function checkPageColumns(sites: readonly SiteSpec[], diagnostics: Diagnostics): void {
  for (const { entry, probe, span, data } of sites) {
    if (entry !== 'page') continue;
    const { column } = data as PageData;
    const rows = sites.flatMap(site => (site.probe === probe ? (printedRow(site) ?? []) : []));
    const names = rows.flatMap(({ fields }) => fields.map(({ name }) => name));
    const place = { start: span[0], end: span[1] };
    if (names.length === 0) {
      diagnostics.error('page-rows', place, 'this probe prints no rows that could be a page', {
        hint: 'a row is a record: print((pid=pid, comm=comm))',
      });
    } else if (column !== undefined && !names.includes(column)) {
      diagnostics.error('page-rows', place, `no row of this probe has a column "${column}"`, {
        hint: didYouMean(column, names) ?? `it has ${[...new Set(names)].join(', ')}`,
      });
    }
  }
}
