// Types as the run time needs them, which sees no BTF: structs known by their id alone become structs with listed fields,
// through nested ones and arrays, not through pointers.
import { fieldType } from '../types/field-type.js';
import { type MemberSource, membersOf } from '../types/members.js';
import type { Field, Type } from '../types/type.js';

/** `type` itself when there is nothing to list. */
export function shownType(type: Type, source: MemberSource): Type {
  switch (type.kind) {
    case 'struct': {
      const fields = membersOf(type, source);
      if (fields === undefined) return type;
      return { ...type, layout: { from: 'fields', fields: fields.map(field => shownField(field, source)) } };
    }
    case 'array': {
      const of = shownType(fieldType(type.of), source);
      return of === type.of ? type : { ...type, of };
    }
    case 'tuple':
      return { kind: 'tuple', elements: type.elements.map(element => shownType(element, source)) };
    case 'record':
      return {
        kind: 'record',
        fields: type.fields.map(field => ({ ...field, type: shownType(field.type, source) })),
      };
    case 'pointer':
      // What it points to is never shown, and may be a struct whose fields point back.
      return type.to.kind === 'struct' || type.to.kind === 'pointer'
        ? { ...type, to: { kind: 'void' } }
        : type;
    default:
      return type;
  }
}

/** A field's type may be a getter: here it is read, so that the result is plain data. */
function shownField(field: Field, source: MemberSource): Field {
  return { ...field, type: shownType(fieldType(field.type), source) };
}
