// print(@x) of a scalar that was never set, or was cleared: bpftrace prints the zero of its type (a histogram: nothing). At
// exit such maps are left out.
import { sizeOf } from '../compiler/types/layout.js';
import type { Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import type { MapSnapshot } from './sink.js';

/** The map with a zero in place of a missing scalar. */
export function withZero(map: MapSnapshot): MapSnapshot {
  const { kind } = map.value;
  if (map.key !== undefined || map.entries.length > 0) return map;
  if (kind === 'hist' || kind === 'lhist' || kind === 'tseries') return map;
  return { ...map, entries: [{ key: undefined, value: zeroOf(map.value) }] };
}

/** A scalar that was set to zero. */
export function zeroed(map: MapSnapshot): MapSnapshot {
  if (map.key !== undefined || map.entries.length > 0) return map;
  return { ...map, entries: [{ key: undefined, value: zeroOf(map.value) }] };
}

function zeroOf(type: Type): Value {
  switch (type.kind) {
    case 'tseries':
      return [];
    case 'hist':
    case 'lhist':
      return Array.from({ length: sizeOf(type) / 8 }, () => 0n);
    case 'bool':
      return false;
    case 'string':
    case 'buffer':
      return new Uint8Array();
    case 'inet':
    case 'mac':
    case 'struct':
      return new Uint8Array(sizeOf(type));
    case 'tuple':
      return type.elements.map(zeroOf);
    case 'record':
      return type.fields.map(field => zeroOf(field.type));
    case 'array':
      return Array.from({ length: type.count }, () => zeroOf(type.of));
    case 'avg':
    case 'stats':
      return { total: 0n, count: 0n };
    case 'stack':
    case 'usym':
      return [0n, 0n];
    default:
      return 0n;
  }
}
