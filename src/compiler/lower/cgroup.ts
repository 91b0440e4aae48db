// `container`: the control group's id, of which user space is told when it is first met, since the group may be gone when the
// name is printed.
import { MapType, UpdateFlag } from '../bpf/uapi.js';
import type { ValueId } from '../ir/ir.js';
import { UINT64 } from '../types/type.js';
import type { ProgramLowering } from './program-lowering.js';

const SEEN = 'cgroups_seen';
const MOST_SEEN = 4096;

export function lowerCgroupSeen(lowering: ProgramLowering, id: ValueId): void {
  const { builder, object } = lowering;
  object.needMap({
    name: SEEN,
    type: MapType.BPF_MAP_TYPE_LRU_HASH,
    keySize: 8,
    valueSize: 8,
    maxEntries: MOST_SEEN,
    flags: 0,
  });
  const key = lowering.temporary(8);
  builder.store(8, key, 0, id);
  const map = builder.map(SEEN);
  const none = builder.const(0);
  const found = builder.call('map_lookup_elem', [map, key], { kind: 'map-value' });
  builder.ifThen(
    'eq',
    found,
    none,
    () => {
      builder.call('map_update_elem', [map, key, key, builder.const(UpdateFlag.BPF_ANY)]);
      lowering.emit(
        'cgroup-seen',
        [{ name: 'id', value: { type: UINT64, operand: { kind: 'word', value: id } } }],
        {},
      );
    },
    { likely: 'else' },
  );
}
