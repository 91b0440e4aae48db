// What types of maps (BPF_MAP_TYPE_*) have in common.
import { constantName, MapType } from './uapi.js';

/** Each CPU has a value of its own. */
export const PER_CPU_MAPS: readonly number[] = [
  MapType.BPF_MAP_TYPE_PERCPU_HASH,
  MapType.BPF_MAP_TYPE_PERCPU_ARRAY,
  MapType.BPF_MAP_TYPE_LRU_PERCPU_HASH,
];

/** All elements are there from the start. */
export const ARRAY_MAPS: readonly number[] = [MapType.BPF_MAP_TYPE_ARRAY, MapType.BPF_MAP_TYPE_PERCPU_ARRAY];

/** Their values are maps. */
export const MAPS_OF_MAPS: readonly number[] = [
  MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS,
  MapType.BPF_MAP_TYPE_HASH_OF_MAPS,
];

/** "percpu_hash", as bpftool has it. */
export function mapTypeName(type: number): string {
  return constantName(MapType, type).replace('BPF_MAP_TYPE_', '').toLowerCase();
}
