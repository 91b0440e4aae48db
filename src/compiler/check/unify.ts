// One type out of two: what a variable, a map value, a map key or the arms of a ternary become when several types meet there.
// Types only ever widen, so that learning them from every probe in any order ends.
import { type AggregationType, INET, type StructType, type Type } from '../types/type.js';
import { joinIntegers } from './integer.js';

/** Not known yet in this round: behaves as an error that is never reported. */
export const PENDING: Type = { kind: 'error' };

/** The type that holds both, or undefined when there is none. */
export function join(a: Type, b: Type): Type | undefined {
  if (a === b || b.kind === 'error') return a;
  if (a.kind === 'error') return b;
  switch (a.kind) {
    case 'integer':
      return b.kind === 'integer' ? joinIntegers(a, b) : undefined;
    case 'string':
      return b.kind === 'string' ? (a.size >= b.size ? a : b) : undefined;
    case 'buffer':
      return b.kind === 'buffer' ? (a.size >= b.size ? a : b) : undefined;
    case 'tuple': {
      if (b.kind !== 'tuple' || a.elements.length !== b.elements.length) return undefined;
      const elements = joinAll(a.elements, b.elements);
      return elements && { kind: 'tuple', elements };
    }
    case 'record': {
      if (b.kind !== 'record' || a.fields.length !== b.fields.length) return undefined;
      const others = a.fields.map(f => b.fields.find(g => g.name === f.name)?.type);
      const types = joinAll(
        a.fields.map(f => f.type),
        others,
      );
      return types && { kind: 'record', fields: a.fields.map((f, i) => ({ name: f.name, type: types[i]! })) };
    }
    case 'pointer': {
      if (b.kind !== 'pointer') return undefined;
      if (sameType(a.to, b.to) && a.space === b.space) {
        return a.btf === true && b.btf !== true ? b : a; // trusted only when both are
      }
      // As in bpftrace the first type counts; that of a variable's address grows with the variable's.
      const to = a.local === true && b.local === true ? (join(a.to, b.to) ?? a.to) : a.to;
      return { kind: 'pointer', to, space: a.space, ...(a.local === true ? { local: true } : {}) };
    }
    case 'inet': {
      if (b.kind !== 'inet') return undefined;
      return a.family === b.family ? a : INET;
    }
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
    case 'stats':
      return b.kind === a.kind
        ? ({ kind: a.kind, signed: a.signed || b.signed } as AggregationType)
        : undefined;
    default:
      return sameType(a, b) ? a : undefined;
  }
}

function joinAll(a: readonly Type[], b: readonly (Type | undefined)[]): Type[] | undefined {
  const out: Type[] = [];
  for (const [i, left] of a.entries()) {
    const right = b[i];
    const type = right && join(left, right);
    if (type === undefined) return undefined;
    out.push(type);
  }
  return out;
}

/** The same struct without a name. */
function sameLayout(a: StructType['layout'], b: StructType['layout']): boolean {
  if (a.from === 'btf' && b.from === 'btf') return a.id === b.id && a.module === b.module;
  return a.from === 'dwarf' && b.from === 'dwarf' && a.id === b.id && a.file === b.file;
}

/** Structural equality of what is stored; a pointer's trust does not count. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'integer': {
      const o = b as typeof a;
      return a.size === o.size && a.signed === o.signed && a.enum?.name === o.enum?.name;
    }
    case 'string':
    case 'buffer':
      return a.size === (b as typeof a).size;
    case 'inet':
      return a.family === (b as typeof a).family;
    case 'pointer': {
      const o = b as typeof a;
      return a.space === o.space && (a.btf === true) === (o.btf === true) && sameType(a.to, o.to);
    }
    case 'array': {
      const o = b as typeof a;
      return a.count === o.count && sameType(a.of, o.of);
    }
    case 'struct': {
      const o = b as typeof a;
      if (a.layout.from !== 'fields' && a.layout.from === o.layout.from) {
        return a.name === o.name && a.tag === o.tag && (a.name !== '' || sameLayout(a.layout, o.layout));
      }
      return a.name === o.name && a.tag === o.tag && a.size === o.size;
    }
    case 'tuple': {
      const o = b as typeof a;
      return (
        a.elements.length === o.elements.length && a.elements.every((e, i) => sameType(e, o.elements[i]!))
      );
    }
    case 'record': {
      const o = b as typeof a;
      return (
        a.fields.length === o.fields.length &&
        a.fields.every((f, i) => f.name === o.fields[i]!.name && sameType(f.type, o.fields[i]!.type))
      );
    }
    case 'stack': {
      const o = b as typeof a;
      return a.space === o.space && a.mode === o.mode && a.depth === o.depth;
    }
    case 'cgroup_path': {
      const o = b as typeof a;
      return a.filter === o.filter && a.container === o.container;
    }
    case 'timestamp':
      return a.format === (b as typeof a).format;
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
    case 'stats':
      return a.signed === (b as typeof a).signed;
    case 'hist':
      return a.bits === (b as typeof a).bits;
    case 'lhist': {
      const o = b as typeof a;
      return a.min === o.min && a.max === o.max && a.step === o.step;
    }
    case 'tseries': {
      const o = b as typeof a;
      return a.interval === o.interval && a.count === o.count && a.merge === o.merge;
    }
    default:
      return true;
  }
}

/** What a condition, `!` and the logical operators take. */
export function isScalar(type: Type): boolean {
  return type.kind === 'integer' || type.kind === 'bool' || type.kind === 'pointer';
}
