// How messages and dumps spell a type: bpftrace's names.
import type { Type } from '../types/type.js';

export function typeText(type: Type): string {
  switch (type.kind) {
    case 'integer':
      if (type.enum !== undefined) return type.enum.name === '' ? 'enum' : `enum ${type.enum.name}`;
      return `${type.signed ? '' : 'u'}int${type.size * 8}`;
    case 'string':
      return `string[${type.size}]`;
    case 'buffer':
      return `buffer[${type.size}]`;
    case 'pointer':
      return `${typeText(type.to)} *`;
    case 'array':
      return `${typeText(type.of)}[${type.count}]`;
    case 'struct':
      return `${type.tag} ${type.name === '' ? '(anonymous)' : type.name}`;
    case 'tuple':
      return `(${type.elements.map(typeText).join(',')})`;
    case 'record':
      return `record { ${type.fields.map(f => `.${f.name} = ${typeText(f.type)}`).join(', ')} }`;
    case 'count':
    case 'hist':
    case 'lhist':
      return `${type.kind}_t`;
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
    case 'stats':
      return `${type.signed ? '' : 'u'}${type.kind}_t`;
    default:
      return type.kind;
  }
}
