// The row that an event site prints, if it prints one.
import type { SiteSpec } from '../object-spec.js';
import type { RecordType } from './type.js';

/** Of print() of a record. */
export function printedRow({ entry, layout }: SiteSpec): RecordType | undefined {
  const type = entry === 'print' ? layout.fields[0]?.type : undefined;
  return type?.kind === 'record' ? type : undefined;
}
