// Fields of structs: look-up through BTF, and what to say when there is none of that name.
import type { Span } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggest.js';
import { membersOf } from '../types/members.js';
import type { Field, StructType } from '../types/type.js';
import type { Body } from './body.js';

const MOST_LISTED = 24;

export function fieldsOf(body: Body, type: StructType): readonly Field[] {
  return membersOf(type, body.env) ?? [];
}

export function findField(body: Body, type: StructType, name: string): Field | undefined {
  return fieldsOf(body, type).find(field => field.name === name);
}

export function reportUnknownField(
  body: Body,
  owner: string,
  name: string,
  fields: readonly Field[],
  span: Span,
): void {
  body.diagnostics.error('unknown-field', span, `${owner} has no field "${name}"`, {
    hint: fieldHint(name, fields),
  });
}

/** `did you mean "filename"? It has: dfd, filename, flags, mode.` */
export function fieldHint(name: string, fields: readonly Field[]): string {
  const names = fields.map(field => field.name);
  const guess = didYouMean(name, names);
  if (names.length === 0) return 'it has no fields';
  const shown = names.slice(0, MOST_LISTED).join(', ');
  const more = names.length > MOST_LISTED ? `, ... (${names.length} in all)` : '';
  return `${guess === undefined ? 'it' : `${guess} It`} has: ${shown}${more}.`;
}
