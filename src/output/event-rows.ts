// Events of probes without a block as rows: one table for all of a session, with a column for each argument that any of them
// has.
import type { RecordView } from '../compiler/language/effects.js';
import type { SiteSpec } from '../compiler/object-spec.js';
import { decodeRecordField } from '../compiler/types/decode.js';
import { OWN_FIELDS } from '../compiler/types/event.js';
import type { RecordType, Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';

export class EventRows {
  /** The columns, as a record's fields. */
  readonly type: RecordType;
  readonly #places = new Map<string, number>();

  /** `sites`: all of the session. */
  constructor(sites: readonly SiteSpec[]) {
    const fields: { name: string; type: Type }[] = [];
    for (const site of sites) {
      if (site.entry !== 'event') continue;
      for (const [i, { type }] of site.layout.fields.entries()) {
        const key = columnKey(site, i);
        if (this.#places.has(key)) continue;
        this.#places.set(key, fields.length);
        fields.push({ name: columnName(site, i), type });
      }
    }
    this.type = { kind: 'record', fields };
  }

  /** By the columns; undefined where the event has no such argument. */
  values(site: SiteSpec, view: RecordView): readonly Value[] {
    const values: Value[] = this.type.fields.map(() => undefined);
    for (const [i, field] of site.layout.fields.entries()) {
      values[this.#places.get(columnKey(site, i))!] = decodeRecordField(site.layout, field, view);
    }
    return values;
  }
}

/** An argument may be called like a column of ours: sched_wakeup has a comm and a pid. */
function columnName({ layout }: SiteSpec, index: number): string {
  const { name } = layout.fields[index]!;
  const own = layout.fields.slice(0, OWN_FIELDS).some(field => field.name === name);
  return index >= OWN_FIELDS && own ? `args.${name}` : name;
}

/** Arguments of one name and kind share a column. */
function columnKey(site: SiteSpec, index: number): string {
  const { type } = site.layout.fields[index]!;
  const plain = type.kind === 'string' || (type.kind === 'integer' && type.enum === undefined);
  return `${columnName(site, index)} ${plain ? type.kind : JSON.stringify(type)}`;
}
