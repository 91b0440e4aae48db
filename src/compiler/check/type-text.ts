// How messages and dumps spell a type: bpftrace's names.
import type { Type } from '../types/type.js';

export function typeText(type: Type): string {
  switch (type.kind) {
    case 'integer':
      if (type.enum !== undefined) return type.enum.name === '' ? 'enum' : `enum ${type.enum.name}`;
      return `${type.signed ? '' : 'u'}int${type.size * 8}`;
    case 'string':
      return type.size === 0 ? 'string' : `string[${type.size}]`;
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
      return 'count_t';
    case 'hist':
      return type.bits === 0 ? 'hist_t' : `hist_t(${type.bits})`;
    case 'lhist':
      return `lhist_t(${type.min}, ${type.max}, ${type.step})`;
    case 'tseries':
      return `tseries_t(${type.interval}, ${type.count}, ${type.merge})`;
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
    case 'stats':
      return `${type.signed ? '' : 'u'}${type.kind}_t`;
    case 'stack':
      return `${type.space === 'kernel' ? 'k' : 'u'}stack_${type.mode}_${type.depth}`;
    case 'ksym':
    case 'usym':
    case 'username':
    case 'disk':
      return `${type.kind}_t`;
    case 'cgroup_path':
      if (type.container === true) return 'container_t';
      return type.filter === '' ? 'cgroup_path_t' : `cgroup_path_t(${type.filter})`;
    default:
      return type.kind;
  }
}
