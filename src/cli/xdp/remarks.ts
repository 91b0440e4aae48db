// What the user of a loaded object should know of it, and with -v how it was loaded.
import { mapTypeName } from '../../compiler/bpf/map-type.js';
import { MapType } from '../../compiler/bpf/uapi.js';
import type { OpenLinkedMap, OpenLinkedObject } from '../../kernel/load/linked-object.js';
import { mapGetInfo, progGetInfo } from '../../kernel/sys/object.js';

const EVENTS: readonly number[] = [MapType.BPF_MAP_TYPE_RINGBUF, MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY];
/** Empty until user space fills them. */
const FILLED: readonly number[] = [
  MapType.BPF_MAP_TYPE_DEVMAP,
  MapType.BPF_MAP_TYPE_DEVMAP_HASH,
  MapType.BPF_MAP_TYPE_CPUMAP,
  MapType.BPF_MAP_TYPE_XSKMAP,
  MapType.BPF_MAP_TYPE_PROG_ARRAY,
];

/** Sentences. */
export function remarksOf({ maps, withoutTypes }: OpenLinkedObject): string[] {
  const named = (list: readonly OpenLinkedMap[]) => list.map(({ definition }) => definition.name).join(', ');
  const out: string[] = withoutTypes === undefined ? [] : [withoutTypes];
  const pinned = maps.filter(({ definition }) => definition.pinned);
  if (pinned.length > 0) {
    out.push(
      `the object asks for its maps ${named(pinned)} to be pinned in the bpf file system: they are not, and go away with the program`,
    );
  }
  const events = maps.filter(({ definition }) => EVENTS.includes(definition.type));
  if (events.length > 0) out.push(`events that the program sends to ${named(events)} are not read`);
  const empty = maps.filter(
    ({ definition: { type, entries } }) => FILLED.includes(type) && entries.length === 0,
  );
  if (empty.length > 0) {
    out.push(
      `nothing is in ${named(empty)} until somebody fills it (bpftool map update id ${empty.map(mapId).join(', ')})`,
    );
  }
  return out;
}

function mapId({ fd }: OpenLinkedMap): bigint {
  return mapGetInfo(fd).numbers.id;
}

/** A line each, and the verifier's log of each program. */
export function stepsOf({ maps, programs }: OpenLinkedObject): string {
  return [
    ...maps.map(map => {
      const { name, type, keySize, valueSize } = map.definition;
      return `map ${name}: id ${mapId(map)}, ${mapTypeName(type)}, key ${keySize} bytes, value ${valueSize} bytes, ${map.maxEntries} entries\n`;
    }),
    ...programs.map(({ linked, fd, log }) => {
      const { numbers, tag } = progGetInfo(fd);
      const functions = linked.functions.map(({ name }) => name).join(', ');
      return `program ${linked.name} (section ${linked.section}): id ${numbers.id}, tag ${tag}, ${linked.insns.length / 8} instructions of ${functions}\n${log}`;
    }),
  ].join('');
}
